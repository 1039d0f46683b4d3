"""Words and numbers of a brief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from optimizer.county.terms import Decision, Stance
from optimizer.options.admissible import (
    COVERAGE,
    DUTY,
    HURDLE,
    NOT_CONSIDERED,
    NOT_DELEGABLE,
    PAYBACK,
    QUALITY,
    UNLAWFUL,
)
from optimizer.options.sales import ABOVE_BUYERS_COST, BELOW_COST, BUYER_PLANS
from optimizer.report.documents.letters import short
from optimizer.report.words import decimals, exact_usd

SERVICE_LETTERS, ORGANIZATION_LETTERS, COUNTY_LETTERS, POOL_LETTERS, UNIT_LETTERS = 70, 80, 60, 50, 24
TERMS = {
    "price_usd_per_year": "price",
    "transition_usd": "one-time cost",
    "retained_revenue_usd": "revenue that stays with the county",
    "moved_share": "part that moves",
    "coverage": "coverage",
    "fte_transferred": "staff hired",
    "fte_displaced": "staff losing their position",
    "lead_time_months": "lead time",
    "quality": "quality",
}
"""Terms of an offer that may be estimated."""
SAID = {
    str(Stance.DELIVERS): "delivers it too",
    str(Stance.WOULD_PARTNER): "would partner",
    str(Stance.WOULD_TAKE_OVER): "would take it over",
    str(Stance.WOULD_BUY): "would buy it",
    str(Stance.NO): "said no",
}
"""What an organization said of a service."""
DECIDED = {
    str(Decision.PARTNER): "partner",
    str(Decision.CONSOLIDATE): "consolidate",
    str(Decision.OUTSOURCE): "outsource",
    str(Decision.INSOURCE): "sale",
}
WHY_NOT = {
    NOT_CONSIDERED: "the county does not consider this kind of decision",
    NOT_DELEGABLE: "the law leaves it to the county itself",
    UNLAWFUL: "the law does not allow this kind of decision",
    DUTY: "a duty is not ended",
    COVERAGE: "its coverage is below what the county asks for",
    QUALITY: "its quality is below what the county asks for",
    PAYBACK: "it pays back its one-time cost too late",
    HURDLE: "by itself it saves too little",
    BELOW_COST: "the price is below what it would cost the county",
    ABOVE_BUYERS_COST: "the price is above what the organization pays today",
    BUYER_PLANS: "the organization plans for itself",
}
"""Why an option was left out, as a partner may read it."""


def fte(number: float) -> str:
    """Staff."""
    return decimals(number)


def share(number: float) -> str:
    """A share."""
    return f"{number:.1%}"


def amount(number: float, unit: str) -> str:
    """An amount in a unit of the county's."""
    if unit in ("USD", "USD/year"):
        return exact_usd(number) + (" a year" if unit == "USD/year" else "")
    return f"{plain(number)} {unit.replace('_', ' ')}"


def plain(number: float) -> str:
    """A number without zeros at its end."""
    return decimals(number).rstrip("0").rstrip(".")


def capacity_words(row: Mapping[Any, Any]) -> str:
    """A capacity of a limit's row, without whose it is: what of it is used."""
    _, resource, year = str(row["subject"]).split(" ")
    what = {"usd": "dollars", "fte": "staff"}.get(resource, short(resource, UNIT_LETTERS).replace("_", " "))
    unit = str(row["unit"]) if resource in ("usd", "fte") else short(row["unit"], UNIT_LETTERS)
    when = "every year" if year == "*" else f"year {year}"
    return f"{what} in {when}, {amount(row['used'], unit)} of at most {amount(row['limit'], unit)}"
