"""A comparison of regions, for a terminal and as plain data."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimizer.plan.compare_regions import RegionComparison, same_region, unlike_regions
from optimizer.plan.region import RegionAnswer
from optimizer.report.differing import flips_table, input_rows, inputs_table, letter
from optimizer.report.export import frame_data
from optimizer.report.frames import frame_table
from optimizer.report.region_words import region_proof_word, without_plan_sentence
from optimizer.report.rows import rows_of
from optimizer.report.words import proved_word

FLIPS_EACH = 5
"""Flips shown per scenario; --json has all."""


def show_region_comparison(console: Console, comparison: RegionComparison) -> None:
    """Questions, inputs that differ, flips, every county, what is proved, and last the regions side by side."""
    first = comparison.answers[0]
    for number, answer in enumerate(comparison.answers):
        console.print(f"[bold]{letter(number)}  {escape(answer.title)}.[/bold] {escape(answer.question)}".rstrip())
        apart = unlike_regions(first, answer)
        if apart:
            proved = "" if same_region(first, answer) else ", so that nothing of the difference is proved"
            console.print(escape(f"   Compared with {first.name}: {'; '.join(apart)}{proved}."))
        if answer.plan is None:
            console.print(escape(f"   {without_plan_sentence(answer)}"))
    console.print(_inputs(comparison))
    console.print(_flips(comparison))
    console.print(frame_table("County by county, net of revenue, averaged over the horizon", comparison.counties))
    console.print(_differences(comparison))
    console.print(_side_by_side(comparison))
    console.print(
        "alone: every county's best plan alone, added up. worth: what planning together saves against that. once: "
        "one-time costs. traded: services sold from county to county. pooled: services in shared units."
    )


def _inputs(comparison: RegionComparison) -> Table:
    """What each scenario changes against the first, county by county."""
    first, rows = comparison.answers[0].name, []
    for answer in comparison.answers[1:]:
        for county, inputs in comparison.inputs.groupby("county", sort=False):
            rows += [row | {"county": county} for row in input_rows(inputs, first, answer.name)]
    return inputs_table(rows, first, ["county"])


def _flips(comparison: RegionComparison) -> Table:
    names = [answer.name for answer in comparison.answers]
    return flips_table(comparison.flips, names, FLIPS_EACH, "agreements and what shared units cost", ["county"])


def _differences(comparison: RegionComparison) -> Table:
    """Against the first scenario, per year."""
    first, found = comparison.answers[0].name, comparison.differences
    found = found[found["from"] == first]
    table = pd.DataFrame({"scenario": found["to"]})
    for column in ("change", "least", "most"):
        table[f"{column} usd a year"] = found[f"{column}_usd_per_year"].astype("float64")
    table["proved"] = [proved_word(row) for row in rows_of(found)]
    title = f"Cost of the region against {first}: proved where the intervals do not overlap; of no single county"
    return frame_table(title, table)


def _side_by_side(comparison: RegionComparison) -> Table:
    """One row per scenario; dollars per year are yearly equivalents over the horizon, one-time costs included."""
    measures = comparison.measures.set_index("measure")
    rows = [_figures(number, answer, measures[answer.name]) for number, answer in enumerate(comparison.answers)]
    title = "Side by side, net of revenue (a year: averaged over the horizon, one-time costs included)"
    return frame_table(title, pd.DataFrame(rows))


def _figures(number: int, answer: RegionAnswer, measures: pd.Series) -> dict[str, object]:
    named: dict[str, object] = {"": letter(number), "scenario": answer.name, "answer": region_proof_word(answer)}
    alone = measures.get("yearly equivalent cost of all plans alone")
    named |= {"counties": len(answer.counties), "alone usd a year": alone}
    if answer.plan is None:
        return named
    return named | {
        "usd a year": measures["yearly equivalent cost"],
        "saved usd": measures["yearly equivalent saving"],
        "worth usd": measures["worth of planning together"],
        "once usd": measures["one-time cost"],
        "traded": measures["services sold from county to county"],
        "pooled": measures["services in shared units"],
    }


def region_comparison_data(comparison: RegionComparison) -> dict[str, Any]:
    """A comparison of regions as plain data: every table."""
    return {
        "scenarios": [
            {"name": answer.name, "question": answer.question, "stopped": str(answer.stopped)}
            for answer in comparison.answers
        ],
        "measures": frame_data(comparison.measures),
        "counties": frame_data(comparison.counties),
        "inputs": frame_data(comparison.inputs),
        "flips": frame_data(comparison.flips),
        "differences": frame_data(comparison.differences),
    }
