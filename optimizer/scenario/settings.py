"""Every setting of a scenario. There are no defaults here: scenarios/base.yaml states each one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from optimizer.county.terms import Decision, Kind, Stance
from optimizer.scenario.sections import (
    Disagreement,
    Growth,
    Money,
    Move,
    Moving,
    Section,
    Share,
    Staff,
    Times,
    Whole,
)

MAX_YEARS = 50
"""Longest horizon that can be asked for."""


class Horizon(Section):
    """Over which years money is counted."""

    years: Annotated[int, Field(ge=1, le=MAX_YEARS, strict=True)]
    """Years counted; year 1 is the first and is not discounted."""
    discount_rate: Annotated[float, Field(ge=0, le=1, strict=True)]
    """Yearly rate at which later money counts less."""
    start_years: Annotated[int, Field(ge=1, le=MAX_YEARS, strict=True)]
    """Moves and sales may start in any of this many first years; 1: all of them start at once."""

    @model_validator(mode="after")
    def _starts_within(self) -> Horizon:
        if self.start_years > self.years:
            raise Disagreement("start_years of at most years", "years", "start_years")
        return self


class AvoidableShare(Section):
    """Which part of an in-house cost is no longer paid once the service has moved."""

    personnel: Share
    """Share of personnel cost avoided."""
    nonpersonnel: Share
    """Share of supplies, contracts and equipment avoided."""
    overhead: Share
    """Share of overhead avoided."""


class GrowthShare(Section):
    """By which share today's amounts grow every year; 0 keeps them in today's dollars."""

    personnel: Growth
    """Personnel cost, and what the county's own pools and sales cost."""
    nonpersonnel: Growth
    """Supplies, contracts and equipment."""
    overhead: Growth
    """Overhead."""
    revenue: Growth
    """Revenue, also what is retained of it and what sales bring in."""


class Economics(Section):
    """How a move is priced."""

    avoidable_share: AvoidableShare
    """Avoidable part of each in-house cost."""
    growth_share: GrowthShare
    """Yearly growth of what the county pays and earns itself."""
    hurdle_share: Share
    """A move must beat keeping by this share of the avoidable cost that moves."""
    hurdle_usd_per_year_by_decision: dict[Moving, Money]
    """And by so much for every service that is decided so."""
    hurdle_usd_per_year_by_department: dict[str, Money]
    """And by so much for every service of the department."""
    hurdle_share_of_failure: Times
    """And by this many times the gross cost at risk: the service's, times the chance that its provider fails."""
    realization_share: Share
    """Share of a promised saving that is counted on."""
    ramp_share: Annotated[tuple[Share, ...], Field(min_length=1)]
    """Share of the saving reached in the first, second ... year of delivery; the last one holds from then on."""
    max_payback_years: Annotated[float, Field(ge=0, strict=True)] | None
    """Longest time in which a move must pay back its transition; null: no limit."""
    payback_within_term: Annotated[bool, Field(strict=True)]
    """true: a move must pay back within the longest term that its provider can sign."""
    communication_usd_per_unit: Money
    """What a unit between two different organizations costs where communication_costs says nothing."""
    sale_price_share: Share
    """Where a sale has no price: the part of the way from the county's marginal cost to what the buyer pays today."""


class KindTerms(Section):
    """What an agreement with one kind of organization costs and how it may fail."""

    administration_share: Share
    """Contract administration and monitoring, as a share of the price."""
    agreement_usd_per_year: Money
    """Yearly fixed cost of one agreement, where the organization's own is blank."""
    max_term_years: Annotated[int, Field(ge=1, le=1_000, strict=True)]
    """Longest term, where the organization's own is blank."""
    probability_of_failure: Share
    """Chance of failing within the horizon, where the organization's own is blank."""
    price_escalation_share: Growth
    """Share by which its charges rise every year, where the organization's own is blank."""
    renewal_usd: Money
    """One-time cost of renewing its agreement after each term, where the organization's own is blank."""


