"""Why one service is decided as it is: forced choices cost what trying every plan says they do."""

from __future__ import annotations

import pytest

from optimizer.county import records
from optimizer.errors import Refused
from optimizer.options.money import annuity
from optimizer.plan.verify import exact_costs, verify
from optimizer.scenario.scenario import Case
from optimizer.why.asked import ask
from optimizer.why.service import why_service
from tests.cases import case_of, offer, organization, plain_money, sampled, service
from tests.properties.every_plan import every_plan
from tests.properties.small_cases import small_case


def rivals() -> Case:
    """Two services of 100 dollars that the same town would do for 40 and 70, with room for one of them."""
    offers = [offer("s", "a", 40), offer("t", "a", 70)]
    return case_of(
        [service("s"), service("t"), service("u", delegable=False)],
        [organization("a")],
        [*offers, offer("u", "a", 1)],
        plain_money(),
        uses=[records.Use(offer_id=row.offer_id, resource="hours", amount=5) for row in offers],
        capacities=[records.Capacity(org_id="a", resource="hours", amount=8)],
    )


def test_what_a_choice_takes_from_others_is_in_its_cost() -> None:
    """Keeping s costs 60 more by itself, but then t can move and saves 30."""
    found = why_service(ask(rivals()), "s")
    assert found.choices["status"].tolist() == ["in the plan", "possible"]
    assert found.choices["usd_per_year"].tolist() == pytest.approx([0, 30])
    assert found.choices["least_usd_per_year"].tolist() == pytest.approx([0, 30], abs=0.01)
    (other,) = found.others.to_dict("records")
    assert (other["service_id"], other["in_the_plan"], other["then"], other["usd_per_year"]) == (
        "t", "keep", "outsource with Town of a", -30,
    )  # fmt: skip
    lines = found.told().lines
    assert lines[0] == "Service s (s): the plan says outsource with Town of a."
    assert lines[1] == "The next best choice, keep, would cost the whole plan $30 a year more."


def test_a_limit_that_both_want_is_told() -> None:
    full = rivals()
    capacity = full.county.capacities[0].model_copy(update={"amount": 5.0})
    case = case_of(
        list(full.county.services), list(full.county.organizations), list(full.county.offers), plain_money(),
        uses=list(full.county.uses), capacities=[capacity],
    )  # fmt: skip
    (limit,) = why_service(ask(case), "t").presses.to_dict("records")
    assert limit["limit"].startswith("Town of a: most hours")
    assert (limit["used"], limit["of"], limit["choice_takes"], limit["next_takes"]) == (5, 5, 0, 5)


def test_what_cannot_be_is_told() -> None:
    found = why_service(ask(rivals()), "u")
    assert (
        found.told().lines[1]
        == "Nothing else is possible under these rules (left out: outsource with Town of a: not delegable)."
    )
    assert found.options["left_out"].tolist() == ["", "not delegable"]


def test_a_choice_that_no_plan_has() -> None:
    case = case_of(
        [service("s")], [organization("a")], [offer("s", "a", 40, fte_displaced=2)], plain_money(displaced_fte=1)
    )
    found = why_service(ask(case), "s")
    assert found.choices["status"].tolist() == ["in the plan", "no plan exists"]
    assert found.choices["usd_per_year"].isna().tolist() == [False, True]


def test_keeping_it_and_no_more_is_a_choice_of_its_own() -> None:
    """Selling it too brings 60 for 30 a year and 12 once; to keep it without that costs these 18."""
    sale = records.Sale(
        sale_id="sale", service_id="s", org_id="a", price_usd_per_year=60, marginal_usd_per_year=30,
        buyer_cost_usd_per_year=80, setup_usd=12, fte=1, lead_time_months=0,
    )  # fmt: skip
    spare = [records.SpareStaff(department="Works", fte=1)]
    found = why_service(ask(case_of([service("s")], [organization("a")], sales=[sale], spare_staff=spare)), "s")
    assert found.choices["decision"].tolist() == ["insource", "keep"]
    assert found.choices["usd_per_year"].tolist() == pytest.approx([0, 18])


def test_a_service_nobody_knows() -> None:
    with pytest.raises(Refused, match="the id of a service of this county"):
        why_service(ask(rivals()), "z")


def by_hand(case: Case, service_id: str) -> dict[str, float]:
    """Least present cost of all lawful plans by what they decide for a service: offer, sale, or an empty text."""
    sold = {sale.sale_id for sale in case.county.sales if sale.service_id == service_id}
    least: dict[str, float] = {}
    for plan in every_plan(case):
        if not verify(case, plan):
            usd = exact_costs(case, plan).total_cents / 100
            for key in {plan.offers[service_id] or "", *(sold & {*plan.sales})} - (
                {""} if sold & {*plan.sales} else set()
            ):
                least[key] = min(usd, least.get(key, usd))
    return least


SEEDS = (2, 3, 9, 12, 18, 25, 33, 38)
"""Of small cases that have a plan."""


@pytest.mark.parametrize("seed", sampled(SEEDS, 1))
def test_every_forced_choice_by_trying_every_plan(seed: int) -> None:
    case = small_case(seed)
    if case.settings.reinvestment.rule == "weighted" or case.settings.equity.objective == "worst_off":
        pytest.skip("seeks something else than least cost")
    asked = ask(case)
    service_id = case.county.services[seed % len(case.county.services)].service_id
    expected, best_usd = by_hand(case, service_id), asked.best.cost_usd
    assert best_usd is not None
    found = why_service(asked, service_id)
    possible = found.choices[found.choices["usd_per_year"].notna()]
    assert set(possible["row_id"]) == set(expected)
    for row in possible.itertuples():
        usd = (expected[str(row.row_id)] - best_usd) / annuity(case.settings)
        assert row.usd_per_year == pytest.approx(usd, abs=0.05)
        assert row.least_usd_per_year - 0.05 <= usd <= row.most_usd_per_year + 0.05


def test_a_service_that_nobody_offers_to_deliver() -> None:
    case = case_of([service("s1"), service("s2")], [organization("east")], [offer("s2", "east", 50)])
    assert why_service(ask(case), "s1").told().lines[1:] == ("Nobody offers to deliver it or to buy it.",)
