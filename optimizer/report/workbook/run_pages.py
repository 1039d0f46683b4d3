"""The sheets of one run: the answer, every decision, money by year, totals, limits, and all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from optimizer.plan.answer import RULES, Answer, county_label
from optimizer.plan.plan import Plan
from optimizer.report.origins import known_of
from optimizer.report.reasons.whole import detail_sentences, lead_sentences
from optimizer.report.words import rules_sentence, status_sentence
from optimizer.report.workbook.estimates import estimate_table
from optimizer.report.workbook.page import Block, Chart, Check, Page
from optimizer.scenario.layers import Setters

MONEY = ("gross_usd_per_year", "today_usd_per_year", "plan_usd_per_year", "saving_usd_per_year", "one_time_usd")
PEOPLE = ("fte", "fte_transferred", "fte_displaced")
EVERY_DECISION, BY_YEAR = "Every decision", "Cash by year, not discounted"
FIRST = (
    "service_id", "name", "department", "decision", "provider", "start_year", "gross_usd_per_year",
    "today_usd_per_year", "plan_usd_per_year", "saving_usd_per_year", "one_time_usd", "payback_years",
    "fte_transferred", "fte_displaced",
)  # fmt: skip
"""What a reader looks for first of a decision."""


def run_pages(answer: Answer, setters: Setters, changed: pd.DataFrame) -> list[Page]:
    """Sheets of a run; `setters` say who set each setting, `changed` lists cells that the scenario changed."""
    plan = answer.plan
    head = (answer.title, answer.question, county_label(answer.county))
    rules = (rules_sentence(answer),) if RULES in answer.settings else ()
    without = (*head, status_sentence(answer), *rules)
    pages = [Page("Summary", without)] if plan is None else list(_of_plan(plan, answer, head))
    return [*pages, *_estimates(answer), _assumptions(answer, setters), *_changed(changed)]


def _of_plan(plan: Plan, answer: Answer, head: tuple[str, ...]) -> Iterator[Page]:
    yield _summary(plan, answer, head)
    decided = plan.decisions[[*FIRST, *(c for c in plan.decisions if c not in (*FIRST, "moved", "offer_id", "org_id"))]]
    yield Page("Decisions", (), (Block(EVERY_DECISION, decided, _held(decided, (*MONEY, *PEOPLE, "transition_usd"))),))
    yield Page("By year", (), (_cash(plan), Block("What starts when", plan.years, _held(plan.years, YEARLY))))
    yield Page("Roadmap", (), (Block("Every step", plan.roadmap, ("one_time_usd",)),))
    names = {organization.org_id: organization.name for organization in answer.county.organizations}
    for by in ("department", "fund", "organization"):
        yield _totals(plan, by, names if by == "organization" else {})
    yield Page("Limits", (), (Block("Limits, and how much of each is used", _limits(plan)),))
    for name, block in _more(plan):
        if not block.frame.empty:
            yield Page(name, (), (block,))


YEARLY = ("moves", "ended", "sales", "agreements", "pools", "one_time_usd", "renewals_usd", "displaced_fte")


def _held(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column in frame.columns)


def _summary(plan: Plan, answer: Answer, head: tuple[str, ...]) -> Page:
    saved = Chart("bar", "Saved a year, by decision", "name", ("saving_usd_per_year",))
    block = replace(totals_block(plan.totals, "decision"), chart=saved)
    once = float(block.frame["one_time_usd"].sum())
    checks = (
        Check("Services are as many as the county has", block.title, "services", len(plan.decisions)),
        Check("Plan, $ a year: the rows above add up to it", block.title, "plan_usd_per_year", _yearly(plan)),
        Check(
            "Saved, $ a year: the rows above add up to it", block.title, "saving_usd_per_year", plan.saving_usd_per_year
        ),
        Check("One-time cost, $: the rows above add up to it", block.title, "one_time_usd", once),
    )
    sure = detail_sentences(answer)
    return Page("Summary", (*head, " ".join(lead_sentences(answer)), " ".join(sure)), (block,), checks)


def _yearly(plan: Plan) -> float:
    return plan.cost_usd_per_year


def _cash(plan: Plan) -> Block:
    drawn = Chart("column", "Saved, year by year and in all", "year", ("saving_usd", "cumulative_saving_usd"))
    summed = tuple(str(name) for name in plan.cash if name not in ("year", "cumulative_saving_usd"))
    return Block(BY_YEAR, plan.cash, summed, drawn)


def _totals(plan: Plan, by: str, names: Mapping[str, str]) -> Page:
    block = totals_block(plan.totals, by)
    table = block.frame.assign(name=[names.get(name, name) for name in block.frame["name"]])
    drawn = Chart("bar", f"Saved a year, by {by}", "name", ("saving_usd_per_year",))
    return Page(block.title, (), (replace(block, frame=table, chart=drawn),))


def totals_block(totals: pd.DataFrame, by: str) -> Block:
    """The rows of a plan's totals, or of several plans', by department, fund, organization or decision."""
    table = totals[totals["by"] == by].drop(columns="by").reset_index(drop=True)
    return Block(f"By {by}", table, _held(table, ("services", *MONEY, *PEOPLE)))


def _limits(plan: Plan) -> pd.DataFrame:
    table = plan.limits.sort_values("binds", ascending=False, kind="stable")
    return table[[*LIMITS]].reset_index(drop=True)


LIMITS = ("text", "used", "limit", "unit", "at_least", "slack", "binds", "broken")


def _more(plan: Plan) -> Iterator[tuple[str, Block]]:
    money = ("price_usd_per_year", "marginal_usd_per_year", "gain_usd_per_year", "setup_usd")
    yield "Sales", Block("Services sold to neighbours", plan.sales, _held(plan.sales, money))
    shared = ("kept_usd_per_year", "share_usd_per_year", "own_usd_per_year", "saving_usd_per_year")
    yield "Pools", Block("Members of shared units", plan.members, _held(plan.members, shared))
    yield from fund_blocks(plan.funds, plan.fund_cash)
    spent = _held(plan.proposals, ("usd_per_year", "spent_usd_per_year"))
    yield "Proposals", Block("What freed money buys", plan.proposals, spent)
    yield "Coverage", Block("Coverage of districts and groups", plan.places)
    yield "Left out", Block("Options that were not admissible, and why", plan.left_out)


def fund_blocks(funds: pd.DataFrame, fund_cash: pd.DataFrame) -> Iterator[tuple[str, Block]]:
    """Sheets of what each fund frees and of what it pays in every year: these tables of a plan, or of several."""
    freed = tuple(column for column in funds.columns if str(column).endswith("usd_per_year"))
    yield "Funds freed", Block("What each fund frees, and what is spent of it", funds, freed)
    cash = ("today_usd", "plan_usd", "saving_usd")
    yield "Funds by year", Block("What each fund pays in every year: cash, not discounted", fund_cash, cash)


def _assumptions(answer: Answer, setters: Setters) -> Page:
    rows = [
        (path, told_value(value), known_of(path, setters.remarks), known_of(path, setters.origins))
        for path, value in answer.settings.items()
    ]
    table = pd.DataFrame(rows, columns=["setting", "value", "source", "set_by"])
    title = "Every setting, what its file says of where it is from, and the line that set it"
    return Page("Assumptions", (), (Block(title, table),))


def _estimates(answer: Answer) -> Iterator[Page]:
    """Moves whose terms nobody gave, with the prior that they were estimated from and its source."""
    table = estimate_table(answer)
    if not table.empty:
        yield Page("Estimates", (), (Block("Moves with estimated terms, and where the estimates come from", table),))


def told_value(value: Any) -> str | int | float:
    """A setting or a figure as a cell shows it: numbers stay numbers."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value != value:
        return "none"
    if isinstance(value, list | tuple):
        return ", ".join(str(told_value(one)) for one in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{name}: {told_value(one)}" for name, one in value.items()) or "none"
    return value if isinstance(value, int | float) else str(value)


def _changed(changed: pd.DataFrame) -> Iterator[Page]:
    if not changed.empty:
        told = changed.astype(object).map(lambda value: "" if value is None or value != value else str(value))
        yield Page("Changed inputs", (), (Block("Cells that the scenario changed in the county's tables", told),))