class ProgramMapping(Section):
    """How an overlap without terms becomes an estimated offer."""

    decisions_by_stance: dict[Stance, tuple[Move, ...]]
    """Decisions that a stance opens; a stance that is not named opens none."""


class Duties(Section):
    """How far duties bind."""

    enforce_unfunded: Annotated[bool, Field(strict=True)]
    """false leaves out mandates that nobody funds (C.R.S. 29-1-304.5 calls such state mandates optional)."""
    coverage_floor_by_mandate_level: dict[Annotated[int, Field(ge=0, le=4)], Share]
    """Least coverage, in every district, of a service at that mandate level."""


class Exit(Section):
    """What ending a service means, where `allowed_decisions` lists exit. What any mandate names is never ended."""

    max_mandate_level: Annotated[int, Field(ge=0, le=2, strict=True)]
    """Highest mandate level of a service that may be ended."""
    closing_share: Share
    """One-time cost of closing, as a share of the gross yearly cost."""
    displaced_share: Share
    """Share of its staff who lose their position; the others find another one in the county."""
    lead_time_months: Annotated[float, Field(ge=0, le=240, strict=True)]
    """Months until it has ended."""


class People(Section):
    """Staff who leave anyway make room for those whose work moves."""

    attrition_share: Share
    """Share of a department's staff who leave in a year."""
    attrition_share_by_department: dict[str, Share]
    """The same for departments of which more is known."""


class Consolidation(Section):
    """How pools treat their members."""

    nobody_worse_off: Annotated[bool, Field(strict=True)]
    """true: in every pool no department pays more, its share of the pool included, than it would alone."""


class Region(Section):
    """How counties that plan together treat each other."""

    nobody_worse_off: Annotated[bool, Field(strict=True)]
    """true: no county pays more than with its own best plan alone."""


class ReinvestmentRule(StrEnum):
    """How freed money is weighed against saving it."""

    NONE = "none"
    LEXICOGRAPHIC = "lexicographic"
    WEIGHTED = "weighted"


class Reinvestment(Section):
    """What the county does with the money that a plan frees."""

    rule: ReinvestmentRule
    """none; lexicographic: least cost first, then most priority score for the money freed; weighted: both at once."""
    usd_per_score: Money | None
    """What one point of score is worth in a year; needed where the rule is weighted."""
    target_share: Share
    """Share of the gross budget that the county aims to free; it is shown, not asked for."""

    @model_validator(mode="after")
    def _weight_is_known(self) -> Reinvestment:
        if self.rule is ReinvestmentRule.WEIGHTED and self.usd_per_score is None:
            raise Disagreement("usd_per_score where the rule is weighted", "rule", "usd_per_score")
        return self


class EquityWeight(StrEnum):
    """How services count in the coverage of a district."""

    GROSS_COST = "gross_cost"
    EQUAL = "equal"


class EquityObjective(StrEnum):
    """What is sought first."""

    LEAST_COST = "least_cost"
    WORST_OFF = "worst_off"


class Equity(Section):
    """How districts and population groups fare: the weighted mean of the coverage of all services."""

    weight: EquityWeight
    """gross_cost: a service counts by its yearly cost; equal: every service counts the same."""
    floor: Share | None
    """Least coverage of every district and group."""
    floor_by_place: dict[str, Share]
    """The same for single districts and groups, instead of `floor`."""
    objective: EquityObjective
    """least_cost, or worst_off: the greatest coverage of the worst-off district or group, then least cost."""
    cost_limit_usd_per_year: Annotated[float, Field(ge=-1e12, le=1e12, strict=True)] | None
    """Most that the plan may cost, as a yearly equivalent; needed where the objective is worst_off."""

    @model_validator(mode="after")
    def _limit_is_known(self) -> Equity:
        if self.objective is EquityObjective.WORST_OFF and self.cost_limit_usd_per_year is None:
            needs = "cost_limit_usd_per_year where the objective is worst_off"
            raise Disagreement(needs, "objective", "cost_limit_usd_per_year")
        return self


