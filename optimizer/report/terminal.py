"""Answers and comparisons as tables for a terminal; plain text when piped."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimizer.county.program_mapping import ProgramMap
from optimizer.plan.answer import Answer
from optimizer.plan.compare import Comparison, one_time_usd
from optimizer.plan.plan import Plan
from optimizer.report.words import exact_usd, plan_sentence, status_sentence, usd

MOST_ROWS = 15
"""Rows of a table that is shown in part; all of them are in the run folder."""


def show_answer(console: Console, answer: Answer) -> None:
    """One run: status, the plan in a paragraph, the moves worth most, money, limits that bind."""
    console.print(f"[bold]{escape(answer.title)}[/bold]")
    console.print(escape(answer.question))
    console.print(status_sentence(answer))
    if answer.plan is None:
        return
    console.print(plan_sentence(answer))
    console.print(_totals(answer.plan, "decision"))
    console.print(_moves(answer.plan))
    console.print(_cost_parts(answer.plan))
    console.print(_cash(answer.plan))
    console.print(_limits(answer.plan))


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
    broken = pd.DataFrame([{"rule": found.rule, "what": found.text} for found in answer.plan.violations])
    console.print(frame_table("Rules it breaks", broken.head(MOST_ROWS), len(broken)))


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Scenarios side by side, then what went in differently, what flips, and what is proved."""
    for answer in comparison.answers:
        console.print(f"[bold]{escape(answer.name)}[/bold]: {escape(answer.question)}")
    console.print(_measures(comparison))
    console.print(_inputs(comparison))
    console.print(_flips(comparison))
    console.print(_differences(comparison))


def show_map(console: Console, mapped: ProgramMap) -> None:
    """The Program Mapping picture."""
    console.print(
        f"Services worth {mapped.also_delivered_share:.1%} of {usd(mapped.total_usd_per_year)} a year are also delivered "
        f"by others, or could be shared or taken over; {mapped.leverageable_share:.1%} counting those that others "
        "would buy. This is a screening of overlaps, not a saving: what is worth moving is what `solve` tells."
    )
    titles = {
        "by organization": mapped.by_organization,
        "by department": mapped.by_department,
        "by mandate level": mapped.by_mandate_level,
        "by number of other providers": mapped.by_providers,
    }
    for title, table in titles.items():
        console.print(frame_table(title, table.head(MOST_ROWS), len(table)))


def frame_table(title: str, frame: pd.DataFrame, whole: int | None = None) -> Table:
    """A frame as a table: dollars and shares formatted by the ending of the column's name."""
    total = len(frame) if whole is None else whole
    more = f" (first {len(frame)} of {total})" if total > len(frame) else ""
    table = Table(title=escape(title) + more, title_justify="left")
    for column in frame.columns:
        number = pd.api.types.is_numeric_dtype(frame[column]) and frame[column].dtype != bool
        table.add_column(escape(str(column).replace("_", " ")), justify="right" if number else "left")
    for row in frame.itertuples(index=False):
        table.add_row(*(escape(_cell(str(name), value)) for name, value in zip(frame.columns, row, strict=True)))
    return table


def _cell(column: str, value: object) -> str:
    if value is None or (isinstance(value, float) and value != value):
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        if "usd" in column:
            return exact_usd(float(value))
        if "share" in column:
            return f"{value:.1%}"
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return str(value)


def _totals(plan: Plan, by: str) -> Table:
    grouped = plan.decisions.groupby(by, sort=False)
    table = grouped.agg(
        services=("service_id", "size"),
        today_usd_per_year=("today_usd_per_year", "sum"),
        plan_usd_per_year=("plan_usd_per_year", "sum"),
        saving_usd_per_year=("saving_usd_per_year", "sum"),
        one_time_usd=("transition_usd", "sum"),
        fte_displaced=("fte_displaced", "sum"),
    )
    table = table.sort_values("today_usd_per_year", ascending=False).reset_index()
    return frame_table(f"By {by.replace('_', ' ')}, without agreements and the fixed cost of pools", table)


def _moves(plan: Plan) -> Table:
    moved = plan.decisions[plan.decisions["decision"] != "keep"]
    moved = moved.sort_values(["saving_usd_per_year", "service_id"], ascending=[False, True])
    shown = moved.head(MOST_ROWS)
    table = pd.DataFrame(
        {
            "service": shown["name"],
            "department": shown["department"],
            "decision": shown["decision"],
            "with": shown["provider"],
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


def _cash(plan: Plan) -> Table:
    return frame_table("Cash by year, not discounted", plan.cash)


def _limits(plan: Plan) -> Table:
    bound = plan.limits[plan.limits["binds"]]
    order = bound["rule"].str.startswith("limits.").map({True: 0, False: 1})
    grouped = bound.assign(order=order).sort_values("order", kind="stable").groupby("rule", sort=False)
    table = pd.DataFrame(
        [
            {"rule": str(rule).removeprefix("limits."), "binds": len(rows), "for example": rows["text"].iloc[0]}
            for rule, rows in grouped
        ],
        columns=["rule", "binds", "for example"],
    )
    return frame_table("Limits that bind (1 % or less of them is left)", table)


def _measures(comparison: Comparison) -> Table:
    table = Table(title="Side by side", title_justify="left")
    table.add_column("")
    for answer in comparison.answers:
        table.add_column(escape(answer.name), justify="right")
    for row in comparison.measures.itertuples(index=False):
        measure, unit, *values = row
        column = "usd" if str(unit).startswith("USD") else str(unit)
        label = f"{measure} [{unit}]" if unit else str(measure)
        table.add_row(escape(label), *(escape(_cell(column, value)) for value in values))
    return table


def _inputs(comparison: Comparison) -> Table:
    inputs = comparison.inputs
    return frame_table("Inputs that differ", inputs.head(MOST_ROWS), len(inputs))


def _flips(comparison: Comparison) -> Table:
    flips = comparison.flips
    shown = [column for column in flips.columns if column in {a.name for a in comparison.answers}]
    columns = ["name", *shown, "worth_usd_per_year"]
    return frame_table("Services that flip, worth most first", flips[columns].head(MOST_ROWS), len(flips))


def _differences(comparison: Comparison) -> Table:
    return frame_table("Differences in present cost, and which are proved", comparison.differences)
