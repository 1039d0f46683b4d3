"""The options of a region side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.options.money import HALF_A_CENT_USD
from optimizer.plan.compare import one_time_usd
from optimizer.plan.compare_regions import same_region
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.differing import differing_paths
from optimizer.report.documents.blocks import Block, Grid, Heading
from optimizer.report.memo.by_county import FEW
from optimizer.report.memo.options import TODAY, kind_of
from optimizer.report.memo.region_asked import RegionAsked
from optimizer.report.region_words import region_proof_word
from optimizer.report.words import exact_usd, proved_word, signed_usd


def region_options(asked: RegionAsked) -> Iterator[Block]:
    """Every option with its cost, and what is proved of the difference to the recommended one."""
    rows = [_row(asked, number) for number in range(len(asked.answers))]
    first = asked.recommended.plan
    plan = first or next((answer.plan for answer in asked.answers if answer.plan is not None), None)
    if plan is not None and not any(_keeps_all(answer.plan) for answer in asked.answers):
        rows.append(_today(plan, against=first is plan))
    yield Heading("Options")
    yield Grid(
        "All counties, net of revenue and after one-time costs; worth: against best plans alone; against A: costs more",
        ("Option", "Answer", "Differs from A in", "Cost a year", "Saved a year", "Worth a year", "Against A", "Proved",
         "One-time cost"),
        tuple(rows),
        (0.5, 0.2, 0.14, 0, 0, 0, 0, 0.14, 0),
        None if len(rows) <= FEW else lambda shown: (f"{len(rows) - shown} more: in the workbook", *[""] * 8),
        least=FEW,
        enough=12,
    )  # fmt: skip


def _keeps_all(plan: RegionPlan | None) -> bool:
    if plan is None:
        return False
    return not any(own.decisions["moved"].any() or len(own.sales) for own in plan.plans.values())


def _row(asked: RegionAsked, number: int) -> tuple[str, ...]:
    answer = asked.answers[number]
    plan, about = answer.plan, _differs(asked, number)
    if plan is None:
        return (asked.title(number), region_proof_word(answer), about, *["-"] * 6)
    difference = _difference(asked, answer)
    return (
        asked.title(number),
        region_proof_word(answer),
        about,
        exact_usd(plan.cost_usd_per_year),
        exact_usd(plan.saving_usd_per_year),
        "-" if plan.value_usd_per_year is None else exact_usd(plan.value_usd_per_year),
        "-" if difference is None else signed_usd(difference["change_usd_per_year"]),
        "-" if difference is None else proved_word(difference),
        exact_usd(sum(one_time_usd(own) for own in plan.plans.values())),
    )


def _today(plan: RegionPlan, *, against: bool) -> tuple[str, ...]:
    """Keeping everything: every plan knows what it costs, and nothing of it is searched for."""
    saved = plan.saving_usd_per_year
    compared = (signed_usd(saved), "yes" if saved > HALF_A_CENT_USD else "no") if against else ("-", "-")
    return (TODAY, "known", "-", exact_usd(plan.today_usd_per_year), "$0", "-", *compared, "$0")


def _difference(asked: RegionAsked, answer: RegionAnswer) -> dict[Any, Any] | None:
    """The row of the comparison from the recommended option to another; None: it is that one, or one holds no plan."""
    table = asked.comparison.differences
    found = table[(table["from"] == asked.recommended.name) & (table["to"] == answer.name)]
    return None if found.empty else dict(found.iloc[0])


def _differs(asked: RegionAsked, number: int) -> str:
    """Whether an option has other counties, other rules, other assumptions, or both."""
    first, answer = asked.recommended, asked.answers[number]
    if number == 0:
        return "-"
    if not same_region(first, answer):
        return "the counties"
    return kind_of(differing_paths(asked.comparison.inputs, first.name, answer.name))
