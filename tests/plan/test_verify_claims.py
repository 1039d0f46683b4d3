"""What a plan claims to cost against what the tables say."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.plan.choices import Opened
from optimizer.plan.verify import exact_costs, verify
from tests.plan import pocket
from tests.plan.pocket import offer, organization, pool, proposal, sale, service, tier, use

HELD = pocket.case(
    [service("jail", revenue_usd=100), service("parks", personnel_usd=2000.55)],
    {"horizon.years": 5, "horizon.discount_rate": 0.03},
    offers=[offer("j", "jail", lead_time_months=7, price_usd_per_year=333.33)],
    organizations=[organization(agreement_usd_per_year=70)],
)
CHOICES = pocket.plan(HELD, {"jail": "j"})
COSTS = exact_costs(HELD, CHOICES)
PARTS = {part: cents / 100 for part, cents in COSTS.cents_by_part.items()}
TOTAL = COSTS.total_cents / 100


def claim(changes=None, total=TOTAL):
    parts = None if changes is None else PARTS | changes
    return [(found.rule, found.subject) for found in verify(HELD, CHOICES, parts, total)]


def test_true_claims_pass():
    assert claim({}) == []
    assert claim(None) == []
    assert claim({}, None) == []
    assert verify(HELD, CHOICES) == ()
    assert verify(HELD, CHOICES, {part: np.float64(usd) for part, usd in PARTS.items()}, np.float64(TOTAL)) == ()


def test_a_part_may_be_off_by_a_cent_for_each_number_that_was_rounded():
    usd = PARTS["in_house_usd"]
    assert claim({"in_house_usd": usd + 0.02}, TOTAL + 0.02) == []
    assert claim({"in_house_usd": usd + 0.03}, TOTAL + 0.03) == [("claims", "in_house_usd")]
    assert claim({"price_usd": PARTS["price_usd"] - 0.01}, TOTAL - 0.01) == []
    assert claim({"price_usd": PARTS["price_usd"] - 0.02}, TOTAL - 0.02) == [("claims", "price_usd")]


def test_parts_must_add_up_to_the_total_to_the_cent():
    assert claim({}, TOTAL + 0.01) == [("claims", "sum of parts")]
    assert claim({"price_usd": PARTS["price_usd"] + 0.01}) == [("claims", "sum of parts")]


def test_parts_are_tested_without_a_total():
    assert claim({"price_usd": PARTS["price_usd"] + 1}, None) == [("claims", "price_usd")]


def test_a_sum_that_does_not_add_up_is_told_in_dollars():
    (found,) = verify(HELD, CHOICES, PARTS, TOTAL + 0.01)
    assert str(found) == f"total: the claimed parts add up to ${TOTAL:,.2f}, the plan claims ${TOTAL + 0.01:,.2f}"
    assert (found.found, found.limit, found.unit) == (0.01, 0, "USD")


@pytest.mark.parametrize(
    ("part", "cents"), [("pool_setup_usd", 1), ("pool_fixed_usd", 2), ("pool_volume_usd", 3), ("agreement_usd", 0)]
)
def test_a_pools_parts_may_be_rounded_in_pieces(part, cents):
    held = pocket.case(
        [service("jail"), service("parks")],
        offers=[offer("j", "jail", pool_id="dispatch"), offer("p", "parks", pool_id="dispatch")],
        pools=[pool(resource="calls", setup_usd=10, fixed_usd_per_year=20)],
        pool_tiers=[tier(1, 0, 9, 5)],
        uses=[use("j", "calls", 3), use("p", "calls", 4)],
    )
    choices = pocket.plan(held, {"jail": "j", "parks": "p"}, {"dispatch": 1})
    parts = {name: usd / 100 for name, usd in exact_costs(held, choices).cents_by_part.items()}
    for more, subjects in ((cents, []), (cents + 1, [part])):
        claimed = parts | {part: round(parts[part] + more / 100, 2)}
        assert [found.subject for found in verify(held, choices, claimed)] == subjects


@pytest.mark.parametrize(
    ("part", "cents"), [("agreement_usd", 1), ("renewal_usd", 1), ("sale_setup_usd", 2), ("communication_usd", 1)]
)
def test_agreements_sales_and_links_are_rounded_once_each(part, cents):
    held = pocket.case(
        [service("jail"), service("parks")],
        {"horizon.years": 2, "horizon.discount_rate": 0.03},
        offers=[offer("j", "jail")],
        organizations=[organization(agreement_usd_per_year=7, renewal_usd=5, max_term_years=1)],
        sales=[sale("s", "parks", setup_usd=9), sale("t", "parks", setup_usd=8)],
        spare_staff=[pocket.spare(9)],
        **pocket.talk(3, "jail parks", ("city", None, 2)),
    )
    choices = pocket.plan(held, {"jail": "j"}, sales={"s": 1, "t": 1})
    parts = {name: usd / 100 for name, usd in exact_costs(held, choices).cents_by_part.items()}
    assert parts[part] > 0
    for more, subjects in ((cents, []), (cents + 1, [part])):
        claimed = parts | {part: round(parts[part] + more / 100, 2)}
        assert [found.subject for found in verify(held, choices, claimed)] == subjects


def test_each_tier_of_a_pool_may_be_rounded_apart():
    held = pocket.case(
        [service("jail")],
        {"horizon.years": 3, "horizon.start_years": 2, "horizon.discount_rate": 0.03},
        offers=[offer("j", "jail", pool_id="dispatch")],
        pools=[pool(resource="calls", fixed_usd_per_year=20)],
        pool_tiers=[tier(1, 0, 9, 5), tier(2, 0, 9, 6)],
        uses=[use("j", "calls", 3)],
    )
    choices = pocket.plan(held, {"jail": "j"}, {"dispatch": Opened(1, (1, 2))})
    parts = {name: usd / 100 for name, usd in exact_costs(held, choices).cents_by_part.items()}
    for part in ("pool_fixed_usd", "pool_volume_usd"):
        for more, subjects in ((3, []), (4, [part])):
            claimed = parts | {part: round(parts[part] + more / 100, 2)}
            assert [found.subject for found in verify(held, choices, claimed)] == subjects


def test_what_freed_money_is_spent_on_is_no_cost_of_the_plan():
    held = pocket.case([service("jail")], offers=[offer("j", "jail")], proposals=[proposal()])
    choices = pocket.plan(held, {"jail": "j"}, proposals={"trails": 0.25})
    assert verify(held, choices, {"price_usd": 500.0}, 500.0) == ()
    assert exact_costs(held, choices).total_cents == 50_000


def test_a_wrong_total_is_found_without_parts():
    assert claim(None, TOTAL - 1000) == [("claims", "total")]
    (found,) = verify(HELD, CHOICES, None, 1.0)
    assert str(found) == f"total: the plan claims $1.00, the tables give ${TOTAL:,.2f}"
    assert found.found == pytest.approx(TOTAL - 1)


def test_a_part_that_is_not_named_is_claimed_to_be_nothing():
    unnamed = {part: usd for part, usd in PARTS.items() if usd}
    assert verify(HELD, CHOICES, unnamed, TOTAL) == ()
    del unnamed["agreement_usd"]
    found = verify(HELD, CHOICES, unnamed, round(TOTAL - PARTS["agreement_usd"], 2))
    assert [violation.subject for violation in found] == ["agreement_usd", "total"]


def test_an_unknown_part_is_found():
    assert ("claims", "magic_usd") in claim({"magic_usd": 0.0})


@pytest.mark.parametrize("usd", [float("nan"), float("inf")])
def test_a_claim_that_is_no_amount_is_found(usd):
    assert claim({"price_usd": usd}) == [("claims", "price_usd")]
    assert claim({}, usd) == [("claims", "total")]
