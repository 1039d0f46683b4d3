"""What several counties offer one organization and ask of it, and what would change that."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from optimizer.counts import count_of
from optimizer.report.brief.changes import TIGHT_TOLD, unused, unused_sentences, volume_sentences
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.region_partner import RegionPartner
from optimizer.report.brief.terms import (
    administration_sentences,
    agreement_sentences,
    capacity_sentences,
    duty_sentences,
    to_confirm,
)
from optimizer.report.brief.words import COUNTY_LETTERS, capacity_words, fte, share
from optimizer.report.documents.blocks import Block, Heading, Items
from optimizer.report.documents.letters import short
from optimizer.report.documents.tabling import Column, grid_of
from optimizer.report.words import exact_usd, initial, listed, resting

SUMMED = ("price_usd_per_year", "transition_usd", "retained_revenue_usd", "fte_transferred", "fte_displaced")
COUNTIES_TOLD = 4
"""Counties that are named; more are counted."""


def region_offers(partner: RegionPartner) -> Iterator[Block]:
    """What each county offers."""
    yield Heading("What the counties offer")
    table = _offers(partner)
    yield grid_of(
        "By county; a price is a year's in today's dollars, once is what the county spends on moving the services",
        (
            Column("County", lambda row: short(row["county"], COUNTY_LETTERS), 0.4),
            _usd("Price a year", "price_usd_per_year"),
            _usd("Once", "transition_usd"),
            _usd("Agreement a year", "agreement_usd_per_year"),
            *([_usd("Sold to it, a year", "sold_usd_per_year")] if len(partner.sales) else []),
            *([_usd("Revenue that stays", "retained_revenue_usd")] if table["retained_revenue_usd"].any() else []),
            _fte("Staff to hire", "fte_transferred"),
            _fte("Posts lost", "fte_displaced"),
        ),
        table,
        lambda count: count_of(count, "other county", "other counties"),
        least=2,
        enough=12,
        foot="All of them",
    )
    rises = partner.organization.price_escalation_share or 0.0
    if rises and len(partner.moves):
        yield Items((f"Prices are counted as rising by {share(rises)} a year.",))
    offered = [*_told(partner, agreement_sentences), *_told(partner, administration_sentences)]
    yield from _folded(offered, "term")


def _offers(partner: RegionPartner) -> pd.DataFrame:
    """One row per county: county, the columns that are `SUMMED` of its moves, agreement_ and sold_usd_per_year."""
    rows = []
    for name, part in partner.parts.items():
        signed = part.signed_year is not None
        rows.append(
            {
                "county": name,
                **{column: float(part.moves[column].sum()) for column in SUMMED},
                "agreement_usd_per_year": (part.organization.agreement_usd_per_year or 0.0) if signed else 0.0,
                "sold_usd_per_year": float(part.sales["price_usd_per_year"].sum()),
            }
        )
    return pd.DataFrame(rows)


def _usd(head: str, column: str) -> Column:
    return Column(head, lambda row: exact_usd(row[column]), sum=lambda rows: exact_usd(float(rows[column].sum())))


def _fte(head: str, column: str) -> Column:
    return Column(head, lambda row: fte(row[column]), sum=lambda rows: fte(float(rows[column].sum())))


def _told(partner: RegionPartner, sentences: Callable[[Partner], Iterator[str]]) -> Iterator[str]:
    """The sentences of every county, under the names of those that say the same."""
    said: dict[str, list[str]] = {}
    for name, part in partner.parts.items():
        for text in sentences(part):
            said.setdefault(text, []).append(short(name, COUNTY_LETTERS // 2))
    for text, names in said.items():
        more = len(names) - COUNTIES_TOLD
        told = [*names[:COUNTIES_TOLD], count_of(more, "other county", "other counties")] if more > 0 else names
        yield f"{listed(told)}: {text[:1].lower()}{text[1:]}"


def _folded(texts: list[str], what: str) -> Iterator[Block]:
    if texts:
        yield Items(
            tuple(texts),
            lambda shown: f"{count_of(len(texts) - shown, f'more {what}')} in the counties' runs.",
            least=1,
            enough=6,
        )


def region_asks(partner: RegionPartner) -> Iterator[Block]:
    """What the counties ask."""
    yield Heading("What the counties ask")
    asked = []
    if len(partner.moves):
        asked.append(
            "To deliver once the lead time is over, at the coverage above, in every part of the county whose service "
            "it is."
        )
    asked += capacity_sentences(partner.limits)
    if len(partner.sales):
        asked.append("To say whether it would buy at the prices above.")
    yield Items(tuple(asked) or ("Nothing besides the agreements.",))
    yield from _folded([*_told(partner, duty_sentences)], "duty")
    yield from to_confirm(pd.concat([table[["name", "estimated"]] for table in (partner.moves, partner.sales)]))


def region_changes(partner: RegionPartner) -> Iterator[Block]:
    """What would change the proposal."""
    yield Heading("What would change it")
    yield Items(tuple(_conditions(partner)))


def _conditions(partner: RegionPartner) -> Iterator[str]:
    proposals = pd.concat([table[["estimated"]] for table in (partner.moves, partner.sales)])
    guessed = int((proposals["estimated"] != "").sum())
    if guessed:
        yield (
            f"{initial(resting(guessed, len(proposals), 'proposal'))} on terms that a county estimated; a quote takes "
            "their place and may change the plan."
        )
    else:
        yield "Other prices, dates, coverage or capacities than those above; the counties then search again."
    yield "The plan is one of all of them: if a county leaves it, what is proposed may be another thing."
    tight = partner.limits[partner.limits["binds"] | partner.limits["broken"]]
    for row in tight.head(TIGHT_TOLD).to_dict("records"):
        yield f"A capacity that is used to its end: {capacity_words(row)}."
    yield from _told(partner, volume_sentences)
    yield from unused_sentences(sum(map(unused, partner.parts.values())), "these counties")
