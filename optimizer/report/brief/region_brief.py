"""The brief to one organization of what several counties propose to it together, on a page."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimizer.counts import count_of
from optimizer.report.brief.brief import PAGES, partner_brief
from optimizer.report.brief.nothing import COULD, considered, could, ways_in
from optimizer.report.brief.proposed import moves_grid, sales_grid
from optimizer.report.brief.region_partner import RegionPartner
from optimizer.report.brief.region_terms import COUNTIES_TOLD, region_asks, region_changes, region_offers
from optimizer.report.brief.turns import Turns
from optimizer.report.brief.words import COUNTY_LETTERS, ORGANIZATION_LETTERS, POOL_LETTERS
from optimizer.report.documents.blocks import Block, Document, Heading, Items, Paragraph
from optimizer.report.documents.fitting import fitted
from optimizer.report.documents.letters import short
from optimizer.report.words import exact_usd, listed
from optimizer.solve.outcome import Stopped


def region_brief(partner: RegionPartner, reference: str) -> Document:
    """The brief on one page, its long lists folded; of one county alone, as that county writes it."""
    told = partner.parts or partner.known
    if len(told) == 1:
        return partner_brief(next(iter(told.values())), Turns(), reference)
    name = short(partner.organization.name, ORGANIZATION_LETTERS)
    title = f"{_counties([*told])} with {name}: services to do together"
    footer = f"{short(reference, 60)}. A computed proposal, not adopted and not an offer."
    return fitted(Document(title, f"Brief for {name}", footer, tuple(_blocks(partner))), PAGES)


def _counties(names: list[str]) -> str:
    shown = [short(name, COUNTY_LETTERS // 2) for name in names[:COUNTIES_TOLD]]
    more = len(names) - len(shown)
    return listed([*shown, count_of(more, "other county", "other counties")] if more else shown)


def _blocks(partner: RegionPartner) -> Iterator[Block]:
    yield Paragraph(_status(partner), lead="How firm this is.")
    if not partner.in_the_plan:
        yield from _nothing(partner)
        return
    yield Heading("What is proposed")
    if len(partner.moves):
        yield moves_grid(partner.moves)
    yield from (Paragraph(text) for text in (*_pools(partner), *_memberships(partner)))
    if len(partner.sales):
        yield sales_grid(partner.sales)
    if partner.moves.empty and partner.sales.empty and all(part.pools.empty for part in partner.parts.values()):
        yield Paragraph("Agreements, without a service under them yet.")
    yield from region_offers(partner)
    yield from region_asks(partner)
    yield from region_changes(partner)


def _status(partner: RegionPartner) -> str:
    """What kind of plan this comes from, without its money."""
    answer = partner.answer
    assert answer.plan is not None
    services = sum(len(own.decisions) for own in answer.plan.plans.values())
    years = count_of(int(answer.settings["horizon.years"]), "year")
    fiscal = dict.fromkeys(str(part.county.facts.fiscal_year) for part in answer.counties.values())
    counties = count_of(len(answer.counties), "county", "counties")
    return (
        f"It comes from a plan that {counties} computed together over {count_of(services, 'service')} for {years}, "
        f"fiscal year {listed([*fiscal])}. {_proof(answer.stopped)} None of them has adopted it yet."
    )


def _proof(stopped: Stopped) -> str:
    if stopped is Stopped.PROVED:
        return (
            "It is proved to be the best one of all of them together under their rules and inputs; other terms may "
            "change it."
        )
    return "The search for it was stopped early, so that a better plan may look otherwise."


def _pools(partner: RegionPartner) -> Iterator[str]:
    """Shared units that it would host, with the members of every county."""
    steps = pd.concat([part.pools.assign(county=name) for name, part in partner.parts.items()])
    for pool_id, rows in steps.groupby("id", sort=False):
        members, paid = {}, 0.0
        for name in rows["county"]:
            own = partner.parts[name].plan.members
            own = own[own["pool_id"] == pool_id]
            members[name] = len(own)
            paid += float(own["share_usd_per_year"].sum())
        told = [f"{short(name, COUNTY_LETTERS // 2)} {count}" for name, count in members.items()]
        first = partner.parts[rows["county"].iloc[0]].answer.county
        (pool,) = (row for row in first.pools if row.pool_id == pool_id)
        services, year = count_of(sum(members.values()), "service"), int(rows["start_year"].min())
        once = exact_usd(float(rows["one_time_usd"].sum()))
        yield (
            f"It would host the shared unit {short(pool.name, POOL_LETTERS)} from year {year}, with {services} of "
            f"these counties as members: {', '.join(told)} (it runs with {pool.min_members} to {pool.max_members}). "
            f"They pay {once} once for setting it up and bear {exact_usd(paid)} a year of its cost, averaged over the "
            "plan's years, the set-up included."
        )


def _memberships(partner: RegionPartner) -> Iterator[str]:
    """Shared units in which the organization has services of its own: it is a county of the region."""
    plan = partner.answer.plan
    assert plan is not None
    own = plan.pools[plan.pools["county"] == partner.org_id]
    for _, rows in own.groupby("pool_id", sort=False):
        borne = exact_usd(float(rows["share_usd_per_year"].sum()))
        yield (
            f"It is itself a member of the shared unit {short(rows['pool'].iloc[0], POOL_LETTERS)}, with "
            f"{count_of(len(rows), 'service')} of its own, and bears {borne} a year of the unit's cost, averaged over "
            "the plan's years."
        )


def _nothing(partner: RegionPartner) -> Iterator[Block]:
    """Everything that it could deliver or buy for each county that knows it, and why the plan does not have it."""
    yield Heading("What is proposed")
    yield Paragraph("The plan proposes nothing to this organization.")
    ways: dict[str, None] = {}
    for name, part in partner.known.items():
        table = considered(part)
        yield Heading(f"{short(name, COUNTY_LETTERS // 2)}: {COULD[:1].lower()}{COULD[1:]}")
        yield from could(table)
        ways |= dict.fromkeys(ways_in(part, table, Turns()))
    yield Heading("What would bring it in")
    yield Items(tuple(ways))
