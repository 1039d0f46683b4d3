"""What a memo is made of: compared answers, the recommended one first, and where they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.county.findings import nearest
from optimizer.errors import Finding, Refused
from optimizer.plan.answer import Answer
from optimizer.plan.compare import Comparison, compare
from optimizer.report.differing import letter
from optimizer.report.documents.letters import short

TITLE_LETTERS = 60
"""Letters of an option's title that a table shows."""


@dataclass(frozen=True)
class Asked:
    """Options by letter, in the order of the comparison; A is the recommended one."""

    comparison: Comparison
    made_from: str
    """Run of the recommended option, and when it was finished."""

    @property
    def answers(self) -> tuple[Answer, ...]:
        return self.comparison.answers

    @property
    def recommended(self) -> Answer:
        return self.answers[0]

    def title(self, number: int) -> str:
        """An option as a table names it."""
        return f"{letter(number)}: {short(self.answers[number].title, TITLE_LETTERS)}"


def asked_of(answers: Sequence[Answer], recommend: str | None, made_from: Sequence[str]) -> Asked:
    """The answers, named apart, with the recommended one first: the one so named, else the first.

    `made_from` tells the run of each. Raises `Refused` for a name that none of them has.
    """
    place = place_of(recommend, [answer.name for answer in answers])
    order = [place, *(other for other in range(len(answers)) if other != place)]
    return Asked(compare([answers[number] for number in order]), made_from[place])


def place_of(recommend: str | None, names: Sequence[str]) -> int:
    """The place of the recommended name, the first if none is; raises `Refused` for one that is not among them."""
    if recommend is not None and recommend not in names:
        near = nearest(recommend, list(names))
        fix = f"Did you mean {near}?" if near else f"Name one of {', '.join(names)}."
        raise Refused([Finding("--recommend", repr(recommend), "the name of one of the plans", fix)])
    return 0 if recommend is None else names.index(recommend)
