"""Small counties in which too much is asked at once: several limits, and services that have to move."""

from __future__ import annotations

from random import Random

from optimizer.county.terms import Decision
from optimizer.scenario.scenario import Case, Lock
from tests.properties.draft import Draft
from tests.properties.themes import BY_YEAR, LIMITS, capacity_by_year, duties, equity, providers, ruled


def tight_case(seed: int) -> Case:
    """Several kinds of limits, and locks of two services or more to what somebody offers."""
    dice = Random(f"tight {seed}")
    # what draws the same rows as another theme, or locks of its own, is drawn once or not at all
    apart = (equity, duties, providers, capacity_by_year, ruled)
    themes = [
        dice.choice([duties, equity]),
        dice.choice([providers, capacity_by_year]),
        *dice.sample([theme for theme in LIMITS if theme not in apart], 2),
    ]
    draft = Draft(dice, over_years=any(theme in BY_YEAR for theme in themes))
    for theme in themes:
        theme(draft)
    for service_id in draft.some():
        offered = [row for row in draft.offers if row["service_id"] == service_id]
        if offered:
            row = dice.choice(offered)
            provider = row["provider"] if draft.maybe(0.5) else None
            draft.locks.append(Lock(service_id, Decision(row["decision"]), provider, f"tight:{service_id}"))
    offered = {row["offer_id"] for row in draft.offers}
    for name in ("coverages", "uses"):
        draft.tables[name] = [row for row in draft.tables[name] if row.offer_id in offered]
    return draft.case()
