"""Every setting of a scenario. There are no defaults here: scenarios/base.yaml states each one."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from optimizer.county.records import Decision, Kind, Stance

Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Money = Annotated[float, Field(ge=0, le=1e12, strict=True)]
Staff = Annotated[float, Field(ge=0, le=1e6, strict=True)]
Whole = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class Section(BaseModel):
    """A group of settings; an unknown name is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


MAX_YEARS = 50
"""Longest horizon that can be asked for."""


class Horizon(Section):
    """Over which years money is counted."""

    years: Annotated[int, Field(ge=1, le=MAX_YEARS, strict=True)]
    """Years counted; year 0 is the first and is not discounted."""
    discount_rate: Annotated[float, Field(ge=0, le=1, strict=True)]
    """Yearly rate at which later money counts less."""


class AvoidableShare(Section):
    """Which part of an in-house cost is no longer paid once the service has moved."""

    personnel: Share
    """Share of personnel cost avoided."""
    nonpersonnel: Share
    """Share of supplies, contracts and equipment avoided."""
    overhead: Share
    """Share of overhead avoided."""


class Economics(Section):
    """How a move is priced."""

    avoidable_share: AvoidableShare
    """Avoidable part of each in-house cost."""
    hurdle_share: Share
    """A move must beat keeping by this share of the avoidable cost that moves."""
    realization_share: Share
    """Share of a promised saving that is counted on."""
    ramp_share: Annotated[tuple[Share, ...], Field(min_length=1)]
    """Share of the saving reached in the first, second ... year of delivery; the last one holds from then on."""
    max_payback_years: Annotated[float, Field(ge=0, strict=True)] | None
    """Longest time in which a move must pay back its transition; null: no limit."""


class KindTerms(Section):
    """What an agreement with one kind of organization costs and how it may fail."""

    administration_share: Share
    """Contract administration and monitoring, as a share of the price."""
    agreement_usd_per_year: Money
    """Yearly fixed cost of one agreement, where the organization's own is blank."""
    max_term_years: Whole
    """Longest term, where the organization's own is blank."""
    probability_of_failure: Share
    """Chance of failing within the horizon, where the organization's own is blank."""


class ProgramMapping(Section):
    """How an overlap without terms becomes an estimated offer."""

    decisions_by_stance: dict[Stance, tuple[Decision, ...]]
    """Decisions that a stance opens; a stance that is not named opens none."""


class Duties(Section):
    """How far duties bind."""

    enforce_unfunded: Annotated[bool, Field(strict=True)]
    """false leaves out mandates that nobody funds (C.R.S. 29-1-304.5 calls such state mandates optional)."""
    coverage_floor_by_mandate_level: dict[Annotated[int, Field(ge=0, le=4)], Share]
    """Least coverage, in every district, of a service at that mandate level."""


class Limits(Section):
    """The county's own limits; null or an empty table means that there is none."""

    transition_usd: Money | None
    """Most that may be spent once on moving and on setting up pools."""
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
    """Threads of the search; more than one can change which of several equal plans is found."""
    break_ties: Annotated[bool, Field(strict=True)]
    """Among plans of equal cost take fewest changes, then lowest risk, then lowest id."""

    @model_validator(mode="after")
    def _some_gap(self) -> Solver:
        if self.gap_usd is None and self.gap_share is None:
            raise ValueError("gap_usd or gap_share (0 asks for a full proof)")
        return self


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
    limits: Limits
    solver: Solver

    @field_validator("kinds")
    @classmethod
    def _every_kind(cls, kinds: dict[Kind, KindTerms]) -> dict[Kind, KindTerms]:
        missing = [str(kind) for kind in Kind if kind not in kinds]
        if missing:
            raise ValueError(f"every kind, also {', '.join(missing)}")
        return kinds
