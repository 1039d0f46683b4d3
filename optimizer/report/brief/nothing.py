"""A brief for an organization that the plan proposes nothing to: that it is so, why, and what would bring it in."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from optimizer.county.records import Overlap
from optimizer.county.terms import Stance
from optimizer.options.admissible import COVERAGE, HURDLE, NOT_DELEGABLE, QUALITY
from optimizer.plan.spare import short_of_staff
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.turns import Turn, Turns
from optimizer.report.brief.words import DECIDED, SAID, SERVICE_LETTERS, WHY_NOT
from optimizer.report.documents.blocks import Block, Grid, Heading, Items, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.words import exact_usd

BANNED = "the county rules it out"
FIXED = "the county has settled this service otherwise beforehand"
NOBODY_TO_SPARE = "the department has too few staff to spare for it"
BEATEN = "it could be done; the plan that was found decides otherwise"
ONLY_SAID = "it delivers the service, but has not said that it would do so for the county"
NO_TERMS = "no terms are known"
SAID_NO = "it has said that it neither delivers the service nor would"


def nothing(partner: Partner, turns: Turns) -> Iterator[Block]:
    """Everything that it could deliver or buy, and why the plan does not have it."""
    yield Heading("What is proposed")
    yield Paragraph("The plan proposes nothing to this organization.")
    table = considered(partner)
    yield Heading(COULD)
    yield from could(table)
    yield Heading("What would bring it in")
    yield Items(tuple(ways_in(partner, table, turns)))


COULD = "What it could deliver or buy, and why the plan does not have it"


def could(table: pd.DataFrame) -> Iterator[Block]:
    """What is `considered` of it."""
    if table.empty:
        yield Paragraph("The county's tables hold no service that it also delivers, offers or would buy.")
    else:
        yield _grid(table)


def considered(partner: Partner) -> pd.DataFrame:
    """One row per overlap, offer and sale of its own: service_id, name, said or offered, price_usd_per_year (NaN: no
    terms), estimated, why; those with terms first.
    """
    county, org_id = partner.answer.county, partner.org_id
    hosted = {pool.pool_id for pool in county.pools if pool.host_org_id == org_id}
    names = {row.service_id: row.name for row in county.services}
    left_out = _left_out(partner)
    rows = []
    for offer in county.offers:
        if offer.org_id == org_id or offer.pool_id in hosted:
            why = _why(
                partner, left_out, offer.offer_id, offer.service_id, offer.pool_id or org_id, str(offer.decision)
            )
            what = DECIDED[str(offer.decision)]
            rows.append((offer.service_id, what, offer.price_usd_per_year, bool(offer.estimated), why))
    for sale in county.sales:
        if sale.org_id == org_id:
            why = _why(partner, left_out, sale.sale_id, sale.service_id, org_id, "insource")
            why = NOBODY_TO_SPARE if why == BEATEN and short_of_staff(county, sale) else why
            rows.append((sale.service_id, DECIDED["insource"], sale.price_usd_per_year, bool(sale.estimated), why))
    priced = {row[0] for row in rows}
    for overlap in county.overlaps:
        if overlap.org_id == org_id and overlap.service_id not in priced:
            rows.append((overlap.service_id, SAID[str(overlap.stance)], None, False, _why_no_offer(partner, overlap)))
    columns = ["service_id", "what", "price_usd_per_year", "estimated", "why"]
    table = pd.DataFrame(rows, columns=columns).astype({"price_usd_per_year": "float64", "estimated": "bool"})
    table.insert(1, "name", table["service_id"].map(names))
    return table


def _left_out(partner: Partner) -> pd.Series:
    """The first reason against every offer and sale that is admissible in no start year, by its id."""
    by_id = partner.plan.left_out.groupby("offer_id", sort=False)["reason"]
    every_year = by_id.size() >= int(partner.answer.settings["horizon.start_years"])
    return by_id.first()[every_year]


def _why(partner: Partner, left_out: pd.Series, row_id: str, service_id: str, provider: str, decision: str) -> str:
    reason = left_out.get(row_id)
    if reason is not None:
        return WHY_NOT.get(str(reason), str(reason))
    settings = partner.answer.settings
    bans = (f"{service_id}.{provider}", service_id, provider)
    if any(f"forbid.{subject}.{decision}" in settings for subject in bans):
        return BANNED
    return FIXED if f"lock.{service_id}" in settings else BEATEN


def _why_no_offer(partner: Partner, overlap: Overlap) -> str:
    """Why an overlap became no offer, not even an estimated one."""
    if overlap.stance is Stance.NO:
        return SAID_NO
    services = {row.service_id: row for row in partner.answer.county.services}
    if not services[overlap.service_id].delegable:
        return WHY_NOT[NOT_DELEGABLE]
    opened = partner.answer.settings.get(f"program_mapping.decisions_by_stance.{overlap.stance}", ())
    return ONLY_SAID if not opened and overlap.stance is Stance.DELIVERS else NO_TERMS


def _grid(table: pd.DataFrame) -> Grid:
    def cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
        unknown = math.isnan(row["price_usd_per_year"])
        usd = "-" if unknown else exact_usd(row["price_usd_per_year"])
        guess = "estimated" if row["estimated"] else "-" if unknown else "given"
        return (short(row["name"], SERVICE_LETTERS), str(row["what"]), usd, guess, str(row["why"]))

    def rest(shown: int) -> tuple[str, ...]:
        others = table["why"].iloc[shown:].value_counts()
        why = "; ".join(f"{count}: {text}" for text, count in others.items())
        return (f"{int(others.sum())} more", "", "", "", why)

    return Grid(
        "Its overlaps and offers",
        ("Service", "Offered or said", "Price a year", "Terms", "Why not"),
        tuple(cells(row) for row in table.to_dict("records")),
        (0.45, 0.2, 0.0, 0.1, 0.45),
        rest,
        least=3,
        enough=20,
    )


def ways_in(partner: Partner, table: pd.DataFrame, turns: Turns) -> Iterator[str]:
    """What would bring it in."""
    whys = set(table["why"])
    if turns.prices_times is not None:
        yield _turn(turns.prices_times, "all its prices", lambda value: f"{value:,.10g} times what they are")
    if turns.agreement is not None:
        yield _turn(turns.agreement, "its agreement", lambda value: f"{exact_usd(value)} a year")
    if NO_TERMS in whys or table["estimated"].any():
        yield "Quotes: what has no terms, or estimated ones, can be weighed only by what the county assumes."
    if BEATEN in whys or WHY_NOT[HURDLE] in whys:
        yield "A lower price, a lower one-time cost, or more services under one agreement."
    if WHY_NOT[COVERAGE] in whys or WHY_NOT[QUALITY] in whys:
        yield "More coverage, or quality, than offered."
    if table.empty:
        yield "Its answer at a Program Mapping workshop: which services it delivers, or would."


def _turn(turn: Turn, what: str, told: Callable[[float], str]) -> str:
    if turn.holds_to is None and turn.decided:
        return f"No level of {what} that was asked about brings it in."
    if turn.holds_to is None:
        return f"Whether some level of {what} brings it in is not decided."
    return f"It is in the plan with {what} at {told(turn.holds_to)} or less."
