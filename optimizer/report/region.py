"""The answer for a region on a terminal: what planning together is worth, county by county, and what is shared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from optimizer.plan.compare import one_time_usd
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.export import frame_data, plan_data
from optimizer.report.frames import frame_table
from optimizer.report.region_words import NO_PLAN_ALONE, region_status, value_sentence, without_plan_sentence
from optimizer.report.terminal import SHARES_ADD_UP


def show_region(console: Console, answer: RegionAnswer, folder: Path, *, made_before: bool = False) -> None:
    """Status, the value of planning together, every county, trades, shared pools, and what each county does."""
    plan = answer.plan
    console.print(f"[bold]{escape(answer.title)}[/bold]")
    if answer.question:
        console.print(escape(answer.question))
    console.print(region_status(answer))
    if plan is None:
        console.print(escape(without_plan_sentence(answer)))
        return
    console.print(escape(value_sentence(answer)))
    console.print(frame_table("County by county, net of revenue, averaged over the horizon", _by_county(plan)))
    for title, table in (
        ("Services sold from county to county", plan.trades),
        (f"Shared units: who bears what; {SHARES_ADD_UP}", _shares(plan)),
    ):
        if not table.empty:
            console.print(frame_table(title, table))
    console.print(frame_table("What each county decides", decisions_by_county(plan)))
    again = " (made before; --fresh searches again)" if made_before else ""
    console.print(f"Every county's own run, and everything else: {folder}{again}")


def _by_county(plan: RegionPlan) -> pd.DataFrame:
    """The table of the counties, in words where a county has no plan alone."""
    table = plan.by_county()
    without = table["county"].isin(plan.without_plan_alone)
    if without.any():
        table["alone_usd_per_year"] = table["alone_usd_per_year"].astype(object).mask(without, NO_PLAN_ALONE)
    return table


def _shares(plan: RegionPlan) -> pd.DataFrame:
    return plan.pools.drop(columns=["pool_id", "service_id"])


def decisions_by_county(plan: RegionPlan) -> pd.DataFrame:
    """Services by county and decision, and the one-time cost of each county's plan."""
    rows = []
    for name, own in plan.plans.items():
        counts = own.decisions["decision"].value_counts()
        rows.append({"county": name, **counts.to_dict(), "one_time_usd": one_time_usd(own)})
    table = pd.DataFrame(rows).fillna(0)
    counted = [column for column in table if column not in ("county", "one_time_usd")]
    return table.astype(dict.fromkeys(counted, "int64"))[["county", *counted, "one_time_usd"]]


def region_data(answer: RegionAnswer, folder: Path) -> dict[str, Any]:
    """The run of a region as plain data."""
    plan = answer.plan
    named = {
        "name": answer.name,
        "title": answer.title,
        "question": answer.question,
        "stopped": str(answer.stopped),
        "holds_plan": plan is not None,
        "run": str(folder),
        "alone_usd": dict(answer.alone_usd),
    }
    if plan is None:
        return named | {"plan": None}
    return named | {
        "plan": {
            "cost_usd": plan.cost_usd,
            "bound_usd": plan.bound_usd,
            "alone_usd": dict(plan.alone_usd),
            "by_county": frame_data(plan.by_county()),
            "trades": frame_data(plan.trades),
            "pools": frame_data(plan.pools),
            "counties": {name: plan_data(own) for name, own in plan.plans.items()},
        }
    }
