"""The answer for a region on a terminal: what planning together is worth, county by county, and what is shared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.markup import escape

from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.export import frame_data, plan_data
from optimizer.report.frames import frame_table
from optimizer.report.words import found_sentence, no_plan_sentence, usd

NO_PLAN_ALONE = "no plan alone"


def show_region(console: Console, answer: RegionAnswer, folder: Path) -> None:
    """Status, the value of planning together, every county, trades, shared pools, and what each county does."""
    plan = answer.plan
    console.print(f"[bold]{escape(answer.title)}[/bold]")
    console.print(escape(answer.question))
    console.print(region_status(answer))
    if plan is None:
        return
    console.print(value_sentence(plan))
    console.print(frame_table("County by county, net of revenue, averaged over the horizon", _by_county(plan)))
    for title, table in (
        ("Services sold from county to county", plan.trades),
        ("Shared units: who bears what", _shares(plan)),
    ):
        if not table.empty:
            console.print(frame_table(title, table))
    console.print(frame_table("What each county decides", decisions_by_county(plan)))
    console.print(f"Every county's own run, and everything else: {folder}")


def _by_county(plan: RegionPlan) -> pd.DataFrame:
    """The table of the counties, in words where a county has no plan alone."""
    table = plan.by_county()
    without = table["county"].isin(plan.without_plan_alone)
    if without.any():
        table["alone_usd_per_year"] = table["alone_usd_per_year"].astype(object).mask(without, NO_PLAN_ALONE)
    return table


def _shares(plan: RegionPlan) -> pd.DataFrame:
    return plan.pools.drop(columns=["pool_id", "service_id", "own_usd_per_year"])


def decisions_by_county(plan: RegionPlan) -> pd.DataFrame:
    """Services by county and decision, and the one-time cost of each county's plan."""
    rows = []
    for name, own in plan.plans.items():
        counts = own.decisions["decision"].value_counts()
        rows.append({"county": name, **counts.to_dict(), "one_time_usd": own.roadmap["one_time_usd"].sum()})
    table = pd.DataFrame(rows).fillna(0)
    counted = [column for column in table if column not in ("county", "one_time_usd")]
    return table.astype(dict.fromkeys(counted, "int64"))[["county", *counted, "one_time_usd"]]


def region_status(answer: RegionAnswer) -> str:
    """What kind of answer this is, in the words used for a county's."""
    plan, stopped = answer.plan, answer.stopped
    if plan is None:
        return no_plan_sentence(stopped)
    return found_sentence(stopped, None if plan.bound_usd is None else plan.sought_usd - plan.bound_usd)


def value_sentence(plan: RegionPlan) -> str:
    """What planning together is worth, in one sentence."""
    if plan.value_usd is None:
        missing = ", ".join(plan.without_plan_alone)
        return f"Alone, no plan was found for {missing}; what planning together is worth cannot be told."
    value = plan.value_usd / next(iter(plan.plans.values())).annuity
    worse = [name for name, own in plan.plans.items() if own.cost_usd > plan.alone_usd[name] + 0.5]
    who = f" {', '.join(worse)} would pay more than alone." if worse else " No county pays more than alone."
    return f"Planning together is worth {usd(value)} a year more than every county's best plan alone.{who}"


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
