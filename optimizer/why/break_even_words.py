"""Break-even prices in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from optimizer.county.terms import Decision
from optimizer.options.money import HALF_A_CENT_USD
from optimizer.report.words import exact_usd
from optimizer.why.turning import Ends

TIE_USD_PER_YEAR = 1.0
"""Below this a cheaper plan is told as a tie."""


def sentence(row: Mapping[Any, Any]) -> str:
    """A row of `BreakEven.prices`."""
    who = f"{row['decision']} with {row['provider']}"
    now = f"asked now: {_usd(row['price_usd_per_year'])} a year{', an estimate' if row['estimated'] else ''}"
    return f"{who}: {_found(row, now)}{tie_sentence(row)}"


def _found(row: Mapping[Any, Any], now: str) -> str:
    yes, no = row["in_at_usd_per_year"], row["out_at_usd_per_year"]
    sells, because, ends = row["decision"] == str(Decision.INSOURCE), row["out_because"], row["ends"]
    low, high = _usd(row["asked_from_usd_per_year"]), _usd(row["asked_to_usd_per_year"])
    if ends == Ends.NEVER:
        return f"at no price in the plan, of those from {low} to {high} a year ({because}; {now})."
    if ends == Ends.OPEN:
        return f"whether it is in the plan at some price is not decided ({because}; {now})."
    side = f"or more, up to the {high} that the buyer pays today" if sells else "or less"
    if ends == Ends.ALWAYS:
        far = f"down to {low}" if sells else f"up to {high}"
        return f"in the plan at any price {far} a year, the {'lowest' if sells else 'highest'} asked about ({now})."
    if ends == Ends.IN_SO_FAR:
        return f"in the plan at {_usd(yes)} a year {side}; {now}. Beyond that it is not decided."
    if ends == Ends.ABOUT:
        return (
            f"in the plan at {_usd(yes)} a year {side}, and not at {_usd(no)}; not decided between; {now}. "
            f"Beyond that: {because}."
        )
    return f"in the plan at {_usd(yes)} a year {side}; {now}. Beyond that: {because}."


def tie_sentence(row: Mapping[Any, Any]) -> str:
    """That another plan costs as little as the plan in question, or less; an empty text where none does."""
    cheaper = row["other_is_cheaper_usd_per_year"]
    if math.isnan(cheaper):
        return ""
    one = "in the plan now, and one without it" if row["in_the_plan"] else "not in the plan now, and one with it"
    if cheaper >= TIE_USD_PER_YEAR:
        return f" It is {one} costs {_usd(cheaper)} a year less: the plan in question is not the best one."
    less = "as much" if cheaper < HALF_A_CENT_USD else f"${cheaper:,.2f} a year less"
    return f" It is {one} costs {less}: a tie."


def _usd(usd: float) -> str:
    """Whole dollars, or cents where there are any."""
    return exact_usd(usd) if float(usd).is_integer() else f"${usd:,.2f}"
