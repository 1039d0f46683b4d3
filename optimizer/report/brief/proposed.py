"""What is proposed: services to take on, shared units to host, services to buy."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimizer.counts import count_of
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.words import (
    COUNTY_LETTERS,
    DECIDED,
    POOL_LETTERS,
    SERVICE_LETTERS,
    UNIT_LETTERS,
    amount,
    fte,
    plain,
    share,
)
from optimizer.report.documents.blocks import Block, Grid, Heading, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.documents.tabling import Column, Row, grid_of
from optimizer.report.words import exact_usd

COUNTED_ANYWAY = ("usd", "fte")
"""Resources that an offer uses without being told: its price and its staff, which stand in columns of their own."""


def proposed(partner: Partner) -> Iterator[Block]:
    """Every service, unit and sale."""
    yield Heading("What is proposed")
    if len(partner.moves):
        yield moves_grid(partner.moves.assign(volume=volumes(partner)))
    for step in partner.pools.to_dict("records"):
        yield Paragraph(_pool(partner, step))
    if len(partner.sales):
        yield sales_grid(partner.sales)
    if partner.moves.empty and partner.pools.empty and partner.sales.empty:
        yield Paragraph("An agreement, without a service under it yet.")


def _usd(head: str, column: str) -> Column:
    return Column(head, lambda row: exact_usd(row[column]), sum=lambda rows: exact_usd(float(rows[column].sum())))


def _staff(head: str, column: str) -> Column:
    return Column(head, lambda row: fte(row[column]), sum=lambda rows: fte(float(rows[column].sum())))


def _service(row: Row) -> str:
    return short(row["name"], SERVICE_LETTERS)


def _estimated(row: Row) -> str:
    return "yes" if row["estimated"] else "no"


def _to_confirm(rows: pd.DataFrame) -> str:
    return f"{int((rows['estimated'] != '').sum())}"


def _county(table: pd.DataFrame, head: str) -> list[Column]:
    """A column for the county, where a table names it."""
    return [Column(head, lambda row: short(row["county"], COUNTY_LETTERS // 2), 0.25)] if "county" in table else []


def moves_grid(moves: pd.DataFrame) -> Grid:
    """Services that it would deliver: a partner's `moves` with their `volume`; of several counties with `county`."""
    pooled = bool((moves["pool_id"] != "").any())
    of_one = "county" not in moves
    volume = Column("Volume a year", lambda row: row["volume"] or "-", 0.2)
    columns = (
        Column("Service", _service, 0.6),
        *_county(moves, "County"),
        Column("Kind", lambda row: DECIDED[str(row["decision"])], 0.1 if of_one else 0.24),
        _usd("Price a year", "price_usd_per_year"),
        *([_usd("Unit share a year", "pool_share_usd_per_year")] if pooled else []),
        *([volume] if moves["volume"].any() else []),
        _staff("Staff hired", "fte_transferred"),
        *([_staff("Posts lost", "fte_displaced")] if of_one else []),
        Column("Start year", lambda row: f"{row['start_year']}"),
        Column("Lead (months)", lambda row: plain(row["lead_time_months"])),
        Column(
            "Coverage",
            lambda row: share(row["lowest_coverage"]),
            sum=lambda rows: f"≥ {share(float(rows['lowest_coverage'].min()))}",
        ),
        Column("To confirm", _estimated, 0.1 if of_one else 0.2, _to_confirm),
    )
    return grid_of(
        "Services that it would deliver, in today's dollars; staff in FTE; coverage where it is lowest, of today's",
        columns,
        moves,
        lambda count: count_of(count, "more service"),
        least=2,
        enough=40,
        foot=f"{len(moves)} services in all" if len(moves) > 1 else None,
    )


def volumes(partner: Partner) -> list[str]:
    """What each of its moves takes of units other than dollars and staff."""
    return [_volume(partner, offer_id) for offer_id in partner.moves["offer_id"]]


def _volume(partner: Partner, offer_id: str) -> str:
    """What an offer takes of units other than dollars and staff."""
    own = [
        amount(use.amount, short(use.resource, UNIT_LETTERS))
        for use in partner.answer.county.uses
        if use.offer_id == offer_id and use.resource not in COUNTED_ANYWAY
    ]
    return ", ".join(own)


def _pool(partner: Partner, step: Row) -> str:
    """A shared unit that it would host."""
    members = partner.plan.members[partner.plan.members["pool_id"] == step["id"]]
    (pool,) = (row for row in partner.answer.county.pools if row.pool_id == step["id"])
    paid = exact_usd(float(members["share_usd_per_year"].sum()))
    return (
        f"It would host the shared unit {short(pool.name, POOL_LETTERS)} from year {int(step['start_year'])}, with "
        f"{count_of(len(members), 'service')} of the county as members (it runs with {pool.min_members} to "
        f"{pool.max_members}). The county pays {exact_usd(step['one_time_usd'])} once for setting it up and bears "
        f"{paid} a year of its cost, averaged over the plan's years, the set-up included."
    )


def sales_grid(table: pd.DataFrame) -> Grid:
    """Services that it would buy: a partner's `sales`; of several counties with `county`."""
    table = table.assign(today_usd_per_year=table["price_usd_per_year"] + table["buyer_saves_usd_per_year"])
    columns = (
        Column("Service", _service, 0.6),
        *_county(table, "From"),
        _usd("Price a year", "price_usd_per_year"),
        _usd("It pays today", "today_usd_per_year"),
        _usd("It saves a year", "buyer_saves_usd_per_year"),
        Column("Starts in", lambda row: f"year {row['start_year']}", 0.12),
        Column("To confirm", _estimated, 0.12, _to_confirm),
    )
    return grid_of(
        "Services that it would buy from the " + ("counties" if "county" in table else "county"),
        columns,
        table,
        lambda count: count_of(count, "more service"),
        least=1,
        enough=20,
        foot=f"{len(table)} services in all" if len(table) > 1 else None,
    )
