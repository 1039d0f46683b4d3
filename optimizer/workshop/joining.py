"""Answers into the tables of a county: overlaps, offers, organizations and capacities. What changes there is told."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from optimizer.county.county import County
from optimizer.county.records import Capacity, Offer, Organization, Overlap
from optimizer.county.terms import Decision, Stance
from optimizer.errors import Finding
from optimizer.workshop.agree import Said
from optimizer.workshop.form import CAPACITIES, ORG_TERMS, OWN_SHEET, Own
from optimizer.workshop.given import plainly

DECISIONS: Mapping[Stance, Decision] = {
    Stance.DELIVERS: Decision.PARTNER,
    Stance.WOULD_PARTNER: Decision.PARTNER,
    Stance.WOULD_TAKE_OVER: Decision.OUTSOURCE,
}
"""What an answer with terms becomes an offer for, as scenarios/base.yaml has it for overlaps without terms."""
_LONGEST_ID = 80
_AGREES = "an answer that agrees with what we have"
_TAKEN, _KEPT = "The answer is taken; --prefer county keeps ours.", "Ours is kept; --prefer answers takes theirs."


class Prefer(StrEnum):
    """Which holds where an answer differs from what the county has: the newer word, or the older."""

    ANSWERS = "answers"
    COUNTY = "county"


def joined(
    county: County, said: Sequence[Said], owns: Mapping[str, tuple[str, Own]], prefer: Prefer, told: list[Finding]
) -> County:
    """The county with all answers; `owns` has by organization the file and what it says of itself."""
    county = _with_overlaps(county, said, prefer, told)
    county = _with_offers(county, said, prefer, told)
    return _with_capacities(_with_organizations(county, owns, prefer, told), owns, prefer, told)


def withdrawn(county: County, said: Sequence[Said]) -> Iterator[Finding]:
    """Answers no of organizations that have an offer in the county's tables."""
    held = {(row.org_id, row.service_id): f"offer {row.offer_id}" for row in county.offers}
    held |= {(row.org_id, row.service_id): f"sale {row.sale_id}" for row in county.sales}
    for one in said:
        kept = held.get((one.org_id, one.service_id))
        if one.stance is Stance.NO and kept is not None:
            where, found = one.first.where("stance"), f"no for {one.service_id}, beside its {kept} in our tables"
            yield Finding(where, found, "one answer of an organization", "Ask which holds; remove the other.")


def _with_overlaps(county: County, said: Sequence[Said], prefer: Prefer, told: list[Finding]) -> County:
    """An answer takes the place of all that the organization said of the service before."""
    before: dict[tuple[str, str], list[Stance]] = defaultdict(list)
    for row in county.overlaps:
        before[row.org_id, row.service_id].append(row.stance)
    new: dict[tuple[str, str], Overlap] = {}
    for one in said:
        key = one.org_id, one.service_id
        if key in before and before[key] != [one.stance]:
            told.append(_otherwise(one, "stance", one.stance, " and ".join(before[key]), "overlaps", prefer))
        if key not in before or prefer is Prefer.ANSWERS:
            new[key] = Overlap(org_id=one.org_id, service_id=one.service_id, stance=one.stance)
    kept = [row for row in county.overlaps if (row.org_id, row.service_id) not in new]
    return county.with_tables(overlaps=(*kept, *new.values()))


def _with_offers(county: County, said: Sequence[Said], prefer: Prefer, told: list[Finding]) -> County:
    offers = list(county.offers)
    places: dict[tuple[str | None, str, Decision], list[int]] = defaultdict(list)
    by_pair: dict[tuple[str | None, str], list[int]] = defaultdict(list)
    for place, offer in enumerate(offers):
        by_pair[offer.org_id, offer.service_id].append(place)
        places[offer.org_id, offer.service_id, offer.decision].append(place)
    ids = {offer.offer_id.casefold() for offer in offers}
    for one in said:
        decision = DECISIONS.get(one.stance)
        if not one.terms or decision is None:
            continue
        held = places[one.org_id, one.service_id, decision]
        if len(held) == 1:
            offers[held[0]] = _updated(offers[held[0]], one, prefer, told)
            continue
        others = [offers[place].offer_id for place in by_pair[one.org_id, one.service_id]]
        if others:
            found = f"terms of {one.stance} for {one.service_id}, beside its offer {', '.join(others)}"
            fix = "They became one more offer; remove those that no longer hold."
            told.append(Finding(one.first.where("stance"), found, "one offer of an organization", fix))
        offer_id = _free_id(f"{one.org_id}~{one.service_id}", str(decision), ids)
        ids.add(offer_id.casefold())
        offers.append(
            Offer(offer_id=offer_id, service_id=one.service_id, org_id=one.org_id, decision=decision, **dict(one.terms))
        )
    return county.with_tables(offers=tuple(offers))


