"""A case whose program is asked again and again: the plan in question, and what a change of the program does to it.

A cost found by a search is an interval, [bound, cost]: so is every difference between two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from optimizer.ask import choices_of_run, load_case, program_of
from optimizer.errors import Finding, NoPlan, Refused
from optimizer.options.money import annuity
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.selection import point_of
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats, RowBuilder, at_least
from optimizer.runs.case import case_of_run
from optimizer.runs.folder import Run
from optimizer.runs.region_folder import read_county_run
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import Solver
from optimizer.solve.engines import run_engine, search_once
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.why.ends import note
from optimizer.why.forced import kept_out

OnStep = Callable[[str], None]
"""Is told what is being searched for, where there are many searches."""


def silent(_: str) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Difference:
    """What something costs more than the plan in question [USD a year, as a yearly equivalent]."""

    usd_per_year: float
    """As found: between the two plans that the searches hold."""
    least_usd_per_year: float
    """At least this much, whatever the searches left open."""
    most_usd_per_year: float


@dataclass(frozen=True)
class Asked:
    """A case, its program, and its best plan."""

    program: CountyProgram
    best: Outcome
    """Of the case's own program; it holds a plan."""

    @property
    def case(self) -> Case:
        return self.program.case

    @property
    def x(self) -> Floats:
        """The point of the best plan [columns]."""
        assert self.best.x is not None
        return self.best.x

    @property
    def annuity(self) -> float:
        """Present value of a dollar a year."""
        return annuity(self.case.settings)

    @property
    def plan(self) -> Plan:
        """The best plan, verified from the tables."""
        return plan_of(self.program, self.best)

    def again(self, program: CountyProgram, start: Floats | None = None, **solver: object) -> Outcome:
        """Search a changed program, from what the best plan's search left; `solver` replaces settings of the search."""
        # nothing goes on from here, and what a search remembers is as large as its program
        return replace(searched(program, self.settings(**solver), start, self.best), memory=None)

    def settings(self, **changes: object) -> Solver:
        """The settings of the search with some replaced; ties are not broken."""
        return self.case.settings.solver.model_copy(update={"break_ties": False, **changes})

    def dearer(self, outcome: Outcome) -> Difference | None:
        """What the plan of another search over the same tables costs more than the best one; None: it has none."""
        if outcome.cost_usd is None or self.best.cost_usd is None:
            return None
        least = outcome.cost_usd if outcome.bound_usd is None else outcome.bound_usd
        first = self.best.cost_usd if self.best.bound_usd is None else self.best.bound_usd
        return Difference(
            (outcome.cost_usd - self.best.cost_usd) / self.annuity,
            (least - self.best.cost_usd) / self.annuity,
            (outcome.cost_usd - first) / self.annuity,
        )


def ask(case: Case) -> Asked:
    """The case with the plan that `solve` finds for it. Raises `NoPlan` where there is none."""
    program = program_of(case)
    outcome = run_engine("auto", program, None, None, None)
    note(outcome.stopped)
    return _holding(program, outcome)


def ask_once(case: Case) -> Asked:
    """The same without telling plans of equal cost apart: for one of many cases."""
    program = program_of(case)
    return _holding(program, searched(program, case.settings.solver))


def searched(
    program: CountyProgram, solver: Solver, start: Floats | None = None, last: Outcome | None = None
) -> Outcome:
    """One of the searches that a question takes, from what the `last` one left; how it ended is noted."""
    outcome = search_once(program, solver, start, last=last)
    note(outcome.stopped)
    return outcome


def _holding(program: CountyProgram, outcome: Outcome) -> Asked:
    if outcome.x is None:
        raise _no_plan(program.case.scenario.name, outcome.stopped, "a plan to ask about")
    return Asked(program, outcome)


def _no_plan(where: str, stopped: Stopped, needs: str) -> NoPlan:
    proved = stopped is Stopped.INFEASIBLE
    found = str(stopped) if proved else f"no plan, which does not mean that none exists ({stopped})"
    fix = "Ask `solve` why." if proved else more_of(stopped)
    return NoPlan([Finding(where, found, needs, fix)], proved=proved)


def more_of(stopped: Stopped) -> str:
    """What to do where a search ended so without finding what was asked for."""
    if stopped in (Stopped.INTERRUPTED, Stopped.UNSEARCHED):
        return "Ask again and let it search."
    return "Give the search more time (--set solver.time_limit_s=600)."


def asked_of(path: Path, overrides: Sequence[str] = (), county: Path | None = None) -> Asked:
    """A scenario file, whose best plan is searched, or a run folder, whose plan is taken as it stands.

    Raises `Refused` for what cannot be read and for changes of a finished run, `NoPlan` where there is none.
    """
    if not path.is_dir():
        return ask(load_case(path, overrides, county))
    if overrides or county is not None:
        found, fix = "--set or --county with a run folder", "Name the scenario file instead, or leave this out."
        raise Refused([Finding(str(path), found, "no changes to a finished run", fix)])
    return _asked_of_run(read_county_run(path))


def case_asked(path: Path, overrides: Sequence[str] = (), county: Path | None = None) -> Case:
    """The case of a scenario file or of a run folder. Raises `Refused` likewise."""
    return case_of_run(read_county_run(path)) if path.is_dir() else load_case(path, overrides, county)


def _asked_of_run(run: Run) -> Asked:
    """The run's plan as it stands, with the bound that the run has for it."""
    case, plan = case_of_run(run), run.answer.plan
    if plan is None:
        raise _no_plan(str(run.folder), run.answer.stopped or Stopped.TIME, "a run that holds a plan")
    program = program_of(case)
    point = point_of(program, choices_of_run(run, case))
    assert point is not None  # the run's own options are admissible in its own case
    outcome = search_once(_as_it_stands(program, point, plan), case.settings.solver, point)
    stopped = run.answer.stopped or outcome.stopped
    note(stopped)
    return Asked(program, replace(outcome, stopped=stopped, bound_usd=plan.bound_usd))


def _as_it_stands(program: CountyProgram, point: Floats, plan: Plan) -> CountyProgram:
    """The program whose only plans have the options of a point and the sales of a plan, each from its year."""
    chosen = program.columns.options[point[program.columns.options] > 0.5]
    sell, starts = program.columns["sell"], dict(zip(plan.sales["sale_id"], plan.sales["start_year"], strict=True))
    made = (sell.keys["sale_id"].map(starts) == sell.keys["start_year"]).to_numpy(dtype=bool)
    held = np.concatenate([chosen, sell.columns[made]])
    row = RowBuilder("as_it_stands", "1", {}, *at_least(float(len(held)))).add(0, held, 1.0).rows()
    return kept_out(program.with_rows(row), sell.columns[~made])
