"""What would change the proposal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.counts import count_of
from optimizer.county.terms import Stance
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.turns import Turn, Turns
from optimizer.report.brief.words import SERVICE_LETTERS, capacity_words
from optimizer.report.documents.blocks import Block, Heading, Items
from optimizer.report.documents.letters import short
from optimizer.report.words import exact_usd, initial, resting


def changes(partner: Partner, turns: Turns) -> Iterator[Block]:
    """Terms, capacities, volumes, and prices where they were searched for."""
    yield Heading("What would change it")
    yield Items(tuple(_conditions(partner)))
    priced = [
        text for row in _rows(partner) if row["id"] in turns.offers for text in [_price(row, turns.offers[row["id"]])]
    ]
    if priced:
        yield Items(
            tuple(priced),
            lambda shown: f"{count_of(len(priced) - shown, 'more price')} in the county's run.",
            least=1,
            enough=12,
        )


def _conditions(partner: Partner) -> Iterator[str]:
    guessed = int((partner.moves["estimated"] != "").sum()) + int((partner.sales["estimated"] != "").sum())
    if guessed:
        proposals = resting(guessed, len(partner.moves) + len(partner.sales), "proposal")
        yield (
            f"{initial(proposals)} on terms that the county estimated; a quote takes their place and may change the "
            "plan."
        )
    else:
        yield "Other prices, dates, coverage or capacities than those above; the county then searches again."
    tight = partner.limits[partner.limits["binds"] | partner.limits["broken"]]
    for row in tight[tight["rule"] == "capacity"].head(TIGHT_TOLD).to_dict("records"):
        yield f"A capacity that is used to its end: {capacity_words(row)}."
    yield from volume_sentences(partner)
    yield from unused_sentences(unused(partner), "the county's")


def unused(partner: Partner) -> int:
    """Overlaps of the organization with the county's services that nothing is proposed for."""
    overlaps = partner.answer.county.overlaps
    said = {row.service_id for row in overlaps if row.org_id == partner.org_id and row.stance is not Stance.NO}
    return len(said - {*partner.moves["service_id"], *partner.sales["service_id"]})


def unused_sentences(others: int, whose: str) -> Iterator[str]:
    """What a quote for one of the `others` may do."""
    if others:
        them, one = ("it", "it") if others == 1 else ("them", "one of them")
        yield (
            f"It also delivers, would deliver or would buy {count_of(others, 'other service')} of {whose}; "
            f"nothing is proposed for {them} now, and a quote for {one} may change the plan."
        )


def volume_sentences(partner: Partner) -> Iterator[str]:
    """What the organization signs for at the least."""
    least, paid = partner.organization.min_volume_usd_per_year, float(partner.moves["price_usd_per_year"].sum())
    if least and len(partner.moves):
        yield f"It signs for at least {exact_usd(least)} a year; it would be paid {exact_usd(paid)}."


TIGHT_TOLD = 2
"""Capacities used to their end that are told."""


def _rows(partner: Partner) -> Iterator[dict[str, Any]]:
    for row in partner.moves.to_dict("records"):
        yield {"id": row["offer_id"], "name": row["name"], "sold": False}
    for row in partner.sales.to_dict("records"):
        yield {"id": row["sale_id"], "name": row["name"], "sold": True}


def _price(row: dict[str, Any], turn: Turn) -> str:
    name, now = short(row["name"], SERVICE_LETTERS), exact_usd(turn.now)
    if turn.holds_to is None:
        return f"{name}: at which price it leaves the plan is not decided (now {now} a year)."
    side = "down to" if row["sold"] else "up to"
    far = f"at every price asked about, {side}" if turn.always else side
    beyond = "" if turn.decided else "; beyond that it is not decided"
    return f"{name}: in the plan {far} {exact_usd(turn.holds_to)} a year (now {now}){beyond}."
