"""One run in a process of its own: python -m benchmarks.child SPEC, where SPEC is a JSON file.

Events go to a file line by line as they come, so that they are there when the parent has to end this process.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.solvers.registry import run
from benchmarks.solvers.trace import Event, Limit
from benchmarks.specs import Instance

BEGAN = "began"
"""First line of the events: the program is built."""


def main(spec_file: Path) -> None:
    """Build, search, and write what happened beside the spec."""
    spec: dict[str, Any] = json.loads(spec_file.read_text(encoding="utf-8"))
    program = Instance(**spec["instance"]).program()
    start = None if spec["start"] is None else np.load(spec["start"])
    with (spec_file.parent / "events.jsonl").open("w", encoding="utf-8") as events:

        def keep(line: object) -> None:
            events.write(json.dumps(line) + "\n")
            events.flush()

        def seen(event: Event) -> None:
            keep(asdict(event))

        keep(BEGAN)
        trace = run(spec["solver"], program, Limit(**spec["limit"]), start, seen)
    if trace.x is not None:
        np.save(spec_file.parent / "point.npy", trace.x)
    told = {key: value for key, value in vars(trace).items() if key not in ("x", "events")}
    told["events"] = [asdict(event) for event in trace.events]
    (spec_file.parent / "trace.json").write_text(json.dumps(told | {"vm_hwm_mb": high_water_mb("self")}))


def high_water_mb(process: str | int) -> float | None:
    """Most resident memory that a process has had [MB]; None where the system does not tell.

    This is of the program that runs now; the resource usage of a child would still count what its parent held when it
    was made.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except OSError:
        return None
    told = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(told[0]) / 1024.0 if told else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
