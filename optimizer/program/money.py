"""Money: one-time spending, what a fund may cost, and revenue that must not be lost.

    sum_o transition_o x_o + sum_p setup_p z_p <= budget                                  [USD]
    (sum_{o of fund} cost_o x_o + agreements and pools, if the fund pays them) / a <= cap [USD/year]
    sum_o revenue_o x_o >= floor                                                          [USD/year]

a is the present value of a dollar a year, so that a fund is looked at in its yearly equivalent. An
option's revenue is today's if it keeps and what is retained if it moves.
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import codes_of
from optimizer.options.money import annuity
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, at_least, at_most, texts
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """Rows of the limits that the scenario sets."""
    return [
        *_transition(case, options, columns),
        _net_cost_by_fund(case, options, columns),
        *_revenue_floor(case, options, columns),
    ]


def _transition(case: Case, options: Options, columns: Columns) -> list[Rows]:
    budget = case.settings.limits.transition_usd
    if budget is None:
        return []
    family = RowBuilder("transition", "USD", {}, *at_most(budget))
    moved = np.flatnonzero(options.candidates.moved)
    setup = case.county.frame("pools")["setup_usd"].to_numpy()[columns.pools]
    family.add(0, moved, options.candidates.terms.transition[moved])
    return [family.add(0, columns.pool_column[columns.pools], setup).rows()]


def _net_cost_by_fund(case: Case, options: Options, columns: Columns) -> Rows:
    caps = case.settings.limits.net_cost_by_fund_usd_per_year
    fund = texts(*caps)
    years = annuity(case.settings)
    family = RowBuilder("fund", "USD/year", {"fund": fund}, *at_most(np.array([*caps.values()])))
    of_service = codes_of(case.county.frame("services")["fund"], fund)
    row = of_service[options.candidates.service]
    column = np.flatnonzero(row >= 0)
    family.add(row[column], column, options.cost_cents[column] / 100.0 / years)
    general = np.flatnonzero(fund == case.county.facts.general_fund)
    shared = np.arange(columns.options, len(columns))
    for paying in general:
        family.add(paying, shared, columns.cost_usd[shared] / years)
    return family.rows()


def _revenue_floor(case: Case, options: Options, columns: Columns) -> list[Rows]:
    floor = case.settings.limits.revenue_floor_usd_per_year
    if floor is None:
        return []
    terms = options.candidates.terms
    family = RowBuilder("revenue", "USD/year", {}, *at_least(floor))
    revenue = np.where(terms.moved, terms.retained_revenue, terms.revenue)
    return [family.add(0, np.arange(columns.options), revenue).rows()]
