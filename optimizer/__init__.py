"""Which services a county should keep, partner, consolidate or outsource: the few names a program may use.

    from optimizer import find_plan, load_case

    case = load_case(Path("scenarios/whatifs/pocket/on_paper.yaml"))
    outcome, plan = find_plan(case)

They are loaded where they are used, because a solver and its tables take a second to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "answer": "optimizer.ask",
    "load_case": "optimizer.ask",
    "program_of": "optimizer.ask",
    "find_plan": "optimizer.ask",
    "Search": "optimizer.ask",
    "compare": "optimizer.plan.compare",
    "verify": "optimizer.plan.verify",
    "read_county": "optimizer.county.reading",
    "read_run": "optimizer.runs.folder",
    "write_county": "optimizer.county.writing",
    "OptimizerError": "optimizer.errors",
    "Refused": "optimizer.errors",
    "PlanWithheld": "optimizer.errors",
    "SolverFailed": "optimizer.errors",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'optimizer' has no attribute {name!r}")
