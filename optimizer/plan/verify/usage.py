"""A limit and how far a plan uses it; a violation is a usage beyond its limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from optimizer.plan.verify.exact import Number, exact, is_money, shown, tolerance

COUNTED = frozenset({"services", "agreements", "years"})
"""Units that are told otherwise of one."""


@dataclass(frozen=True)
class Usage:
    """One limit as one plan meets it. Rules that only say yes or no appear when they are broken: 1 used of 0."""

    rule: str
    """Family, reason or dotted path of the limit."""
    subject: str
    """Ids of what the limit is about."""
    used: Number
    limit: Fraction
    unit: str
    text: str
    """The same in the county's words."""
    at_least: bool = False
    """True where the limit is a floor."""
    rounding_usd: Fraction = Fraction(0)
    """How far rounding to the cent may explain a difference."""

    @cached_property
    def broken(self) -> bool:
        least, most = (self.limit, self.used) if self.at_least else (self.used, self.limit)
        if least <= most:
            return False  # most are, and comparing exact numbers takes less than subtracting them
        return least - most > tolerance(self.unit, self.limit) + self.rounding_usd


@dataclass(frozen=True)
class Violation:
    """A rule that a plan breaks."""

    rule: str
    """Family, reason or dotted path of the limit."""
    subject: str
    """Ids of what breaks it."""
    found: float
    limit: float
    unit: str
    text: str
    """The same in the county's words."""

    def __str__(self) -> str:
        return self.text


def refusal(rule: str, subject: str, text: str) -> Usage:
    """A rule without a number that is broken."""
    return Usage(rule, subject, Fraction(1), Fraction(0), "cases", text)


def _no_rounding() -> Fraction:
    return Fraction(0)


def at_most(
    rule: str,
    subject: str,
    who: str,
    used: Number,
    limit: Fraction,
    unit: str,
    rounding_usd: Callable[[], Fraction] = _no_rounding,
) -> Usage:
    """A ceiling; `who` begins its sentence. One that is held, if only within tolerance, is not told as passed.

    `rounding_usd` is worked out only where the limit is passed.
    """
    usage = Usage(rule, subject, used, limit, unit, "")
    if usage.broken:
        usage = replace(usage, rounding_usd=rounding_usd())
    texts = shown(used if usage.broken else min(used, limit), limit, unit, finest=_finest(unit, usage.broken))
    return replace(usage, text=f"{who} {texts[0]} of at most {texts[1]}{_spoken(unit, texts[1])}")


def at_least(rule: str, subject: str, who: str, used: Number, limit: Fraction, unit: str) -> Usage:
    """A floor; `who` begins its sentence."""
    usage = Usage(rule, subject, used, limit, unit, "", at_least=True)
    return replace(usage, text=floor_text(who, used, limit, unit, usage.broken))


def floor_text(who: str, used: Number, limit: Fraction, unit: str, broken: bool) -> str:
    """A floor in words: one that is held, if only within tolerance, is not told as missed."""
    texts = shown(used if broken else max(used, limit), limit, unit, finest=_finest(unit, broken))
    return f"{who} {texts[0]} of the {texts[1]}{_spoken(unit, texts[1])} required"


def _finest(unit: str, broken: bool) -> int:
    """Most decimals that are told: nobody keeps a limit in dollars nearer than to the cent."""
    return 2 if is_money(unit) and not broken else 9


def by_year(limits: Sequence[float], years: Iterable[int]) -> Iterator[tuple[int, Fraction]]:
    """The limit of each year, the last one from then on; nothing if there is no limit at all."""
    return ((year, exact(limits[min(year, len(limits)) - 1])) for year in years if limits)


def violation(usage: Usage) -> Violation:
    """The violation that a broken usage is."""
    return Violation(usage.rule, usage.subject, float(usage.used), float(usage.limit), usage.unit, usage.text)


def _spoken(unit: str, number: str) -> str:
    told = unit.removesuffix("s") if number == "1" and unit in COUNTED else unit
    return {"USD": "", "USD/year": " a year", "share": ""}.get(unit, f" {told}")
