"""Counts of work on small instances: what a change of the code may not change unnoticed. No seconds here.

Sizes are exact everywhere. Nodes, iterations and rounds of a search repeat with the same version on the same kind of
machine only, so that they are compared only there.
"""

from __future__ import annotations

import csv
import platform
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from benchmarks.instances.families import family_program
from benchmarks.solvers.registry import absent, run
from benchmarks.solvers.trace import Limit, Status
from optimizer.errors import SolverFailed

FILE = Path(__file__).parent / "work_counts.csv"
INSTANCES = (
    "county-50x8x4",
    "county-pools-40x6x3",
    "county-inverse-60x8x4",
    "gap-c-5x20",
    "gap-d-3x12",
    "gap-e-5x20",
    "sscflp-6x20",
)
SOLVERS = ("highs", "decomposition")
LIMIT = Limit(time_s=60.0, gap_share=1e-4)
_WORK = ("nodes", "lp_iterations", "rounds")


@dataclass(frozen=True)
class Counts:
    """One line of the table. Numbers that the solver does not tell are empty."""

    instance: str
    solver: str
    rows: int
    columns: int
    nonzeros: int
    nodes: int | None
    lp_iterations: int | None
    rounds: int | None
    version: str
    """Of the solver, with the kind of machine."""

    @property
    def key(self) -> tuple[str, str]:
        return self.instance, self.solver


def counted(instances: tuple[str, ...] = INSTANCES) -> list[Counts]:
    """Count now. Raises `SolverFailed` where a search does not end with a proof."""
    here = [solver for solver in SOLVERS if absent(solver) is None]
    return [_count(instance, solver) for instance in instances for solver in here]


def _count(instance: str, solver: str) -> Counts:
    trace = run(solver, family_program(instance, 0), LIMIT)
    if trace.status is not Status.PROVED:
        raise SolverFailed(f"{solver} on {instance} ended with {trace.status}: {trace.note}")
    counts = trace.counts
    return Counts(
        instance=instance,
        solver=solver,
        rows=counts["rows"],
        columns=counts["columns"],
        nonzeros=counts["nonzeros"],
        nodes=counts.get("nodes"),
        lp_iterations=counts.get("lp_iterations"),
        rounds=counts.get("rounds"),
        version=f"{trace.solver}, {platform.system()} {platform.machine()}",
    )


def stored() -> list[Counts]:
    """The table of the project; empty where there is none."""
    if not FILE.is_file():
        return []
    with FILE.open(encoding="utf-8", newline="") as file:
        return [_line(row) for row in csv.DictReader(file)]


def _line(row: dict[str, str]) -> Counts:
    return Counts(
        instance=row["instance"],
        solver=row["solver"],
        rows=int(row["rows"]),
        columns=int(row["columns"]),
        nonzeros=int(row["nonzeros"]),
        nodes=_whole(row["nodes"]),
        lp_iterations=_whole(row["lp_iterations"]),
        rounds=_whole(row["rounds"]),
        version=row["version"],
    )


def _whole(cell: str) -> int | None:
    return int(cell) if cell else None


def store(lines: list[Counts]) -> None:
    """Write the table; solvers that are not here keep their lines."""
    new = {line.key: line for line in lines}
    kept = [line for line in stored() if line.key not in new and line.instance in INSTANCES]
    with FILE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(Counts))
        writer.writerows(astuple(line) for line in sorted([*kept, *lines], key=lambda line: line.key))


def differences(before: list[Counts], now: list[Counts]) -> list[str]:
    """What has changed, in words; a line that the table does not have counts as a change."""
    known = {line.key: line for line in before}
    found = []
    for line in now:
        old = known.get(line.key)
        if old is None:
            found.append(f"{line.instance}, {line.solver}: not in the table")
            continue
        names = ("rows", "columns", "nonzeros", *(_WORK if old.version == line.version else ()))
        found += [
            f"{line.instance}, {line.solver}: {name} {getattr(old, name)} -> {getattr(line, name)}"
            for name in names
            if getattr(old, name) != getattr(line, name)
        ]
    return found
