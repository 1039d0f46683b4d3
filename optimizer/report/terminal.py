"""Answers and comparisons as tables for a terminal; plain text when piped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimizer.county.program_mapping import ProgramMap
from optimizer.plan.answer import RULES, Answer
from optimizer.plan.compare import one_time_usd
from optimizer.plan.plan import Plan
from optimizer.report.frames import MOST_ROWS, frame_table
from optimizer.report.words import (
    freed_sentence,
    goal_sentences,
    plan_sentence,
    rules_sentence,
    status_sentence,
    usd,
)

SHARES_ADD_UP = "the cost if kept, less the share of the unit, less the service's own other costs, is saved"
"""How the table of the members of shared units adds up."""
MAP_ROWS = 8
"""Rows of each table of the Program Mapping picture."""


def show_answer(console: Console, answer: Answer, folder: Path | None = None, *, made_before: bool = False) -> None:
    """One run: status, the plan in a paragraph, the moves worth most, money, limits that bind, where it is kept."""
    console.print(f"[bold]{escape(answer.title)}[/bold]")
    if answer.question:
        console.print(escape(answer.question))
    console.print(status_sentence(answer))
    if answer.plan is None:
        return
    if RULES in answer.settings:
        console.print(escape(rules_sentence(answer)))
    console.print(plan_sentence(answer))
    for sentence in goal_sentences(answer):
        console.print(sentence)
    if not answer.plan.proposals.empty:
        console.print(freed_sentence(answer))
    for table in plan_tables(answer.plan):
        console.print(table)
    if folder is not None:
        again = " (made before; --fresh searches again)" if made_before else ""
        console.print(f"Everything else, with every assumption and its origin: {folder}{again}")


def plan_tables(plan: Plan) -> Iterator[Table]:
    """The tables of one plan; those that would be empty are left out."""
    yield _totals(plan, "decision")
    if plan.decisions["moved"].any():
        yield _moves(plan)
    for title, frame in _optional_tables(plan).items():
        if not frame.empty:
            yield frame_table(title, frame.head(MOST_ROWS), len(frame))
    yield _cost_parts(plan)
    yield _years(plan)
    yield _limits(plan)


def _optional_tables(plan: Plan) -> dict[str, pd.DataFrame]:
    ended = plan.decisions[plan.decisions["decision"] == "exit"]
    served = plan.places.rename(columns={"coverage": "coverage_share", "lost_by_exit": "lost_by_exit_share"})
    served = served[(served["coverage_share"] < 1.0) & (len(served) > 1)]
    spent = plan.proposals[plan.proposals["share_done"] > 0].drop(columns=["proposal_id", "score"])
    sold = plan.sales.drop(columns=["sale_id", "service_id", "org_id", "estimated"])
    shares = plan.members.drop(columns=["pool_id", "service_id"])
    return {
        "Ended services: what the plan stops": ended[
            ["name", "department", "gross_usd_per_year", "saving_usd_per_year"]
        ],
        "Kept and sold to neighbours": sold,
        f"Shared units: what each member bears; {SHARES_ADD_UP}": shares,
        "Coverage by place, all services together (1 is today's)": served,
        "By fund: what is freed, and what is put back": plan.funds[
            (plan.funds["today_usd_per_year"] - plan.funds["plan_usd_per_year"]).abs() > 0.5
        ],
        "Bought with freed money": spent,
    }


def show_totals(console: Console, plan: Plan, by: Iterable[str]) -> None:
    """Totals per department, fund or organization."""
    for column in by:
        console.print(_totals(plan, column))


def show_rule_table(console: Console, answer: Answer, categories: pd.DataFrame) -> None:
    """The rule table's plan: categories, what it would cost, what it breaks."""
    assert answer.plan is not None
    show_answer(console, answer)
    counted = categories.groupby(["category", "recommendation", "decision"]).size().rename("services").reset_index()
    console.print(frame_table("Categories", counted))
    broken = pd.DataFrame([(found.rule, found.text) for found in answer.plan.violations], columns=["rule", "text"])
    rows = [
        {"rule": rule, "times": len(cases), "for example": cases["text"].iloc[0]}
        for rule, cases in broken.groupby("rule", sort=False)
    ]
    console.print(frame_table("Rules it breaks", pd.DataFrame(rows)))


