"""The words that a county's tables may use in one cell: what an organization is, what can be decided, what it said."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What an organization is."""

    MUNICIPALITY = "municipality"
    SPECIAL_DISTRICT = "special_district"
    SCHOOL_DISTRICT = "school_district"
    COUNTY = "county"
    STATE = "state"
    NONPROFIT = "nonprofit"
    PRIVATE = "private"


EVERYDAY_WORDS = {
    **dict.fromkeys(("city", "town", "township", "village", "borough"), Kind.MUNICIPALITY),
    **dict.fromkeys(("company", "firm", "vendor", "contractor", "business"), Kind.PRIVATE),
    **dict.fromkeys(("charity", "ngo", "foundation", "association"), Kind.NONPROFIT),
    "district": Kind.SPECIAL_DISTRICT,
    "school": Kind.SCHOOL_DISTRICT,
}
"""What people write for a kind of organization, to its word here; a city is spelled nearest to a county."""


class Decision(StrEnum):
    """What can be decided for one service."""

    KEEP = "keep"
    PARTNER = "partner"
    CONSOLIDATE = "consolidate"
    OUTSOURCE = "outsource"
    INSOURCE = "insource"
    EXIT = "exit"


MOVES = (Decision.PARTNER, Decision.CONSOLIDATE, Decision.OUTSOURCE)
"""Decisions that an offer can be for. insource is keeping a service and selling it too; exit is ending it."""
EXIT_ID = "exit~"
"""How the id of the offer to end a service begins, before the service's own; a scenario makes these offers."""


class Stance(StrEnum):
    """What an organization said of a service at the Program Mapping workshop."""

    DELIVERS = "delivers"
    WOULD_PARTNER = "would_partner"
    WOULD_TAKE_OVER = "would_take_over"
    WOULD_BUY = "would_buy"
    NO = "no"


DELIVERING = (Stance.DELIVERS, Stance.WOULD_PARTNER, Stance.WOULD_TAKE_OVER)
"""Stances of an organization that could deliver the service to the county."""


class LinkKind(StrEnum):
    """How a link ties its services."""

    TOGETHER = "together"
    APART = "apart"
    NEEDS = "needs"
    COMMUNICATES = "communicates"


class ShareRule(StrEnum):
    """By what the members of a pool share its cost."""

    EQUAL = "equal"
    USE = "use"
    POPULATION = "population"
