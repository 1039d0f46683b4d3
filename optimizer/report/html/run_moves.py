"""What is decided, service by service: moves with their reasons, what is sold, ended, shared and bought, what stays."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer
from optimizer.plan.plan import Plan
from optimizer.report.html.parts import Block, Section, Stories, Story, Table
from optimizer.report.html.tables import ROUNDED, table_of
from optimizer.report.reasons.kept import BECAUSE, NOBODY, kept_reasons
from optimizer.report.reasons.moves import MoveReason, move_reasons
from optimizer.report.rows import Row, rows_of
from optimizer.report.words import exact_usd, freed_sentence
from optimizer.solve.outcome import Stopped

MOVES = ["name", "department", "decision", "provider", "start_year", "today_usd_per_year", "plan_usd_per_year",
         "saving_usd_per_year", "transition_usd", "payback_years"]  # fmt: skip
HEADS = {"name": "Service", "start_year": "Starts in year", "transition_usd": "One-time cost ($)",
         "payback_years": "Payback (years)", "provider": "With", "terms": "Terms"}  # fmt: skip


def move_sections(answer: Answer, plan: Plan) -> Iterator[Section]:
    """Moves first, what is kept last; what does not happen is left out, but that nothing moves is said."""
    yield _moves(answer, plan)
    if plan.decisions["decision"].eq("exit").any():
        yield _ended(plan)
    if not plan.sales.empty:
        yield _sold(plan)
    if not plan.members.empty:
        yield _shared(plan)
    if not plan.proposals.empty:
        yield _bought(answer, plan)
    yield _kept(answer)


def _moves(answer: Answer, plan: Plan) -> Section:
    reasons = move_reasons(answer)
    if not reasons:
        return Section("moves", "Recommended moves", ("Nothing moves: every service stays where it is.",))
    moved = plan.decisions.set_index("service_id", drop=False).loc[list(reasons)]
    shown = moved[MOVES].assign(terms=["estimated" if marks else "given" for marks in moved["estimated"]])
    links = [f"move-{number}" for number in range(1, len(moved) + 1)]
    summed = ("today_usd_per_year", "plan_usd_per_year", "saving_usd_per_year", "transition_usd")
    stories = tuple(
        _story(number, reason, row)
        for number, (reason, row) in enumerate(zip(reasons.values(), rows_of(moved), strict=True), start=1)
    )
    blocks: tuple[Block, ...] = (
        table_of(shown, "moves-table", "Recommended moves, the one that saves most first",
                 heads=HEADS, links=links, total=summed, whole=True),
        Stories("stories", stories),
    )  # fmt: skip
    return Section(
        "moves",
        "Recommended moves",
        (
            f"{count_of(len(moved), 'service moves or ends', 'services move or end')}. Amounts are of the service "
            "itself; agreements and shared units serve several and are in no single row. Each reason is told below.",
        ),
        blocks,
    )


def _story(number: int, reason: MoveReason, row: Row) -> Story:
    rows = [*reason.money.items()]
    money = pd.DataFrame(rows, columns=["what", "usd_per_year"])
    saved = float(row["saving_usd_per_year"])
    saves = f"saves {exact_usd(saved)} a year" if saved >= 0 else f"costs {exact_usd(-saved)} a year more"
    table: Table = table_of(money, f"money-{number}", f"What it costs in the plan: {row['name']}",
                            heads={"what": "Paid for"}, total=("usd_per_year",),
                            note=" ")  # fmt: skip
    paragraphs = (
        ("What", reason.what), ("Why", reason.why), ("Risk", reason.risk), ("What is assumed", reason.assumed)
    )  # fmt: skip
    return Story(f"move-{number}", f"{number}. {row['name']}", f"{row['department']}; {saves}", paragraphs, table)


def _ended(plan: Plan) -> Section:
    ended = plan.decisions[plan.decisions["decision"] == "exit"]
    columns = ["name", "department", "start_year", "gross_usd_per_year", "saving_usd_per_year", "one_time_usd",
               "fte_displaced"]  # fmt: skip
    table = table_of(ended[columns].reset_index(drop=True), "ended-table", "Services that end", heads=HEADS,
                     total=columns[3:])  # fmt: skip
    return Section("ended", "Ended services", ("Nobody delivers these any more.",), (table,))


def _sold(plan: Plan) -> Section:
    columns = ["name", "department", "buyer", "start_year", "price_usd_per_year", "marginal_usd_per_year",
               "buyer_saves_usd_per_year", "setup_usd", "fte", "gain_usd_per_year"]  # fmt: skip
    heads = HEADS | {
        "price_usd_per_year": "Paid by the buyer ($ a year)",
        "marginal_usd_per_year": "Costs the county ($ a year)",
        "buyer_saves_usd_per_year": "Buyer saves ($ a year)",
        "gain_usd_per_year": "Gain counted on ($ a year)",
        "fte": "FTE it takes",
    }
    sold = plan.sales[columns].assign(terms=["estimated" if marks else "given" for marks in plan.sales["estimated"]])
    table = table_of(sold, "sales-table", "Services kept and sold to neighbours", heads=heads,
                     total=(*columns[4:7], *columns[7:]))  # fmt: skip
    return Section(
        "sold",
        "Kept and sold",
        ("The county keeps these and delivers them to a neighbour too. The gain is after set-up, and with only the "
         "counted share of it.",),
        (table,),
    )  # fmt: skip


SHARED_HEADS = {
    "pool": "Shared unit",
    "share_rule": "Shared by",
    "share_of_cost": "Share of the unit (%)",
    "kept_usd_per_year": "If kept ($ a year)",
    "share_usd_per_year": "Share of the unit ($ a year)",
    "own_usd_per_year": "Its other costs ($ a year)",
}
"""Of members of shared units."""


def _shared(plan: Plan) -> Section:
    columns = ["name", "pool", "department", "share_rule", "share_of_cost", "kept_usd_per_year", "share_usd_per_year",
               "own_usd_per_year", "saving_usd_per_year"]  # fmt: skip
    table = table_of(plan.members[columns], "members-table", "Members of shared units", heads=HEADS | SHARED_HEADS,
                     total=columns[5:])  # fmt: skip
    line = "What each member bears of its unit; the cost if kept, less the two that follow it, is saved."
    return Section("shared", "Shared units", (line,), (table,))


def _bought(answer: Answer, plan: Plan) -> Section:
    funds = plan.funds.drop(columns="restricted")
    proposals = plan.proposals.drop(columns="proposal_id")
    proposals = proposals.sort_values(["share_done", "score"], ascending=False, kind="stable", ignore_index=True)
    heads = {
        "fund": "Fund",
        "freed_usd_per_year": "Freed ($ a year)",
        "reinvested_usd_per_year": "Spent again ($ a year)",
        "left_usd_per_year": "Left ($ a year)",
        "share_done": "Done (%)",
        "spent_usd_per_year": "Spent ($ a year)",
        "score_bought": "Score bought",
        "usd_per_year": "In full ($ a year)",
    }
    blocks = (
        table_of(proposals, "proposals-table", "Proposals, and how much of each is bought", heads=heads,
                 total=("spent_usd_per_year", "score_bought")),
        table_of(funds, "funds-table", "What each fund frees, and what is spent of it", heads=heads,
                 total=tuple(str(name) for name in funds if name != "fund")),
    )  # fmt: skip
    return Section("bought", "What freed money buys", (freed_sentence(answer),), blocks)


def _kept(answer: Answer) -> Section:
    kept = kept_reasons(answer)
    if kept.empty:
        return Section("kept", "Kept services", ("No service is kept without being sold too.",))
    counted = kept.groupby("because", sort=False).agg(
        services=("service_id", "size"), gross_usd_per_year=("gross_usd_per_year", "sum")
    )
    counted = counted.reindex([because for because in BECAUSE if because in counted.index]).reset_index()
    heads = {"because": "Why", "why": "In the run's words", "name": "Service", "text": "Which, the dearest first"}
    alone = kept["because"].eq(NOBODY)
    told = kept.loc[~alone, ["name", "department", "gross_usd_per_year", "because", "why"]]
    tables = (
        table_of(counted, "because-table", "Kept services by the reason", heads=heads,
                 total=("services", "gross_usd_per_year")),
        table_of(told.reset_index(drop=True), "kept-table", "Kept services and why, the dearest first", heads=heads,
                 total=("gross_usd_per_year",)),
        table_of(_by_department(kept[alone]), "unoffered-table",
                 "Kept services that nobody else offers, by department", heads=heads,
                 total=("services", "gross_usd_per_year"),
                 note=f"No other organization in the county's tables delivers one of these or offers to. {ROUNDED}"),
    )  # fmt: skip
    return Section(
        "kept",
        "Kept services, and why",
        ("What an offer promises is its saving once it runs, in today's dollars, if all that is promised comes true. "
         "`python cli.py why SERVICE` searches what every other choice would cost the whole plan"
         f"{' of a county alone' if answer.stopped is Stopped.PART else ''}.",),
        tuple(table for table in tables if table.rows),
    )  # fmt: skip


def _by_department(kept: pd.DataFrame) -> pd.DataFrame:
    """Services with nothing to tell of each, the dearest first: department, services, gross_usd_per_year, text."""
    named = [
        f"{name} ({exact_usd(gross)})" for name, gross in zip(kept["name"], kept["gross_usd_per_year"], strict=True)
    ]
    table = (
        kept.assign(text=named)
        .groupby("department", sort=False, as_index=False)
        .agg(services=("text", "size"), gross_usd_per_year=("gross_usd_per_year", "sum"), text=("text", "; ".join))
    )
    return table.sort_values("gross_usd_per_year", ascending=False, kind="stable", ignore_index=True)
