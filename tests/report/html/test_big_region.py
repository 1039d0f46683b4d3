"""Pages of a region whose counties have 1,000 services each."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from optimizer.ask_region import answer_region, load_region_case
from optimizer.county.generator import region as generator
from optimizer.county.writing import write_county
from optimizer.plan.compare_regions import compare_regions
from optimizer.report.html.region_comparison_page import region_comparison_page
from optimizer.report.html.writing import page_text
from optimizer.runs.region_folder import RegionRun, county_runs
from tests.cases import ROOT
from tests.report.html.reading import ReadPage
from tests.report.html.test_region_page import text_of

MOST_BYTES = 8_000_000


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RegionRun]:
    """Two questions about three counties of 1,000 services: what to do, and what it costs to do nothing."""
    folder = tmp_path_factory.mktemp("big")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(generator, "_SERVICES", 1000)
        patch.setattr(generator, "_ORGANIZATIONS", 40)
        patch.setattr(generator, "_POPULATIONS", (140_000, 90_000, 50_000))
        for name, county in generator.generate_region(7).items():
            write_county(county, folder / "data" / name)
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "base.yaml").write_bytes((ROOT / "scenarios" / "base.yaml").read_bytes())
    made = []
    for name, rule in (("moves", "solver.gap_share: 0.01"), ("keeps", "allowed_decisions: [keep]")):
        path = folder / "scenarios" / f"{name}.yaml"
        counties = ", ".join(generator.COUNTIES)
        path.write_text(f"title: Big\nquestion: What if?\ncounties: [{counties}]\nset:\n  {rule}\n", encoding="utf-8")
        made.append(answer_region(load_region_case(path), folder / "runs"))
    return made


@pytest.mark.slow
def test_a_page_of_three_counties_of_a_thousand_services_is_small(runs: list[RegionRun]) -> None:
    text = text_of(runs[0])
    assert len(text.encode()) < MOST_BYTES
    page = ReadPage(text)
    told = 0.0
    for county in ("county-1", "county-2", "county-3"):
        told += sum(len(page.tables[f"{county}-{part}-table"].rows) for part in ("moves", "kept"))
        told += page.tables[f"{county}-unoffered-table"].sum_of("services") or 0.0
    plans = [run.answer.plan for run in county_runs(runs[0]).values()]
    decided = pd.concat([plan.decisions["decision"] for plan in plans if plan is not None])
    assert len(decided) == 3_000
    assert told == (~decided.isin(["insource", "exit"])).sum()


@pytest.mark.slow
def test_a_page_of_twelve_such_regions_is_small(runs: list[RegionRun]) -> None:
    twelve = [replace(runs[number % 2].answer, name=f"question_{number}") for number in range(12)]
    manifests = [runs[number % 2].manifest.model_dump(mode="json") for number in range(12)]
    text = page_text(region_comparison_page(compare_regions(twelve), manifests))
    assert len(text.encode()) < MOST_BYTES
    assert len(ReadPage(text).tables["pairs-table"].rows) == 66
