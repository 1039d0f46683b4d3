"""What a plan may cost beside the best one: the program with one row more, which says so.

sum_c cost_c x_c <= cost of the best plan + a x allowed     [USD], a the present value of a dollar a year
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.program.program import CountyProgram
from optimizer.program.rows import RowBuilder, at_most
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import ReinvestmentRule
from optimizer.solve.goals import COST_SLACK_USD
from optimizer.solve.outcome import Outcome
from optimizer.solve.ties import spend_freed
from optimizer.why.asked import Asked
from optimizer.why.limit_screen import refuse_other_aims

USUAL_SHARE = 0.001
"""Of the best plan's yearly cost: what other plans may cost more, where nothing else is said."""


def allowed_usd_per_year(asked: Asked, within_usd_per_year: float | None, within_share: float | None) -> float:
    """What a plan may cost more than the best one [USD a year]: as it is said, or a share of the best plan's cost.

    Raises `Refused` for both at once, for what is below 0, and where something else than cost is sought.
    """
    refuse_where_cost_is_not_alone(asked.case)
    where, findings = "within", []
    if within_usd_per_year is not None and within_share is not None:
        fix = "Leave one of them out."
        found = f"{within_usd_per_year:g} dollars a year and a share of {within_share:g}"
        findings.append(Finding(where, found, "dollars a year or a share, not both", fix))
    for value, what in ((within_usd_per_year, "dollars a year"), (within_share, "share")):
        if value is not None and not 0.0 <= value < np.inf:
            findings.append(Finding(where, f"a {what} of {value:g}", "0 or more", "Say by how much it may cost more."))
    raise_if_any(findings)
    if within_usd_per_year is not None:
        return within_usd_per_year
    assert asked.best.cost_usd is not None  # a case in question has a plan
    return (USUAL_SHARE if within_share is None else within_share) * abs(asked.best.cost_usd) / asked.annuity


def refuse_where_cost_is_not_alone(case: Case) -> None:
    """Raise `Refused` where something comes before cost, or is weighed against it."""
    refuse_other_aims(case)
    if case.settings.reinvestment.rule is ReinvestmentRule.WEIGHTED:
        where, fix = f"{case.scenario.name} reinvestment.rule", "Ask with --set reinvestment.rule=lexicographic."
        needs = "none or lexicographic, as plans are compared by their cost alone"
        raise Refused([Finding(where, "weighted", needs, fix)])


def no_dearer(program: CountyProgram, cost_usd: float) -> CountyProgram:
    """The program of the plans that cost no more than this [USD, present], to the cent."""
    weights = program.columns.cost_usd
    column = np.flatnonzero(weights)
    row = RowBuilder("allowed", "USD", {}, *at_most(cost_usd - program.columns.offset_usd + COST_SLACK_USD))
    return program.with_rows(row.add(0, column, weights[column]).rows())


def within(asked: Asked, usd_per_year: float) -> CountyProgram:
    """The program of the plans that cost at most this much more a year than the best one."""
    assert asked.best.cost_usd is not None  # a case in question has a plan
    return no_dearer(asked.program, asked.best.cost_usd + asked.annuity * usd_per_year)


def held(asked: Asked, outcome: Outcome) -> Outcome:
    """The plan that a search of a changed program holds, at what it costs in the case's own; nothing is proved of it.

    What it frees is spent as `solve` would spend it.
    """
    assert outcome.x is not None
    x = outcome.x[: len(asked.program.columns)]
    own = replace(outcome, x=x, cost_usd=asked.program.cost_usd(x), bound_usd=None)
    return spend_freed(asked.program, own, asked.case.settings.solver)
