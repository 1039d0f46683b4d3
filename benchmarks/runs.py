"""A whole benchmark: every run in its process, the results written after each of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks import machine, tables
from benchmarks.processes import run_in_child, start_in_child
from benchmarks.solvers.trace import Limit, Status, Trace
from benchmarks.specs import Instance, RunSpec

OnRun = Callable[[int, int, RunSpec, Trace], None]


def run_all(
    specs: list[RunSpec], out: Path, on_run: OnRun | None = None, grace: float | None = None, *, resume: bool = False
) -> tables.Results:
    """Run one after the other and keep the results in `out`; what was done is there if the benchmark is interrupted.

    With `resume` only what is not there is run. Raises `Refused` where an instance cannot be built, and where what is
    there was found elsewhere or with other versions.
    """
    found: list[tuple[RunSpec, Trace]] = []
    where = machine.facts()
    before = tables.read_begun(out, where) if resume else None
    left = tables.left_of(specs, before)
    results = tables.results_of(found, where, before)
    tables.write(results, out)  # what cannot be written is known before anything runs
    with tempfile.TemporaryDirectory(prefix="bench-starts-") as folder:
        starts = _Starts(Path(folder))
        for number, spec in enumerate(left, len(specs) - len(left)):
            trace = _one(spec, starts, grace)
            found.append((spec, trace))
            results = tables.results_of(found, where, before)
            tables.write(results, out)
            if on_run is not None:
                on_run(number + 1, len(specs), spec, trace)
    return results


def _one(spec: RunSpec, starts: _Starts, grace: float | None) -> Trace:
    if not spec.warm_s:
        return run_in_child(spec, None, grace)
    start = starts.of(spec.instance, replace(spec.limit, time_s=spec.warm_s))
    if start is None:
        return Trace(Status.REFUSED, None, None, 0.0, spec.solver, {}, (), "HiGHS found no point to begin from")
    return run_in_child(spec, start, grace)


class _Starts:
    """Points to begin from, found once per instance and seed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[tuple[Instance, Limit], Path | None] = {}

    def of(self, instance: Instance, limit: Limit) -> Path | None:
        """A file with the point, or None where HiGHS finds none in that time."""
        key = (instance, limit)
        if key not in self._known:
            point = self._folder / f"{len(self._known)}.npy"
            self._known[key] = point if start_in_child(instance, limit, point) else None
        return self._known[key]
