"""A case without one of its conditions, by its inputs alone: what no row of a program is needed for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.why.condition import Condition
from optimizer.why.dials import Dial, turned

FAR = 1e6
"""More than any limit of a small county needs."""


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
    if condition.kind == "link":
        return _unlinked(case, condition.text.removeprefix("Link ").partition(":")[0])
    consolidation = case.settings.consolidation.model_copy(update={"nobody_worse_off": False})
    settings = case.settings.model_copy(update={"consolidation": consolidation})
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
