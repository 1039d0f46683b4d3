"""Building one model three ways: our arrays, Pyomo and linopy. Time and peak memory, each in a process of its own.

Every way begins with the same drawn arrays (an `Assignment` without pools) and ends with the program in HiGHS:

- arrays: `program_of`, then the matrix and `passModel`.
- pyomo: a ConcreteModel with one constraint per row, written as its users write it, then `appsi_highs.set_instance`.
- pyomo-matrix: the same model through LinearStandardFormCompiler, then `passModel` of the matrix.
- linopy: one variable array per block and grouped sums for the rows, then its direct interface to HiGHS.

Imports are done before the clock starts. Rows, columns and nonzeros of all ways must agree.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.child import high_water_mb
from benchmarks.instances.assignment import Assignment
from benchmarks.instances.families import parameters_of
from optimizer.errors import Finding, Refused, SolverFailed

WARM_UP = "county-20x4x3"
"""Stated and handed over once before anything is measured."""
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Built:
    """What one way took."""

    way: str
    rows: int
    columns: int
    nonzeros: int
    state_s: float
    """Stating the model."""
    hand_over_s: float
    """From the model into HiGHS."""
    before_mb: float
    """Peak memory before: imports, the drawn arrays and a small model."""
    peak_mb: float

    @property
    def total_s(self) -> float:
        return self.state_s + self.hand_over_s


def compare(size: str, seed: int = 0, ways: tuple[str, ...] | None = None) -> list[Built]:
    """Every way in a process of its own. Raises `SolverFailed` where one fails or they do not build the same."""
    found = [_in_child(way, size, seed) for way in ways or tuple(WAYS)]
    sizes = {(one.rows, one.columns, one.nonzeros) for one in found}
    if len(sizes) > 1:
        raise SolverFailed(f"the models differ in rows, columns or nonzeros: {[asdict(one) for one in found]}")
    return found


def markdown(found: list[Built]) -> str:
    """A table with ratios against the first way."""
    first = found[0]
    lines = [
        f"{first.rows:,} rows, {first.columns:,} columns, {first.nonzeros:,} nonzeros",
        "",
        "| way | state s | into HiGHS s | ratio | memory MB, beyond imports and data | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        grown, least = one.peak_mb - one.before_mb, first.peak_mb - first.before_mb
        lines.append(
            f"| {one.way} | {one.state_s:.2f} | {one.hand_over_s:.2f} | {one.total_s / first.total_s:.1f} "
            f"| {grown:,.0f} | {grown / max(least, 1.0):.1f} |"
        )
    return "\n".join(lines)


def _in_child(way: str, size: str, seed: int) -> Built:
    if way not in WAYS:
        raise Refused([Finding("--ways", repr(way), f"some of {', '.join(WAYS)}", "Name one of these.")])
    command = [sys.executable, "-m", "benchmarks.building", way, size, str(seed)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SolverFailed(f"building with {way} failed: {done.stderr.strip()[-500:]}")
    return Built(**json.loads(done.stdout.splitlines()[-1]))


def measured(way: str, size: str, seed: int) -> Built:
    """What one way takes in this process."""
    prepare = WAYS[way]()
    instance = parameters_of(size).draw(seed)
    if instance.pools is not None:
        raise Refused([Finding("--size", size, "an instance without pools", "Name another size.")])
    prepare(parameters_of(WARM_UP).draw(0))()  # packages load parts of themselves when these are first used
    before_mb = high_water_mb("self") or 0.0
    began = time.perf_counter()
    finish = prepare(instance)
    stated = time.perf_counter()
    highs = finish()
    ended = time.perf_counter()
    rows, columns, nonzeros = highs.getNumRow(), highs.getNumCol(), highs.getNumNz()
    peak_mb = high_water_mb("self") or 0.0
    return Built(way, rows, columns, nonzeros, stated - began, ended - stated, before_mb, peak_mb)


Finish = Callable[[], Any]
"""Hands the model over and returns the `highspy.Highs` that holds it."""
Prepare = Callable[[], Callable[[Assignment], Finish]]
"""Imports what is needed and returns what states the model."""


def _arrays() -> Callable[[Assignment], Finish]:
    from benchmarks.modelling import arrays

    return arrays.state


def _pyomo() -> Callable[[Assignment], Finish]:
    from benchmarks.modelling import with_pyomo

    return with_pyomo.state_for_appsi


def _pyomo_matrix() -> Callable[[Assignment], Finish]:
    from benchmarks.modelling import with_pyomo

    return with_pyomo.state_for_matrix


def _linopy() -> Callable[[Assignment], Finish]:
    from benchmarks.modelling import with_linopy

    return with_linopy.state


WAYS: dict[str, Prepare] = {
    "arrays": _arrays,
    "pyomo": _pyomo,
    "pyomo-matrix": _pyomo_matrix,
    "linopy": _linopy,
}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measured(sys.argv[1], sys.argv[2], int(sys.argv[3])))) + "\n")
