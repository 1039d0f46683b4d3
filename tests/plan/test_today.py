"""Today's cost as a plan tells it: the inventory's own figure, to the cent."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.options.options import build_options
from optimizer.plan.choices import Choices
from optimizer.plan.plan import Plan, evaluate
from optimizer.scenario.scenario import Case
from tests.cases import case_of, service
from tests.examples import examples


def kept(case: Case) -> Plan:
    return evaluate(case, Choices({one.service_id: None for one in case.county.services}), build_options(case))


@settings(max_examples=examples(40))
@given(
    st.lists(st.tuples(*[st.integers(0, 10**9)] * 4), min_size=1, max_size=5),
    st.integers(1, 30),
    st.floats(0.0, 0.2),
)
def test_today_is_the_inventory_over_any_horizon(rows_: list[tuple[int, ...]], years: int, rate: float) -> None:
    services = [
        service(f"s{number}", personnel / 100.0, nonpersonnel_usd=other / 100.0, overhead_usd=overhead / 100.0,
                revenue_usd=revenue / 100.0)
        for number, (personnel, other, overhead, revenue) in enumerate(rows_)
    ]  # fmt: skip
    case = case_of(services, settings={"horizon": {"years": years, "discount_rate": rate}})
    plan = kept(case)
    inventory = [personnel + other + overhead - revenue for personnel, other, overhead, revenue in rows_]
    assert (plan.decisions["today_usd_per_year"] * 100.0).round().tolist() == inventory
    assert plan.today_usd_per_year == plan.cost_usd_per_year == sum(inventory) / 100.0


def test_what_keeping_costs_where_costs_grow_is_its_yearly_equivalent() -> None:
    # 100.00, then 110.00, of which the second year counts 1 / 1.25: 188.00 of 1.80 dollars' worth
    changes = {
        "horizon": {"years": 2, "discount_rate": 0.25},
        "economics": {"growth_share": {"personnel": 0.1}},
    }
    case = case_of([service("a", 100.0)], settings=changes)
    plan = kept(case)
    assert plan.today_usd == 188.0
    assert plan.decisions["today_usd_per_year"].tolist() == [104.44]
    assert (plan.today_usd_per_year, plan.cost_usd_per_year) == (104.44, 104.44)
