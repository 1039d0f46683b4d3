"""Sections 2 to 4 and 6 of docs/model.md, one record at a time: what an option costs and whether it may be chosen."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, inf

from optimizer.county.records import Decision, LinkKind, Offer, Service
from optimizer.scenario.scenario import Case


@dataclass(frozen=True)
class Option:
    """One way to deliver one service."""

    service: Service
    offer: Offer | None
    """None: keep."""
    provider: str | None
    """Organization that provides it, also as a pool's host; None: the county."""
    present_usd: float

    @property
    def name(self) -> str:
        return "keep" if self.offer is None else self.offer.offer_id

    @property
    def decision(self) -> Decision:
        return Decision.KEEP if self.offer is None else Decision(self.offer.decision)

    @property
    def pool(self) -> str | None:
        return None if self.offer is None else self.offer.pool_id

    @property
    def key(self) -> tuple[Decision, str | None]:
        """What services of a `together` link must share: the decision, and its organization or pool."""
        return self.decision, self.pool if self.pool is not None else self.provider


def gross_usd(service: Service) -> float:
    return service.personnel_usd + service.nonpersonnel_usd + service.overhead_usd


def discounts(case: Case) -> list[float]:
    horizon = case.settings.horizon
    return [(1 + horizon.discount_rate) ** -t for t in range(horizon.years)]


def provider_of(case: Case, offer: Offer) -> str | None:
    if offer.pool_id is None:
        return offer.org_id
    return next(pool.host_org_id for pool in case.county.pools if pool.pool_id == offer.pool_id)


def use_of(case: Case, service: Service, offer: Offer, resource: str | None) -> float:
    """Section 6."""
    for use in case.county.uses:
        if use.offer_id == offer.offer_id and use.resource == resource:
            return use.amount
    if resource == "usd":
        return offer.price_usd_per_year
    return offer.moved_share * service.fte if resource == "fte" else 0.0


def best_rate_cost(case: Case, service: Service, offer: Offer) -> float:
    """Q u of section 3 [USD/year]."""
    rates = [tier.usd_per_unit for tier in case.county.pool_tiers if tier.pool_id == offer.pool_id]
    if not rates:
        return 0.0
    resource = next(pool.resource for pool in case.county.pools if pool.pool_id == offer.pool_id)
    return min(rates) * use_of(case, service, offer, resource)


def avoidable(case: Case, service: Service, offer: Offer) -> float:
    share = case.settings.economics.avoidable_share
    whole = (
        share.personnel * service.personnel_usd
        + share.nonpersonnel * service.nonpersonnel_usd
        + share.overhead * service.overhead_usd
    )
    return offer.moved_share * whole


def administration(case: Case, offer: Offer) -> float:
    provider = provider_of(case, offer)
    if provider is None:
        return 0.0
    kind = next(org.kind for org in case.county.organizations if org.org_id == provider)
    return case.settings.kinds[kind].administration_share


def promised(case: Case, service: Service, offer: Offer) -> float:
    """S of section 3 [USD/year]."""
    paid = offer.price_usd_per_year * (1 + administration(case, offer)) + best_rate_cost(case, service, offer)
    return avoidable(case, service, offer) - paid - (service.revenue_usd - offer.retained_revenue_usd)


def present_usd(case: Case, service: Service, offer: Offer | None) -> float:
    """Present cost of an option: every part summed over the years, then rounded to the cent."""
    gross, revenue = gross_usd(service), service.revenue_usd
    if offer is None:
        yearly = {"in_house": [gross for _ in discounts(case)], "revenue": [-revenue for _ in discounts(case)]}
    else:
        yearly = moved_parts(case, service, offer)
    return sum(round(sum(usd * d for usd, d in zip(part, discounts(case), strict=True)), 2) for part in yearly.values())


def moved_parts(case: Case, service: Service, offer: Offer) -> dict[str, list[float]]:
    """The table of section 3 for a moved service, year by year."""
    economics, lead_years = case.settings.economics, offer.lead_time_months / 12
    saving, fee = promised(case, service, offer), administration(case, offer)
    parts: dict[str, list[float]] = {}
    for t in range(case.settings.horizon.years):
        lead = min(1.0, max(0.0, lead_years - t))
        place = min(max(t - floor(lead_years), 0), len(economics.ramp_share) - 1)
        counted = economics.realization_share * economics.ramp_share[place]
        year = {
            "in_house": lead * gross_usd(service),
            "revenue": -lead * service.revenue_usd,
            "price": (1 - lead) * offer.price_usd_per_year,
            "administration": (1 - lead) * fee * offer.price_usd_per_year,
            "stays": (1 - lead) * (gross_usd(service) - avoidable(case, service, offer)),
            "retained": -(1 - lead) * offer.retained_revenue_usd,
            "unrealized": (1 - lead) * max(saving, 0.0) * (1 - counted),
            "transition": offer.transition_usd if t == 0 else 0.0,
        }
        for part, usd in year.items():
            parts.setdefault(part, []).append(usd)
    return parts