def show_map(console: Console, mapped: ProgramMap) -> None:
    """The Program Mapping picture."""
    console.print(
        f"Services worth {mapped.also_delivered_share:.1%} of {usd(mapped.total_usd_per_year)} a year are also "
        f"delivered by others, or could be shared or taken over; {mapped.leverageable_share:.1%} counting those that "
        "others would buy. This is a screening of overlaps, not a saving: what is worth moving is what `solve` tells."
    )
    titles = {
        "By organization": mapped.by_organization[["name", "kind", "services", "gross_usd_per_year", "share"]],
        "By department": mapped.by_department,
        "By mandate level": mapped.by_mandate_level,
        "By number of other providers": mapped.by_providers,
    }
    for title, table in titles.items():
        console.print(frame_table(title, table.head(MAP_ROWS), len(table)))


def _totals(plan: Plan, by: str) -> Table:
    table = plan.totals[plan.totals["by"] == by].drop(columns=["by", "gross_usd_per_year", "fte"])
    table = table.rename(columns={"name": by})
    return frame_table(f"By {by} (adds up to the plan)", table)


def _moves(plan: Plan) -> Table:
    moved = plan.decisions[plan.decisions["moved"]]
    moved = moved.sort_values(["saving_usd_per_year", "service_id"], ascending=[False, True])
    shown = moved.head(MOST_ROWS)
    table = pd.DataFrame(
        {
            "service": shown["name"],
            "department": shown["department"],
            "decision": shown["decision"],
            "with": shown["provider"],
            "starts in year": shown["start_year"],
            "today_usd": shown["today_usd_per_year"],
            "saving_usd_a_year": shown["saving_usd_per_year"],
            "once_usd": shown["transition_usd"],
            "payback years": shown["payback_years"],
            "terms": ["estimated" if marks else "quoted" for marks in shown["estimated"]],
        }
    )
    return frame_table("Moves, the one that saves most first", table, len(moved))


def _cost_parts(plan: Plan) -> Table:
    parts = plan.costs.groupby("part", sort=False)["present_usd"].sum().reset_index()
    total = pd.DataFrame({"part": ["present cost of the plan"], "present_usd": [plan.cost_usd]})
    return frame_table(
        f"Present cost by part (one-time: {usd(one_time_usd(plan))})", pd.concat([parts, total], ignore_index=True)
    )


def _years(plan: Plan) -> Table:
    """Roadmap and cash by year; columns in which nothing happens are left out."""
    years = plan.years.merge(plan.cash[["year", "today_usd", "plan_usd"]], on="year")
    money = ["today_usd", "plan_usd", "saving_usd", "cumulative_saving_usd"]
    counts = [column for column in plan.years if column not in ("year", *money) and years[column].abs().sum() > 0]
    return frame_table("Year by year: what starts, and cash, not discounted", years[["year", *counts, *money]])


def _limits(plan: Plan) -> Table:
    bound = plan.limits[plan.limits["binds"] | plan.limits["broken"]]
    order = bound["rule"].str.startswith("limits.").map({True: 0, False: 1})
    ordered = bound.assign(order=order).sort_values(["order"], kind="stable")
    table = pd.DataFrame(
        [
            {
                "rule": str(rule).removeprefix("limits."),
                "state": "broken" if broken else "binds",
                "times": len(rows),
                "for example": rows["text"].iloc[0],
            }
            for (rule, broken), rows in ordered.groupby(["rule", "broken"], sort=False)
        ],
        columns=["rule", "state", "times", "for example"],
    )
    title = "Limits that bind (1 % or less of them is left)"
    return frame_table(f"Limits that are broken; {title.lower()}" if bound["broken"].any() else title, table)
