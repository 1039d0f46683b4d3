"""Each rule is seen to be broken by a plan that breaks nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from optimizer.errors import PlanWithheld
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify import Violation, audit, verify
from optimizer.plan.verify.check import RULES
from tests.plan import broken_at_once, broken_over_years, kept_over_years, pocket
from tests.plan.pocket import (
    capacity,
    coverage,
    forbid,
    lock,
    mandate,
    offer,
    organization,
    pool,
    proposal,
    sale,
    service,
    tier,
    use,
)
from tests.plan.small_plans import (
    BOTH,
    CALLS,
    JAIL,
    PARKS,
    SPLIT,
    TO_CITY,
    TWO,
    concentrated,
    kept,
    moved,
    one,
    pooled,
)

BROKEN = broken_at_once.BROKEN | broken_over_years.BROKEN
KEPT = {"jail": None, "parks": None}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_bites_alone(name):
    build, rule, text = BROKEN[name]
    found = verify(*build())
    assert {violation.rule for violation in found} == {rule}
    assert text in {str(violation) for violation in found}
    assert all(violation.found != violation.limit for violation in found)


@pytest.mark.parametrize(
    "held",
    [
        moved(),
        moved(capacities=[capacity(1000), capacity(20, "fte")]),
        moved({"horizon.years": 1}, capacities=[capacity(1, "usd", 2), capacity(1000, "usd", 1), capacity(1)]),
        moved({"horizon.years": 2}, capacities=[capacity(1000, year=1), capacity(1000, year=2), capacity(1)]),
        moved(organizations=[organization(min_volume_usd_per_year=1000)]),
        kept(JAIL, organizations=[organization(min_volume_usd_per_year=1000)]),
        moved(offers=[offer("j", "jail", coverage=0.95), TO_CITY[1]], **mandate(("jail", 1))),
        moved(
            {"duties.enforce_unfunded": False},
            offers=[offer("j", "jail", coverage=0), TO_CITY[1]],
            **mandate(("jail", 1), funded=False, allowed_decisions="keep"),
        ),
        moved(
            districts=["north", "south"],
            coverages=[coverage("j", "south", 0)],
            **mandate(("jail", 1), district="north"),
        ),
        pooled(2, CALLS, tier(1, 0, 10, 0), tier(2, 10, 90, 0)),
        pooled(None, pool(min_members=2, max_members=2)),
        pooled(1, pool(), tier(1, 0, 0, 9)),
        moved({"limits.agreements": 1, "limits.displaced_fte": 0, "limits.transition_usd": 0}),
        concentrated({"limits.organization_share_of_moved_cost": 0.75}),
        concentrated({"limits.organization_share_of_critical_services": 0.5}),
        moved({"limits.retained_share_by_class": {"roads": 0.5}}, {"jail": "j"}),
        moved(**pocket.links(together="jail parks", needs="jail parks")),
        moved({}, {"parks": "p"}, **pocket.links(needs="jail parks", apart="jail parks")),
        moved(offers=SPLIT, organizations=TWO, **pocket.links(apart="jail parks")),
        moved(locks=[lock("jail", "partner", "city"), lock("parks", "partner")]),
        moved(forbids=[forbid("partner", provider="school"), forbid("partner", "jail", "school")]),
        kept(JAIL, locks=[lock("jail", "keep")], forbids=[forbid("keep", provider="city"), forbid("partner", "jail")]),
        moved({"economics.max_payback_years": 0}),
        one(service("jail", mandate_level=2), offer("j", "jail", quality=0, coverage=0)),
        *kept_over_years.KEPT,
    ],
)
def test_a_limit_that_is_just_met_holds(held):
    assert verify(*held) == ()


def test_every_rule_is_in_one_list_and_seen_to_bite():
    biting = set()
    for build, _, _ in BROKEN.values():
        held, choices = build()
        reading = pocket.read(held, choices)
        biting |= {rule.__name__ for rule in RULES if any(usage.broken for usage in rule(reading))}
    assert biting == {rule.__name__ for rule in RULES}


def chosen(**changes: Any) -> dict[str, Any]:
    return changes


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (chosen(offers={"parks": None}), "Jail: nothing is decided for it"),
        (chosen(offers=KEPT | {"zoo": None}), "zoo: the county has no such service"),
        (chosen(offers=KEPT | {"jail": "x"}, starts={"jail": 1}), "Jail: there is no offer x"),
        (chosen(offers=KEPT | {"jail": "p"}, starts={"jail": 1}), "Jail: offer p is for another service"),
        (chosen(offers=KEPT | {"jail": "j"}), "Jail: nothing says in which year it starts to move"),
        (chosen(starts={"jail": 1}), "Jail: the county keeps it, yet it starts to move in year 1"),
        (chosen(starts={"zoo": 1}), "zoo: it starts, but nothing is decided for it"),
        (
            chosen(offers=KEPT | {"jail": "j"}, starts={"jail": 4}),
            "Jail: it starts to move in year 4, not in 1 to 3, the years in which anything may start",
        ),
        (
            chosen(offers=KEPT | {"jail": "j"}, starts={"jail": 0}),
            "Jail: it starts to move in year 0, not in 1 to 3, the years in which anything may start",
        ),
        (chosen(agreements={"ghost": 1}), "agreement with ghost: the county knows no such organization"),
        (
            chosen(agreements={"city": 4}),
            "agreement with City: it is signed in year 4, not in 1 to 3, the years in which anything may start",
        ),
        (chosen(pools={"gym": Opened(1, (None,))}), "pool gym: the county has no such pool"),
        (
            chosen(pools={"dispatch": Opened(4, (None,))}),
            "Dispatch: it opens in year 4, not in 1 to 3, the years in which anything may start",
        ),
        (chosen(pools={"dispatch": Opened(1, (7,))}), "Dispatch: it has no tier 7"),
        (chosen(pools={"fleet": Opened(1, (1, 2, 1))}), "Fleet: it has no tier 2"),
        (
            chosen(pools={"dispatch": Opened(1, (None, None))}),
            "Dispatch: the plan names tiers for 2 years of running, 1 is needed",
        ),
        (
            chosen(pools={"fleet": Opened(2, (1, 1, 1))}),
            "Fleet: the plan names tiers for 3 years of running, 1 to 2 are needed",
        ),
        (
            chosen(pools={"fleet": Opened(2, ())}),
            "Fleet: the plan names tiers for 0 years of running, 1 to 2 are needed",
        ),
        (chosen(sales={"s": 1, "t": 1}), "sale t: there is no such sale"),
        (
            chosen(sales={"s": 4}),
            "Parks (insource for City): it starts in year 4, not in 1 to 3, the years in which anything may start",
        ),
        (chosen(proposals={"trails": 0.5, "pool": 0.5}), "proposal pool: there is no such proposal"),
        (chosen(proposals={"trails": -0.1}), "Trails: -0.1 of it is done, which is no share"),
        (chosen(proposals={"trails": float("nan")}), "Trails: nan of it is done, which is no share"),
    ],
)
def test_choices_that_do_not_fit_the_tables(changes, text):
    held = pocket.case(
        [JAIL, PARKS],
        {"horizon.years": 5, "horizon.start_years": 3},
        pools=[pool(), pool("fleet", resource="calls")],
        pool_tiers=[tier(1, 0, 9, 1, pool_id="fleet")],
        offers=TO_CITY,
        sales=[sale("s", "parks")],
        proposals=[proposal()],
    )
    choices = replace(Choices(KEPT), **changes)
    assert [(violation.rule, str(violation)) for violation in verify(held, choices)] == [("choice", text)]
    with pytest.raises(PlanWithheld, match=re.escape(text)):
        audit(held, choices)


def test_where_all_starts_at_once_there_is_only_one_year():
    held, choices = moved()
    (found,) = verify(held, replace(choices, starts={"jail": 1, "parks": 2}))
    assert str(found) == "Parks: it starts to move in year 2, not in 1, the only year in which anything may start"


def test_a_violation_says_where_what_and_how_much():
    held, choices = BROKEN["mandate in a district"][0]()
    (found,) = verify(held, choices)
    assert found == Violation("mandates", "jail north", 2.4, 2.85, "weight", str(found))


def test_a_capacity_row_is_told_by_its_key():
    held, choices = moved({"horizon.years": 2}, capacities=[capacity(9000), capacity(9000, "fte", 2)])
    assert [usage.subject for usage in audit(held, choices)][-2:] == ["city usd *", "city fte 2"]


def funded(limit: float, fund: str) -> Any:
    """Half of 100.05 waits in each of two years of one dollar each: 50.025 is next to half a cent, yet exact.

    jail and parks are in a pool of the county with a tier, which the general fund pays at 1 a call.
    """
    held = pocket.case(
        [service("jail", personnel_usd=100.05), service("parks"), service("snow", personnel_usd=100.05, fund="Roads")],
        {"limits.net_cost_by_fund_usd_per_year": {fund: limit}, "horizon.years": 2},
        offers=[
            offer("j", "jail", pool_id="dispatch", price_usd_per_year=0, lead_time_months=6),
            offer("p", "parks", pool_id="dispatch", price_usd_per_year=0),
            offer("s", "snow", price_usd_per_year=0, lead_time_months=6),
        ],
        pools=[CALLS],
        pool_tiers=[tier(1, 0, 50, 1)],
        uses=[use("j", "calls", 5), use("p", "calls", 5)],
    )
    return held, pocket.plan(held, BOTH | {"snow": "s"}, {"dispatch": 1})


@pytest.mark.parametrize(
    ("fund", "over", "broken"),
    [
        # snow costs 50.02 in all, 25.01 a year; one part is next to half a cent: 1 cent, over 2 years, and half a cent
        ("Roads", 0.01, False),
        ("Roads", 0.011, True),
        # jail's 50.02 and 2 x 10 calls: 35.01 a year; 1 uncertain part, 1 tier and 2 members: 4 cents over 2 years
        ("General", 0.025, False),
        ("General", 0.026, True),
    ],
)
def test_a_funds_limit_forgives_what_rounding_may_change(fund, over, broken):
    yearly = {"Roads": 25.01, "General": 35.01}[fund]
    assert verify(*funded(yearly, fund)) == ()
    assert bool(verify(*funded(round(yearly - over, 4), fund))) == broken


def test_a_rule_without_a_number_is_one_case_of_none():
    (found,) = verify(*BROKEN["apart"][0]())
    assert (found.rule, found.subject, found.found, found.limit, found.unit) == ("links", "apart city", 1, 0, "cases")


def test_usages_tell_limits_that_are_kept_too():
    held, choices = moved({"limits.agreements": 3, "limits.displaced_fte": 8}, capacities=[capacity(4000)])
    told = {usage.rule: (usage.used, usage.limit, usage.unit, usage.broken) for usage in audit(held, choices)}
    assert told["capacity"] == (1000, 4000, "USD/year", False)
    assert told["limits.agreements"] == (1, 3, "agreements", False)
    assert told["limits.displaced_fte"] == (0, 8, "FTE", False)


def test_all_violations_are_told_at_once():
    held, choices = moved(
        {"limits.agreements": 0, "limits.retained_share_by_class": {"roads": 1}}, capacities=[capacity(1)]
    )
    assert [violation.rule for violation in verify(held, replace(choices, agreements={"city": 1}))] == [
        "capacity",
        "limits.agreements",
        "limits.retained_share_by_class",
    ]


def test_the_tolerance_is_half_a_cent_and_a_millionth():
    def broken(capacity_row: Any) -> bool:
        return bool(verify(*moved(capacities=[capacity_row], uses=[use("j", "beds", 1000), use("p", "beds", 1000)])))

    assert not broken(capacity(999.996))
    assert broken(capacity(999.99))
    assert not broken(capacity(1999.999, "beds"))
    assert broken(capacity(1999.99, "beds"))


def test_a_lock_names_an_organization_as_host_or_the_pool_itself():
    for provider in ("city", "dispatch"):
        held = pocket.case(
            [JAIL],
            offers=[offer("j", "jail", pool_id="dispatch")],
            pools=[pool(host_org_id="city")],
            locks=[lock("jail", "consolidate", provider)],
        )
        assert verify(held, pocket.plan(held, {"jail": "j"}, {"dispatch": None})) == ()


def test_linked_services_do_not_meet_at_a_provider_and_its_pool():
    held = pocket.case(
        [JAIL, PARKS],
        organizations=TWO,
        offers=[
            offer("j", "jail", decision="consolidate"),
            offer("p", "parks", pool_id="dispatch"),
            offer("q", "jail", pool_id="dispatch"),
        ],
        pools=[pool(host_org_id="city")],
        **pocket.links(together="jail parks"),
    )
    assert verify(held, pocket.plan(held, {"jail": "j", "parks": "p"}, {"dispatch": None}))
    assert verify(held, pocket.plan(held, {"jail": "q", "parks": "p"}, {"dispatch": None})) == ()
