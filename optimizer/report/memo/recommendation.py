"""What is recommended, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.options.money import HALF_A_CENT_USD
from optimizer.plan.answer import same_county
from optimizer.report.differing import letter
from optimizer.report.documents.blocks import Block, Heading, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.memo.asked import Asked
from optimizer.report.memo.moves import moves
from optimizer.report.memo.options import differs
from optimizer.report.rows import rows_of
from optimizer.report.words import exact_usd, goal_sentences, listed, plan_sentence, proved_word, status_sentence
from optimizer.solve.outcome import Stopped

TITLE_LETTERS = 120
OPEN_TOLD = 3
"""Differences that are not proved and are told one by one."""


def recommendation(asked: Asked) -> Iterator[Block]:
    """What is recommended, how sure that is, and what of it is not proved."""
    answer = asked.recommended
    yield Heading("Recommendation")
    if answer.plan is None:
        yield Paragraph(" ".join(_nothing(asked)), lead="None.")
        return
    yield Paragraph(plan_sentence(answer), lead=f"Option A, {short(answer.title, TITLE_LETTERS)}.")
    yield Paragraph(" ".join([status_sentence(answer), *goal_sentences(answer), *_sure(asked)]), lead="How sure:")
    yield from moves(answer.plan)


def _nothing(asked: Asked) -> Iterator[str]:
    """Why nothing is recommended."""
    yield f"Nothing can be recommended for A. {status_sentence(asked.recommended)}"
    if asked.recommended.stopped is Stopped.INFEASIBLE:
        yield "The command solve tells which rules conflict, and ways out."
    held = [letter(number) for number, other in enumerate(asked.answers) if other.plan is not None]
    yield f"Options that hold a plan: {listed(held)}." if held else "No option holds a plan."


def _sure(asked: Asked) -> Iterator[str]:
    """What is proved of the differences to the other options, and what else to know of them."""
    home, table = asked.recommended.county, asked.comparison.differences
    of_letter = {answer.name: letter(number) for number, answer in enumerate(asked.answers)}
    foreign = {answer.name for answer in asked.answers if not same_county(home, answer.county)}
    rows = rows_of(table[table["from"] == asked.recommended.name])
    rows = [row | {"letter": of_letter[row["to"]]} for row in rows if row["to"] not in foreign]
    yield from proved_sentences(rows)
    yield from open_sentences([row for row in rows if proved_word(row) == "no"])
    told = (
        ("Of another county, so that nothing of the difference is proved", [of_letter[name] for name in foreign]),
        ("Of another year, horizon or discount rate", [row["letter"] for row in rows if row["unlike"]]),
        ("Without a plan to compare with", [of_letter[one.name] for one in asked.answers if one.plan is None]),
        ("On other assumptions, which test A and are not the council's to choose", _tests(asked)),
    )
    yield from (f"{what}: {listed(sorted(letters))}." for what, letters in told if letters)


def _tests(asked: Asked) -> list[str]:
    return [letter(number) for number in range(1, len(asked.answers)) if "assumptions" in differs(asked, number)]


def proved_sentences(rows: list[dict[Any, Any]]) -> Iterator[str]:
    """What A is proved to cost less or more than, or as much as; rows of differences, each with the other's letter."""
    less = [row["letter"] for row in rows if row["proved"] and row["change_usd_per_year"] > 0]
    more = [row["letter"] for row in rows if row["proved"] and row["change_usd_per_year"] < 0]
    alike = [row["letter"] for row in rows if proved_word(row) == "alike"]
    if less:
        yield f"A is proved to cost less than {listed(less)}."
    if more:
        yield f"A is proved to cost more than {listed(more)}."
    if alike:
        yield f"A is proved to cost as much as {listed(alike)}, to within a dollar a year."


def open_sentences(rows: list[dict[Any, Any]]) -> Iterator[str]:
    """Differences that are not proved, and between what they lie."""
    for row in rows[:OPEN_TOLD]:
        change, least, most = (row[f"{part}_usd_per_year"] for part in ("change", "least", "most"))
        found = f"{exact_usd(abs(change))} a year {'more' if change > 0 else 'less'}"
        found = "as much" if abs(change) < HALF_A_CENT_USD else found
        yield f"No difference to {row['letter']} is proved: as found it costs {found}; {_ends(least, most)}."
    if len(rows) > OPEN_TOLD:
        yield f"Nor is any to {listed([row['letter'] for row in rows[OPEN_TOLD:]])}."


def _ends(least: float | None, most: float | None) -> str:
    """Between what a difference lies, as far as that is proved."""
    least, most = (None if end is None or end != end else end for end in (least, most))
    if least is None and most is None:
        return "what it may cost more or less is not proved"
    if least is None:
        return f"it may cost at most {exact_usd(most)} more, and how much less is not proved"
    if most is None:
        return f"it may cost at least {exact_usd(least)} more, and at most how much is not proved"
    return f"it may cost between {exact_usd(least)} and {exact_usd(most)} more"
