"""Money: one-time spending, what a fund may cost, revenue that must not be lost, what the whole plan may cost.

    sum_o transition_o x_o + sum_p setup_p z_p + sum_s setup_s q_s <= budget     [USD]         in all, and by year
    (kept_f + sum_{columns that fund f bears} cost_c x_c) / a <= cap_f           [USD/year]    fund f
    sum_o revenue_o x_o + sum_s price_s q_s >= floor                             [USD/year]
    kept + sum_c cost_c x_c <= a cap                                             [USD]

a is the present value of a dollar a year, so that a fund is looked at in its yearly equivalent; kept is the present
cost of keeping every service, which the columns of options are counted from. An option's revenue is today's if it
keeps and what is retained if it moves.
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import codes_of
from optimizer.options.money import annuity
from optimizer.program.bearers import fund_of_columns, offset_usd_by_fund
from optimizer.program.layout import Layout
from optimizer.program.people import by_year
from optimizer.program.rows import Codes, Floats, RowBuilder, Rows, at_least, at_most, texts


def rows(layout: Layout) -> list[Rows]:
    """Rows of the limits that the scenario sets."""
    return [
        *_transition(layout),
        _net_cost_by_fund(layout),
        *_revenue_floor(layout),
        *_cost_limit(layout),
    ]


def _transition(layout: Layout) -> list[Rows]:
    limits, found = layout.case.settings.limits, []
    column, year, usd = _one_time(layout)
    if limits.transition_usd is not None:
        found.append(RowBuilder("transition", "USD", {}, *at_most(limits.transition_usd)).add(0, column, usd).rows())
    if limits.transition_usd_by_year:
        bounds = at_most(by_year(limits.transition_usd_by_year, layout.starts))
        family = RowBuilder("transition_by_year", "USD", {"year": np.arange(layout.starts) + 1}, *bounds)
        found.append(family.add(year, column, usd).rows())
    return found


def _one_time(layout: Layout) -> tuple[Codes, Codes, Floats]:
    """Every column that costs something once: its number, the year (from 0) and the cost [USD]."""
    candidates, sales = layout.options.candidates, layout.options.sales
    moved = np.flatnonzero(candidates.moved)
    setup = layout.case.county.frame("pools")["setup_usd"].to_numpy(dtype=np.float64)[layout.pools]
    billed = layout.columns["setup_bill"]
    years = np.arange(layout.starts)
    opening = np.repeat(years, len(setup))
    return (
        np.concatenate(
            [layout.chosen[moved], *(layout.columns[name].columns for name in ("open_pool", "sell")), billed.columns]
        ),
        np.concatenate([candidates.start[moved], opening, sales.terms.start, years[: len(billed)]]),
        np.concatenate(
            [
                candidates.terms.transition[moved],
                np.tile(setup, layout.starts),
                sales.terms.setup,
                np.ones(len(billed)),
            ]
        ),
    )


def _net_cost_by_fund(layout: Layout) -> Rows:
    caps = layout.case.settings.limits.net_cost_by_fund_usd_per_year
    fund, years = texts(*caps), annuity(layout.case.settings)
    offset = offset_usd_by_fund(layout)
    room = np.array([*caps.values()]) - np.array([offset.get(name, 0.0) for name in caps]) / years
    family = RowBuilder("fund", "USD/year", {"fund": fund}, *at_most(room))
    row = codes_of(fund_of_columns(layout), fund)
    column = np.flatnonzero(row >= 0)
    return family.add(row[column], column, layout.columns.borne_usd[column] / years).rows()


def _revenue_floor(layout: Layout) -> list[Rows]:
    floor = layout.case.settings.limits.revenue_floor_usd_per_year
    if floor is None:
        return []
    terms = layout.options.candidates.terms
    family = RowBuilder("revenue", "USD/year", {}, *at_least(floor))
    family.add(0, layout.chosen, np.where(terms.moved, terms.retained_revenue, terms.revenue))
    return [family.add(0, layout.columns["sell"].columns, layout.options.sales.terms.price).rows()]


def _cost_limit(layout: Layout) -> list[Rows]:
    limit = layout.case.settings.equity.cost_limit_usd_per_year
    if limit is None:
        return []
    room = limit * annuity(layout.case.settings) - layout.columns.offset_usd
    return [RowBuilder("cost_limit", "USD", {}, *at_most(room)).add(*borne(layout)).rows()]


def borne(layout: Layout) -> tuple[Codes, Codes, Floats]:
    """What the county bears as entries of a row: row 0, columns and present cost per unit [USD]."""
    column = np.flatnonzero(layout.columns.borne_usd)
    return np.zeros(len(column), dtype=np.int64), column, layout.columns.borne_usd[column]
