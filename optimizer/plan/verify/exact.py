"""Exact numbers: a table's decimal is meant as it is written, so sums and products of them are never rounded.

The only rounding is the one the model asks for: present values to the cent, half to even.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Number = Fraction | float
"""An exact number; a float only where it is infinite."""


@lru_cache(maxsize=1 << 17)
def exact(number: float) -> Fraction:
    """The decimal that a float was read from: its shortest text, not its binary value."""
    return Fraction(repr(float(number)))


@dataclass(frozen=True)
class Tolerance:
    """How far a number may pass its limit before the limit counts as broken. Nothing else is lenient."""

    share: Fraction
    """Of max(1, |limit|), for everything that is not money: the search itself works to 1e-6."""
    usd: Fraction
    """Between two amounts of money: half a cent, as amounts come in whole cents."""
    claim_cents: int
    """Per number that was rounded to the cent on both sides: floating point may have rounded the other way."""
    tie_cents: Fraction
    """A present value this close to half a cent may be rounded the other way by floating point ..."""
    tie_share: Fraction
    """... or within this share of the amount itself, where the amount is large."""


TOLERANCE = Tolerance(
    share=Fraction(1, 10**6),
    usd=Fraction(1, 200),
    claim_cents=1,
    tie_cents=Fraction(1, 10**4),
    tie_share=Fraction(1, 10**14),
)


def is_money(unit: str) -> bool:
    """Whether amounts of this unit are compared as dollars."""
    return unit.startswith("USD")


def tolerance(unit: str, limit: Fraction) -> Fraction:
    """How far a limit may be passed, in its own unit."""
    return TOLERANCE.usd if is_money(unit) else TOLERANCE.share * max(Fraction(1), abs(limit))


def whole_cents(usd: Fraction) -> int:
    """Dollars to whole cents, half to even."""
    # in whole numbers, as below: a plan has thousands of amounts, and fractions take ten times as long
    below, rest = divmod(100 * usd.numerator, usd.denominator)
    beyond_half = 2 * rest - usd.denominator
    return below + (beyond_half > 0 or (beyond_half == 0 and below % 2 == 1))


def may_round_otherwise(usd: Fraction) -> bool:
    """Whether floating point could round these dollars to another cent: they lie next to half a cent."""
    # |cents mod 1 - 1/2| <= tie_cents + tie_share |cents|, times all denominators
    cents, parts = 100 * usd.numerator, usd.denominator
    near, share = TOLERANCE.tie_cents, TOLERANCE.tie_share
    from_half = abs(2 * (cents % parts) - parts) * near.denominator * share.denominator
    at_fixed = near.numerator * share.denominator * parts
    return from_half <= 2 * (at_fixed + share.numerator * near.denominator * abs(cents))


def shown(used: Number, limit: Number, unit: str, *, finest: int = 9) -> tuple[str, str]:
    """Two numbers as text, with just enough decimals to tell them apart, but no more than `finest`."""
    whole = all(float(number).is_integer() for number in (used, limit))
    fewest = 0 if whole and not is_money(unit) else 2
    for decimals in range(fewest, finest + 1):
        texts = _text(used, unit, decimals), _text(limit, unit, decimals)
        if texts[0] != texts[1] or used == limit:
            break
    return texts


def _text(number: Number, unit: str, decimals: int) -> str:
    if not is_money(unit):
        return f"{float(number):,.{decimals}f}"
    sign = "-" if number < 0 else ""
    return f"{sign}${abs(float(number)):,.{decimals}f}"
