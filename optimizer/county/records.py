"""The records of a county: one class per table, one field per column, units in the names.

Every record is frozen and refuses columns it does not know. The text under a field is its
entry in the data dictionary; `None` is allowed only where that text says what a blank means.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from optimizer.county.field_types import (
    Amount,
    Count,
    Decisions,
    Fte,
    Id,
    Level,
    Months,
    Names,
    Number,
    Share,
    Text,
    Usd,
    Whole,
    Years,
    YesNo,
)
from optimizer.county.terms import Decision, Kind, LinkKind, ShareRule, Stance


class Record(BaseModel):
    """One row of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class District(Record):
    """A part of the county whose coverage is looked at on its own."""

    district: Id
    """Id of the district."""
    population: Count
    """Residents. Source: census."""


class Group(Record):
    """A part of the population, wherever it lives, whose coverage is looked at on its own."""

    group: Id
    """Id of the group; no district has it."""
    population: Count
    """Residents in it. Source: census or survey."""


class Fund(Record):
    """A fund that pays for services."""

    fund: Text
    """Name of the fund, as services name it."""
    restricted: YesNo
    """yes if the law ties this money to a purpose."""


class Facts(Record):
    """What county.yaml says of the county as a whole."""

    name: Text
    """Name of the county."""
    state: Text
    """State, as a two-letter code or in full."""
    population: Count
    """Residents. Source: census."""
    fiscal_year: Count
    """Year of the budget that the costs are taken from."""
    currency: Text = "USD"
    """Currency of every amount; only USD is known today; blank: USD."""
    general_fund: Text
    """The fund that pays agreements and pools."""
    districts: tuple[District, ...] = ()
    """Districts; blank: the county is looked at as a whole."""
    groups: tuple[Group, ...] = ()
    """Population groups; blank: none is looked at on its own."""
    funds: tuple[Fund, ...]
    """Every fund that a service names."""


class Service(Record):
    """A row of the program inventory: one service the county delivers today."""

    service_id: Id
    """Id of the service."""
    name: Text
    """Name, as residents and staff know it."""
    department: Text
    """Department that delivers it."""
    division: Text | None = None
    """Division within the department; blank: none."""
    service_class: Id
    """Class of work (roads, library, planning ...); the priors are looked up by it."""
    fund: Text
    """Fund that pays for it."""
    personnel_usd: Usd
    """Salaries and benefits per year."""
    nonpersonnel_usd: Usd
    """Supplies, contracts and equipment per year."""
    overhead_usd: Usd
    """Share of central overhead per year; it mostly stays when the service moves."""
    revenue_usd: Usd
    """Fees, grants and other revenue tied to the service, per year."""
    fte: Fte
    """Full-time staff (hours / 2080)."""
    mandate_level: Level
    """4 federal, state or county law; 3 charter or regulator; 2 ordinance or contract; 1 best practice; 0 none."""
    reliance_level: Level
    """4 sole provider, nobody else exists; 3 sole provider, others could be hired; 2 another government or nonprofit
    offers it; 1 firms offer it, none local; 0 local firms offer it."""
    cost_recovery_level: Level | None = None
    """4 recovers 75-100 %, 3 50-74 %, 2 25-49 %, 1 1-24 %, 0 none; blank: not scored."""
    population_level: Level | None = None
    """4 serves the entire community ... 0 a small part; blank: not scored."""
    demand_level: Annotated[Whole, Field(ge=-4, le=4)] | None = None
    """4 growing 25 % or more ... 0 flat, negative shrinking; blank: not scored."""
    quartile: Annotated[Whole, Field(ge=1, le=4)] | None = None
    """1 most aligned with the community's results ... 4 least; blank: not scored."""
    delegable: YesNo
    """no if the law leaves it to the county itself."""
    consent_owner: Text | None = None
    """Elected official without whose consent it cannot move; blank: the board decides."""
    critical: YesNo
    """yes if its failure endangers life, custody or elections."""


class Organization(Record):
    """An organization that may deliver services."""

    org_id: Id
    """Id of the organization."""
    name: Text
    """Name."""
    kind: Kind
    """What it is."""
    agreement_usd_per_year: Usd | None = None
    """Yearly fixed cost of having an agreement with it; blank: estimated by kind."""
    min_volume_usd_per_year: Usd | None = None
    """It signs only for at least this much work, in yearly price; blank: no minimum."""
    max_term_years: Years | None = None
    """Longest term it can sign, after which the agreement is renewed; blank: estimated by kind."""
    probability_of_failure: Share | None = None
    """Chance that it fails or withdraws within the horizon; blank: estimated by kind."""
    price_escalation_share: Annotated[Number, Field(ge=-0.5, le=0.5)] | None = None
    """Share by which whatever it charges rises every year; blank: estimated by kind."""
    renewal_usd: Usd | None = None
    """One-time cost of renewing its agreement at the end of each term; blank: estimated by kind."""


