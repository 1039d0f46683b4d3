"""What the tables of a county must agree on: one small function per rule, and the list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from optimizer.county.checks import duties, facts, keys, links, offers, pools, references, resources
from optimizer.county.county import County
from optimizer.errors import Finding

Rule = Callable[[County], Iterator[Finding]]

RULES: tuple[Rule, ...] = (
    facts.some_services,
    facts.only_us_dollars,
    facts.groups_are_no_districts,
    keys.keys_once,
    keys.ids_differ_by_more_than_case,
    keys.organization_names_once,
    keys.counted_from_one,
    references.known_references,
    references.known_general_fund,
    references.known_departments,
    references.known_kinds_in_priors,
    offers.one_provider,
    offers.moves_something,
    offers.ids_of_exits_are_free,
    offers.of_delegable_services,
    offers.no_means_no,
    offers.staff_within_service,
    offers.revenue_within_service,
    offers.estimated_columns_exist,
    resources.uses_limit_something,
    resources.capacities_are_used,
    resources.pool_offers_use_its_resource,
    pools.member_range,
    pools.tiers_need_resource,
    pools.tiers_are_ranges,
    pools.tiers_join,
    pools.shared_by_use,
    duties.mandates_have_services,
    duties.services_without_keep_can_move,
    duties.coverage_can_be_reached,
    links.at_least_two_services,
    links.needs_has_positions,
    links.communicates_between_two,
    links.volume_where_it_communicates,
    links.communication_pairs_once,
)
"""Every rule; a new one is a function in one of the files beside, and a line here."""


def check_county(county: County) -> list[Finding]:
    """Everything the tables contradict each other in; empty if nothing."""
    return [finding for rule in RULES for finding in rule(county)]
