"""Limits that the scenario sets: for the whole county, by name, by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Any

from optimizer.county.facts import WHOLE_COUNTY
from optimizer.options.money import annuity
from optimizer.program.equity import BASIS_POINTS
from optimizer.scenario.scenario import Case
from optimizer.why.dial import Dial, Setting
from optimizer.why.dial_closing import closing_dials
from optimizer.why.dial_rows import RowIndex


@dataclass(frozen=True)
class Limit:
    """A limit among the settings: how it is told, and the family of rows that holds it."""

    section: str
    field: str
    family: str
    unit: str
    text: str
    """`{name}` and `{year}` stand for what it is about."""
    at_least: bool = False
    whole: bool = False
    every_year: bool = False
    """Of lists by year: whether there is a row in every year of the plan, or only in those of starts."""
    per_unit: Callable[[Case, str], float] = lambda _case, _name: 1.0
    """By how much the row's bound moves by unit of the limit of that name."""
    lowest: float = 0.0
    """Of values that it can have."""

    @property
    def rule(self) -> str:
        return f"{self.section}.{self.field}"


def _gross_of_class(case: Case, service_class: str) -> float:
    services = case.county.frame("services")
    of_class = services[services["service_class"] == service_class]
    return float(of_class[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].to_numpy().sum())


def _annuity(case: Case, _: str) -> float:
    return annuity(case.settings)


COUNTY_WIDE = (
    Limit("limits", "displaced_fte", "displaced_fte", "FTE", "Most staff who may lose their position"),
    Limit("limits", "agreements", "agreements", "agreements", "Most agreements that the county signs", whole=True),
    Limit(
        "limits", "transition_usd", "transition", "USD",
        "Most that may be spent once on moving, ending and selling services and on setting up pools",
    ),
    Limit(
        "limits", "revenue_floor_usd_per_year", "revenue", "USD/year", "Least revenue that services still bring in",
        at_least=True,
    ),
    Limit(
        "equity", "cost_limit_usd_per_year", "cost_limit", "USD/year", "Most that the plan may cost", per_unit=_annuity,
        lowest=-inf,
    ),
)  # fmt: skip
"""One number each, or null."""

BY_NAME = (
    Limit(
        "limits", "displaced_fte_by_department", "displaced_fte_by_department", "FTE",
        "{name}: most staff who may lose their position",
    ),
    Limit(
        "limits", "moved_services_by_consent_owner", "consent", "services", "{name}: most services let go", whole=True
    ),
    Limit(
        "limits", "retained_share_by_class", "retained", "share", "Class {name}: least share of its cost that is kept",
        at_least=True, per_unit=_gross_of_class,
    ),
    Limit(
        "limits", "net_cost_by_fund_usd_per_year", "fund", "USD/year", "{name}: most that the fund may cost",
        lowest=-inf,
    ),
)  # fmt: skip
"""One number for each name."""

BY_YEAR = (
    Limit(
        "limits", "transition_usd_by_year", "transition_by_year", "USD",
        "Most that may be spent once on moving, ending, selling and setting up in year {year}",
    ),
    Limit(
        "limits", "moves_by_year", "moves_by_year", "services",
        "Most services that begin to move or to end in year {year}", whole=True,
    ),
    Limit(
        "limits", "agreements_by_year", "agreements_by_year", "agreements", "Most agreements signed in year {year}",
        whole=True,
    ),
    Limit(
        "limits", "laid_off_fte_by_year", "laid_off_by_year", "FTE", "Most staff laid off in year {year}",
        every_year=True,
    ),
)  # fmt: skip
"""A list each; the last value holds from then on."""

CONSENT_BY_YEAR = Limit(
    "limits", "moved_services_by_consent_owner_by_year", "consent_by_year", "services",
    "{name}: most services let go in year {year}", whole=True,
)  # fmt: skip
"""A list for each name."""


def setting_dials(index: RowIndex) -> Iterator[Dial]:
    """Every limit of the scenario that has a value."""
    return chain(
        chain.from_iterable(_county_wide(index, limit) for limit in COUNTY_WIDE),
        chain.from_iterable(_by_name(index, limit) for limit in BY_NAME),
        chain.from_iterable(_by_year(index, limit) for limit in BY_YEAR),
        _consents_by_year(index),
        _shares_of_organizations(index),
        _floors(index),
        closing_dials(index.program.case),
    )


def _held(index: RowIndex, limit: Limit) -> Any:
    return getattr(getattr(index.program.case.settings, limit.section), limit.field)


