"""Money of a comparison: what every scenario costs and saves, how it decides, and the bridge between any two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from optimizer.counts import count_of
from optimizer.county.terms import Decision
from optimizer.report.html.parts import Pairs, Picture, Section
from optimizer.report.html.tables import table_of
from optimizer.report.pictures.bars import amounts_picture, stacked_picture
from optimizer.report.pictures.drawing import DECISIONS
from optimizer.report.pictures.lines import intervals_picture
from optimizer.report.words import exact_usd, usd


def costs_section(table: pd.DataFrame) -> Section:
    """What every scenario's plan costs and saves, by a `costs_table`; those without a plan are in the table alone."""
    held = table[table["cost_usd_per_year"].notna()]
    drawn = [
        (str(name), None if least != least else float(least), float(cost))
        for name, cost, least in held[["scenario", "cost_usd_per_year", "least_usd_per_year"]].itertuples(index=False)
    ]
    saved = [
        (str(name), float(usd_)) for name, usd_ in held[["scenario", "saving_usd_per_year"]].itertuples(index=False)
    ]
    cheapest = min(drawn, key=lambda row: row[2])
    most = max(saved, key=lambda row: row[1])
    heads = {
        "cost_usd_per_year": "Cost ($ a year)",
        "least_usd_per_year": "No plan costs less than ($ a year)",
        "answer": "How sure",
    }
    return Section(
        "costs",
        "What each costs and saves",
        ("Yearly equivalents, net of revenue, one-time costs in them. A line to the left of a dot is what is not "
         "proved: a plan may exist that costs so much less.",),
        (
            Picture(
                "costs-picture",
                f"{cheapest[0]} costs least, {usd(cheapest[2])} a year",
                f"A dot for the cost of {_each_of(len(drawn))}. {cheapest[0]} costs least, "
                f"{exact_usd(cheapest[2])} a year.",
                intervals_picture(drawn, "Cost, $ a year (the axis does not begin at 0)"),
            ),
            Picture(
                "saved-picture",
                f"{most[0]} saves most against its own today, {usd(most[1])} a year",
                f"A bar for what {_each_of(len(saved))} saves against keeping everything under its own inputs. "
                f"Most: {most[0]}, {exact_usd(most[1])} a year.",
                amounts_picture(saved, "Saved, $ a year, against keeping everything"),
            ),
            table_of(table, "costs-table", "Cost and saving by scenario", heads=heads),
        ),
    )  # fmt: skip


def _each_of(scenarios: int) -> str:
    return "the one scenario that has a plan" if scenarios == 1 else f"each of {scenarios} scenarios"


def decisions_section(decided: Mapping[str, pd.Series]) -> Section:
    """How many services every plan decides in which way: decisions by the scenario's name."""
    counts = pd.DataFrame(
        {name: decisions.value_counts() for name, decisions in decided.items()}, dtype="float64"
    ).fillna(0.0)
    used = [str(decision) for decision in Decision if str(decision) in counts.index]
    table = counts.reindex(used).T.astype("int64").rename_axis("scenario").reset_index()
    changing = [decision for decision in used if decision != "keep"]
    blocks: list[Picture] = []
    if changing:
        totals = table[changing].sum(axis=1)
        most = int(totals.to_numpy().argmax())
        blocks.append(
            Picture(
                "decisions-picture",
                "Services that are not simply kept, by what is decided",
                f"Stacked bars for {count_of(len(table), 'scenario')}. Most are changed by {table['scenario'][most]}: "
                f"{count_of(int(totals[most]), 'service')}.",
                stacked_picture(
                    table["scenario"].tolist(),
                    {decision: table[decision].astype(float).tolist() for decision in changing},
                    DECISIONS,
                    "Services",
                    0,
                ),
            )
        )
    shown = table_of(table, "decisions-table", "Services by what is decided")
    return Section("decisions", "What each decides", (), (*blocks, shown))


def bridges_section(table: pd.DataFrame, answers: Sequence[str]) -> Section | None:
    """The bridge between any two plans of the same, which the reader chooses, by the `table` of all pairs; None: there
    are no two. `answers` are the names of all scenarios in their order.
    """
    if table.empty:
        return None
    heads = {
        "from": "From",
        "to": "To",
        "from_usd_per_year": "The first costs ($ a year)",
        "to_usd_per_year": "The second costs ($ a year)",
    }
    steps = {str(name): f"{name}_usd_per_year" for name in table if name not in heads}
    named = {*table["from"], *table["to"]}
    names = tuple(name for name in answers if name in named)
    return Section(
        "bridges",
        "The bridge between any two plans",
        ("What makes one plan dearer or cheaper than the other, service by service: the steps add up to the "
         "difference. A plus is what the second costs more.",),
        (
            Pairs("pairs", "pairs-table", names),
            table_of(table.rename(columns=steps), "pairs-table", "Every two plans ($ a year)",
                     heads=heads | {column: step for step, column in steps.items()}),
        ),
    )  # fmt: skip
