"""A county under a scenario: facts change first, then blanks are estimated, then offers change."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer import ask
from optimizer.county.county import County
from optimizer.county.records import Overlap
from optimizer.county.writing import write_county
from optimizer.errors import Refused
from optimizer.scenario.scenario import Case
from tests.cases import FACTS, ROOT, organization, service


def prepared(folder: Path, question: str) -> Case:
    county = County(
        facts=FACTS,
        services=(service("a", 1000),),
        organizations=(organization("east"),),
        overlaps=(Overlap(org_id="east", service_id="a", stance="would_take_over"),),
    )
    write_county(county, folder / "county")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "base.yaml").write_bytes((ROOT / "scenarios" / "base.yaml").read_bytes())
    path = folder / "scenarios" / "question.yaml"
    path.write_text(f"title: T\nquestion: Q\ncounty: ../county\n{question}", encoding="utf-8")
    return ask.load_case(path)


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


def test_a_limit_on_a_department_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Works"):
        prepared(tmp_path, "set: {limits.displaced_fte_by_department.Work: 1}\n")