class Capacity(Record):
    """How much work an organization can take on."""

    org_id: Id
    """Organization."""
    resource: Id
    """What is measured: fte, usd or any unit the county names."""
    year: Count | None = None
    """Year of the plan, from 1; blank: every year without a row of its own."""
    amount: Amount
    """Capacity in that unit, per year."""


class Overlap(Record):
    """An organization says that it also delivers a service, or that it does not: the raw result of Program Mapping."""

    org_id: Id
    """Organization."""
    service_id: Id
    """Service."""
    stance: Stance
    """What it said; no: it neither delivers it nor wants to."""


class Offer(Record):
    """An overlap with terms. A blank term is not known yet: it is estimated from the priors and marked so."""

    offer_id: Id
    """Id of the offer."""
    service_id: Id
    """Service that would move."""
    org_id: Id | None = None
    """Organization that would deliver it; blank: a pool does."""
    pool_id: Id | None = None
    """Pool that would deliver it; blank: an organization does."""
    decision: Decision
    """partner, consolidate or outsource."""
    price_usd_per_year: Usd | None = None
    """What the provider charges per year (besides the pool's own tiers); blank: estimated."""
    transition_usd: Usd | None = None
    """One-time cost of moving; blank: estimated."""
    retained_revenue_usd: Usd | None = None
    """Revenue per year that stays with the county after the move; blank: estimated."""
    moved_share: Share | None = None
    """Part of the avoidable cost that the county stops paying: 1 for a whole move, less when it keeps a part;
    blank: estimated."""
    coverage: Share | None = None
    """Share of today's service that residents still get, wherever `coverages` says nothing else;
    blank: estimated."""
    fte_transferred: Fte | None = None
    """Staff hired by the provider; blank: estimated."""
    fte_displaced: Fte | None = None
    """Staff who lose their position; blank: estimated."""
    lead_time_months: Months | None = None
    """Months until the provider delivers; until then the county does; blank: estimated."""
    quality: Annotated[Number, Field(ge=0, le=10)] | None = None
    """Quality against today's, 1 = the same; blank: estimated."""
    estimated: Names = ()
    """Columns of this row that are estimates; blank: all given."""


class Coverage(Record):
    """Coverage of an offer in one district or population group, where it differs from the offer's own."""

    offer_id: Id
    """Offer."""
    district: Id
    """District or population group."""
    coverage: Share
    """Share of today's service that its residents still get."""


class Use(Record):
    """How much of a provider's capacity, or of a pool's volume, an offer takes."""

    offer_id: Id
    """Offer."""
    resource: Id
    """Unit, as in capacities or pools."""
    amount: Amount
    """Amount taken per year."""


class Pool(Record):
    """A consolidated unit shared by several members; each service that joins is a member."""

    pool_id: Id
    """Id of the pool."""
    name: Text
    """Name."""
    host_org_id: Id | None = None
    """Organization that runs it; blank: the county itself."""
    resource: Id | None = None
    """Unit of the pool's volume; blank: the pool has no volume tiers."""
    setup_usd: Usd
    """One-time cost of setting it up."""
    fixed_usd_per_year: Usd
    """Yearly cost of having it, whatever its volume."""
    min_members: Count
    """Fewest members with which it can run."""
    max_members: Count
    """Most members it can take."""
    share_rule: ShareRule | None = None
    """By what its members share its cost: equal, use (of its resource) or population (of the member's county);
    blank: by use if it has a resource, else equal."""


class PoolTier(Record):
    """A range of a pool's volume and what every unit costs in it (the whole volume at the tier's rate)."""

    pool_id: Id
    """Pool."""
    tier: Count
    """Number of the tier, from 1."""
    from_volume: Amount
    """Volume at which the tier begins."""
    to_volume: Amount
    """Volume at which it ends."""
    usd_per_unit: Usd
    """Price of one unit per year."""
    fixed_usd_per_year: Usd
    """Yearly cost of running in this tier."""


