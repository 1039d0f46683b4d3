"""Two small counties as files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from optimizer.county import records
from optimizer.county.writing import write_county
from tests.cases import FACTS, ROOT, case_of, offer, organization, service


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return place_in(tmp_path)


def place_in(folder: Path) -> Path:
    """Two counties that could share a unit of 150 a year, which for either alone is no gain."""
    _may_ask(folder)
    pool = records.Pool(
        pool_id="pool1",
        name="Shared unit",
        host_org_id="x",
        setup_usd=0,
        fixed_usd_per_year=150,
        min_members=1,
        max_members=9,
        share_rule="population",
    )
    for name, population, cost_usd in (("one", 1000, 100), ("two", 3000, 150)):
        facts = FACTS.model_copy(update={"name": name, "population": population})
        county = case_of(
            [service("a", cost_usd)], [organization("x")], [offer("a", "pool1", 0)], facts=facts, pools=[pool]
        ).county
        write_county(county, folder / "data" / name)
    return folder


@pytest.fixture
def rivals(tmp_path: Path) -> Path:
    """Two counties that a firm would serve for 60 instead of 100, but it has room for one of them alone."""
    _may_ask(tmp_path)
    for name in ("one", "two"):
        room = records.Capacity(org_id="firm", resource="usd", amount=60)
        county = case_of(
            [service("a"), service(f"{name}-b")],
            [organization("firm", name="The firm")],
            [offer("a", "firm", 60)],
            facts=FACTS.model_copy(update={"name": name}),
            capacities=[room],
        ).county
        write_county(county, tmp_path / "data" / name)
    return tmp_path


def _may_ask(place: Path) -> None:
    """A place for questions, with the settings that all of them begin with."""
    (place / "scenarios" / "whatifs").mkdir(parents=True)
    shutil.copy(ROOT / "scenarios" / "base.yaml", place / "scenarios" / "base.yaml")
