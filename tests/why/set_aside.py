"""A case without one of its conditions, by its inputs alone: what no row of a program is needed for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from optimizer.county.terms import Decision
from optimizer.options.admissible import (
    COVERAGE,
    HURDLE,
    NOT_CONSIDERED,
    NOT_DELEGABLE,
    PAYBACK,
    QUALITY,
    UNLAWFUL,
)
from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.why.condition import Closing, Condition
from optimizer.why.dials import Dial, turned

FAR = 1e6
"""More than any limit of a small county needs."""

_SETTINGS: dict[str, tuple[str, dict[str, object]]] = {
    QUALITY: ("limits", {"min_quality": None}),
    PAYBACK: ("economics", {"max_payback_years": None, "payback_within_term": False}),
    HURDLE: (
        "economics",
        {
            "hurdle_share": -1e9,
            "hurdle_usd_per_year_by_decision": {},
            "hurdle_usd_per_year_by_department": {},
            "hurdle_share_of_failure": 0.0,
        },
    ),
}


def without_all(case: Case, conditions: Iterable[Condition]) -> Case:
    """The case with these conditions set aside."""
    return reduce(_without, conditions, case)


def _without(case: Case, condition: Condition) -> Case:
    source = condition.source
    if isinstance(source, Lock):
        return replace(case, locks=tuple(lock for lock in case.locks if lock != source))
    if isinstance(source, Forbid):
        return replace(case, forbids=tuple(ban for ban in case.forbids if ban != source))
    if isinstance(source, Dial):
        return turned(case, source, _loosest(source))
    if isinstance(source, Closing):
        return opened(case, source)
    if condition.kind == "link":
        return _unlinked(case, condition.text.removeprefix("Link ").partition(":")[0])
    return _with_section(case, "consolidation", nobody_worse_off=False)


def without_exits(case: Case) -> Case:
    """The case in which nothing can end: that a duty is not ended is no input that could be set aside."""
    offers = tuple(offer for offer in case.county.offers if offer.decision is not Decision.EXIT)
    return replace(case, county=case.county.with_tables(offers=offers))


def opened(case: Case, closing: Closing) -> Case:
    """The case in which this closes nothing."""
    if closing.reason in _SETTINGS:
        section, changes = _SETTINGS[closing.reason]
        return _with_section(case, section, **changes)
    if closing.reason == COVERAGE:
        floors = dict(case.settings.duties.coverage_floor_by_mandate_level) | {int(closing.subject): 0.0}
        return _with_section(case, "duties", coverage_floor_by_mandate_level=floors)
    if closing.reason == NOT_CONSIDERED:
        allowed = (*case.settings.allowed_decisions, Decision(closing.subject))
        settings = case.settings.model_copy(update={"allowed_decisions": allowed})
        return replace(case, scenario=replace(case.scenario, settings=settings))
    table, key, column, value = {
        UNLAWFUL: ("mandates", "mandate_id", "allowed_decisions", ()),
        NOT_DELEGABLE: ("services", "service_id", "delegable", True),
    }[closing.reason]
    rows = tuple(
        row.model_copy(update={column: value}) if getattr(row, key) == closing.subject else row
        for row in case.county.table(table)
    )
    return replace(case, county=case.county.with_tables(**{table: rows}))


def _with_section(case: Case, section: str, **changes: object) -> Case:
    """Unchecked, so that a hurdle can be so low that nothing is below it."""
    inner = getattr(case.settings, section).model_copy(update=changes)
    settings = case.settings.model_copy(update={section: inner})
    return replace(case, scenario=replace(case.scenario, settings=settings))


def _loosest(dial: Dial) -> float:
    if dial.at_least:
        return 1.0 if dial.path.endswith("min_members") else 0.0
    return 1.0 if dial.unit == "share" else FAR


def _unlinked(case: Case, link_id: str) -> Case:
    county = case.county
    links = tuple(link for link in county.links if link.link_id != link_id)
    members = tuple(member for member in county.link_services if member.link_id != link_id)
    return replace(case, county=county.with_tables(links=links, link_services=members))
