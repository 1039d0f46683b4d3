"""The fiscal effect of the recommended option on every county: on average, year by year, and by fund."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.region import RegionPlan
from optimizer.report.documents.blocks import Block, Grid, Heading, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.memo.by_county import by_county
from optimizer.report.memo.money import (
    FUND_LETTERS,
    YEARS_TOLD,
    amount_column,
    fund_years_grid,
    funds_grid,
    told_years,
)
from optimizer.report.memo.region_asked import RegionAsked
from optimizer.report.reasons.region import freed_sentence_of
from optimizer.report.region_tables import joined, shares_table
from optimizer.report.words import exact_usd

FUNDS_TOLD = 3
"""Funds that are told in a sentence where a table has no room."""


def region_money(asked: RegionAsked, plan: RegionPlan) -> Iterator[Block]:
    """What it costs and saves in every county, year and fund."""
    names = asked.names
    yield Heading("Fiscal effect of A")
    yield _counties(plan, names)
    yield _saved_by_year(plan, names)
    funds = joined(plan, "funds", names)
    cash = joined(plan, "fund_cash", names)
    several = cash["year"].nunique() > 1
    # there may be no room for both tables
    shorter = _funds_in_a_sentence(funds.assign(fund=_called(funds))) if several else None
    yield replace(funds_grid(funds.assign(fund=_called(funds))), instead=shorter)
    if several:
        yield fund_years_grid(cash.assign(fund=_called(cash)))
    yield Paragraph(f"{_once(plan)} {freed_sentence_of(plan)}")


def _funds_in_a_sentence(funds: pd.DataFrame) -> Paragraph:
    """Net cost of the funds that change most, and of all others, where a table has no room."""
    columns = ["today_usd_per_year", "plan_usd_per_year"]
    change = (funds[columns[1]] - funds[columns[0]]).abs().sort_values(ascending=False, kind="stable")
    ordered = funds.loc[change.index]
    told = [(str(fund), *usd) for fund, *usd in ordered[["fund", *columns]].head(FUNDS_TOLD).itertuples(index=False)]
    others = ordered[columns].iloc[FUNDS_TOLD:]
    if len(others):
        told.append((count_of(len(others), "other fund"), *others.sum()))
    texts = (f"{name} {exact_usd(plan)} instead of {exact_usd(today)}" for name, today, plan in told)
    return Paragraph(f"{'; '.join(texts)}.", lead="By fund, net cost a year on average over the horizon:")


def _called(table: pd.DataFrame) -> list[str]:
    """Funds by their names and their counties'."""
    half = FUND_LETTERS // 2
    return [f"{short(row['fund'], half)}, {short(row['county'], half)}" for row in table.to_dict("records")]


def _counties(plan: RegionPlan, names: Mapping[str, str]) -> Grid:
    table = shares_table(plan, names)
    columns = {
        "today_usd_per_year": "Today",
        "alone_usd_per_year": "Best plan alone",
        "together_usd_per_year": "With A",
        "saved_together_usd_per_year": "Saved",
        "gain_usd_per_year": "Gain by planning together",
    }
    return by_county(
        "By county, net cost a year on average over the horizon; a minus in the last column: it pays more than alone",
        (amount_column(head, name) for name, head in columns.items()),
        table,
        3,
    )


def _saved_by_year(plan: RegionPlan, names: Mapping[str, str]) -> Grid:
    saved = pd.DataFrame({names[key]: own.cash["saving_usd"] for key, own in plan.plans.items()}).T
    heads, table = told_years(saved)
    columns = [amount_column(head, str(place)) for place, head in enumerate([*heads, "In all"])]
    shown = table.rename_axis("county").reset_index()
    return by_county("Saved in each year by county, cash, not discounted", columns, shown, 2)


def _once(plan: RegionPlan) -> str:
    """What is spent once, year by year."""
    years = joined(plan, "years", {}).groupby("year")[["one_time_usd", "moves", "ended"]].sum()
    begun = [
        f"year {year}: {exact_usd(row['one_time_usd'])} once and "
        f"{count_of(int(row['moves'] + row['ended']), 'move')} started"
        for year, row in years.iterrows()
        if row["one_time_usd"] >= 0.5 or row["moves"] or row["ended"]
    ]
    told = f"; {count_of(len(begun) - YEARS_TOLD, 'more year')} in the workbook" if len(begun) > YEARS_TOLD else ""
    return f"In all counties, {'; '.join(begun[:YEARS_TOLD])}{told}." if begun else "Nothing is spent once."
