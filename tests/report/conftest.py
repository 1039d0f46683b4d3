"""Runs of regions, solved once."""

from __future__ import annotations

import pytest

from optimizer.ask_region import answer_region, load_region_case
from optimizer.runs.region_folder import RegionRun
from tests.cases import ROOT

WHATIFS = ROOT / "scenarios" / "whatifs"


@pytest.fixture(scope="session")
def regions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RegionRun]:
    """Three counties, and the same where one of them shares no unit, by the names of their scenarios."""
    folder = tmp_path_factory.mktemp("regions")
    names = ("three_counties", "cedar_stays_out")
    return {name: answer_region(load_region_case(WHATIFS / f"{name}.yaml"), folder) for name in names}
