"""A scenario and what came of it, as far as a reader or a comparison needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.county.county import County
from optimizer.plan.plan import Plan
from optimizer.solve.outcome import Stopped


@dataclass(frozen=True)
class Answer:
    """One scenario's question, inputs and answer."""

    name: str
    """Short name, unique in a comparison."""
    title: str
    question: str
    stopped: Stopped
    """Why the search stopped."""
    plan: Plan | None
    """None: no plan is held."""
    settings: Mapping[str, Any]
    """Every setting by dotted path, and the locks and bans by what they hold."""
    county: County
    """The county as the scenario sees it: tables changed, blank terms filled."""
