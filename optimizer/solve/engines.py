"""Which engine searches: HiGHS directly, or a solver behind Pyomo."""

from __future__ import annotations

from pathlib import Path

from optimizer.errors import Finding, Refused
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.solve import highs
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome
from optimizer.solve.ties import break_ties


def run_engine(
    name: str, program: Program, start: Floats | None, rules: Path | None, on_progress: OnProgress | None
) -> Outcome:
    """Search with `highs` or `pyomo:<solver>`; a consultant's own rules need Pyomo and are searched there."""
    solver = program.case.settings.solver
    if name == "highs" and rules is None:
        outcome = highs.search(program, solver, start, on_progress)
        return break_ties(program, outcome, solver) if solver.break_ties else outcome
    kind, _, pyomo_solver = name.partition(":")
    if name != "highs" and (kind != "pyomo" or not pyomo_solver):
        needs = "highs, or pyomo:<solver> such as pyomo:highs or pyomo:scip"
        raise Refused([Finding("--engine", repr(name), needs, "Name one of these.")])
    from optimizer.solve.pyomo_bridge import load_rules, search_pyomo  # a second of import that HiGHS does not need

    hook = None if rules is None else load_rules(rules)
    return search_pyomo(program, solver, pyomo_solver or "highs", hook, start)
