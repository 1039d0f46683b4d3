"""What a worksheet asks: its sheets, the heads above its columns, and the record that a row is read into."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from optimizer.county.county import County
from optimizer.county.field_types import Amount, Fte, Id, Months, Share, Usd, Years
from optimizer.county.records import Record
from optimizer.county.terms import Stance

INTRO_SHEET, SERVICES_SHEET, OWN_SHEET, MORE_SHEET = "Read me first", "Services", "Your organization", "Anything else"
LONGEST_REMARK = 5_000

ANSWERS: Mapping[Stance, str] = MappingProxyType(
    {
        Stance.DELIVERS: "We deliver the same or much the same. Nothing more is said by that.",
        Stance.WOULD_PARTNER: "We would do it together with the county: one of us for both, or both in one team.",
        Stance.WOULD_TAKE_OVER: "We would do it for the county, for a price.",
        Stance.WOULD_BUY: "We would let the county do it for us, and pay for it.",
        Stance.NO: "We do not deliver it, and would not.",
    }
)
"""What each answer means, as a worksheet tells it."""


def _remark(value: Any) -> Any:
    return str(value).strip() if isinstance(value, str | int | float) else value


def _stance(value: Any) -> Any:
    """A word of the list as people type it: in capitals, with a blank for the underscore."""
    return re.sub(r"[\s_-]+", "_", value.strip().casefold()) if isinstance(value, str) else value


Remark = Annotated[
    str, BeforeValidator(_remark), Field(max_length=LONGEST_REMARK, json_schema_extra={"needs": "a text"})
]


class Answer(Record):
    """A row of the services sheet."""

    service_id: Id
    """Id of the service. It stays as it is."""
    name: Remark | None = None
    """The service, as it was sent."""
    stance: Annotated[Stance | None, BeforeValidator(_stance)] = None
    """What your organization says of this service; blank: no answer."""
    price_usd_per_year: Usd | None = None
    """What you would charge in a year, or pay if you would buy. Leave it blank if you do not know yet."""
    transition_usd: Usd | None = None
    """What it would cost once to move it to you."""
    lead_time_months: Months | None = None
    """Months from a decision until you could begin."""
    coverage: Share | None = None
    """Part of today's service that residents would still get: 1 all of it, 0.9 nine tenths."""
    fte_transferred: Fte | None = None
    """How many of the county's staff on it you would hire."""
    remark: Remark | None = None
    """Anything that we should know."""


TERMS = ("price_usd_per_year", "transition_usd", "lead_time_months", "coverage", "fte_transferred")
"""Terms of an offer that a row may give."""
HEADS: Mapping[str, str] = MappingProxyType(
    {
        "service_id": "Id",
        "name": "Service",
        "department": "Department",
        "service_class": "Kind of work",
        "gross_usd_per_year": "Costs us ($ a year)",
        "fte": "Our staff (FTE)",
        "chance": "Overlap",
        "why": "Why it stands here",
        "stance": "Your answer",
        "price_usd_per_year": "Price ($ a year)",
        "transition_usd": "One-time cost ($)",
        "lead_time_months": "Start after (months)",
        "coverage": "Part of today's service (0 to 1)",
        "fte_transferred": "Staff you would hire (FTE)",
        "remark": "Remarks",
    }
)
"""Head of each column of the services sheet, in order; those that `Answer` does not have are only shown."""


class Own(Record):
    """What an organization says of itself; a row of its sheet per field."""

    org_id: Id
    """Id of your organization. It stays as it is."""
    code: Remark | None = None
    """By this we see that the sheet is yours. It stays as it is."""
    contact: Remark | None = None
    """Who answered, and how to reach you."""
    agreement_usd_per_year: Usd | None = None
    """What an agreement with you costs the county in a year, whatever its volume ($ a year)."""
    min_volume_usd_per_year: Usd | None = None
    """The least work for which you would sign ($ a year)."""
    max_term_years: Years | None = None
    """The longest agreement that you could sign (years)."""
    capacity_usd: Amount | None = None
    """The most work that you could take on in all ($ a year)."""
    capacity_fte: Amount | None = None
    """The most work that you could take on in all (full-time staff)."""
    remark: Remark | None = None
    """Anything that we should know of you."""


OWN_HEADS = ("field", "value", "what it means")
LOCKED_FIELDS = ("org_id", "code")
ORG_TERMS = ("agreement_usd_per_year", "min_volume_usd_per_year", "max_term_years")
CAPACITIES = {"capacity_usd": "usd", "capacity_fte": "fte"}
"""Fields that are capacities, and their resource."""


class More(Record):
    """A row of the last sheet."""

    service: Remark | None = None
    """A service that is not in our list."""
    remark: Remark | None = None
    """What there is to say of it."""


MORE_HEADS: Mapping[str, str] = MappingProxyType(
    {"service": "A service that is not in our list", "remark": "What you would like to say"}
)


def code_of(county: County, org_id: str) -> str:
    """Tells a worksheet of one county, year and organization from another; not a secret, it guards against mishaps."""
    text = f"{county.facts.name}|{county.facts.state}|{county.facts.fiscal_year}|{org_id}"
    return hashlib.sha256(text.encode()).hexdigest()[:8]
