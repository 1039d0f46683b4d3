"""A comparison of regions, for a terminal and as plain data."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimizer.county.county import TABLES
from optimizer.plan.compare import one_time_usd
from optimizer.plan.compare_regions import RegionComparison, same_region, unlike_regions
from optimizer.plan.region import RegionAnswer
from optimizer.report.export import frame_data
from optimizer.report.frames import cell, frame_table
from optimizer.report.region_words import region_proof_word, without_plan_sentence

FLIPS_EACH = 5
"""Flips shown per scenario; --json has all."""
LONGEST_VALUE = 40
"""Letters of an input's value that are shown."""


def show_region_comparison(console: Console, comparison: RegionComparison) -> None:
    """Questions, inputs that differ, flips, every county, what is proved, and last the regions side by side."""
    first = comparison.answers[0]
    for number, answer in enumerate(comparison.answers):
        console.print(f"[bold]{_letter(number)}  {escape(answer.title)}.[/bold] {escape(answer.question)}")
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


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"A{number}"


def _inputs(comparison: RegionComparison) -> Table:
    """What each scenario changes against the first; cells of one column, locks and bans by number and example."""
    first, rows = comparison.answers[0].name, []
    inputs = comparison.inputs.assign(group=[_group(str(path)) for path in comparison.inputs["input"]])
    for answer in comparison.answers[1:]:
        differs = inputs[inputs[first].map(repr) != inputs[answer.name].map(repr)]
        for (county, group), cells in differs.groupby(["county", "group"], sort=False):
            one = cells.iloc[0]
            count = "" if len(cells) == 1 else f" ({len(cells)} of them, for example {one['input']})"
            values = {first: _short(one[first]), "in the scenario": _short(one[answer.name])}
            rows.append({"scenario": answer.name, "county": county, "input": f"{group}{count}", **values})
    table = pd.DataFrame(rows, columns=["scenario", "county", "input", first, "in the scenario"])
    return frame_table(f"Inputs that differ from {first}", table, names={first})


def _group(path: str) -> str:
    """Cells of a table by table and column, bans by what they forbid, locks together, settings by themselves."""
    table, _, rest = path.partition(".")
    if table == "lock":
        return table
    return f"{table}.{rest.rpartition('.')[2]}" if table in (*TABLES, "forbid") and "." in rest else path


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else cell("", value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def _flips(comparison: RegionComparison) -> Table:
    """Services decided otherwise than in the first scenario, the ones worth most of each scenario."""
    first, flips = comparison.answers[0].name, comparison.flips
    columns = ["scenario", "county", "service", first, "in the scenario", "change usd a year"]
    rows, counts = [], []
    for answer in comparison.answers[1:]:
        if answer.name not in flips or first not in flips:
            continue
        turned = flips[flips[first] != flips[answer.name]]
        change = (turned[f"{answer.name}_usd_per_year"] - turned[f"{first}_usd_per_year"]).astype("float64")
        counts.append(f"{answer.name} {len(turned)}")
        for place in change.abs().sort_values(ascending=False, kind="stable").index[:FLIPS_EACH]:
            service = turned.loc[place, ["county", "name", first, answer.name]]
            rows.append((answer.name, *service, change[place]))
    title = (
        f"Services decided otherwise than in {first} ({', '.join(counts) or 'none'}), worth most first; "
        "agreements and what shared units cost are not in it"
    )
    return frame_table(title, pd.DataFrame(rows, columns=columns), names={first})


def _differences(comparison: RegionComparison) -> Table:
    """Against the first scenario, per year."""
    first, found = comparison.answers[0].name, comparison.differences
    found = found[found["from"] == first]
    table = pd.DataFrame({"scenario": found["to"]})
    for column in ("change", "least", "most"):
        table[f"{column} usd a year"] = found[f"{column}_usd_per_year"].astype("float64")
    table["proved"] = found["proved"].map({True: "yes", False: "no"})
    title = f"Cost of the region against {first}: proved where the intervals do not overlap; of no single county"
    return frame_table(title, table)


def _side_by_side(comparison: RegionComparison) -> Table:
    """One row per scenario; dollars per year are yearly equivalents over the horizon, one-time costs included."""
    rows = [_figures(number, answer) for number, answer in enumerate(comparison.answers)]
    title = "Side by side, net of revenue (a year: averaged over the horizon, one-time costs included)"
    return frame_table(title, pd.DataFrame(rows))


def _figures(number: int, answer: RegionAnswer) -> dict[str, object]:
    named: dict[str, object] = {"": _letter(number), "scenario": answer.name, "answer": region_proof_word(answer)}
    plan, annuity, alone_usd = answer.plan, answer.annuity, sum(answer.alone_usd.values())
    whole = len(answer.alone_usd) == len(answer.counties)
    named |= {"counties": len(answer.counties), "alone usd a year": alone_usd / annuity if whole else None}
    if plan is None:
        return named
    today_usd = sum(own.today_usd for own in plan.plans.values())
    return named | {
        "usd a year": plan.cost_usd / annuity,
        "saved usd": (today_usd - plan.cost_usd) / annuity,
        "worth usd": None if plan.value_usd is None else plan.value_usd / annuity,
        "once usd": sum(one_time_usd(own) for own in plan.plans.values()),
        "traded": len(plan.trades),
        "pooled": len(plan.pools),
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
