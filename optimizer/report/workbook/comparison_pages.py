"""The sheets of a comparison: side by side, what is proved, flips, and inputs that differ."""

from __future__ import annotations

import pandas as pd

from optimizer.plan.compare import Comparison
from optimizer.report.words import proof_word
from optimizer.report.workbook.page import Block, Chart, Page

COST = "Cost side by side"


def comparison_pages(comparison: Comparison) -> list[Page]:
    """Sheets of a comparison; scenarios are named by their own names."""
    names = tuple(answer.name for answer in comparison.answers)
    flips = comparison.flips
    of_scenarios = (*names, *(f"{name}_usd_per_year" for name in names))
    return [
        Page("Summary", ("Scenarios compared", *_questions(comparison)), (_costs(comparison),)),
        Page("Side by side", (), (Block("Every figure", comparison.measures, names=names),)),
        Page(
            "Differences", (), (Block("Cost between every two scenarios, and what is proved", comparison.differences),)
        ),
        Page("Decided otherwise", (), (Block("Services that are not decided alike", flips, names=of_scenarios),)),
        Page(
            "Inputs", (), (Block("Settings and cells that are not the same in all", _texts(comparison), names=names),)
        ),
    ]


def _questions(comparison: Comparison) -> list[str]:
    return [f"{answer.name}: {answer.title}. {answer.question}" for answer in comparison.answers]


def _costs(comparison: Comparison) -> Block:
    rows = [
        (
            answer.name,
            proof_word(answer),
            plan.cost_usd / plan.annuity if plan else None,
            plan.saving_usd_per_year if plan else None,
        )
        for answer in comparison.answers
        for plan in [answer.plan]
    ]
    table = pd.DataFrame(rows, columns=["scenario", "answer", "cost_usd_per_year", "saving_usd_per_year"])
    return Block(COST, table, chart=Chart("bar", "Saved a year", "scenario", ("saving_usd_per_year",)))


def _texts(comparison: Comparison) -> pd.DataFrame:
    return comparison.inputs.astype(object).map(lambda value: "" if value is None or value != value else str(value))
