"""Solvers behind one call: `run(name, program, limit) -> Trace`."""

from benchmarks.solvers.registry import ADAPTERS, absent, run
from benchmarks.solvers.trace import Event, Limit, Status, Trace

__all__ = ["ADAPTERS", "Event", "Limit", "Status", "Trace", "absent", "run"]