def _dial(index: RowIndex, limit: Limit, subject: str, place: Setting, value: float, rows: tuple[int, ...]) -> Dial:
    name = "" if place.name is None else str(place.name)
    return Dial(
        rule=limit.rule,
        subject=subject,
        subjects=(subject,),
        place=place,
        value=float(value),
        unit=limit.unit,
        at_least=limit.at_least,
        whole=limit.whole,
        text=limit.text.format(name=name, year=place.year),
        rows=rows,
        per_unit=limit.per_unit(index.program.case, name),
        in_bound=True,
        lowest=limit.lowest,
        highest=1.0 if limit.unit == "share" else inf,
    )


def _county_wide(index: RowIndex, limit: Limit) -> Iterator[Dial]:
    value = _held(index, limit)
    if value is not None:
        place = Setting(limit.section, limit.field)
        yield _dial(index, limit, "county", place, value, index.all_of(limit.family))


def _by_name(index: RowIndex, limit: Limit) -> Iterator[Dial]:
    for name, value in _held(index, limit).items():
        place = Setting(limit.section, limit.field, name)
        yield _dial(index, limit, name, place, value, index.at(limit.family, name))


def _by_year(index: RowIndex, limit: Limit) -> Iterator[Dial]:
    for year, value in _years(index, limit, _held(index, limit)):
        place = Setting(limit.section, limit.field, year=year)
        yield _dial(index, limit, f"{year}", place, value, index.at(limit.family, year))


def _consents_by_year(index: RowIndex) -> Iterator[Dial]:
    limit = CONSENT_BY_YEAR
    for name, limits in _held(index, limit).items():
        for year, value in _years(index, limit, limits):
            place = Setting(limit.section, limit.field, name, year)
            yield _dial(index, limit, f"{name} {year}", place, value, index.at(limit.family, name, year))


def _years(index: RowIndex, limit: Limit, limits: tuple[float, ...]) -> Iterator[tuple[int, float]]:
    """The limit of each year that has a row, the last value from then on; nothing of an empty list."""
    horizon = index.program.case.settings.horizon
    last = horizon.years if limit.every_year else horizon.start_years
    return ((year, limits[min(year, len(limits)) - 1]) for year in range(1, last + 1) if limits)


def _shares_of_organizations(index: RowIndex) -> Iterator[Dial]:
    limits, critical = index.program.case.settings.limits, index.program.case.county.frame("services")["critical"]
    for field, family, text, per_unit in (
        ("organization_share_of_moved_cost", "concentration", "of all moved cost", None),
        ("organization_share_of_critical_services", "critical", "of the critical services", float(critical.sum())),
    ):
        value = getattr(limits, field)
        if value is not None:
            yield Dial(
                rule=f"limits.{field}",
                subject="every organization",
                subjects=tuple(labels[0] for labels in index.of(family)),
                place=Setting("limits", field),
                value=value,
                unit="share",
                at_least=False,
                whole=False,
                text=f"Largest share {text} that one organization may hold",
                rows=index.all_of(family),
                per_unit=per_unit,
                in_bound=per_unit is not None,
                highest=1.0,
            )


def _floors(index: RowIndex) -> Iterator[Dial]:
    """The floor of all places that have none of their own, and the own ones; rows know the whole county as all."""
    equity, rows = index.program.case.settings.equity, index.of("equity")
    own: Mapping[str, float] = equity.floor_by_place
    usual = {labels[0]: row for labels, row in rows.items() if labels[0] not in own}
    if equity.floor is not None:
        subjects = tuple("county" if place == WHOLE_COUNTY else place for place in usual)
        place = Setting("equity", "floor")
        yield _floor(place, "every place", subjects, equity.floor, tuple(usual.values()))
    for name, value in own.items():
        yield _floor(Setting("equity", "floor_by_place", name), name, (name,), value, index.at("equity", name))


def _floor(place: Setting, subject: str, subjects: tuple[str, ...], value: float, rows: tuple[int, ...]) -> Dial:
    where = "every district and group" if place.name is None else str(place.name)
    return Dial(
        rule=f"{place.section}.{place.field}",
        subject=subject,
        subjects=subjects,
        place=place,
        value=value,
        unit="share",
        at_least=True,
        whole=False,
        text=f"Least coverage of {where}, over all services",
        rows=rows,
        per_unit=BASIS_POINTS,
        in_bound=True,
        highest=1.0,
    )
