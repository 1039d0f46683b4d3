"""Years: what a dollar of each year is worth today, and how a move spreads over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from optimizer.plan.verify.exact import exact
from optimizer.scenario.settings import Settings


def discounts(rate: Fraction, years: int) -> tuple[Fraction, ...]:
    """(1 + rate)^-t for each year t from 0."""
    return tuple(1 / (1 + rate) ** year for year in range(years))


def net_present_value(cash_usd: Sequence[Fraction], rate: Fraction) -> Fraction:
    """Yearly cash, from year 0 which counts in full, in today's dollars."""
    worth = discounts(rate, len(cash_usd))
    return sum((cash * factor for cash, factor in zip(cash_usd, worth, strict=True)), Fraction(0))


@dataclass(frozen=True)
class Profile:
    """The share of a yearly amount that falls into each year."""

    shares: tuple[Fraction, ...]
    present: Fraction
    """Present value of one dollar spread like this."""


@dataclass(frozen=True)
class Phases:
    """How the years of one lead time divide."""

    waiting: Profile
    """l_t: the county still delivers."""
    moved: Profile
    """1 - l_t: the provider delivers."""
    missing: Profile
    """(1 - l_t)(1 - realization ramp): the part of a promised saving that is not counted on."""


class Calendar:
    """The horizon of a scenario in exact numbers."""

    def __init__(self, settings: Settings) -> None:
        self._discounts = discounts(exact(settings.horizon.discount_rate), settings.horizon.years)
        self._economics = settings.economics
        self._phases: dict[Fraction, Phases] = {}
        self.years = settings.horizon.years
        self.annuity = sum(self._discounts, Fraction(0))
        self.yearly = self._profile([Fraction(1)] * self.years)
        self.once = self._profile([Fraction(1)] + [Fraction(0)] * (self.years - 1))

    def phases(self, lead_months: Fraction) -> Phases:
        """The profiles of a move that takes this long to begin."""
        if lead_months not in self._phases:
            self._phases[lead_months] = self._phases_after(lead_months / 12)
        return self._phases[lead_months]

    def _phases_after(self, lead_years: Fraction) -> Phases:
        waiting = [min(Fraction(1), max(Fraction(0), lead_years - year)) for year in range(self.years)]
        moved = [1 - share for share in waiting]
        counted = [self._counted(year - floor(lead_years)) for year in range(self.years)]
        missing = [share * (1 - count) for share, count in zip(moved, counted, strict=True)]
        return Phases(self._profile(waiting), self._profile(moved), self._profile(missing))

    def _counted(self, year_of_delivery: int) -> Fraction:
        ramp = self._economics.ramp_share
        reached = ramp[min(max(year_of_delivery, 0), len(ramp) - 1)]
        return exact(self._economics.realization_share) * exact(reached)

    def _profile(self, shares: Sequence[Fraction]) -> Profile:
        present = sum((share * worth for share, worth in zip(shares, self._discounts, strict=True)), Fraction(0))
        return Profile(tuple(shares), present)
