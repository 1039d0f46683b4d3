"""docs/scenarios.md: every YAML block is a file that works, and the refusals it shows are the real ones."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from optimizer.county.county import TABLES, County
from optimizer.county.reading import read_county
from optimizer.county.terms import Kind
from optimizer.errors import Refused
from optimizer.options.dead_locks import refuse_dead_locks
from optimizer.options.options import build_options
from optimizer.options.prepare import prepare
from optimizer.scenario.absent import absent_everywhere, names_fitted
from optimizer.scenario.apply import apply_changes, check_against_county, resolve_rules
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.region import load_region, names_counties
from optimizer.scenario.scenario import Absent
from tests.cases import ROOT
from tests.scenario.conftest import Desk, desk_in

PAGE = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = {
    block.split("\n", 1)[0].removeprefix("# scenarios/"): block
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
}
REGIONS = sorted(name for name, block in BLOCKS.items() if "\ncounties:" in block)
WHAT_IFS = sorted(name for name in BLOCKS if name.startswith("whatifs/") and name not in REGIONS)
ALONE = {"whatifs/nobody_loses_a_job.yaml"}
"""What-ifs for any county: they name none."""


@pytest.fixture(scope="module")
def page_desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The files of the page beside the shipped counties."""
    desk = with_shipped_counties(desk_in(tmp_path_factory.mktemp("page")))
    for name, block in BLOCKS.items():
        desk.write(name, block)
    return desk


def with_shipped_counties(desk: Desk) -> Desk:
    data = desk.folder / "data"
    shutil.rmtree(data)
    data.symlink_to(ROOT / "data", target_is_directory=True)
    return desk


@pytest.fixture(scope="module")
def clear_creek() -> County:
    return read_county(ROOT / "data" / "clear_creek")


def test_the_page_has_blocks_and_all_of_them_are_named() -> None:
    assert len(WHAT_IFS) >= 10
    assert REGIONS
    assert all(name.endswith(".yaml") for name in BLOCKS)
    assert PAGE.count("```yaml") == len(BLOCKS)


@pytest.mark.parametrize("name", WHAT_IFS)
def test_every_block_is_a_question_that_the_shipped_county_can_answer(
    name: str, page_desk: Desk, clear_creek: County
) -> None:
    given = page_desk.folder / "data" / "clear_creek" if name in ALONE else None
    assert not names_counties(page_desk.root / name)
    case = prepare(clear_creek, load_scenario(page_desk.root / name, county=given))
    refuse_dead_locks(case, build_options(case))
    assert case.settings.horizon.discount_rate == 0.025
    assert case.scenario.origins["horizon.discount_rate"] == "scenarios/counties/clear_creek.yaml:4"


@pytest.mark.parametrize("name", REGIONS)
def test_every_block_about_a_region_is_a_question_about_the_shipped_counties(name: str, tmp_path: Path) -> None:
    desk = with_shipped_counties(desk_in(tmp_path))
    for other, block in BLOCKS.items():
        if other.startswith("whatifs/"):
            desk.write(other, block)
    assert names_counties(desk.root / name)
    region = load_region(desk.root / name)
    counties = [read_county(scenario.county) for scenario in region.scenarios]
    absent: list[list[Absent]] = [[] for _ in counties]
    for scenario, county, left_out in zip(names_fitted(region.scenarios, counties), counties, absent, strict=True):
        assert check_against_county(scenario, county) == []
        changed, _ = apply_changes(county, scenario, tuple(TABLES), left_out)
        resolve_rules(changed, scenario, left_out)
    assert absent_everywhere(absent) == []


def test_a_what_if_without_a_county_needs_one(page_desk: Desk) -> None:
    with pytest.raises(Refused, match="found no county"):
        load_scenario(page_desk.root / "whatifs/nobody_loses_a_job.yaml")


def test_includes_bring_their_changes_and_their_county(page_desk: Desk, clear_creek: County) -> None:
    scenario = load_scenario(page_desk.root / "whatifs/dear_and_gentle.yaml")
    assert scenario.what_ifs == ("vendor_prices_up", "nobody_loses_a_job")
    assert scenario.settings.limits.displaced_fte == 0
    assert scenario.origins["limits.displaced_fte"] == "scenarios/whatifs/nobody_loses_a_job.yaml:4"
    private = {org.org_id for org in clear_creek.organizations if org.kind is Kind.PRIVATE}
    cells = {cell.key: cell for cell in prepare(clear_creek, scenario).changed if cell.table == "offers"}
    given = {offer.offer_id for offer in clear_creek.offers if offer.org_id in private}
    assert {(offer_id,) for offer_id in given} <= set(cells)
    assert all(cell.after == pytest.approx(1.15 * cell.before) for cell in cells.values())


def test_the_refusals_shown_are_the_real_ones(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    file, told = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)
    with pytest.raises(Refused) as refused:
        load_scenario(desk.write("whatifs/too_much.yaml", file))
    assert _without_base_lines(str(refused.value)) == _without_base_lines(told.strip())


def _without_base_lines(text: str) -> str:
    """base.yaml may grow; which of its lines is meant is tested elsewhere."""
    return re.sub(r"base\.yaml:\d+", "base.yaml:N", text)
