"""The question, the options side by side, and what is recommended and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from optimizer.counts import count_of
from optimizer.county.terms import EXIT_ID
from optimizer.options.money import HALF_A_CENT_USD
from optimizer.plan.answer import RULES, Answer, county_label, same_county
from optimizer.plan.compare import one_time_usd
from optimizer.plan.plan import Plan
from optimizer.report.differing import differing_paths
from optimizer.report.documents.blocks import Block, Grid, Heading, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.memo.asked import Asked
from optimizer.report.words import exact_usd, proof_word, proved_word, signed_usd

QUESTION_LETTERS = 300
RULED = (
    "allowed_decisions", "program_mapping.", "duties.", "exit.", "consolidation.", "region.", "reinvestment.",
    "equity.", "limits.", "lock.", "forbid.", RULES, f"offers.{EXIT_ID}", "horizon.start_years", "economics.hurdle",
    "economics.max_payback", "economics.payback_within_term",
)  # fmt: skip
"""Inputs that a county sets as its rules; others, but those of the search, are assumptions."""
TODAY = "Today: keep everything"


def question(asked: Asked) -> Iterator[Block]:
    """What is asked, and of what."""
    answer = asked.recommended
    options = count_of(len(asked.answers), "option")
    yield Heading("Question")
    text = f"{short(answer.question, QUESTION_LETTERS)} {is_are(options)} compared with today for "
    yield Paragraph(f"{text}{short(county_label(answer.county), 80)}, fiscal year {answer.county.facts.fiscal_year}.")


def is_are(options: str) -> str:
    """A number of options as the subject of a sentence."""
    return f"{options} {'is' if options.startswith('1 ') else 'are'}"


def options(asked: Asked) -> Iterator[Block]:
    """Every option with its cost, and what is proved of the difference to the recommended one."""
    rows = [_row(asked, number) for number in range(len(asked.answers))]
    plan = asked.recommended.plan or next((answer.plan for answer in asked.answers if answer.plan is not None), None)
    if plan is not None and not any(_keeps_all(answer.plan) for answer in asked.answers):
        rows.append(_today(plan, against=asked.recommended.plan is plan))
    yield Heading("Options")
    yield Grid(
        "Net of revenue, a year, averaged over the horizon and after all one-time costs; against A: what it costs more",
        ("Option", "Answer", "Differs from A in", "Cost a year", "Saved a year", "Against A", "Proved", "One-time cost",
         "Moves"),
        tuple(rows),
        (0.5, 0.2, 0.12, 0, 0, 0, 0.14, 0, 0),
        lambda shown: (f"{len(rows) - shown} more: in the workbook", *[""] * 8),
        least=4,
        enough=12,
    )  # fmt: skip


def _keeps_all(plan: Plan | None) -> bool:
    return plan is not None and not plan.decisions["moved"].any() and plan.sales.empty


def _row(asked: Asked, number: int) -> tuple[str, ...]:
    answer = asked.answers[number]
    plan, about = answer.plan, differs(asked, number)
    if plan is None:
        return (asked.title(number), proof_word(answer), about, *["-"] * 5, "-")
    difference = _difference(asked, answer)
    against = "-" if difference is None else signed_usd(difference["change_usd_per_year"])
    return (
        asked.title(number),
        proof_word(answer),
        about,
        exact_usd(plan.cost_usd_per_year),
        exact_usd(plan.saving_usd_per_year),
        against,
        "-" if difference is None else proved_word(difference),
        exact_usd(one_time_usd(plan)),
        f"{int(plan.decisions['moved'].sum())}",
    )


def _today(plan: Plan, *, against: bool) -> tuple[str, ...]:
    """Keeping everything: every plan knows what it costs, and nothing of it is searched for."""
    saved = plan.saving_usd_per_year
    compared = (signed_usd(saved), "yes" if saved > HALF_A_CENT_USD else "no") if against else ("-", "-")
    return (TODAY, "known", "-", exact_usd(plan.today_usd_per_year), "$0", *compared, "$0", "0")


def _difference(asked: Asked, answer: Answer) -> dict[Any, Any] | None:
    """The row of the comparison from the recommended option to another; None: it is that one, or one holds no plan."""
    table = asked.comparison.differences
    found = table[(table["from"] == asked.recommended.name) & (table["to"] == answer.name)]
    return None if found.empty else dict(found.iloc[0])


def differs(asked: Asked, number: int) -> str:
    """Whether an option has other rules (limits, locks, decisions considered), other assumptions, or both."""
    first, answer = asked.recommended, asked.answers[number]
    if number == 0:
        return "-"
    if not same_county(first.county, answer.county):
        return "the county"
    return kind_of(differing_paths(asked.comparison.inputs, first.name, answer.name))


def kind_of(differing: Sequence[str]) -> str:
    """What inputs are that differ: rules, assumptions, both, or only how it was searched."""
    paths = [path for path in differing if path != "county"]
    chosen = any(path.startswith(RULED) for path in paths)
    assumed = any(not path.startswith((*RULED, "solver.")) for path in paths)
    if chosen and assumed:
        return "rules and assumptions"
    return "rules" if chosen else "assumptions" if assumed else "the search" if paths else "nothing"
