"""What a plan costs: every part of every option, sale, agreement, pool and link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from optimizer.plan.verify.calendar import Calendar
from optimizer.plan.verify.county_money import COUNTY_PARTS, county_flows
from optimizer.plan.verify.money import SALE_PARTS, SERVICE_PARTS, Flow
from optimizer.plan.verify.reading import Reading


@dataclass(frozen=True)
class PresentCosts:
    """A plan's present values in whole cents."""

    cents_by_service: Mapping[str, Mapping[str, int]]
    """Service to part to cents; every part of `SERVICE_PARTS` is there."""
    cents_by_source: Mapping[str, Mapping[str, int]]
    """Part of `SALE_PARTS` and `COUNTY_PARTS` to sale, organization, pool or link to cents."""

    @property
    def cents_by_part(self) -> Mapping[str, int]:
        """The plan's total of each part."""
        services = self.cents_by_service.values()
        totals = {part: sum(parts[part] for parts in services) for part in SERVICE_PARTS}
        return totals | {part: sum(sources.values()) for part, sources in self.cents_by_source.items()}

    @property
    def total_cents(self) -> int:
        return sum(self.cents_by_part.values())


@dataclass(frozen=True)
class ExactCosts(PresentCosts):
    """A plan's money: present values in whole cents, cash in exact dollars of each year 1 .. H."""

    cash_usd_by_service: Mapping[str, tuple[Fraction, ...]]
    cash_usd_by_sale: Mapping[str, tuple[Fraction, ...]]
    cash_usd_county: tuple[Fraction, ...]
    """Agreements, pools and links."""


def present_costs(reading: Reading) -> PresentCosts:
    """Every part of a plan's cost, in today's money."""
    sourced: dict[str, dict[str, int]] = {part: {} for part in SALE_PARTS + COUNTY_PARTS}
    of_sales = ((sale_id, flow) for sale_id, flows in reading.sale_flows.items() for flow in flows)
    for source, flow in chain(of_sales, county_flows(reading)):
        sourced[flow.part][source] = flow.present_cents
    return PresentCosts(
        cents_by_service={service_id: _cents(flows) for service_id, flows in reading.flows.items()},
        cents_by_source=sourced,
    )


def costs(reading: Reading) -> ExactCosts:
    """Every part of a plan's cost, and the cash of every year."""
    present, calendar = present_costs(reading), reading.book.calendar
    return ExactCosts(
        cents_by_service=present.cents_by_service,
        cents_by_source=present.cents_by_source,
        cash_usd_by_service={service_id: _cash(flows, calendar) for service_id, flows in reading.flows.items()},
        cash_usd_by_sale={sale_id: _cash(flows, calendar) for sale_id, flows in reading.sale_flows.items()},
        cash_usd_county=_cash((flow for _, flow in county_flows(reading)), calendar),
    )


def _cents(parts: Iterable[Flow]) -> dict[str, int]:
    return dict.fromkeys(SERVICE_PARTS, 0) | {flow.part: flow.present_cents for flow in parts}


def _cash(parts: Iterable[Flow], calendar: Calendar) -> tuple[Fraction, ...]:
    held = list(parts)
    return tuple(sum((flow.cash_usd(year) for flow in held), Fraction(0)) for year in calendar.every_year)
