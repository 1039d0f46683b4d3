"""Prices at which proposals turn, as far as they were searched for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Turn:
    """Up to which price (of a sale: down to which) an offer is in the plan."""

    now: float
    holds_to: float | None
    """The last price at which it is proved to be in the plan; None: none was proved."""
    decided: bool
    """True where beyond it, or at every price asked about, the answer is proved."""
    always: bool = False
    """True where it is in the plan at every price asked about, of which the last is told."""


@dataclass(frozen=True)
class Turns:
    """What was searched for; nothing where nothing was asked."""

    offers: Mapping[str, Turn] = field(default_factory=dict)
    """By the id of the offer or sale; dollars a year."""
    prices_times: Turn | None = None
    """All prices of an organization that is not in the plan, as so many times what they are."""
    agreement: Turn | None = None
    """Its agreement, dollars a year."""
