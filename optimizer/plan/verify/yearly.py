"""Yearly amounts whose pieces grow at rates of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from optimizer.plan.verify.exact import exact


@lru_cache(maxsize=1 << 14)
def index(growth: float, year: int) -> Fraction:
    """What a dollar of today has grown to in a year of the plan, from 1."""
    return (1 + exact(growth)) ** (year - 1)


@dataclass(frozen=True)
class Yearly:
    """A yearly amount in today's dollars, piece by piece of one rate of growth."""

    usd_by_growth: Mapping[float, Fraction]
    """Share, as it is written, by which the piece grows every year, to the piece [USD/year of today]."""

    @classmethod
    def of(cls, usd: Fraction, growth: float = 0.0) -> Yearly:
        """An amount of one piece."""
        return cls({growth: usd})

    @property
    def today_usd(self) -> Fraction:
        """The amount before any growth."""
        return sum(self.usd_by_growth.values(), Fraction(0))

    @property
    def steady(self) -> bool:
        """Whether all of it grows at one rate, so that it never changes its sign."""
        return len(self.usd_by_growth) < 2

    def in_year(self, year: int) -> Fraction:
        """The amount of a year of the plan, from 1 [USD]."""
        return sum((usd * index(growth, year) for growth, usd in self.usd_by_growth.items()), Fraction(0))

    def __add__(self, other: Yearly) -> Yearly:
        pieces = dict(self.usd_by_growth)
        for growth, usd in other.usd_by_growth.items():
            pieces[growth] = pieces[growth] + usd if growth in pieces else usd
        return Yearly(pieces)

    def __mul__(self, factor: Fraction) -> Yearly:
        return Yearly({growth: usd * factor for growth, usd in self.usd_by_growth.items()})

    def __neg__(self) -> Yearly:
        return Yearly({growth: -usd for growth, usd in self.usd_by_growth.items()})

    def __sub__(self, other: Yearly) -> Yearly:
        return self + -other
