"""Sections 2 and 4 of docs/model.md for plans that start at once: which options and sales may be chosen at all."""

from __future__ import annotations

from math import inf

from optimizer.county.records import Sale
from optimizer.county.terms import Decision, LinkKind
from tests.algebra.plain_money import Option, avoidable, every_option, gross_usd, payback_years, present_usd
from tests.algebra.plain_tables import Tables


def admissible(tables: Tables) -> list[Option]:
    """Keep for each service and its offers, without those that section 2 leaves out."""
    open_ = [option for option in every_option(tables) if not barred(tables, option)]
    return [option for option in open_ if option.offer is None or beats_keeping(tables, option, open_)]


def sellable(tables: Tables) -> list[Sale]:
    """Sales that section 2 does not leave out."""
    if Decision.INSOURCE not in tables.settings.allowed_decisions:
        return []
    return [
        sale
        for sale in tables.county.sales
        if sale.marginal_usd_per_year <= (sale.price_usd_per_year or 0.0) <= sale.buyer_cost_usd_per_year
    ]


def barred(tables: Tables, option: Option) -> bool:
    """Every reason of section 2 but the hurdle."""
    service, offer, settings = option.service, option.offer, tables.settings
    if option.decision not in settings.allowed_decisions:
        return True
    for duty in tables.binding:
        closed = duty.allowed_decisions and option.decision not in duty.allowed_decisions
        if closed and duty.mandate_id in tables.duties_of[service.service_id]:
            return True
    if offer is None:
        return False
    floor = settings.duties.coverage_floor_by_mandate_level.get(service.mandate_level, 0.0)
    return (
        not service.delegable
        or (option.decision == Decision.EXIT and owed(tables, option))
        or any(tables.coverage(offer, place) < floor for place in tables.places)
        or (settings.limits.min_quality is not None and (offer.quality or 0.0) < settings.limits.min_quality)
        or payback_years(tables, service, offer) > longest_payback(tables, option)
    )


def owed(tables: Tables, option: Option) -> bool:
    """Whether a duty keeps the service from being ended."""
    service = option.service
    return service.mandate_level > tables.settings.exit.max_mandate_level or bool(tables.duties_of[service.service_id])


def longest_payback(tables: Tables, option: Option) -> float:
    """Years in which a move has to pay back."""
    economics = tables.settings.economics
    longest = inf if economics.max_payback_years is None else economics.max_payback_years
    if economics.payback_within_term and option.provider is not None:
        longest = min(longest, tables.orgs[option.provider].max_term_years or inf)
    return longest


def beats_keeping(tables: Tables, option: Option, open_: list[Option]) -> bool:
    """Section 4."""
    group = together_with(tables, option.service.service_id)
    if any(untested(tables, service_id, open_) for service_id in group or {option.service.service_id}):
        return True
    if not group:
        return margin(tables, option) >= -0.005
    total = 0.0
    for service_id in group:
        same = [other for other in open_ if other.service.service_id == service_id and other.key == option.key]
        if same:
            total += margin(tables, min(same, key=lambda other: own_usd(tables, other)))
    return total >= -0.005


def own_usd(tables: Tables, option: Option) -> float:
    """Present cost with the pool's best rate."""
    assert option.offer is not None
    rises = tables.escalation(option.provider)
    rate = tables.best_rate_cost(option.service, option.offer)
    return option.present_usd + round(sum(rate * (1 + rises) ** t * d for t, d in enumerate(tables.discounts)), 2)


def margin(tables: Tables, option: Option) -> float:
    """By how much the move beats keeping and the hurdle [USD, present]."""
    assert option.offer is not None
    economics, org = tables.settings.economics, tables.orgs.get(option.provider or "")
    moved = sum(avoidable(tables, option.service, option.offer, t) * d for t, d in enumerate(tables.discounts))
    hurdle = economics.hurdle_share * moved
    wanted = economics.hurdle_usd_per_year_by_decision.get(option.decision, 0.0)
    wanted += economics.hurdle_usd_per_year_by_department.get(option.service.department, 0.0)
    failure = 0.0 if org is None else org.probability_of_failure or 0.0
    wanted += failure * gross_usd(option.service) * economics.hurdle_share_of_failure
    hurdle += wanted * sum(tables.discounts)
    return present_usd(tables, option.service, None) - own_usd(tables, option) - hurdle


def untested(tables: Tables, service_id: str, open_: list[Option]) -> bool:
    """Whether no hurdle is asked of a service: it is locked, may not be kept, or keep is left out."""
    case = tables.case
    return (
        any(lock.service_id == service_id for lock in case.locks)
        or any(ban.service_id == service_id and ban.decision == Decision.KEEP for ban in case.forbids)
        or not any(option.service.service_id == service_id and option.offer is None for option in open_)
    )


def together_with(tables: Tables, service_id: str) -> set[str]:
    """The services tied to this one by together links, transitively, itself among them; empty if it is in no link."""
    ties = [
        {row.service_id for row in tables.county.link_services if row.link_id == link.link_id}
        for link in tables.county.links
        if link.kind == LinkKind.TOGETHER
    ]
    group: set[str] = set()
    grown = {service_id} if any(service_id in tie for tie in ties) else set()
    while grown != group:
        group = grown
        grown = group.union(*(tie for tie in ties if tie & group))
    return group
