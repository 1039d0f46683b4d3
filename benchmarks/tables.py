"""Results as Parquet: a table of runs and a table of their events, with the machine in the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.solvers.trace import Status, Trace
from benchmarks.specs import RunSpec
from optimizer.errors import Finding, Refused

COUNTS = ("rows", "columns", "nonzeros", "nodes", "lp_iterations", "rounds")
_ASKED = {
    "instance": "str",
    "solver": "str",
    "seed": "int64",
    "threads": "int64",
    "time_limit_s": "float64",
    "gap_asked_share": "float64",
    "warm_s": "float64",
}
_KINDS = {
    "run": "int64",
    **_ASKED,
    "status": "str",
    "cost": "float64",
    "bound": "float64",
    "gap_share": "float64",
    "elapsed_s": "float64",
    "peak_mb": "float64",
    "version": "str",
    "note": "str",
    **dict.fromkeys(COUNTS, "Int64"),
}
_EVENT_KINDS = {"run": "int64", "elapsed_s": "float64", "cost": "float64", "bound": "float64"}


@dataclass(frozen=True)
class Results:
    """What a benchmark found."""

    runs: pd.DataFrame
    """One row per run."""
    events: pd.DataFrame
    """One row per event: run, elapsed_s, cost, bound."""
    machine: dict[str, str]


def gap_share(cost: float | None, bound: float | None) -> float | None:
    """(cost - bound) / |cost|, the share that the cost may lie above the optimum; None: no cost or no bound.

    0 where both are 0; infinite where only the cost is.
    """
    if cost is None or bound is None:
        return None
    if cost == 0.0:
        return 0.0 if bound == 0.0 else float("inf")
    return max(0.0, (cost - bound) / abs(cost))


def results_of(
    runs: Sequence[tuple[RunSpec, Trace]], machine: dict[str, str], before: Results | None = None
) -> Results:
    """The tables of what ran, after what ran `before`."""
    rows: list[Any] = [] if before is None else before.runs.to_dict("records")
    events: list[Any] = [] if before is None else before.events.to_dict("records")
    for number, (spec, trace) in enumerate(runs, 1 + max((row["run"] for row in rows), default=-1)):
        rows.append(_row(number, spec, trace))
        told = ({"elapsed_s": event.elapsed_s, "cost": event.cost, "bound": event.bound} for event in trace.events)
        events += [{"run": number, **event} for event in told]
    return Results(_typed(rows, _KINDS), _typed(events, _EVENT_KINDS), machine)


def left_of(specs: Sequence[RunSpec], before: Results | None) -> list[RunSpec]:
    """Those of these runs that have not run before."""
    done = set() if before is None else set(before.runs[list(_ASKED)].itertuples(index=False, name=None))
    return [spec for spec in specs if tuple(_asked(spec).values()) not in done]


def read_begun(path: Path, machine: dict[str, str]) -> Results | None:
    """What an interrupted benchmark left in a file, but for solvers that were not installed; None: nothing.

    Raises `Refused` where the file is none of these, or was made elsewhere or with other versions.
    """
    if not path.exists() and not events_file(path).exists():
        return None
    found = read(path)
    unlike = [*_unlike(path, found.machine, machine)]
    if unlike:
        raise Refused(unlike)
    runs = found.runs[found.runs["status"] != str(Status.ABSENT)]
    return replace(found, runs=runs) if len(runs) else None


def _unlike(path: Path, then: dict[str, str], now: dict[str, str]) -> Iterator[Finding]:
    for name in sorted({*then, *now} - {"date", "memory"}):  # how much memory is told changes with the system's kernel
        if then.get(name) != now.get(name):
            found, needs = f"{name} {then.get(name, 'not told')}", f"{name} {now.get(name, 'not told')}, as here"
            yield Finding(str(path), found, needs, "Name another file: results of one file are compared.")


def events_file(path: Path) -> Path:
    """Where the events of the runs in `path` are."""
    return path.with_suffix(f".events{path.suffix}")


def write(results: Results, path: Path) -> None:
    """Write both tables; a file is there whole or not at all."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    for frame, file in ((results.runs, path), (results.events, events_file(path))):
        table = pa.Table.from_pandas(frame, preserve_index=False)
        kept = {**(table.schema.metadata or {}), b"machine": json.dumps(results.machine).encode()}
        part = file.with_suffix(".part")
        pq.write_table(table.replace_schema_metadata(kept), part)
        part.replace(file)


def read(path: Path) -> Results:
    """Read what `write` has written. Raises `Refused` where there is nothing of the kind."""
    import pyarrow.parquet as pq
    from pyarrow import ArrowException

    try:
        tables = [pq.read_table(file) for file in (path, events_file(path))]
    except (OSError, ArrowException) as error:
        needs = "a table that `python -m benchmarks run` has written"
        raise Refused([Finding(str(path), str(error), needs, "Check the path.")]) from error
    machine = json.loads((tables[0].schema.metadata or {}).get(b"machine", b"{}"))
    return Results(tables[0].to_pandas(), tables[1].to_pandas(), machine)


def _asked(spec: RunSpec) -> dict[str, Any]:
    """What tells one run from another."""
    return {
        "instance": spec.instance.name,
        "solver": spec.solver,
        "seed": spec.limit.seed,
        "threads": spec.limit.threads,
        "time_limit_s": spec.limit.time_s,
        "gap_asked_share": spec.limit.gap_share,
        "warm_s": spec.warm_s,
    }


def _row(number: int, spec: RunSpec, trace: Trace) -> dict[str, Any]:
    return {
        "run": number,
        **_asked(spec),
        "status": str(trace.status),
        "cost": trace.cost,
        "bound": trace.bound,
        "gap_share": gap_share(trace.cost, trace.bound),
        "elapsed_s": trace.elapsed_s,
        "peak_mb": trace.peak_mb,
        "version": trace.solver,
        "note": trace.note,
        **{name: trace.counts.get(name) for name in COUNTS},
    }


def _typed(rows: list[dict[str, Any]], kinds: dict[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(kinds))
    return frame.astype({name: kind for name, kind in kinds.items() if kind != "str"})
