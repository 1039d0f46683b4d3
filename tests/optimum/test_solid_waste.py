"""The textbook case of a regional solid-waste partnership: four towns, a cost for every coalition.

Source of the costs: the set-partitioning exercise on zuoti.pro (millions); the least total, 5.4, is tied between
all four together and A alone with B, C and D together, and is checked here by trying every partition.
"""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county import records
from tests.cases import best, case_of, decided, offer, plain_money, service

COST = {
    "A": 1.1, "B": 1.5, "C": 2.2, "D": 1.3, "AB": 2.3, "AC": 3.0, "BC": 3.3, "BD": 2.6, "CD": 3.2,
    "ABC": 4.2, "ABD": 3.5, "ACD": 4.6, "BCD": 4.3, "ABCD": 5.4,
}  # fmt: skip
"""Yearly cost of each coalition in millions; AD is not offered."""


def partitions(towns: str) -> Iterator[list[str]]:
    """Every way to split the towns into coalitions that have a cost."""
    if not towns:
        yield []
    for coalition in COST:
        if towns[:1] and coalition[0] == towns[0] and set(coalition) <= set(towns):
            for rest in partitions("".join(town for town in towns if town not in coalition)):
                yield [coalition, *rest]


def test_the_least_total_is_5_4_with_every_pool_a_coalition() -> None:
    pools = [
        records.Pool(
            pool_id=f"pool{coalition}",
            name=f"Waste of {coalition}",
            setup_usd=0,
            fixed_usd_per_year=round(cost * 1e6),
            min_members=len(coalition),
            max_members=len(coalition),
        )
        for coalition, cost in COST.items()
    ]
    towns = [service(town, 0.0) for town in "ABCD"]
    offers = [offer(town, f"pool{coalition}", 0.0) for coalition in COST for town in coalition]
    plan = best(case_of(towns, [], offers, {**plain_money(), "allowed_decisions": ["consolidate"]}, pools=pools))

    assert min(sum(COST[part] for part in split) for split in partitions("ABCD")) == 5.4
    assert plan.cost_usd == 5_400_000
    assert set(decided(plan).values()) in ({"poolABCD"}, {"poolA", "poolBCD"})
