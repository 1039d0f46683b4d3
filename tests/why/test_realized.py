"""How a plan may turn out: nothing drawn is the plan itself, and simple spreads are what their formulas say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.ask import load_case
from optimizer.county import records
from optimizer.errors import Refused
from optimizer.scenario.scenario import Case
from optimizer.why.asked import Asked, ask
from optimizer.why.assumptions import Assumptions, triangular
from optimizer.why.exposure import exposure_of
from optimizer.why.realized import realized
from tests.cases import ROOT, case_of, offer, organization, plain_money, sampled, service
from tests.properties.small_cases import small_case

CERTAIN = Assumptions(1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
"""Everything comes about as promised, and nobody fails."""
DRAWS = 20_000


def moved(*services: str, probability: float = 0.0, realization: float = 1.0, **columns: object) -> Asked:
    """Services of 100 dollars a year, each at one town for 40; 60 saved a year."""
    settings = plain_money()
    settings["economics"]["realization_share"] = realization
    case = case_of(
        [service(name) for name in services],
        [organization("a", probability_of_failure=probability)],
        [offer(name, "a", 40, **columns) for name in services],
        settings,
    )
    return ask(case)


@pytest.mark.parametrize("seed", sampled((2, 3, 4, 8, 12, 25), 1))
def test_if_all_comes_about_as_counted_on_it_is_the_plan_to_the_cent(seed: int) -> None:
    case = small_case(seed)
    asked = ask(case)
    share = case.settings.economics.realization_share
    certain = replace(CERTAIN, realized_low=share, realized_mode=share, realized_high=share)
    found = realized(asked, certain, draws=3)
    assert found.saved_usd_per_year == pytest.approx([asked.plan.saving_usd_per_year] * 3, abs=0.005)


def test_what_the_exposure_holds_is_what_the_plan_costs() -> None:
    asked = ask(load_case(ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"))
    exposure, plan = exposure_of(asked), asked.plan
    costs = plan.costs.groupby("part")["present_usd"].sum()
    assert exposure.once.sum() == pytest.approx(costs["transition_usd"], abs=0.01)
    moves = plan.decisions[plan.decisions["moved"]]
    assert sorted(exposure.names) == sorted(moves["service_id"])
    saved = (exposure.back - exposure.running - exposure.once).sum() / asked.annuity
    assert saved == pytest.approx(moves["saving_usd_per_year"].sum(), abs=0.05)


def test_a_single_move_by_its_formula() -> None:
    """60 promised; between a loss of half and all of it, likeliest 0.9: mean (-0.5 + 0.9 + 1) / 3 of it."""
    assume = replace(CERTAIN, realized_low=-0.5, realized_mode=0.9, realized_high=1.0)
    found = realized(moved("s"), assume, DRAWS)
    low, mode, high = -0.5, 0.9, 1.0
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    assert found.saved_usd_per_year.mean() == pytest.approx(60 * (low + mode + high) / 3, abs=0.5)
    assert found.saved_usd_per_year.std() == pytest.approx(60 * variance**0.5, rel=0.02)
    below = (0 - low) ** 2 / ((high - low) * (mode - low))  # the distribution function at 0
    assert found.loss_share == pytest.approx(below, abs=0.01)


def test_charges_and_one_time_costs_by_their_formulas() -> None:
    assume = replace(CERTAIN, price_sd=0.1, one_time_low=0.0, one_time_mode=0.3, one_time_high=0.6)
    found = realized(moved("s", transition_usd=30), assume, DRAWS)
    assert found.saved_usd_per_year.mean() == pytest.approx(60 - 30 - 0.3 * 30, rel=0.01)
    spread = (40 * 0.1) ** 2 + 30**2 * (0.6**2 / 24)
    assert found.saved_usd_per_year.std() == pytest.approx(spread**0.5, rel=0.02)
    shares = dict(zip(found.drivers["driver"], found.drivers["share_of_variance"], strict=True))
    assert shares["charges"] == pytest.approx(16 / spread, abs=0.02)
    assert sum(shares.values()) == pytest.approx(1.0)


def test_a_failure_loses_what_is_left_and_costs_the_return() -> None:
    """A fifth of the time; half of the saving is left on average, and the return costs half of the 30 once."""
    assume = replace(CERTAIN, failure_times=1.0, return_share=0.5)
    found = realized(moved("s", probability=0.2, transition_usd=30), assume, DRAWS)
    assert found.saved_usd_per_year.mean() == pytest.approx(30 - 0.2 * (0.5 * 60 + 0.5 * 30), rel=0.02)


@pytest.mark.parametrize(("county", "partner", "correlation"), [(0, 0, 0), (0.3, 0.4, 0.7), (0, 1, 1)])
def test_moves_to_one_partner_go_wrong_together(county: float, partner: float, correlation: float) -> None:
    """Twenty moves: the spread of their sum tells how far they go together (nearly as their normal factors do)."""
    assume = replace(
        CERTAIN, realized_low=0, realized_mode=0.5, realized_high=1, with_county=county, with_partner=partner
    )
    asked = moved(*"abcdefghij")
    found = realized(asked, assume, DRAWS)
    alone = (60**2 / 24) ** 0.5
    together = 10 * alone * ((1 + 9 * correlation) / 10) ** 0.5
    assert found.saved_usd_per_year.std() == pytest.approx(together, rel=0.03)


def test_the_same_seed_gives_the_same_numbers() -> None:
    asked = moved("s", "t")
    one, same, other = (realized(asked, draws=50, seed=seed).saved_usd_per_year for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_tornado_moves_one_assumption_at_a_time() -> None:
    assume = replace(CERTAIN, realized_low=0.0, realized_mode=0.5, realized_high=1.0, price_sd=0.1)
    rows = realized(moved("s"), assume, 10).tornado.set_index("assumption")
    realized_row = rows.loc["share of promised savings realized, all moves"]
    low = (0.1 * 1.0 * 0.5) ** 0.5
    assert realized_row["low"] == pytest.approx(low)
    assert realized_row["saved_at_low_usd_per_year"] == pytest.approx(60 * low)
    assert realized_row["saved_at_high_usd_per_year"] == pytest.approx(60 * (1 - low))
    charges = rows.loc["charges beyond the offers, all partners"]
    assert charges["saved_at_low_usd_per_year"] == pytest.approx(30 + 0.12815515655 * 40)
    assert rows.index[0] == "share of promised savings realized, all moves"


def test_the_tornado_tells_what_failures_cost() -> None:
    """As many as assumed cost half of the 60 and half of the 30 once, a fifth of the time; none, or twice as many."""
    assume = replace(CERTAIN, failure_times=1.0, return_share=0.5)
    rows = realized(moved("s", probability=0.2, transition_usd=30), assume, 10).tornado.set_index("assumption")
    ends = rows.loc["failures of partners, times"]
    assert (ends["low"], ends["high"]) == (0, 2)
    assert ends["saved_at_low_usd_per_year"] == pytest.approx(30)
    assert ends["saved_at_high_usd_per_year"] == pytest.approx(30 - 0.4 * 45)


def pooled(members: int = 2) -> Asked:
    """Services of 100 dollars a year in a unit of the county's own: 20 each, and 30 to set it up, 50 to run it."""
    names = "stu"[:members]
    row = records.Pool(
        pool_id="pool", name="Unit", setup_usd=30, fixed_usd_per_year=50, min_members=members, max_members=members
    )
    return ask(case_of([service(name) for name in names], [], [offer(name, "pool", 20) for name in names], pools=[row]))


