"""Amounts of limits and of money in the words of a budget office."""

from __future__ import annotations

from math import ceil, floor, isinf

from optimizer.report.words import exact_usd
from optimizer.why.asked import Difference
from optimizer.why.dial import YES_NO

_ONE = {"agreements": "agreement", "services": "service", "years": "year"}
"""Units that are told otherwise of one."""
NOISE = 1e-6
"""What floating point may add to a sum, in the last place that is told."""


def amount(value: float, unit: str) -> str:
    """A limit with its unit: $400,000, 75 %, 18 agreements, yes; nothing for NaN."""
    if value != value:
        return ""
    if unit in ("USD", "USD/year"):
        return exact_usd(value) + (" a year" if unit == "USD/year" else "")
    if unit == YES_NO:
        return "yes" if value else "no"
    if unit == "share":
        return f"{_plain(100 * value, 2)} %"
    told = _plain(value, 4)
    return f"{told} {_ONE.get(unit, unit) if told == '1' else unit}"


def loosely(value: float, unit: str, *, at_least: bool) -> float:
    """A limit rounded as `amount` tells it, to the side that allows more, so that what is told is enough."""
    scale = 1.0 if unit in ("USD", "USD/year") else 1e4
    return floor(value * scale + NOISE) / scale if at_least else ceil(value * scale - NOISE) / scale


def _plain(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".rstrip("0").rstrip(".")


def spread(difference: Difference) -> str:
    """A difference as found; with its interval where that is wider than a dollar a year."""
    found = exact_usd(difference.usd_per_year)
    least, most = difference.least_usd_per_year, difference.most_usd_per_year
    if most - least <= 1.0:
        return found
    upper = "no upper end is proved" if isinf(most) else f"at most {exact_usd(most)}"
    lower = "no lower end is proved" if isinf(least) else f"at least {exact_usd(least)}"
    return f"{found} ({'nothing is proved' if isinf(least) and isinf(most) else f'{lower}, {upper}'})"