def _updated(offer: Offer, one: Said, prefer: Prefer, told: list[Finding]) -> Offer:
    """The offer with the terms that were given; one that the county has otherwise is told."""
    new: dict[str, Any] = {}
    for name, value in one.terms.items():
        ours = getattr(offer, name)
        if ours is not None and ours != value and name not in offer.estimated:
            told.append(_otherwise(one, name, value, ours, f"offer {offer.offer_id}", prefer))
            if prefer is Prefer.COUNTY:
                continue
        new[name] = value
    marks = tuple(name for name in offer.estimated if name not in new)
    return offer.model_copy(update={**new, "estimated": marks})


def _free_id(wanted: str, decision: str, taken: set[str]) -> str:
    """An id that no offer has, short enough."""
    for one in (wanted, f"{wanted}~{decision}", *(f"{wanted}~{number}" for number in range(2, 1_000))):
        short = one if len(one) <= _LONGEST_ID else f"workshop~{hashlib.sha256(one.encode()).hexdigest()[:16]}"
        if short.casefold() not in taken:
            return short
    raise ValueError(f"no id is free for {wanted}")


def _with_organizations(
    county: County, owns: Mapping[str, tuple[str, Own]], prefer: Prefer, told: list[Finding]
) -> County:
    rows: list[Organization] = []
    for row in county.organizations:
        new: dict[str, Any] = {}
        for name in ORG_TERMS if row.org_id in owns else ():
            file, own = owns[row.org_id]
            value, where = getattr(own, name), f"{file} sheet {OWN_SHEET} field {name}"
            if value is not None and _takes(getattr(row, name), value, where, "organizations", prefer, told):
                new[name] = value
        rows.append(row.model_copy(update=new) if new else row)
    return county.with_tables(organizations=tuple(rows))


def _with_capacities(
    county: County, owns: Mapping[str, tuple[str, Own]], prefer: Prefer, told: list[Finding]
) -> County:
    """Capacities of every year without a row of its own."""
    rows = {(row.org_id, row.resource, row.year): row for row in county.capacities}
    for org_id, (file, own) in owns.items():
        for field, resource in CAPACITIES.items():
            amount, held = getattr(own, field), rows.get((org_id, resource, None))
            where = f"{file} sheet {OWN_SHEET} field {field}"
            ours = None if held is None else held.amount
            if amount is not None and _takes(ours, amount, where, "capacities", prefer, told):
                rows[org_id, resource, None] = Capacity(org_id=org_id, resource=resource, amount=amount)
    return county.with_tables(capacities=tuple(rows.values()))


def _takes(ours: Any, theirs: Any, where: str, table: str, prefer: Prefer, told: list[Finding]) -> bool:
    """Whether an answer is taken; one that differs from the county's own is told."""
    if ours is None or ours == theirs:
        return True
    fix = _TAKEN if prefer is Prefer.ANSWERS else _KEPT
    told.append(Finding(where, f"{plainly(theirs)} instead of {plainly(ours)} in {table}", _AGREES, fix))
    return prefer is Prefer.ANSWERS


def _otherwise(one: Said, name: str, theirs: Any, ours: Any, table: str, prefer: Prefer) -> Finding:
    fix = _TAKEN if prefer is Prefer.ANSWERS else _KEPT
    found = f"{plainly(theirs)} for {one.service_id} instead of {plainly(ours)} in {table}"
    return Finding(one.first.where(name), found, _AGREES, fix)
