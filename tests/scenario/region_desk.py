"""Regions in a few words: three counties on a desk, a second small county, and what a question comes to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from optimizer.county.county import County
from optimizer.errors import Refused
from optimizer.scenario.region import RegionScenario, load_region
from tests.cases import offer, organization, service
from tests.scenario.conftest import Desk, desk_in, small_county

HERE = "scenarios/whatifs/region.yaml"


def region_desk(folder: Path) -> Desk:
    """A desk with three counties: clear_creek and gilpin are folders, park is a workbook."""
    desk = desk_in(folder)
    (folder / "data" / "gilpin").mkdir()
    (folder / "data" / "park.xlsx").touch()
    return desk


def write(desk: Desk, text: str) -> Path:
    text = dedent(text).lstrip("\n")
    return desk.write(
        "whatifs/region.yaml", text if "counties:" in text else f"counties: [clear_creek, gilpin]\n{text}"
    )


def region(desk: Desk, text: str, overrides: Sequence[str] = ()) -> RegionScenario:
    return load_region(write(desk, text), overrides)


def refused(desk: Desk, text: str, overrides: Sequence[str] = ()) -> list[str]:
    with pytest.raises(Refused) as caught:
        region(desk, text, overrides)
    return [str(finding) for finding in caught.value.findings]


def gilpin() -> County:
    """Two services in two departments, of which one has the name of a department of clear_creek."""
    county = small_county()
    return County(
        facts=county.facts.model_copy(update={"districts": (), "groups": ()}),
        services=(
            service("plowing", 250, department="Public Works", fund="Roads", mandate_level=4),
            service("clinic", 600, department="Health", service_class="clinic", fund="General"),
        ),
        organizations=(organization("mercy", kind="nonprofit"), organization("paveco", kind="private")),
        offers=(offer("clinic", "mercy", 500), offer("plowing", "paveco", 200)),
    )
