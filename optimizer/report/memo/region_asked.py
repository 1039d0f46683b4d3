"""What the memo of a region is made of: compared regions, the recommended one first, and where they came from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from optimizer.plan.compare_regions import RegionComparison, compare_regions
from optimizer.plan.region import RegionAnswer
from optimizer.report.differing import letter
from optimizer.report.documents.letters import short
from optimizer.report.memo.asked import place_of
from optimizer.report.region_tables import names_in

TITLE_LETTERS = 40
"""Letters of an option's title that a table shows; it has more columns than a county's."""


@dataclass(frozen=True)
class RegionAsked:
    """Options by letter, in the order of the comparison; A is the recommended one."""

    comparison: RegionComparison
    made_from: str
    """Run of the recommended option, and when it was finished."""

    @property
    def answers(self) -> tuple[RegionAnswer, ...]:
        return self.comparison.answers

    @property
    def recommended(self) -> RegionAnswer:
        return self.answers[0]

    @property
    def names(self) -> Mapping[str, str]:
        """What readers call each county."""
        return names_in(self.answers)

    def title(self, number: int) -> str:
        """An option as a table names it."""
        return f"{letter(number)}: {short(self.answers[number].title, TITLE_LETTERS)}"


def region_asked_of(answers: Sequence[RegionAnswer], recommend: str | None, made_from: Sequence[str]) -> RegionAsked:
    """The answers, named apart, with the recommended one first: the one so named, else the first.

    `made_from` tells the run of each. Raises `Refused` for a name that none of them has.
    """
    place = place_of(recommend, [answer.name for answer in answers])
    order = [place, *(other for other in range(len(answers)) if other != place)]
    return RegionAsked(compare_regions([answers[number] for number in order]), made_from[place])
