"""Briefs of a region read back: every organization once, all counties' numbers in it, and nothing of anybody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.errors import Refused
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.brief.brief import partner_brief
from optimizer.report.brief.partner import partner_of
from optimizer.report.brief.region_brief import region_brief
from optimizer.report.brief.region_partner import region_partner_of, region_partners_of
from optimizer.report.brief.turns import Turns
from optimizer.report.documents.blocks import Document, Grid, Paragraph
from optimizer.report.documents.docx_writing import docx_bytes
from optimizer.report.documents.html_writing import html_text
from optimizer.report.words import exact_usd
from optimizer.runs.region_folder import RegionRun
from optimizer.solve.outcome import Stopped
from tests.report.documents.reading import needs_office, pages_of, reallocate, table_of, texts_of, usd
from tests.report.documents.test_memo import HOSTILE
from tests.report.hostile_region import hostile_region

REFERENCE = "Reference 0123456789, 2026-01-01"


@pytest.fixture(scope="module")
def answer(regions: dict[str, RegionRun]) -> RegionAnswer:
    return regions["three_counties"].answer


@pytest.fixture(scope="module")
def plan(answer: RegionAnswer) -> RegionPlan:
    assert answer.plan is not None
    return answer.plan


def brief_of(answer: RegionAnswer, org_id: str) -> Document:
    return region_brief(region_partner_of(answer, org_id), REFERENCE)


def text_of(document: Document) -> str:
    return html_text(document).split("</style>")[1]


def whole_of(document: Document, caption: str) -> dict[str, str]:
    """The totals of a table, or its only row, by the heads."""
    (grid,) = (block for block in document.blocks if isinstance(block, Grid) and block.caption.startswith(caption))
    return dict(zip(grid.head, grid.foot or grid.rows[0], strict=True))


def test_every_brief_has_the_numbers_of_every_county(answer: RegionAnswer, plan: RegionPlan) -> None:
    partners = region_partners_of(answer)
    moved = {key: own.decisions[own.decisions["moved"]] for key, own in plan.plans.items()}
    served = {org for rows in moved.values() for org in rows["org_id"]} - {""}
    assert {partner.org_id for partner in partners} == served | {
        org for own in plan.plans.values() for org in own.sales["org_id"]
    }
    for partner in partners:
        own = {key: rows[rows["org_id"] == partner.org_id] for key, rows in moved.items()}
        prices, shares = 0.0, 0.0
        for key, rows in own.items():
            offers = {offer.offer_id: offer.price_usd_per_year or 0.0 for offer in answer.counties[key].county.offers}
            prices += sum(offers[offer] for offer in rows["offer_id"])
            members = plan.plans[key].members
            shares += members.loc[members["service_id"].isin(rows["service_id"]), "share_usd_per_year"].sum()
        told = whole_of(region_brief(partner, REFERENCE), "Services that it would deliver")
        assert usd(told["Price a year"]) == round(prices)
        assert usd(told.get("Unit share a year", "$0")) == round(shares)
        assert float(told["Staff hired"]) == pytest.approx(
            sum(rows["fte_transferred"].sum() for rows in own.values()), abs=0.0051
        )


def test_a_county_has_a_brief_of_what_it_does_for_its_neighbours(answer: RegionAnswer, plan: RegionPlan) -> None:
    document = brief_of(answer, "region_birch")
    assert document.title == "Alder County and Cedar County with Birch County: services to do together"
    sold = plan.trades[plan.trades["seller"] == "region_birch"]
    told = whole_of(document, "Services that it would deliver")
    assert usd(told["Price a year"]) == round(sold["price_usd_per_year"].sum())
    bought = plan.trades[plan.trades["buyer"] == "region_birch"]
    told = whole_of(document, "Services that it would buy from the counties")
    assert usd(told["Price a year"]) == round(bought["price_usd_per_year"].sum())
    offered = {row[0]: row for row in table_of(docx_bytes(document), "By county; a price")}
    assert list(offered) == ["Alder County", "Cedar County", "All of them"]
    paid = sold.groupby("buyer")["price_usd_per_year"].sum()
    assert usd(offered["Alder County"][1]) == round(paid["region_alder"])
    assert usd(offered["Cedar County"][1]) == round(paid["region_cedar"])


def test_a_host_is_told_the_members_of_every_county(answer: RegionAnswer, plan: RegionPlan) -> None:
    text = " ".join(texts_of(docx_bytes(brief_of(answer, "three_rivers_health"))))
    members = plan.pools[plan.pools["pool_id"] == "joint_health"]
    paid = exact_usd(members["share_usd_per_year"].sum())
    assert "with 6 services of these counties as members: Alder County 2, Birch County 2, Cedar County 2" in text
    assert f"They pay $18,500 once for setting it up and bear {paid} a year" in text
    assert "It is proved to be the best one of all of them together" in text


def test_of_one_county_it_is_that_countys_brief(answer: RegionAnswer) -> None:
    alone = partner_brief(partner_of(answer.counties["region_alder"], "city-of-eagle-basin"), Turns(), REFERENCE)
    assert text_of(brief_of(answer, "city-of-eagle-basin")) == text_of(alone)
    assert "part of a plan of several counties." in text_of(alone)


def test_nothing_of_anybody_else_is_in_it(answer: RegionAnswer, plan: RegionPlan) -> None:
    counties = {part.county.facts.name for part in answer.counties.values()}
    names = {org.org_id: org.name for part in answer.counties.values() for org in part.county.organizations}
    for org_id in ("three_rivers_health", "region_alder", "three_rivers_911", "region_cedar"):
        text = text_of(brief_of(answer, org_id))
        assert not [name for other, name in names.items() if other != org_id and name in text and name not in counties]
        assert answer.title not in text
        for own in plan.plans.values():
            mine = own.decisions[own.decisions["org_id"] == org_id]
            for column in ("gross_usd_per_year", "saving_usd_per_year"):
                told = {exact_usd(value) for value in mine[column] if value > 1_000}
                assert not [amount for amount in told if amount in text]
        for word in ("relian", "quartile", "consent", "chance", "hurdle"):
            assert word not in text


def test_who_is_not_in_the_plan_is_told_why_by_every_county(answer: RegionAnswer) -> None:
    content = docx_bytes(brief_of(answer, "three_rivers_911"))
    texts = texts_of(content)
    assert "The plan proposes nothing to this organization." in texts
    heads = [text for text in texts if text.endswith("what it could deliver or buy, and why the plan does not have it")]
    assert [head.split(":")[0] for head in heads] == ["Alder County", "Birch County", "Cedar County"]
    with pytest.raises(Refused, match="Did you mean three_rivers_911"):
        region_partner_of(answer, "three_river_911")


def test_a_plan_that_was_stopped_early_is_not_called_the_best(answer: RegionAnswer) -> None:
    text = text_of(brief_of(replace(answer, stopped=Stopped.TIME), "three_rivers_health"))
    assert "The search for it was stopped early" in text
    assert "best one" not in text


@pytest.mark.slow
def test_hostile_text_stays_text(tmp_path: Path) -> None:
    hostile = hostile_region([*HOSTILE, "<b>", "{{ 1 }}"], tmp_path).answer
    text = text_of(brief_of(hostile, "firm"))
    assert "<script>alert" not in text
    assert "\u202e" not in text
    assert docx_bytes(brief_of(hostile, "one"))


@needs_office
@pytest.mark.slow
def test_every_brief_is_one_page(answer: RegionAnswer, tmp_path: Path) -> None:
    wide = hostile_region(["W" * 300] * 8, tmp_path / "runs").answer
    told = [region_brief(partner, REFERENCE) for partner in region_partners_of(answer)]
    told += [brief_of(answer, "three_rivers_911"), *(brief_of(wide, org_id) for org_id in ("firm", "one"))]
    contents = [docx_bytes(document) for document in told]
    assert pages_of(tmp_path, *contents) == [1] * len(contents)


def test_a_command_writes_them(regions: dict[str, RegionRun], tmp_path: Path) -> None:
    folder, out = regions["three_counties"].folder, tmp_path / "briefs"
    done = reallocate("brief", folder, "--organization", "region_cedar", "--out", out)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == ["region_cedar.docx", "region_cedar.html"]
    assert "a brief that is there" in reallocate("brief", folder, "--out", out).stderr
    refused = reallocate("brief", folder, "--break-even", "--out", tmp_path / "none")
    assert (refused.exit_code, "--break-even cannot be used" in refused.stderr) == (2, True)
    assert not (tmp_path / "none").exists()


def test_a_county_is_told_the_units_that_it_is_a_member_of(regions: dict[str, RegionRun]) -> None:
    answer = regions["three_counties"].answer
    assert answer.plan is not None
    own = answer.plan.pools[answer.plan.pools["county"] == "region_birch"]
    brief = region_brief(region_partner_of(answer, "region_birch"), "Reference")
    told = [block.text for block in brief.blocks if isinstance(block, Paragraph) and "itself a member" in block.text]
    assert len(told) == own["pool_id"].nunique() == 2
    for text, (_, rows) in zip(told, own.groupby("pool_id", sort=False), strict=True):
        assert f"{rows['pool'].iloc[0]}, with {len(rows)} services of its own" in text
        assert exact_usd(rows["share_usd_per_year"].sum()) in text
