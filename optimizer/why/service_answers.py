"""By service: whether every plan within the cost decides it as the best one does, and what else was seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.plan.choices import Choices
from optimizer.why.asked import Asked
from optimizer.why.decided import budget_shares, decided
from optimizer.why.swings import Swings
from optimizer.why.ways import choices_per_service

SAFE = "safe"
"""It is proved that every plan within the cost decides it as the best one does."""
SWINGS = "swings"
"""A plan within the cost decides it otherwise."""
OPEN = "open"
"""Neither was shown."""
NO_CHOICE = "no choice"
"""It has only one admissible way."""


def service_answers(asked: Asked, swings: Swings, seen: Sequence[Choices]) -> pd.DataFrame:
    """A row per service; `seen` are the best plan, then others within the cost.

    Those that swing come first; in each answer what the best plan changes is before what it keeps, the larger first.
    """
    services = asked.case.county.frame("services")
    ways = [decided(asked.case, choices) for choices in seen]
    rest = SAFE if swings.proved else OPEN
    answer = np.where(choices_per_service(asked.program) > 1, np.where(swings.swings, SWINGS, rest), NO_CHOICE)
    gross = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].sum(axis=1)
    others = ["; ".join(sorted({*map(str, row[1:])} - {str(row[0])})) for row in zip(*ways, strict=True)]
    table = pd.DataFrame(
        {
            "service_id": services["service_id"],
            "service": services["name"],
            "department": services["department"],
            "answer": answer,
            "decided_in_best": ways[0].to_numpy(),
            "also_seen": others,
            "gross_usd_per_year": gross,
            "budget_share": budget_shares(asked.case),
        }
    )
    order = pd.Categorical(table["answer"], [SWINGS, OPEN, SAFE, NO_CHOICE], ordered=True)
    keyed = table.assign(order=order, kept=table["decided_in_best"] == str(Decision.KEEP))
    ordered = keyed.sort_values(["order", "kept", "budget_share"], ascending=[True, True, False], kind="stable")
    return ordered.drop(columns=["order", "kept"]).reset_index(drop=True)
