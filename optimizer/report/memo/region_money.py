"""The fiscal effect of the recommended option on every county: on average, year by year, and by fund."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.plan.region import RegionPlan
from optimizer.report.documents.blocks import Block, Grid, Heading, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.documents.tabling import Column
from optimizer.report.memo.by_county import by_county
from optimizer.report.memo.money import FUND_LETTERS, funds_grid
from optimizer.report.memo.region_asked import RegionAsked
from optimizer.report.memo.region_options import FEW
from optimizer.report.reasons.region import freed_sentence_of
from optimizer.report.region_tables import joined, shares_table
from optimizer.report.words import count_of, exact_usd

YEARS_TOLD = 6
"""Years that stand side by side; more are summed in the last column."""


def region_money(asked: RegionAsked, plan: RegionPlan) -> Iterator[Block]:
    """What it costs and saves in every county, year and fund."""
    names = asked.names
    yield Heading("Fiscal effect of A")
    counties = _counties(plan, names)
    yield replace(counties, rest=None) if len(names) <= FEW else counties
    yield _saved_by_year(plan, names)
    funds = joined(plan, "funds", names)
    half = FUND_LETTERS // 2
    called = [f"{short(row['fund'], half)}, {short(row['county'], half)}"
              for row in funds.to_dict("records")]  # fmt: skip
    yield funds_grid(funds.assign(fund=called))
    yield Paragraph(f"{_once(plan)} {freed_sentence_of(plan)}")


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
        (_amount(head, name) for name, head in columns.items()),
        table,
        3,
    )


def _amount(head: str, name: str) -> Column:
    def cell(row: Mapping[Any, Any]) -> str:
        return "-" if row[name] != row[name] else exact_usd(row[name])

    return Column(head, cell, sum=lambda rows: "-" if rows[name].isna().any() else exact_usd(float(rows[name].sum())))


def _saved_by_year(plan: RegionPlan, names: Mapping[str, str]) -> Grid:
    years = len(next(iter(plan.plans.values())).cash)
    told = years if years <= YEARS_TOLD else YEARS_TOLD - 1
    rows = []
    for key, own in plan.plans.items():
        saved = own.cash["saving_usd"].to_list()
        later = [sum(saved[told:])] if told < years else []
        rows.append((names[key], *saved[:told], *later, sum(saved)))
    heads = [f"Year {year}" for year in range(1, told + 1)] + ([f"{told + 1} to {years}"] if told < years else [])
    table = pd.DataFrame(rows, columns=["county", *map(str, range(len(heads) + 1))])
    columns = [_amount(head, str(place)) for place, head in enumerate([*heads, "In all"])]
    return by_county("Saved in each year by county, cash, not discounted", columns, table, 2)


def _once(plan: RegionPlan) -> str:
    """What is spent once, year by year."""
    years = joined(plan, "years", {}).groupby("year")[["one_time_usd", "moves", "ended"]].sum()
    begun = [
        f"year {year}: {exact_usd(row['one_time_usd'])} once and {int(row['moves'] + row['ended']):,} moves started"
        for year, row in years.iterrows()
        if row["one_time_usd"] >= 0.5 or row["moves"] or row["ended"]
    ]
    told = f"; {count_of(len(begun) - YEARS_TOLD, 'more year')} in the workbook" if len(begun) > YEARS_TOLD else ""
    return f"In all counties, {'; '.join(begun[:YEARS_TOLD])}{told}." if begun else "Nothing is spent once."
