"""Limits that close options before the program is made, so that no row holds them: least quality, floors of coverage by
mandate level, what a move must beat keeping by, and how soon it must pay back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from optimizer.scenario.scenario import Case
from optimizer.why.dial import YES_NO, Dial, Setting


@dataclass(frozen=True)
class Closer:
    """A setting that closes options, and how it is told."""

    section: str
    field: str
    unit: str
    text: str
    """`{name}` stands for what it is about."""
    highest: float = inf
    at_least: bool = True
    """A floor: at 0 it closes nothing, and is no limit."""


SINGLE = (
    Closer("limits", "min_quality", "today's quality", "Least quality of an offer, 1 = today's", 10.0),
    Closer(
        "economics", "hurdle_share", "share", "Least that a move must save, as a share of the cost that it avoids", 1.0
    ),
    Closer(
        "economics", "hurdle_share_of_failure", "times the cost at risk",
        "Least that a move must save besides, for the chance that its provider fails",
    ),
    Closer(
        "economics", "max_payback_years", "years", "Longest time in which a move must pay back its one-time cost",
        at_least=False,
    ),
    Closer("economics", "payback_within_term", YES_NO, "Every move pays back before its agreement runs out", 1.0),
)  # fmt: skip
"""One number each, or null; one that holds or does not."""

BY_NAME = (
    Closer(
        "duties", "coverage_floor_by_mandate_level", "share",
        "Mandate level {name}: least coverage of a service that moves, everywhere", 1.0,
    ),
    Closer(
        "economics", "hurdle_usd_per_year_by_decision", "USD/year",
        "{name}: least that each such move must save besides",
    ),
    Closer(
        "economics", "hurdle_usd_per_year_by_department", "USD/year",
        "{name}: least that each of its moves must save besides",
    ),
)  # fmt: skip
"""One number for each name."""


def closing_dials(case: Case) -> Iterator[Dial]:
    """Every limit of the scenario that only closes options and has a value that may; levels that no service has are
    left out.
    """
    for closer in SINGLE:
        value = getattr(getattr(case.settings, closer.section), closer.field)
        if value is not None and (value > 0 or not closer.at_least):
            yield _dial(closer, Setting(closer.section, closer.field), "every move", value)
    levels = {service.mandate_level for service in case.county.services}
    for closer in BY_NAME:
        for name, value in getattr(getattr(case.settings, closer.section), closer.field).items():
            nobody = closer.section == "duties" and name not in levels
            if value > 0 and not nobody:
                yield _dial(closer, Setting(closer.section, closer.field, name), f"{name}", value)


def _dial(closer: Closer, place: Setting, subject: str, value: float) -> Dial:
    return Dial(
        rule=f"{closer.section}.{closer.field}",
        subject=subject,
        subjects=(),
        place=place,
        value=float(value),
        unit=closer.unit,
        at_least=closer.at_least,
        whole=closer.unit == YES_NO,
        text=closer.text.format(name=place.name),
        rows=(),
        per_unit=None,
        in_bound=False,
        highest=closer.highest,
    )