def test_shared_units_overrun_too() -> None:
    assume = replace(CERTAIN, shared_unit_sd=0.1, one_time_low=0.0, one_time_mode=0.3, one_time_high=0.6)
    found = realized(pooled(), assume, DRAWS)
    assert found.planned_usd_per_year == 200 - 40 - 80
    assert found.pools_usd_per_year == 80
    assert found.saved_usd_per_year.mean() == pytest.approx(80 - 0.3 * 30, abs=0.15)
    assert found.saved_usd_per_year.std() == pytest.approx(((50 * 0.1) ** 2 + 30**2 * 0.6**2 / 24) ** 0.5, rel=0.02)
    drivers = found.drivers.set_index("driver")
    assert drivers.loc["shared units", "share_of_variance"] == pytest.approx(1.0)
    assert drivers["mean_usd_per_year"].sum() == pytest.approx(80 - found.saved_usd_per_year.mean())
    assert any("$80 a year, set-up included) is drawn too" in line for line in found.told().lines)


def test_shared_units_have_bars_of_their_own() -> None:
    assume = replace(CERTAIN, shared_unit_sd=0.1, one_time_low=0.0, one_time_mode=0.3, one_time_high=0.6)
    rows = realized(pooled(), assume, 10).tornado.set_index("assumption")
    running = rows.loc["running cost of shared units beyond the plan, all units"]
    assert running["saved_at_low_usd_per_year"] == pytest.approx(80 - 9 + 0.12815515655 * 50)
    assert running["saved_at_high_usd_per_year"] == pytest.approx(80 - 9 - 0.12815515655 * 50)
    set_up = rows.loc["overrun of the set-up of shared units, all units"]
    assert set_up["saved_at_high_usd_per_year"] == pytest.approx(80 - set_up["high"] * 30)
    assert not any("shared units" in name for name in realized(moved("s"), assume, 10).tornado["assumption"])


def test_moves_are_drawn_alike_whether_shared_units_overrun_or_not() -> None:
    asked = pooled(3)
    one, other = (realized(asked, Assumptions(shared_unit_sd=sd), 50).drivers.head(4) for sd in (0.0, 0.3))
    assert one.drop(columns="share_of_variance").equals(other.drop(columns="share_of_variance"))


def test_a_sale_may_fall_short_too() -> None:
    sale = records.Sale(
        sale_id="x", service_id="s", org_id="a", price_usd_per_year=50, marginal_usd_per_year=10,
        buyer_cost_usd_per_year=90, setup_usd=0, lead_time_months=0, fte=0,
    )  # fmt: skip
    settings = plain_money() | {"allowed_decisions": ["keep", "insource"]}
    case: Case = case_of([service("s")], [organization("a")], [], settings, sales=[sale])
    found = realized(ask(case), replace(CERTAIN, realized_low=0.25, realized_mode=0.25, realized_high=0.25), draws=2)
    assert found.planned_usd_per_year == 40
    assert found.saved_usd_per_year == pytest.approx([10, 10])


def test_triangular_quantiles() -> None:
    ends = triangular(np.array([0.0, 0.25, 1.0]), 0.0, 1.0, 4.0)
    assert ends.tolist() == [0.0, 1.0, 4.0]
    assert triangular(np.array([0.3]), 2.0, 2.0, 2.0).tolist() == [2.0]


def test_assumptions_are_set_by_name_and_refused_all_at_once() -> None:
    assert Assumptions().with_values(["price_sd=0.2", "realized_mode=0.7"]).price_sd == 0.2
    with pytest.raises(Refused) as refusal:
        Assumptions().with_values(["prise_sd=0.2", "price_sd=much"])
    assert [finding.found for finding in refusal.value.findings] == ["'prise_sd'", "'much'"]
    with pytest.raises(Refused, match="together at most 1"):
        Assumptions().with_values(["with_county=0.8", "with_partner=0.8"])
