"""Years: what a dollar of each year is worth today, and how a move or a sale spreads over the years."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.yearly import index
from optimizer.scenario.settings import Settings


def discounts(rate: Fraction, years: int) -> tuple[Fraction, ...]:
    """(1 + rate)^-(t-1) for each year t from 1."""
    return tuple(1 / (1 + rate) ** later for later in range(years))


def net_present_value(cash_usd: Sequence[Fraction], rate: Fraction) -> Fraction:
    """Yearly cash, from year 1 which counts in full, in today's dollars."""
    worth = discounts(rate, len(cash_usd))
    return sum((cash * factor for cash, factor in zip(cash_usd, worth, strict=True)), Fraction(0))


class Profile:
    """How much of a yearly amount falls into each year of the plan."""

    def __init__(self, shares: Iterable[Fraction], worth: tuple[Fraction, ...]) -> None:
        """`worth`: what a dollar of each year is worth today."""
        self.shares = tuple(shares)
        self._worth = worth
        self._present: dict[float, Fraction] = {}

    def share(self, year: int) -> Fraction:
        """The share of a year, counted from 1."""
        return self.shares[year - 1]

    def present(self, growth: float) -> Fraction:
        """Present value of one dollar of today spread like this, that grows by this share every year."""
        if growth not in self._present:
            grown = (worth * index(growth, year) for year, worth in enumerate(self._worth, start=1))
            pairs = zip(self.shares, grown, strict=True)
            self._present[growth] = sum((share * dollar for share, dollar in pairs), Fraction(0))
        return self._present[growth]


@dataclass(frozen=True)
class Phases:
    """How the years divide for one lead time and one start year."""

    waiting: Profile
    """l_t: the county still delivers, or nothing is sold yet."""
    moved: Profile
    """1 - l_t: the provider delivers, or the county sells."""
    missing: Profile
    """(1 - l_t)(1 - realization ramp_t): the part of a promised saving that is not counted on."""


class Calendar:
    """The horizon of a scenario in exact numbers; years count from 1."""

    def __init__(self, settings: Settings) -> None:
        self.years = settings.horizon.years
        self.start_years = settings.horizon.start_years
        self.worth = discounts(exact(settings.horizon.discount_rate), self.years)
        self.annuity = sum(self.worth, Fraction(0))
        self._economics = settings.economics
        self._phases: dict[tuple[Fraction, int], Phases] = {}
        self._since = [self._profile(range(start, self.years + 1)) for start in self.every_year]
        self._once = [self._profile((start,)) for start in self.every_year]

    @property
    def every_year(self) -> range:
        """1 .. H."""
        return range(1, self.years + 1)

    @property
    def starts(self) -> range:
        """1 .. S: the years in which something may start."""
        return range(1, self.start_years + 1)

    def profile(self, share_of: Callable[[int], Fraction]) -> Profile:
        """The profile that gives each year of the plan its share."""
        return Profile(map(share_of, self.every_year), self.worth)

    def since(self, start: int) -> Profile:
        """In full in every year from this one on."""
        return self._since[start - 1]

    def once(self, start: int) -> Profile:
        """In this year alone."""
        return self._once[start - 1]

    def phases(self, lead_months: Fraction, start: int) -> Phases:
        """The profiles of what starts in this year and takes this long to begin."""
        if (lead_months, start) not in self._phases:
            self._phases[lead_months, start] = self._phases_of(lead_months / 12, start)
        return self._phases[lead_months, start]

    def _profile(self, years: Container[int]) -> Profile:
        return self.profile(lambda year: Fraction(year in years))

    def _phases_of(self, lead_years: Fraction, start: int) -> Phases:
        waiting = self.profile(lambda year: min(Fraction(1), max(Fraction(0), start + lead_years - year)))
        moved = self.profile(lambda year: 1 - waiting.share(year))
        first = start + floor(lead_years)
        missing = self.profile(lambda year: moved.share(year) * (1 - self._counted(year - first)))
        return Phases(waiting, moved, missing)

    def _counted(self, year_of_delivery: int) -> Fraction:
        ramp = self._economics.ramp_share
        reached = ramp[min(max(year_of_delivery, 0), len(ramp) - 1)]
        return exact(self._economics.realization_share) * exact(reached)

    def in_year(self, year: int) -> str:
        """A year of a plan in words; nothing where all of the plan starts at once."""
        return f" in year {year}" if self.start_years > 1 else ""
