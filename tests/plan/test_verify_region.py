"""What other counties of a region do counts in capacities and pools that the county shares with them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from optimizer.plan.choices import Opened
from optimizer.plan.verify import exact_costs, shares, verify
from optimizer.scenario.scenario import Others
from tests.plan import pocket
from tests.plan.pocket import capacity, offer, pool, service, tier, use

LATER = {"horizon.years": 3, "horizon.start_years": 3}


def told(held: Any, choices: Any) -> list[str]:
    return [str(violation) for violation in verify(held, choices)]


def test_capacity_is_used_by_all_counties_together():
    def held(uses: tuple[float, ...]) -> Any:
        return pocket.case(
            [service("jail")],
            LATER,
            others=Others(uses={("city", "usd"): uses, ("city", "fte"): (99, 99, 99)}),
            offers=[offer("j", "jail")],
            capacities=[capacity(700, year=1), capacity(800)],
        )

    plan = pocket.plan(held((200, 300, 300)), {"jail": "j"})
    assert told(held((200, 300, 300)), plan) == []
    assert told(held((201, 201, 201)), plan) == ["City, usd in year 1: $701.00 of at most $700.00 a year"]
    assert told(held((200, 200, 301)), plan) == ["City, usd in every year: $801.00 of at most $800.00 a year"]


def pooled(rule: str | None = None, columns: dict[str, Any] | None = None, **others: Any) -> Any:
    """Ems (10 calls) joins in year 1, fire (30) in year 2 of 3; one other county brings its own from year 2 on."""
    row = {"resource": "calls", "setup_usd": 80, "fixed_usd_per_year": 40, "share_rule": rule}
    held = pocket.case(
        [service("ems"), service("fire")],
        LATER,
        others=Others(**{name: {"dispatch": values} for name, values in others.items()}),
        offers=[offer("e", "ems", pool_id="dispatch"), offer("f", "fire", pool_id="dispatch")],
        pools=[pool(**(row | (columns or {})))],
        pool_tiers=[tier(1, 0, 50, 2, 10), tier(2, 50, 99, 1, 20)],
        uses=[use("e", "calls", 10), use("f", "calls", 30)],
    )
    return held, pocket.plan(held, {"ems": "e", "fire": "f"}, {"dispatch": Opened(1, (1, 2))}, {"fire": 2})


JOINED = {"members": (0, 1, 1), "volume": (0, 40, 40), "weight": (0, 40, 40)}


def test_members_and_volume_of_all_counties_count():
    assert told(*pooled(**JOINED)) == []
    assert told(*pooled(columns={"max_members": 2}, **JOINED)) == ["Dispatch: members 3 of at most 2 services"]
    assert told(*pooled()) == [
        "Dispatch, tier 2 in year 2: volume 40 of the 50 calls required",
        "Dispatch, tier 2 in year 3: volume 40 of the 50 calls required",
    ]
    early = {"members": (1, 1, 1), "volume": (0, 40, 40), "weight": (0, 40, 40)}
    assert told(*pooled(columns={"min_members": 2}, **early)) == []


@pytest.mark.parametrize(
    ("rule", "weight", "part"),
    [
        (None, 40, Fraction(1, 2)),  # 40 calls of 80
        ("equal", 1, Fraction(2, 3)),
        ("population", 2000, Fraction(9, 10)),  # twice 9000 to 2000
    ],
)
def test_a_pools_cost_is_shared_with_other_counties(rule, weight, part):
    held, choices = pooled(rule, members=(0, 1, 1), volume=(0, 40, 40), weight=(0, weight, weight))
    costs = exact_costs(held, choices)
    # alone in year 1: 80, 50 and 20; then 60 and 80 a year for all
    assert costs.cents_by_source["pool_setup_usd"] == {"dispatch": 8000}
    assert costs.cents_by_source["pool_fixed_usd"] == {"dispatch": 5000 + 12_000 * part}
    assert costs.cents_by_source["pool_volume_usd"] == {"dispatch": round(2000 + 16_000 * part)}
    ems = Fraction(1, 4) if rule is None else Fraction(1, 2)
    assert shares(held, choices) == {
        ("dispatch", "ems"): 150 + 280 * part * ems,
        ("dispatch", "fire"): 280 * part * (1 - ems),
    }


def test_members_of_all_counties_share_equally_where_nobody_uses_anything():
    held, choices = pooled(members=(0, 4, 4), volume=(0, 0, 0), weight=(0, 0, 0))
    idle = tuple(row.model_copy(update={"amount": 0.0}) for row in held.county.uses)
    held = pocket.Case(held.scenario, held.county.with_tables(uses=idle), (), (), (), held.others)
    assert exact_costs(held, choices).cents_by_source["pool_fixed_usd"] == {"dispatch": 5000 + 12_000 // 3}


def test_a_county_without_members_bears_nothing_of_what_others_use():
    held, _ = pooled(**JOINED)
    none = pocket.plan(held, {}, {"dispatch": Opened(2, (1,))})
    assert exact_costs(held, none).cash_usd_county == (0, 0, 0)
    # in year 1 nobody is a member: what the county opens it pays
    assert exact_costs(held, pocket.plan(held, {}, {"dispatch": Opened(1, (1,))})).cash_usd_county == (130, 0, 0)


def test_only_the_countys_part_of_a_set_up_is_its_transition():
    held, choices = pooled(members=(1, 1, 1), volume=(10, 40, 40), weight=(30, 40, 40))
    for limit, broken in ((20, False), (19.99, True)):
        limited = pocket.settings(LATER | {"limits.transition_usd": limit})
        scenario = pocket.Scenario(**{**vars(held.scenario), "settings": limited})
        case = pocket.Case(scenario, held.county, (), (), (), held.others)
        assert bool(verify(case, choices)) == broken