class Mandate(Record):
    """A duty with a citation and the coverage it needs."""

    mandate_id: Id
    """Id of the duty."""
    name: Text
    """The duty in a few words."""
    citation: Text
    """Statute, rule or charter section."""
    authority: Text
    """Who imposes it: federal, state, charter ..."""
    required_coverage: Share
    """Share of the duty's weight that must be covered."""
    district: Id | None = None
    """District or population group it holds for; blank: it holds in every district."""
    funded: YesNo
    """yes if whoever imposes it pays for it."""
    allowed_decisions: Decisions = ()
    """Decisions the law allows for its services; blank: all."""


class MandateService(Record):
    """A service that serves a mandate."""

    mandate_id: Id
    """Duty."""
    service_id: Id
    """Service."""
    weight: Annotated[Number, Field(gt=0, le=1e9)]
    """Weight of the service in the duty's coverage."""


class Link(Record):
    """A tie between services."""

    link_id: Id
    """Id of the link."""
    kind: LinkKind
    """together: same decision, same provider, same start. apart: no two with one outside provider.
    needs: the first may move only if all the others have moved. communicates: two services that work together, so
    that every unit between two different organizations costs what communication_costs says."""
    volume_per_year: Amount | None = None
    """Units that pass between its two services in a year; blank: the link is not of kind communicates."""


class LinkService(Record):
    """A service of a link."""

    link_id: Id
    """Link."""
    service_id: Id
    """Service."""
    position: Count
    """Place in the link, from 1; matters only for `needs`."""


class CommunicationCost(Record):
    """What a unit of communication costs between two organizations, whichever way it goes."""

    from_org_id: Id | None = None
    """Organization; blank: the county itself."""
    to_org_id: Id | None = None
    """The other organization, or the same one for what it costs within it (0 if not listed);
    blank: the county itself."""
    usd_per_unit: Usd
    """Cost of one unit."""


class Sale(Record):
    """A neighbour would buy a service from the county, which keeps it and delivers it there too."""

    sale_id: Id
    """Id of the sale."""
    service_id: Id
    """Service that would be sold."""
    org_id: Id
    """Buyer."""
    price_usd_per_year: Usd | None = None
    """What the buyer pays per year; blank: estimated between the two costs that follow."""
    marginal_usd_per_year: Usd
    """What delivering it there costs the county in addition, per year."""
    buyer_cost_usd_per_year: Usd
    """What the buyer pays for it today, per year."""
    setup_usd: Usd
    """One-time cost of beginning to deliver it."""
    fte: Fte
    """Staff that it takes, out of what the service's department has to spare."""
    lead_time_months: Months
    """Months until delivery and payment begin."""
    offer_id: Id | None = None
    """Offer in the buyer's own tables that this sale would deliver, where both plan as one region; blank: none."""
    estimated: Names = ()
    """Columns of this row that are estimates; blank: all given."""


class SpareStaff(Record):
    """Staff that a department could spare for work it sells."""

    department: Text
    """Department."""
    year: Count | None = None
    """Year of the plan, from 1; blank: every year without a row of its own."""
    fte: Fte
    """Staff to spare."""


class Proposal(Record):
    """Something the county would do with freed money."""

    proposal_id: Id
    """Id of the proposal."""
    name: Text
    """Name."""
    fund: Text
    """Fund that would pay."""
    usd_per_year: Usd
    """Cost per year in full."""
    score: Amount
    """Priority score; more is better."""
    max_share: Share
    """Largest share of it that can be done."""


class Prior(Record):
    """Terms to expect where nobody has given any, by class of work, kind of organization and decision."""

    service_class: Text
    """Class of work, or * for any."""
    kind: Text
    """Kind of organization, or * for any."""
    decision: Decision
    """Decision."""
    price_share: Annotated[Number, Field(ge=0, le=10)]
    """Price as a share of the avoidable cost that moves."""
    transition_share: Annotated[Number, Field(ge=0, le=10)]
    """One-time cost as a share of the yearly price."""
    retained_revenue_share: Share
    """Share of today's revenue that stays with the county."""
    moved_share: Share
    """Part of the avoidable cost that the county stops paying."""
    coverage: Share
    """Share of today's service that residents still get."""
    transferred_share: Share
    """Share of the moved staff whom the provider hires."""
    displaced_share: Share
    """Share of the moved staff who lose their position."""
    lead_time_months: Months
    """Months until the provider delivers."""
    quality: Annotated[Number, Field(ge=0, le=10)]
    """Quality against today's, 1 = the same."""
    source: Text
    """Where the numbers come from, or the word assumption."""