class Limits(Section):
    """The county's own limits; null or an empty table or list means that there is none.

    A list by year gives the first year, the second ...; its last value holds from then on.
    """

    transition_usd: Money | None
    """Most that may be spent once on moving, ending and selling services and on setting up pools."""
    transition_usd_by_year: tuple[Money, ...]
    """The same, by the year in which it is spent."""
    moves_by_year: tuple[Whole, ...]
    """Most services that start to move or to end in a year."""
    agreements_by_year: tuple[Whole, ...]
    """Most agreements that are signed in a year."""
    laid_off_fte_by_year: tuple[Staff, ...]
    """Most staff laid off in a year: those who lose their position beyond what attrition in their department frees."""
    moved_services_by_consent_owner_by_year: dict[str, tuple[Whole, ...]]
    """Most services that an elected official lets go in a year."""
    displaced_fte: Staff | None
    """Most staff who may lose their position."""
    displaced_fte_by_department: dict[str, Staff]
    """The same, department by department."""
    moved_services_by_consent_owner: dict[str, Whole]
    """Most services that an elected official lets go; 0: no consent. Not named: consents to all."""
    agreements: Whole | None
    """Most organizations the county signs an agreement with."""
    organization_share_of_moved_cost: Share | None
    """Largest share of all moved cost (today's gross cost) that one organization may hold."""
    organization_share_of_critical_services: Share | None
    """Largest share of the county's critical services that one organization may hold."""
    retained_share_by_class: dict[str, Share]
    """Least share of a service class's gross cost that stays in house."""
    net_cost_by_fund_usd_per_year: dict[str, Annotated[float, Field(ge=-1e12, le=1e12, strict=True)]]
    """Most that a fund may cost, net of its revenue, as a yearly equivalent."""
    revenue_floor_usd_per_year: Money | None
    """Least revenue that the county's services must still bring in, once all moves are done."""
    min_quality: Annotated[float, Field(ge=0, le=10, strict=True)] | None
    """Least quality of an offer, 1 = today's."""


class Solver(Section):
    """When the search may stop, and how it is repeatable."""

    gap_usd: Money | None
    """Proved within this many dollars is good enough."""
    gap_share: Share | None
    """The same as a share of the plan's cost; where both are given, either one stops the search."""
    time_limit_s: Annotated[float, Field(gt=0, le=1e7, strict=True)]
    """Seconds after which the best plan found is taken."""
    seed: Annotated[int, Field(ge=0, le=2_147_483_647, strict=True)]
    """Seed of the search."""
    threads: Annotated[int, Field(ge=1, le=256, strict=True)]
    """Threads of the search; with more than one, a plan of the same quality may be another one from run to run."""
    break_ties: Annotated[bool, Field(strict=True)]
    """Among plans of equal cost take fewest changes, then lowest risk, then lowest id."""

    @model_validator(mode="after")
    def _some_gap(self) -> Solver:
        if self.gap_usd is None and self.gap_share is None:
            raise Disagreement("gap_usd or gap_share (0 asks for a full proof)", "gap_usd", "gap_share")
        return self

    def asked_usd(self, cost_usd: float) -> float:
        """The gap that is good enough at a cost [USD, like it]."""
        return max(self.gap_usd or 0.0, (self.gap_share or 0.0) * abs(cost_usd))


class Settings(Section):
    """All settings of a resolved scenario."""

    horizon: Horizon
    economics: Economics
    kinds: dict[Kind, KindTerms]
    """Terms by kind of organization; every kind must be there."""
    allowed_decisions: tuple[Decision, ...]
    """Decisions that the county considers at all."""
    program_mapping: ProgramMapping
    duties: Duties
    exit: Exit
    people: People
    consolidation: Consolidation
    region: Region
    reinvestment: Reinvestment
    equity: Equity
    limits: Limits
    solver: Solver

    @field_validator("kinds")
    @classmethod
    def _every_kind(cls, kinds: dict[Kind, KindTerms]) -> dict[Kind, KindTerms]:
        missing = [str(kind) for kind in Kind if kind not in kinds]
        if missing:
            raise ValueError(f"every kind, also {', '.join(missing)}")
        return kinds
