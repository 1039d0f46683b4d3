"""What is proposed: services to take on, shared units to host, services to buy."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimizer.report.brief.partner import Partner
from optimizer.report.brief.words import (
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
from optimizer.report.words import count_of, exact_usd

COUNTED_ANYWAY = ("usd", "fte")
"""Resources that an offer uses without being told: its price and its staff, which stand in columns of their own."""


def proposed(partner: Partner) -> Iterator[Block]:
    """Every service, unit and sale."""
    yield Heading("What is proposed")
    if len(partner.moves):
        yield _moves(partner)
    for step in partner.pools.to_dict("records"):
        yield Paragraph(_pool(partner, step))
    if len(partner.sales):
        yield _sales(partner.sales)
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


def _moves(partner: Partner) -> Grid:
    volumes = {offer_id: _volume(partner, offer_id) for offer_id in partner.moves["offer_id"]}
    pooled = bool((partner.moves["pool_id"] != "").any())
    volume = Column("Volume a year", lambda row: volumes[row["offer_id"]] or "-", 0.2)
    columns = (
        Column("Service", _service, 0.6),
        Column("Kind", lambda row: DECIDED[str(row["decision"])], 0.1),
        _usd("Price a year", "price_usd_per_year"),
        *([_usd("Unit share a year", "pool_share_usd_per_year")] if pooled else []),
        *([volume] if any(volumes.values()) else []),
        _staff("Staff hired", "fte_transferred"),
        _staff("Posts lost", "fte_displaced"),
        Column("Start year", lambda row: f"{row['start_year']}"),
        Column("Lead (months)", lambda row: plain(row["lead_time_months"])),
        Column(
            "Coverage",
            lambda row: share(row["lowest_coverage"]),
            sum=lambda rows: f"≥ {share(float(rows['lowest_coverage'].min()))}",
        ),
        Column("To confirm", _estimated, 0.1, _to_confirm),
    )
    return grid_of(
        "Services that it would deliver, in today's dollars; staff in FTE; coverage where it is lowest, of today's",
        columns,
        partner.moves,
        lambda count: count_of(count, "more service"),
        least=2,
        enough=40,
        foot=f"{len(partner.moves)} services in all" if len(partner.moves) > 1 else None,
    )


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


def _sales(table: pd.DataFrame) -> Grid:
    table = table.assign(today_usd_per_year=table["price_usd_per_year"] + table["buyer_saves_usd_per_year"])
    columns = (
        Column("Service", _service, 0.6),
        _usd("Price a year", "price_usd_per_year"),
        _usd("It pays today", "today_usd_per_year"),
        _usd("It saves a year", "buyer_saves_usd_per_year"),
        Column("Starts in", lambda row: f"year {row['start_year']}", 0.12),
        Column("To confirm", _estimated, 0.12, _to_confirm),
    )
    return grid_of(
        "Services that it would buy from the county",
        columns,
        table,
        lambda count: count_of(count, "more service"),
        least=1,
        enough=20,
        foot=f"{len(table)} services in all" if len(table) > 1 else None,
    )
