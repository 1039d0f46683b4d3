"""What the answer does not know."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.counts import count_of
from optimizer.plan.answer import Answer
from optimizer.report.documents.blocks import Block, Heading, Items
from optimizer.report.sought import PROVED_BEST


def unknown(answer: Answer) -> Iterator[Block]:
    """What no figure of the memo says."""
    yield Heading("What the answer does not know")
    yield Items(unknown_items(int(answer.settings["horizon.years"])))


def unknown_items(years: int) -> tuple[str, ...]:
    """The same, one by one, of a plan over so many years."""
    return (
        f"Proved best means that {PROVED_BEST} under these inputs and rules. It says nothing about whether the inputs "
        "are right.",
        "Savings are estimates. Which costs a move avoids, how much of a saving comes true, and how likely an "
        "organization fails are assumptions; coverage and quality are what offers say.",
        f"Money after {count_of(years, 'year')} is not counted, nor is what residents and staff think of a move.",
        "Duties, citations and authorities are those of the county's tables. Nothing here is legal advice.",
    )
