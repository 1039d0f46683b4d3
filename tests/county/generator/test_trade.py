"""What neighbours would buy, staff to spare, pairs that communicate, and population groups of made counties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from optimizer.county.generator import catalogue, generate, spec_for
from optimizer.errors import Refused
from tests.cases import made_county

LOCAL = {"municipality", "special_district", "school_district", "county"}
SEEDS = [1, 2, 3, 4]


def gain_of(price: float, marginal: float, setup: float, lead_months: float) -> float:
    """Present value of a sale [USD]: five years at 3 %, 60 % of the promise after a ramp of three years."""
    gain = -setup
    for year in range(5):
        waiting = min(1.0, max(0.0, lead_months / 12 - year))
        counted = 0.6 * (0.5, 0.8, 1.0)[min(year, 2)] if price > marginal else 1.0
        gain += 1.03**-year * (1 - waiting) * counted * (price - marginal)
    return gain


def test_the_gain_agrees_with_one_worked_by_hand() -> None:
    # a promise of 100, half of the first year waited for: 60 x (0.25 + 0.8/1.03 + 1/1.03^2 + 1/1.03^3 + 1/1.03^4)
    by_hand = 60 * (0.25 + 0.8 / 1.03 + 1.03**-2 + 1.03**-3 + 1.03**-4) - 40
    assert gain_of(500, 400, 40, 6) == pytest.approx(by_hand)


def worth_making(sales: pd.DataFrame) -> np.ndarray:
    """Sales at which both gain, half of the gain each where no price has been named."""
    marginal, buyer = sales["marginal_usd_per_year"], sales["buyer_cost_usd_per_year"]
    price = sales["price_usd_per_year"].fillna(marginal + 0.5 * (buyer - marginal))
    gain = [gain_of(*row) for row in zip(price, marginal, sales["setup_usd"], sales["lead_time_months"], strict=True)]
    return ((price >= marginal) & (price <= buyer) & (np.array(gain) > 0)).to_numpy()


def test_about_half_of_the_sales_are_worth_making() -> None:
    worth = np.concatenate([worth_making(made_county(seed).frame("sales")) for seed in SEEDS])
    assert len(worth) > 100
    assert 0.4 <= worth.mean() <= 0.6


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sale_is_what_a_local_government_said_it_would_buy(seed: int) -> None:
    county = made_county(seed)
    said = {(row.org_id, row.service_id) for row in county.overlaps if row.stance == "would_buy"}
    kinds = {row.org_id: row.kind for row in county.organizations}
    services = {row.service_id: row for row in county.services}
    assert len(county.sales) >= 20
    for sale in county.sales:
        service = services[sale.service_id]
        gross = service.personnel_usd + service.nonpersonnel_usd + service.overhead_usd
        assert (sale.org_id, sale.service_id) in said
        assert kinds[sale.org_id] in LOCAL
        assert service.delegable
        assert 0 < sale.fte <= max(0.01, service.fte)
        # a neighbour is at most 1.26 times as large, and costs at most 80 % in addition
        assert 500 <= sale.marginal_usd_per_year <= 1.01 * gross
        assert 0.69 <= sale.buyer_cost_usd_per_year / sale.marginal_usd_per_year <= 1.41
        assert sale.price_usd_per_year is None or sale.price_usd_per_year >= sale.marginal_usd_per_year
        assert 2 <= sale.lead_time_months <= 9
    priced = [sale.price_usd_per_year is not None for sale in county.sales]
    assert 0.3 <= sum(priced) / len(priced) <= 0.8


@pytest.mark.parametrize("seed", SEEDS)
def test_departments_have_little_staff_to_spare(seed: int) -> None:
    county = made_county(seed)
    services = county.frame("services").set_index("service_id")
    staff = services.groupby("department")["fte"].sum()
    spare = county.frame("spare_staff")
    always = spare[spare["year"].isna()].set_index("department")["fte"]
    first = spare[spare["year"] == 1].set_index("department")["fte"]
    assert set(spare["department"]) < set(services.loc[[sale.service_id for sale in county.sales], "department"])
    assert len(always) + len(first) == len(spare)
    assert (always >= 0.05).all()
    assert (always <= np.maximum(0.05, 0.12 * staff[always.index] + 0.03)).all()
    assert set(first.index) <= set(always.index)
    assert (first <= always[first.index] / 2).all()


def test_some_sales_find_staff_and_some_do_not() -> None:
    county = made_county(4)
    spare = {row.department: row.fte for row in county.spare_staff if row.year is None}
    department = {row.service_id: row.department for row in county.services}
    fits = {sale.fte <= spare.get(department[sale.service_id], 0) for sale in county.sales}
    assert fits == {True, False}


@pytest.mark.parametrize("seed", SEEDS)
def test_pairs_communicate_for_a_small_part_of_their_time(seed: int) -> None:
    county = made_county(seed)
    fte = {row.service_id: row.fte for row in county.services}
    links = {row.link_id: row for row in county.links if row.kind == "communicates"}
    assert 5 <= len(links) <= 10
    members: dict[str, list[str]] = {name: [] for name in links}
    for row in county.link_services:
        if row.link_id in links:
            members[row.link_id].append(row.service_id)
    for name, pair in members.items():
        assert len(set(pair)) == len(pair) == 2
        hours = min(fte[service] for service in pair) * 2080
        assert 20 <= links[name].volume_per_year <= max(20, 0.12 * hours + 5)
    rates = [row.usd_per_unit for row in county.communication_costs]
    assert all(55 <= rate <= 95 for rate in rates)
    assert 5 <= len(rates) <= 11
    assert sum(row.from_org_id is None for row in county.communication_costs) == min(8, len(rates))


def test_every_place_of_a_region_has_its_own_pairs() -> None:
    county = made_county(1, "region", services=2500, organizations=120)
    pairs = [row for row in county.links if row.kind == "communicates"]
    assert len(pairs) > 20
    assert any(row.link_id.endswith("-place-1") for row in pairs)


def test_population_groups_are_shares_of_the_population_and_some_offers_serve_them_worse() -> None:
    county = made_county(4)
    groups = {row.group: row.population for row in county.facts.groups}
    assert groups == {"age_65_and_over": 1973, "no_car": 282}
    classes = {row.service_id: row.service_class for row in county.services}
    of_offer = {row.offer_id: classes[row.service_id] for row in county.offers}
    matter = {row["group"]: catalogue.listed(row["classes"]) for row in catalogue.rows("groups")}
    rows = [row for row in county.coverages if row.district in groups]
    assert {row.district for row in rows} == set(groups)
    assert len(rows) < 0.1 * len(county.offers)
    assert all(0.8 <= row.coverage <= 0.95 for row in rows)
    assert all(of_offer[row.offer_id] in matter[row.district] for row in rows)
    assert generate(spec_for("moffat_like", services=200), 1).facts.groups == ()


def test_a_group_that_the_catalogue_does_not_know_is_refused() -> None:
    with pytest.raises(Refused, match="age_65_and_over, no_car"):
        spec_for("clear_creek", groups=("elders",))


def test_some_pools_say_how_their_cost_is_shared() -> None:
    rules = {pool.pool_id: pool.share_rule for pool in made_county(4).pools}
    assert rules["pool-dispatch"] == "use"
    assert rules["pool-solidwaste"] == "population"
    assert list(rules.values()).count(None) > len(rules) / 2
