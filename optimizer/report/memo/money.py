"""The fiscal effect of the recommended option: year by year, by fund, and by both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.fund_cash import saved_by_fund
from optimizer.plan.plan import Plan
from optimizer.report.documents.blocks import Block, Grid, Heading, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.documents.tabling import Column, grid_of
from optimizer.report.memo.asked import Asked
from optimizer.report.memo.picture import savings_picture
from optimizer.report.words import exact_usd, freed_sentence, signed_usd

FUND_LETTERS = 50
YEARS_TOLD = 6
"""Years that stand side by side; more are summed in one column."""


def money(asked: Asked, plan: Plan) -> Iterator[Block]:
    """What it costs and saves in every year and in every fund."""
    yield Heading("Fiscal effect of A")
    yield from savings_picture(asked)
    yield _years(plan)
    yield funds_grid(plan.funds)
    if len(plan.cash) > 1:
        yield fund_years_grid(plan.fund_cash)
    yield Paragraph(freed_sentence(asked.recommended))


def _years(plan: Plan) -> Grid:
    table = plan.cash.assign(one_time_usd=plan.years["one_time_usd"], moves=plan.years["moves"] + plan.years["ended"])
    return Grid(
        "By year, cash, not discounted; one-time cost is in what the plan costs",
        ("Year", "Keeping everything", "The plan", "Saved", "Saved in all so far", "One-time cost", "Moves started"),
        tuple(_year(f"{row['year']}", row) for row in table.to_dict("records")),
        (0.12, 0, 0, 0, 0, 0, 0),
        lambda shown: _later(table.iloc[shown:]),
        least=3,
        enough=5,
    )


def _year(name: str, row: Mapping[Any, Any]) -> tuple[str, ...]:
    columns = ("today_usd", "plan_usd", "saving_usd", "cumulative_saving_usd", "one_time_usd")
    return (name, *(exact_usd(row[column]) for column in columns), f"{int(row['moves'])}")


def _later(rows: pd.DataFrame) -> tuple[str, ...]:
    """All later years in one row: their sums, and what is saved in all at their end."""
    summed = {str(column): float(rows[column].sum()) for column in rows}
    summed["cumulative_saving_usd"] = float(rows["cumulative_saving_usd"].iloc[-1])
    first, last = int(rows["year"].iloc[0]), int(rows["year"].iloc[-1])
    return _year(f"{first}" if first == last else f"{first} to {last}", summed)


def funds_grid(funds: pd.DataFrame) -> Grid:
    """Net cost by fund: a plan's `funds`."""
    table = funds.assign(change_usd_per_year=funds["plan_usd_per_year"] - funds["today_usd_per_year"])
    order = table["change_usd_per_year"].abs().sort_values(ascending=False, kind="stable").index
    table = table.loc[order]
    return Grid(
        "By fund, net cost a year on average over the horizon",
        ("Fund", "Restricted", "Today", "The plan", "Change", "Spent again on proposals"),
        tuple(
            _fund(short(row["fund"], FUND_LETTERS), "yes" if row["restricted"] else "no", row)
            for row in table.to_dict("records")
        ),
        (0.32, 0.12, 0, 0, 0, 0),
        lambda shown: _fund(f"{count_of(len(table) - shown, 'other fund')}", "", _sums(table.iloc[shown:])),
        least=3,
        enough=4,
        foot=_fund("All funds", "", _sums(table)),
    )


def fund_years_grid(cash: pd.DataFrame) -> Grid:
    """What every fund saves in every year: a plan's `fund_cash`."""
    saved = saved_by_fund(cash)
    largest = np.argsort(-saved.abs().sum(axis=1).to_numpy(), kind="stable")
    heads, table = told_years(saved.iloc[largest])
    table = table.reset_index()
    columns = [
        Column("Fund", lambda row: short(row["fund"], FUND_LETTERS), 0.3),
        *(amount_column(head, str(place)) for place, head in enumerate([*heads, "In all"])),
    ]
    return grid_of(
        "By fund, saved in each year, cash, not discounted; a minus: the fund pays more",
        columns,
        table,
        lambda count: count_of(count, "other fund"),
        least=1,
        enough=4,
        foot="All funds",
    )


def told_years(saved: pd.DataFrame) -> tuple[list[str], pd.DataFrame]:
    """Headings of the years that stand side by side, and what is saved in each and in all, in columns by their place;
    by a frame with a column per year.
    """
    years = saved.shape[1]
    told = years if years <= YEARS_TOLD else YEARS_TOLD - 1
    heads = [f"Year {year}" for year in range(1, told + 1)]
    parts = [saved.iloc[:, place] for place in range(told)]
    if told < years:
        heads.append(f"{told + 1} to {years}")
        parts.append(saved.iloc[:, told:].sum(axis=1))
    table = pd.concat([*parts, saved.sum(axis=1)], axis=1)
    return heads, table.set_axis([str(place) for place in range(len(parts) + 1)], axis=1)


def amount_column(head: str, name: str) -> Column:
    """A column of dollars, a dash where one is not known."""

    def cell(row: Mapping[Any, Any]) -> str:
        return "-" if row[name] != row[name] else exact_usd(row[name])

    return Column(head, cell, sum=lambda rows: "-" if rows[name].isna().any() else exact_usd(float(rows[name].sum())))


CHANGE = "change_usd_per_year"
FUND_COLUMNS = ("today_usd_per_year", "plan_usd_per_year", CHANGE, "reinvested_usd_per_year")


def _sums(table: pd.DataFrame) -> dict[str, float]:
    return {column: float(table[column].sum()) for column in FUND_COLUMNS}


def _fund(name: str, restricted: str, row: Mapping[Any, Any]) -> tuple[str, ...]:
    today, plan, spent = (exact_usd(row[column]) for column in FUND_COLUMNS if column != CHANGE)
    return name, restricted, today, plan, signed_usd(row[CHANGE]), spent
