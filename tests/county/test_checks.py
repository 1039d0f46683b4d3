"""Each rule is seen to fire on a county that breaks nothing else, and to be silent on one that breaks nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.county import checks, records
from optimizer.county.checks import RULES, check_county
from optimizer.county.checks.references import REFERENCES
from optimizer.county.checks.tables import ALL_TABLES
from optimizer.county.county import County
from tests.county.sample import COUNTY, FACTS, added, changed, service
from tests.examples import examples
from tests.strategies import counties


def with_facts(**cells: Any) -> County:
    return replace(COUNTY, facts=FACTS.model_copy(update=cells))


def duty(allowed: tuple[str, ...], service_id: str, *more: str, **cells: Any) -> County:
    """The county with one funded duty that allows only some decisions for its services, each of weight 1."""
    mandate = records.Mandate(
        mandate_id="d", name="d", citation="c", authority="a", funded=True, allowed_decisions=allowed, **cells
    )
    rows = tuple(records.MandateService(mandate_id="d", service_id=name, weight=1) for name in (service_id, *more))
    return COUNTY.with_tables(mandates=(mandate,), mandate_services=rows)


def without(table: str, row: int) -> County:
    rows = COUNTY.table(table)
    return COUNTY.with_tables(**{table: rows[:row] + rows[row + 1 :]})


BROKEN = {
    "some_services": (
        replace(COUNTY, **{name: () for name in ("services", "links", "link_services", "offers", "overlaps")}),
        "services: found no services",
    ),
    "only_us_dollars": (with_facts(currency="EUR"), "county row 6 column currency: found 'EUR', needs USD"),
    "groups_are_no_districts": (
        with_facts(groups=(*FACTS.groups, records.Group(group="North", population=5))),
        "groups row 3 column group: found North, a district too, as in districts row 2, needs an id that no district",
    ),
    "groups_are_no_districts all": (
        with_facts(groups=(*FACTS.groups, records.Group(group="all", population=5))),
        "groups row 3 column group: found 'all', needs another id: so the county as a whole is called",
    ),
    "keys_once": (added("capacities"), "capacities row 5 column org_id: found town, fte again, as in capacities row 2"),
    "keys_once district": (
        with_facts(districts=(*FACTS.districts, FACTS.districts[0])),
        "districts row 4 column district: found north again, as in districts row 2",
    ),
    "keys_once year": (
        added("spare_staff"),
        "spare_staff row 4 column department: found Works again, as in spare_staff row 2, needs every department and",
    ),
    "keys_once county": (
        COUNTY.with_tables(communication_costs=(records.CommunicationCost(usd_per_unit=5),) * 2),
        "communication_costs row 3 column from_org_id: found blank again, as in communication_costs row 2",
    ),
    "ids_differ_by_more_than_case": (
        added("services", service_id="Plowing"),
        "services row 6 column service_id: found 'Plowing' beside 'plowing' in services row 2",
    ),
    "organization_names_once": (
        added("organizations", org_id="town2", name="town of  LEADVILLE"),
        "organizations row 4 column name: found 'town of  LEADVILLE' again, as in organizations row 2",
    ),
    "counted_from_one year": (
        changed("capacities", 1, year=0),
        "capacities row 3 column year: found 0, needs 1 or more",
    ),
    "counted_from_one tier": (changed("pool_tiers", tier=0), "pool_tiers row 2 column tier: found 0"),
    "counted_from_one staff": (changed("spare_staff", 1, year=0), "spare_staff row 3 column year: found 0, needs 1"),
    "known_departments": (
        changed("spare_staff", 1, department="works"),
        "spare_staff row 3 column department: found 'works', needs a department of a service. Did you mean 'Works'?",
    ),
    "known_general_fund": (
        with_facts(general_fund="general"),
        "county row 7 column general_fund: found 'general', needs a name that is in funds. Did you mean 'General'?",
    ),
    "known_kinds_in_priors": (
        changed("priors", kind="municipal"),
        "priors row 2 column kind: found 'municipal', needs one of municipality",
    ),
    "one_provider neither": (
        changed("offers", org_id=None),
        "offers row 2 column org_id: found neither org_id nor pool_id, needs exactly one",
    ),
    "one_provider both": (
        changed("offers", 2, org_id="town"),
        "offers row 4 column org_id: found both town and e911, needs exactly one",
    ),
    "moves_something": (
        changed("offers", decision="keep"),
        "offers row 2 column decision: found 'keep', needs partner, consolidate or outsource. Remove it: every service",
    ),
    "moves_something sold": (
        changed("offers", decision="insource"),
        "offers row 2 column decision: found 'insource', needs partner, consolidate or outsource. Remove it: a service "
        "is sold by a row in sales.",
    ),
    "moves_something ended": (
        changed("offers", decision="exit"),
        "offers row 2 column decision: found 'exit', needs partner, consolidate or outsource. Remove it: a scenario",
    ),
    "moves_something prior": (changed("priors", decision="exit"), "priors row 2 column decision: found 'exit'"),
    "ids_of_exits_are_free": (
        changed("offers", offer_id="exit~plowing"),
        "offers row 2 column offer_id: found 'exit~plowing', needs an id that does not begin with exit~",
    ),
    "of_delegable_services": (
        changed("offers", service_id="jail"),
        "offers row 2 column service_id: found jail, which is not delegable",
    ),
    "no_means_no": (
        added("overlaps", stance="no"),
        "overlaps row 3 column stance: found no, beside would_partner, needs one answer of an organization",
    ),
    "no_means_no offered": (
        changed("overlaps", service_id="plowing", stance="no"),
        "overlaps row 2 column stance: found no, beside its offer o1, needs one answer of an organization",
    ),
    "staff_within_service": (
        changed("offers", 1, fte_displaced=1.01),
        "offers row 3 column fte_displaced: found 4.01 staff transferred or displaced, needs at most the 4 of plowing",
    ),
    "staff_within_service one": (
        changed("offers", 1, fte_displaced=None, fte_transferred=4.5),
        "offers row 3 column fte_transferred: found 4.5 staff",
    ),
    "revenue_within_service": (
        changed("offers", 1, retained_revenue_usd=5_000.01),
        "offers row 3 column retained_revenue_usd: found 5000.01, needs at most 5000, today's revenue",
    ),
    "estimated_columns_exist": (
        changed("offers", 1, estimated=("coverage", "prise_usd_per_year")),
        "offers row 3 column estimated: found 'prise_usd_per_year', needs columns of offers. "
        "Did you mean 'price_usd_per_year'?",
    ),
    "estimated_columns_exist sale": (
        changed("sales", estimated=("price_usd",)),
        "sales row 2 column estimated: found 'price_usd', needs columns of sales. Did you mean 'price_usd_per_year'?",
    ),
    "uses_limit_something": (
        added("uses", offer_id="o1", resource="usd"),
        "uses row 4 column resource: found 'usd', which limits nothing",
    ),
    "capacities_are_used": (
        changed("capacities", resource="mile"),
        "capacities row 2 column resource: found 'mile', which no offer uses, needs a resource that offers use. "
        "Did you mean 'miles'?",
    ),
    "pool_offers_use_its_resource": (
        without("uses", 1),
        "offers row 4 column pool_id: found no use of calls for o3, needs its volume in calls",
    ),
    "member_range none": (changed("pools", min_members=0, max_members=0), "pools row 2 column max_members: found 0"),
    "member_range": (
        changed("pools", min_members=4),
        "pools row 2 column min_members: found 4, needs at most max_members, 3",
    ),
    "tiers_need_resource": (
        changed("pools", resource=None, share_rule=None).with_tables(
            uses=COUNTY.uses[:1], pool_tiers=COUNTY.pool_tiers[:1]
        ),
        "pool_tiers row 2 column pool_id: found a tier of e911, which has no resource",
    ),
    "tiers_are_ranges": (
        changed("pool_tiers", 1, to_volume=500),
        "pool_tiers row 3 column to_volume: found 500, needs more than from_volume, 500",
    ),
    "tiers_join overlap": (
        changed("pool_tiers", 1, from_volume=499),
        "pool_tiers row 3 column from_volume: found 499, which overlaps tier 1, needs 500",
    ),
    "tiers_join gap": (
        changed("pool_tiers", 1, from_volume=501),
        "pool_tiers row 3 column from_volume: found 501, which leaves a gap after tier 1, needs 500",
    ),
    "shared_by_use resource": (
        changed("pools", resource=None).with_tables(uses=COUNTY.uses[:1], pool_tiers=()),
        "pools row 2 column share_rule: found use, and no resource, needs a pool with a resource",
    ),
    "shared_by_use nothing": (
        changed("uses", 1, amount=0),
        "offers row 4 column pool_id: found no use of calls by o3, needs more than 0, as the members of e911 share",
    ),
    "shared_by_use staff": (
        changed("pools", resource="fte").with_tables(
            uses=COUNTY.uses[:1], offers=changed("offers", 2, moved_share=0).offers
        ),
        "offers row 4 column pool_id: found no use of fte by o3",
    ),
    "shared_by_use dollars": (
        changed("pools", resource="usd").with_tables(
            uses=COUNTY.uses[:1], offers=changed("offers", 2, price_usd_per_year=0).offers
        ),
        "offers row 4 column pool_id: found no use of usd by o3",
    ),
    "mandates_have_services": (
        added("mandates", mandate_id="parks"),
        "mandates row 3 column mandate_id: found parks without services",
    ),
    "services_without_keep_can_move jail": (
        duty(("partner",), "jail", required_coverage=0),
        "mandate_services row 2 column service_id: found jail, which is not delegable",
    ),
    "services_without_keep_can_move nobody": (
        duty(("partner", "outsource"), "dispatch", required_coverage=0),
        "mandate_services row 2 column service_id: found dispatch, which nobody offers to deliver so, "
        "needs a service that can leave the county, as d allows only partner, outsource",
    ),
    "services_without_keep_can_move unoffered": (
        duty(("insource",), "signs", required_coverage=0),
        "found signs, which nobody offers to deliver so, needs a service that can leave the county, as d allows only",
    ),
    # o2 may take plowing, covering 0.8, but 0.6 in the south; o3 may take dispatch, covering 1
    "coverage_can_be_reached": (
        duty(("consolidate", "outsource"), "plowing", "dispatch", required_coverage=0.81),
        "mandates row 2 column required_coverage: found at best 1.6 of 1.62 in south, needs a coverage",
    ),
    "coverage_can_be_reached north": (
        duty(("outsource",), "plowing", required_coverage=0.9, district="north"),
        "found at best 0.8 of 0.9 in north",
    ),
    "coverage_can_be_reached group": (
        duty(("outsource",), "plowing", required_coverage=0.9, district="elders"),
        "found at best 0.7 of 0.9 in elders",
    ),
    "at_least_two_services": (
        without("link_services", 1),
        "links row 2 column link_id: found a link of 1, needs at least 2 services",
    ),
    "needs_has_positions": (
        changed("link_services", 1, position=1),
        "link_services row 3 column position: found 1 again",
    ),
    "needs_has_positions first": (
        changed("link_services", position=3),
        "links row 2 column link_id: found no service at position 1",
    ),
    "communicates_between_two": (
        added("link_services", link_id="radio", service_id="signs"),
        "links row 3 column link_id: found a link of 3, needs exactly 2 services, as the link is of kind communicates",
    ),
    "volume_where_it_communicates blank": (
        changed("links", 1, volume_per_year=None),
        "links row 3 column volume_per_year: found blank, needs the units that pass in a year",
    ),
    "volume_where_it_communicates other": (
        changed("links", volume_per_year=0),
        "links row 2 column volume_per_year: found 0, needs nothing, as the link is of kind needs. Clear this cell",
    ),
    "communication_pairs_once": (
        added("communication_costs", from_org_id="town", to_org_id=None),
        "communication_costs row 4 column from_org_id: found town and the county again, as in communication_costs "
        "row 2 the other way round, needs every pair",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_told(name: str) -> None:
    county, expected = BROKEN[name]
    told = {str(finding) for rule in RULES if rule.__name__ == name.split()[0] for finding in rule(county)}
    assert len(told) == 1
    assert expected in next(iter(told))
    assert told <= {str(finding) for finding in check_county(county)}


@pytest.mark.parametrize(
    ("table", "column", "target", "targets"),
    [(table, column, target, targets) for table, column, *targets in REFERENCES for target in targets],
)
def test_an_unknown_name_is_told_with_the_nearest_one(table: str, column: str, target: str, targets: list[str]) -> None:
    known = [getattr(row, ALL_TABLES[target].key[0]) for row in rows_of_target(target)]
    county = changed(table, **{column: known[0] + "x"})
    found = [finding for finding in checks.references.known_references(county) if finding.where.endswith(f" {column}")]
    assert [finding.where for finding in found] == [f"{table} row 2 column {column}"]
    assert found[0].needs == f"a name that is in {' or '.join(targets)}"
    assert found[0].fix.startswith(f"Did you mean {known[0]!r}")


def rows_of_target(target: str) -> tuple[records.Record, ...]:
    return checks.references.rows_of(COUNTY, target)


def test_every_rule_is_in_the_list_above() -> None:
    assert {rule.__name__ for rule in RULES} == {name.split()[0] for name in BROKEN} | {"known_references"}


def test_a_sound_county_has_no_findings() -> None:
    assert check_county(COUNTY) == []


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(counties())
def test_made_up_counties_are_sound(county: County) -> None:
    assert check_county(county) == []


def test_all_contradictions_are_told_at_once() -> None:
    county = changed("offers", org_id="twon", service_id="plow")
    assert [finding.fix for finding in check_county(county)] == ["Did you mean 'plowing'?", "Did you mean 'town'?"]


@pytest.mark.parametrize(
    "county",
    [
        # both together have 4 staff, which is all that plowing has
        changed("offers", 1, fte_transferred=4, fte_displaced=1e-7),
        # a blank term may still be estimated high enough
        duty(("partner",), "plowing", required_coverage=1),
        # an overlap without an offer may still become one
        duty(("partner",), "signs", required_coverage=1),
        # kept services cover 1
        duty(("keep", "partner"), "jail", required_coverage=1),
        # fte and usd need no rows in uses
        added("capacities", resource="usd"),
        # pools measured in staff take it from the service
        changed("pools", resource="fte").with_tables(uses=COUNTY.uses[:1]),
        # members without any use share equally, where nobody asked for shares by use
        changed("uses", 1, amount=0).with_tables(pools=changed("pools", share_rule=None).pools),
        # a price that is not known yet may still be a use of dollars
        changed("pools", resource="usd").with_tables(uses=COUNTY.uses[:1]),
        # a cost within one organization, and one within the county
        added("communication_costs", from_org_id="town", to_org_id="town"),
        added("communication_costs", to_org_id=None),
        # nothing passes yet
        changed("links", 1, volume_per_year=0),
        # a sale at a loss, and one dearer than today: the options leave them out
        changed("sales", price_usd_per_year=1),
        changed("sales", price_usd_per_year=20_000),
        # a sale without staff to spare, of a service that the county alone may deliver
        changed("sales", fte=50, service_id="jail"),
        # an offer in the buyer's own tables
        changed("sales", offer_id="o1"),
        # a duty towards a population group
        changed("mandates", district="elders"),
        # a pool may have a resource and no tiers
        COUNTY.with_tables(pool_tiers=()),
        # places matter in needs alone
        changed("links", kind="apart").with_tables(
            link_services=tuple(row.model_copy(update={"position": 7}) for row in COUNTY.link_services)
        ),
        # an organization may consolidate without a pool
        changed("offers", decision="consolidate"),
        # critical services without any duty
        COUNTY.with_tables(services=(*COUNTY.services, service("morgue", critical=True, mandate_level=4))),
    ],
)
def test_what_is_unusual_but_sound_is_accepted(county: County) -> None:
    assert check_county(county) == []


def test_a_would_buy_overlap_opens_no_way_out() -> None:
    county = duty(("partner",), "signs", required_coverage=0)
    overlap = records.Overlap(org_id="town", service_id="signs", stance="would_buy")
    assert "signs, which nobody offers" in check_county(county.with_tables(overlaps=(overlap,)))[0].found


def test_another_funded_duty_can_close_keeping() -> None:
    """Duty d lets plowing be kept, but e does not, and its only lawful offer covers 0.6 in the south."""
    county = duty(("keep", "outsource"), "plowing", required_coverage=0.7)
    other = county.mandates[0].model_copy(update={"mandate_id": "e", "allowed_decisions": ("outsource",)})
    other = other.model_copy(update={"required_coverage": 0.0})
    rows = (*county.mandate_services, records.MandateService(mandate_id="e", service_id="plowing", weight=1))
    both = county.with_tables(mandates=(*county.mandates, other), mandate_services=rows)
    assert [finding.found for finding in check_county(both)] == ["at best 0.6 of 0.7 in south"]
    unfunded = both.with_tables(mandates=(county.mandates[0], other.model_copy(update={"funded": False})))
    assert check_county(unfunded) == []
