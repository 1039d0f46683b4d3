"""Limits in words: one that is held within tolerance is never told as passed, one that is broken always is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from optimizer.plan.verify import audit
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.usage import at_least, at_most
from tests.plan.pocket import mandate, offer
from tests.plan.small_plans import moved
from tests.plan.test_verify import funded


@pytest.mark.parametrize(
    ("used", "limit", "unit", "words"),
    [
        # half a cent may be rounding
        (107_779.835, 107_779.83, "USD/year", "Roads spends $107,779.83 of at most $107,779.83 a year"),
        (107_779.84, 107_779.83, "USD/year", "Roads spends $107,779.84 of at most $107,779.83 a year"),
        (100.0051, 100, "USD", "Roads spends $100.01 of at most $100.00"),
        # no dollars are told finer than cents where the limit is held
        (171_705.205_15, 171_705.205_16, "USD", "Roads spends $171,705.21 of at most $171,705.21"),
        (99.99, 100, "USD", "Roads spends $99.99 of at most $100.00"),
        (3.000_001, 3, "FTE", "Roads spends 3 of at most 3 FTE"),
        (3.000_1, 3, "FTE", "Roads spends 3.0001 of at most 3.0000 FTE"),
    ],
)
def test_a_ceiling_is_told_as_it_is_tested(used: float, limit: float, unit: str, words: str) -> None:
    assert at_most("rule", "roads", "Roads spends", exact(used), exact(limit), unit).text == words


@pytest.mark.parametrize(
    ("used", "words"),
    [
        (0.949_999_5, "Jail has 0.95 of the 0.95 required"),
        (0.949_99, "Jail has 0.94999 of the 0.95000 required"),
        (0.951, "Jail has 0.951 of the 0.950 required"),
    ],
)
def test_a_floor_is_told_as_it_is_tested(used: float, words: str) -> None:
    assert at_least("rule", "jail", "Jail has", exact(used), exact(0.95), "share").text == words


def test_what_rounding_may_explain_is_not_told_as_passed() -> None:
    ceiling = ("rule", "roads", "Roads spends", exact(25.01), exact(25), "USD")
    assert at_most(*ceiling).text == "Roads spends $25.01 of at most $25.00"
    forgiven = at_most(*ceiling, lambda: Fraction(1, 100))
    assert (forgiven.broken, forgiven.text) == (False, "Roads spends $25.00 of at most $25.00")


@pytest.mark.parametrize(("limit", "told"), [(25.0, "$25.00 of at most $25.00"), (24.98, "$25.01 of at most $24.98")])
def test_a_funds_limit_is_told_with_what_rounding_may_change(limit: float, told: str) -> None:
    """The roads cost 25.01 a year, of which a cent may be rounding."""
    (usage,) = [found for found in audit(*funded(limit, "Roads")) if found.rule.startswith("limits.net_cost")]
    assert usage.text == f"Roads costs, net of revenue, {told} a year"


@pytest.mark.parametrize(
    ("coverage", "weight", "words"),
    [
        (0.949_999_5, 1, "0.95 of the 0.95 required"),
        # of little weight a little more may be missing: the tolerance is in weights
        (0.9499, 0.001, "0.95 of the 0.95 required"),
        (0.9499, 1, "0.9499 of the 0.9500 required"),
    ],
)
def test_a_duty_is_told_as_it_is_tested(coverage: float, weight: float, words: str) -> None:
    held, choices = moved(
        moves={"jail": "j"}, offers=[offer("j", "jail", coverage=coverage)], **mandate(("jail", weight))
    )
    (usage,) = [found for found in audit(held, choices) if found.rule == "mandates"]
    assert usage.text.endswith(f"coverage {words}")
    assert usage.broken == ("0.9499" in words)
