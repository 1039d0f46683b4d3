"""Which engine searches: HiGHS over the whole program, the decomposition, or a solver behind Pyomo."""

from __future__ import annotations

from pathlib import Path

from optimizer.errors import Finding, Refused
from optimizer.interrupts import at_hand, ctrl_c_came, ended_together, note_ctrl_c, search_under_way
from optimizer.program.program import Program
from optimizer.program.region import Planned
from optimizer.program.rows import Floats
from optimizer.scenario.settings import Solver
from optimizer.solve import highs
from optimizer.solve.goals import AnyProgram, not_searched, search_in_order, spend_by_search
from optimizer.solve.highs import OnProgress
from optimizer.solve.outcome import Outcome
from optimizer.solve.ties import break_ties, spend_freed

MANY_OPTIONS = 5_000
"""From this many options on the decomposition searches, where no engine is named."""


def run_engine(
    name: str,
    program: Planned,
    start: Floats | None,
    rules: Path | None,
    on_progress: OnProgress | None,
    last: Outcome | None = None,
) -> Outcome:
    """Search with `auto`, `highs`, `decomposition` or `pyomo:<solver>`.

    `auto` is the decomposition for large programs and HiGHS for others. The decomposition goes on from the
    `last` outcome of a program that differs a little. A consultant's own rules need Pyomo and are searched there,
    with HiGHS unless a solver is named.
    A Ctrl-C that comes just as a proof does leaves ties as they are. After one that came before, in whatever search of
    a question, there is no other: `not_searched`.
    """
    with ended_together():
        if ctrl_c_came():
            return not_searched(program, start)
        try:
            with search_under_way():
                return _run(name, program, start, rules, on_progress, last)
        except KeyboardInterrupt:  # before the solver had begun, or after it had ended
            if not at_hand():
                raise
            note_ctrl_c()
            return not_searched(program, start)


def _run(
    name: str,
    program: Planned,
    start: Floats | None,
    rules: Path | None,
    on_progress: OnProgress | None,
    last: Outcome | None,
) -> Outcome:
    solver = program.case.settings.solver
    if name == "auto":
        name = "decomposition" if rules is None and len(program.columns.options) >= MANY_OPTIONS else "highs"
    if name == "highs" and rules is None:
        return search_highs(program, solver, start, on_progress)
    if name == "decomposition" and rules is None:
        return search_decomposed(program, solver, start, on_progress, last)
    return search_through_pyomo(_behind_pyomo(name), program, start, rules)


def _behind_pyomo(name: str) -> str:
    """The solver behind Pyomo that an engine's name stands for. Raises `Refused` for a name that stands for none."""
    kind, _, pyomo_solver = name.partition(":")
    if kind == "pyomo" and pyomo_solver:
        return pyomo_solver
    if name == "highs":
        return name
    needs = "auto, highs, decomposition, or pyomo:<solver> such as pyomo:highs or pyomo:scip"
    fix = "Rules of one's own need pyomo:<solver>." if name == "decomposition" else "Name one of these."
    raise Refused([Finding("--engine", repr(name), needs, fix)])


def search_through_pyomo(pyomo_solver: str, program: Planned, start: Floats | None, rules: Path | None) -> Outcome:
    """A solver behind Pyomo for every goal in its order, under a consultant's own rules if there are any."""
    from optimizer.solve.pyomo_bridge import load_rules, search_pyomo  # a second of import that HiGHS does not need

    solver = program.case.settings.solver
    hook = None if rules is None else load_rules(rules)

    def search(asked: Planned, settings: Solver, begin: Floats | None) -> Outcome:
        return search_pyomo(asked, settings, pyomo_solver, hook, begin)

    sought, outcome = search_in_order(program, solver, start, search)
    if hook is not None:  # what is freed must be spent as the rules allow it, too
        return spend_by_search(sought, outcome, solver, search)
    return spend_freed(sought, outcome, solver)


def search_once(
    program: AnyProgram,
    solver: Solver,
    start: Floats | None = None,
    on_progress: OnProgress | None = None,
    last: Outcome | None = None,
) -> Outcome:
    """Least cost after the goals that come before it, no ties broken: for questions that search again and again.

    The decomposition, which searches large programs, goes on from the `last` outcome of one that differs a little.
    After Ctrl-C, in whatever search of a question it came, there is no other: `not_searched`.
    """
    if ctrl_c_came():
        return not_searched(program, start)
    large = len(program.columns.options) >= MANY_OPTIONS
    memory = _memory_for(program, last)

    def search(asked: AnyProgram, settings: Solver, begin: Floats | None) -> Outcome:
        if large:
            return _decompose(asked, settings, begin, _of_cost(program, asked, on_progress), memory)
        return highs.search(asked, settings, begin, _of_cost(program, asked, on_progress), one_of_many=True)

    try:
        with search_under_way():
            return search_in_order(program, solver, start, search)[1]
    except KeyboardInterrupt:  # before HiGHS had begun, or after it had ended
        if not note_ctrl_c():
            raise
        return not_searched(program, start)


def search_decomposed(
    program: Program,
    solver: Solver,
    start: Floats | None,
    on_progress: OnProgress | None,
    last: Outcome | None = None,
) -> Outcome:
    """The decomposition for every goal in its order, then for the preferred plan among those of least cost."""
    memory = _memory_for(program, last)

    def search(asked: Program, settings: Solver, begin: Floats | None) -> Outcome:
        return _decompose(asked, settings, begin, _of_cost(program, asked, on_progress), memory)

    sought, outcome = search_in_order(program, solver, start, search)
    outcome = spend_freed(sought, outcome, solver)
    return break_ties(sought, outcome, solver) if solver.break_ties else outcome


def _decompose(
    asked: AnyProgram, settings: Solver, begin: Floats | None, on_progress: OnProgress | None, memory: object
) -> Outcome:
    """One search by the decomposition, from what it remembers."""
    from optimizer.solve.decomposition.memory import Memory  # forty modules that HiGHS does not need
    from optimizer.solve.decomposition.search import search

    return search(asked, settings, begin, on_progress, memory if isinstance(memory, Memory) else None)


def _memory_for(program: AnyProgram, last: Outcome | None) -> object:
    """What the `last` outcome remembers, which is of least cost alone: nothing where something else is sought first."""
    return None if last is None or program.goals else last.memory


def search_highs(program: Program, solver: Solver, start: Floats | None, on_progress: OnProgress | None) -> Outcome:
    """HiGHS for every goal in its order, then for the preferred plan among those of least cost."""

    def search(asked: Program, settings: Solver, begin: Floats | None) -> Outcome:
        return highs.search(asked, settings, begin, _of_cost(program, asked, on_progress))

    sought, outcome = search_in_order(program, solver, start, search)
    outcome = spend_freed(sought, outcome, solver)
    return break_ties(sought, outcome, solver) if solver.break_ties else outcome


def _of_cost(program: Program, asked: Program, on_progress: OnProgress | None) -> OnProgress | None:
    """Whom to tell: progress is in USD, and what is sought before least cost is not."""
    return on_progress if asked.columns is program.columns else None