def payback_years(case: Case, service: Service, offer: Offer) -> float:
    saving = promised(case, service, offer)
    if saving > 0:
        return offer.lead_time_months / 12 + offer.transition_usd / (case.settings.economics.realization_share * saving)
    return 0.0 if offer.transition_usd == 0 and saving >= 0 else inf


def coverage_of(case: Case, option: Option, district: str | None) -> float:
    if option.offer is None:
        return 1.0
    for row in case.county.coverages:
        if row.offer_id == option.offer.offer_id and row.district == district:
            return row.coverage
    return option.offer.coverage


def districts_of(case: Case) -> list[str | None]:
    return [row.district for row in case.county.facts.districts] or [None]


def binding_mandates(case: Case) -> list:
    return [duty for duty in case.county.mandates if duty.funded or case.settings.duties.enforce_unfunded]


def admissible(case: Case) -> list[Option]:
    """Keep for each service and its offers, without those that section 2 leaves out."""
    everything = []
    for service in case.county.services:
        everything.append(Option(service, None, None, present_usd(case, service, None)))
        for offer in case.county.offers:
            if offer.service_id == service.service_id:
                cost = present_usd(case, service, offer)
                everything.append(Option(service, offer, provider_of(case, offer), cost))
    open_ = [option for option in everything if not barred(case, option)]
    return [option for option in open_ if option.offer is None or beats_keeping(case, option, open_)]


def barred(case: Case, option: Option) -> bool:
    """Every reason of section 2 but the hurdle."""
    service, offer, settings = option.service, option.offer, case.settings
    if option.decision not in settings.allowed_decisions:
        return True
    duties = {row.mandate_id for row in case.county.mandate_services if row.service_id == service.service_id}
    for duty in binding_mandates(case):
        closed = duty.allowed_decisions and option.decision not in duty.allowed_decisions
        if duty.mandate_id in duties and closed:
            return True
    if offer is None:
        return False
    floor_ = settings.duties.coverage_floor_by_mandate_level.get(service.mandate_level, 0.0)
    longest = settings.economics.max_payback_years
    return (
        not service.delegable
        or any(coverage_of(case, option, district) < floor_ for district in districts_of(case))
        or (settings.limits.min_quality is not None and offer.quality < settings.limits.min_quality)
        or (longest is not None and payback_years(case, service, offer) > longest)
    )


def beats_keeping(case: Case, option: Option, open_: list[Option]) -> bool:
    """Section 4."""
    group = together_with(case, option.service.service_id)
    if any(untested(case, service_id, open_) for service_id in group or {option.service.service_id}):
        return True
    if not group:
        return margin(case, option) >= -0.005
    total = 0.0
    for service_id in group:
        same = [other for other in open_ if other.service.service_id == service_id and other.key == option.key]
        if same:
            total += margin(case, min(same, key=lambda other: own_usd(case, other)))
    return total >= -0.005


def own_usd(case: Case, option: Option) -> float:
    assert option.offer is not None
    return option.present_usd + best_rate_cost(case, option.service, option.offer) * sum(discounts(case))


def margin(case: Case, option: Option) -> float:
    """By how much the move beats keeping and the hurdle [USD, present]."""
    assert option.offer is not None
    moved = avoidable(case, option.service, option.offer) * sum(discounts(case))
    hurdle = case.settings.economics.hurdle_share * moved
    return present_usd(case, option.service, None) - own_usd(case, option) - hurdle


def untested(case: Case, service_id: str, open_: list[Option]) -> bool:
    """Whether no hurdle is asked of a service: it is locked, may not be kept, or keep is left out."""
    return (
        any(lock.service_id == service_id for lock in case.locks)
        or any(ban.service_id == service_id and ban.decision == Decision.KEEP for ban in case.forbids)
        or not any(option.service.service_id == service_id and option.offer is None for option in open_)
    )


def together_with(case: Case, service_id: str) -> set[str]:
    """The services tied to this one by together links, transitively, itself among them; empty if it is in no link."""
    ties = [
        {row.service_id for row in case.county.link_services if row.link_id == link.link_id}
        for link in case.county.links
        if link.kind == LinkKind.TOGETHER
    ]
    group: set[str] = set()
    grown = {service_id} if any(service_id in tie for tie in ties) else set()
    while grown != group:
        group = grown
        grown = group.union(*(tie for tie in ties if tie & group))
    return group
