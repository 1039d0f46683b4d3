"""Seeded cases small enough to try every plan: each has a limit or two, and one or two more things to decide."""

from __future__ import annotations

from random import Random

from optimizer.scenario.scenario import Case
from tests.properties.draft import Draft
from tests.properties.themes import BY_YEAR, LIMITS, WAYS, Theme


def themes_of(seed: int) -> list[Theme]:
    """The limits take turns."""
    dice = Random(f"themes {seed}")
    limits = dict.fromkeys([LIMITS[seed % len(LIMITS)], *dice.sample(LIMITS, dice.choice([0, 0, 1]))])
    return [*dice.sample(WAYS, dice.choice([1, 2])), *limits]


def small_case(seed: int) -> Case:
    """The case of a seed."""
    dice, themes = Random(seed), themes_of(seed)
    draft = Draft(dice, over_years=any(theme in BY_YEAR for theme in themes) or dice.random() < 0.3)
    for theme in themes:
        theme(draft)
    return draft.case()
