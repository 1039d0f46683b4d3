"""The rule table: each of the 16 categories, and the plan that follows it."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.plan.baseline import baseline, categories, category_rules
from optimizer.plan.choices import Choices, Opened
from optimizer.plan.verify import verify
from tests.plan import pocket
from tests.plan.pocket import capacity, mandate, offer, organization, pool, service, tier, use

OFFERS = {"partner": 500, "outsource": 700, "consolidate": 600}
# category: impact, cost, mandate, reliance; what is done if every decision is offered, and if only outsourcing is
TABLE = [
    (1, "LLLL", "outsource", "outsource"),
    (2, "LLLH", "partner", "keep"),
    (3, "LLHL", "partner", "outsource"),
    (4, "LLHH", "keep", "keep"),
    (5, "LHLL", "outsource", "outsource"),
    (6, "LHLH", "partner", "keep"),
    (7, "LHHL", "consolidate", "keep"),
    (8, "LHHH", "keep", "keep"),
    (9, "HLLL", "partner", "keep"),
    (10, "HLLH", "keep", "keep"),
    (11, "HLHL", "partner", "keep"),
    (12, "HLHH", "keep", "keep"),
    (13, "HHLL", "consolidate", "keep"),
    (14, "HHLH", "keep", "keep"),
    (15, "HHHL", "consolidate", "keep"),
    (16, "HHHH", "keep", "keep"),
]


def scored(bits: str, service_id: str = "s", **columns: Any) -> Any:
    impact, cost, duty, reliance = (bit == "H" for bit in bits)
    row = {
        "quartile": 2 if impact else 3,
        "personnel_usd": 1001 if cost else 1000,
        "mandate_level": 3 if duty else 2,
        "reliance_level": 3 if reliance else 2,
    }
    return service(service_id, **(row | columns))


def with_neighbours(row: Any, **tables: Any) -> Any:
    """The service beside two others, so that the median of gross cost is 1000."""
    return pocket.case([row, scored("LLHH", "low"), scored("LLHH", "high", personnel_usd=1000)], **tables)


@pytest.mark.parametrize(("number", "bits", "with_all", "with_outsourcing"), TABLE)
def test_each_category(number, bits, with_all, with_outsourcing):
    for decisions, expected in ((OFFERS, with_all), (["outsource"], with_outsourcing)):
        rows = [offer(f"o-{decision}", "s", decision=decision) for decision in decisions]
        held = with_neighbours(scored(bits), offers=rows)
        first = categories(held).iloc[0]
        assert (first["service_id"], first["category"], first["decision"]) == ("s", number, expected)
        assert first["recommendation"] == category_rules()[number].recommendation
        assert baseline(held).offers["s"] == (None if expected == "keep" else f"o-{expected}")


def test_the_table_is_whole_and_its_numbers_follow_from_its_bits():
    rules = category_rules()
    assert sorted(rules) == list(range(1, 17))
    for number, rule in rules.items():
        bits = (rule.relied_on, rule.mandated, rule.high_cost, rule.high_impact)
        assert number == 1 + sum(2**power for power, bit in enumerate(bits) if bit)
        assert rule.decisions
        assert "own reading" in rule.source
    assert len({rule.recommendation for rule in rules.values()}) == 16


def test_a_service_that_was_not_scored_counts_as_low_and_says_so():
    held = with_neighbours(scored("HHHH", quartile=None))
    frame = categories(held)
    assert list(frame.columns) == ["service_id", "category", "recommendation", "decision", "note"]
    assert frame.loc[0, "category"] == 8
    assert list(frame["note"]) == ["quartile blank: taken as low impact", "", ""]


@pytest.mark.parametrize(
    ("column", "highs", "weight"),
    [("quartile", {1, 2}, 8), ("mandate_level", {3, 4}, 2), ("reliance_level", {3, 4}, 1)],
)
def test_what_counts_as_high(column, highs, weight):
    for level in range(1, 5):
        held = with_neighbours(scored("LLLL", **{column: level}))
        assert categories(held).loc[0, "category"] == 1 + weight * (level in highs)


def test_cost_is_high_only_above_the_median_of_all_gross_cost():
    rows = [
        service("a", personnel_usd=10.10),
        service("b", personnel_usd=5, nonpersonnel_usd=5, overhead_usd=0.2, revenue_usd=10),
        service("c", personnel_usd=10.30),
        service("d", personnel_usd=0.1, nonpersonnel_usd=0.2, overhead_usd=9.9),
    ]
    # 10.10, 10.20, 10.30, 10.20: the median is 10.20, and adding 0.1 + 0.2 + 9.9 in floats must not pass it
    assert list(categories(pocket.case(rows))["category"]) == [1, 1, 5, 1]


def test_what_is_not_delegable_is_kept():
    held = with_neighbours(scored("LLLL", delegable=False), offers=[offer("o", "s", decision="outsource")])
    assert baseline(held).offers["s"] is None
    assert categories(held).loc[0, "decision"] == "keep"


def test_the_cheapest_promise_net_of_revenue_is_taken_and_then_the_lowest_id():
    for retained, taken in ((149, "also"), (150, "also"), (151, "net")):
        rows = [
            offer("dear", "s", price_usd_per_year=400),
            offer("net", "s", price_usd_per_year=500, retained_revenue_usd=retained),
            offer("also", "s", price_usd_per_year=350),
            offer("sold", "s", decision="outsource", price_usd_per_year=1),
        ]
        assert baseline(with_neighbours(scored("LLLH"), offers=rows)).offers["s"] == taken


def test_a_pools_best_rate_is_part_of_its_promise():
    rows = [offer("o", "s", decision="consolidate", price_usd_per_year=600), offer("p", "s", pool_id="dispatch")]
    for amount, taken in ((9, "p"), (11, "o")):
        held = with_neighbours(
            scored("HHLL"),
            offers=rows,
            pools=[pool(resource="calls")],
            pool_tiers=[tier(1, 0, 9, 20), tier(2, 9, 99, 10)],
            uses=[use("p", "calls", amount)],
        )
        assert baseline(held).offers["s"] == taken


@pytest.mark.parametrize(("volume", "number"), [(0, 1), (10, 1), (15, 2), (20, 2), (24, 2), (26, 3), (99, 3)])
def test_a_pool_runs_in_the_tier_that_holds_its_volume_or_the_nearest(volume, number):
    held = pocket.case(
        [scored("HHLL", "s"), scored("LLLL", "t", personnel_usd=1)],
        organizations=[organization(), organization("school")],
        offers=[offer("p", "s", pool_id="dispatch"), offer("o", "t", "school", decision="outsource")],
        pools=[pool(resource="calls", host_org_id="city"), pool("idle")],
        pool_tiers=[tier(1, 0, 10, 9), tier(2, 10, 20, 8), tier(3, 30, 40, 7)],
        uses=[use("p", "calls", volume)],
    )
    assert baseline(held) == Choices(
        {"s": "p", "t": "o"},
        starts={"s": 1, "t": 1},
        agreements={"city": 1, "school": 1},
        pools={"dispatch": Opened(1, (number,))},
    )


def test_the_rule_table_ignores_limits_and_verification_says_so():
    held = pocket.case(
        [scored("LHHL", "s", personnel_usd=2000), scored("LLHH", "t")],
        {"limits.transition_usd": 0, "economics.hurdle_share": 0.1},
        offers=[offer("o", "s", coverage=0.5, transition_usd=1)],
        capacities=[capacity(1)],
        **mandate(("s", 1)),
    )
    broken = {violation.rule for violation in verify(held, baseline(held))}
    assert broken == {"capacity", "mandates", "limits.transition_usd"}


def test_a_county_without_offers_keeps_all():
    held = pocket.case([scored("LLLL"), scored("HHHL", "t")])
    assert baseline(held) == Choices({"s": None, "t": None})
