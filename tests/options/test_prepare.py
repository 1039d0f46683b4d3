"""A county under a scenario: facts change first, then blanks are estimated, then offers change."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.county.county import County
from optimizer.county.reading import read_county
from optimizer.county.records import Overlap, Sale
from optimizer.county.writing import write_county
from optimizer.errors import Refused
from optimizer.options.prepare import prepare
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.scenario import Case
from tests.cases import FACTS, ROOT, organization, service


def prepared(folder: Path, question: str) -> Case:
    county = County(
        facts=FACTS,
        services=(service("a", 1000),),
        organizations=(organization("east"),),
        overlaps=(Overlap(org_id="east", service_id="a", stance="would_take_over"),),
        sales=(
            Sale(
                sale_id="s",
                service_id="a",
                org_id="east",
                marginal_usd_per_year=100,
                buyer_cost_usd_per_year=180,
                setup_usd=5,
                fte=0.5,
                lead_time_months=3,
            ),
        ),
    )
    write_county(county, folder / "county")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "base.yaml").write_bytes((ROOT / "scenarios" / "base.yaml").read_bytes())
    path = folder / "scenarios" / "question.yaml"
    path.write_text(f"title: T\nquestion: Q\ncounty: ../county\n{question}", encoding="utf-8")
    scenario = load_scenario(path)
    return prepare(read_county(scenario.county), scenario)


PRIOR = """
set:
  economics.avoidable_share.personnel: 0.5
change:
  - in: priors
    where: {}
    override: {price_share: 0.8, moved_share: 1}
"""


def test_estimates_follow_from_changed_facts_and_priors(tmp_path: Path) -> None:
    dear = "  - {in: services, where: {service_id: a}, scale: {personnel_usd: 2}}\n"
    (offer,) = prepared(tmp_path, PRIOR + dear).county.offers
    # by hand: 2,000 x 0.5 avoidable, 0.8 of it
    assert offer.price_usd_per_year == 800


def test_estimated_offers_are_changed_like_given_ones(tmp_path: Path) -> None:
    dear = "  - {in: offers, where: {organization.kind: municipality}, scale: {price_usd_per_year: 1.25}}\n"
    case = prepared(tmp_path, PRIOR + dear)
    (offer,) = case.county.offers
    assert offer.price_usd_per_year == 500
    assert "price_usd_per_year" in offer.estimated
    (change,) = (change for change in case.changed if change.table == "offers")
    assert (change.before, change.after) == (400, 500)


def test_estimated_prices_of_sales_are_changed_like_given_ones(tmp_path: Path) -> None:
    cheap = "  - {in: sales, where: {service_id: a}, scale: {price_usd_per_year: 0.9, setup_usd: 2}}\n"
    case = prepared(tmp_path, PRIOR + cheap)
    (sale,) = case.county.sales
    # by hand: half way from 100 to 180, less a tenth
    assert (sale.price_usd_per_year, sale.setup_usd) == (126, 10)
    assert sale.estimated == ("price_usd_per_year",)
    assert [(change.column, change.before, change.after) for change in case.changed if change.table == "sales"] == [
        ("price_usd_per_year", 140, 126),
        ("setup_usd", 5, 10),
    ]


def test_the_offer_to_end_a_service_is_changed_like_any_other(tmp_path: Path) -> None:
    ends = "set: {allowed_decisions: [keep, exit], exit.closing_share: 0.2}\n"
    dear = "change:\n  - {in: offers, where: {decision: exit}, scale: {transition_usd: 2}}\n"
    estimate, ending = prepared(tmp_path, ends + dear).county.offers
    assert (estimate.decision, ending.offer_id) == ("outsource", "exit~a")
    # by hand: 0.2 x 1,000, twice
    assert (ending.transition_usd, ending.estimated[0]) == (400, "transition_usd")


def test_a_limit_on_a_department_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Works"):
        prepared(tmp_path, "set: {limits.displaced_fte_by_department.Work: 1}\n")
