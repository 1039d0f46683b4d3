"""What a plan claims to cost against what the tables say."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.plan.verify import exact_costs, verify
from tests.plan import pocket
from tests.plan.pocket import offer, organization, service

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
