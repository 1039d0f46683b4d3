"""The county that ships is the one its README says how to make, and its figures are those of the README."""

from pathlib import Path

import pytest

from optimizer.county.county import TABLES
from optimizer.county.reading import read_county
from optimizer.county.writing import write_county
from tests.cases import made_county

ROOT = Path(__file__).parents[3]
CLEAR_CREEK = ROOT / "data" / "clear_creek"
SEED = 4


@pytest.fixture(scope="module")
def made():
    return made_county(SEED)


@pytest.fixture(scope="module")
def shipped():
    return read_county(CLEAR_CREEK)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_made_again_it_has_the_same_tables(made, shipped, table):
    assert made.table(table) == shipped.table(table)


def test_made_again_its_files_are_the_same_to_the_byte(made, tmp_path):
    write_county(made, tmp_path / "again")
    files = {path.name for path in (tmp_path / "again").iterdir()}
    assert files == {path.name for path in CLEAR_CREEK.iterdir()} - {"README.md"}
    for name in files:
        assert (tmp_path / "again" / name).read_bytes() == (CLEAR_CREEK / name).read_bytes(), name


def test_the_readme_says_how_to_make_it_and_that_it_is_synthetic():
    text = (CLEAR_CREEK / "README.md").read_text(encoding="utf-8")
    assert f"--preset clear_creek --seed {SEED}" in text
    assert "synthetic" in text.casefold()


def test_the_readmes_counts_are_those_of_the_tables(made):
    text = (CLEAR_CREEK / "README.md").read_text(encoding="utf-8")
    services, overlaps = made.frame("services"), made.frame("overlaps")
    gross = services["personnel_usd"] + services["nonpersonnel_usd"] + services["overhead_usd"]
    mandated = services["mandate_level"] >= 3
    offers, kinds = made.frame("offers"), made.frame("organizations")["kind"].value_counts()
    groups = {row.group for row in made.facts.groups}
    unequal = sum(row.district in groups for row in made.coverages)
    talks = sum(row.kind == "communicates" for row in made.links)
    hours = made.frame("communication_costs")
    buyers, priced = made.frame("sales")["org_id"].nunique(), made.frame("sales")["price_usd_per_year"].notna().sum()
    spare = made.frame("spare_staff")["department"].nunique()
    for phrase in (
        f"| services | {len(services)} | in {services['department'].nunique()} departments; "
        f"{mandated.sum()} mandated (level 3 or 4) with {gross[mandated].sum() / gross.sum():.1%} of cost; "
        f"{(~services['delegable']).sum()} not delegable; {services['consent_owner'].notna().sum()} need",
        f"{kinds['municipality']} municipalities, {kinds['special_district']} special districts, "
        f"{kinds['school_district']} school district, {kinds['county']} counties, {kinds['state']} state offices, "
        f"{kinds['nonprofit']} nonprofits, {kinds['private']} firms",
        f"| capacities | {len(made.capacities)} |",
        f"| overlaps | {len(overlaps):,} | on services with "
        f"{gross[services['service_id'].isin(overlaps['service_id'])].sum() / gross.sum():.1%} of cost",
        f"| offers | {len(offers)} | {offers['org_id'].notna().sum()} quotes of organizations",
        f"{offers['pool_id'].notna().sum()} ways to join a pool",
        f"| coverages | {len(made.coverages)} | {len(made.coverages) - unequal} offers that serve one district worse "
        f"than the rest, and {unequal} that serve a population group worse |",
        f"| uses | {len(made.uses)} |",
        f"| pools, pool_tiers | {len(made.pools)}, {len(made.pool_tiers)} |",
        f"| mandates, mandate_services | {len(made.mandates)}, {len(made.mandate_services)} |",
        f"| links, link_services | {len(made.links)}, {len(made.link_services)} | {len(made.links) - talks} together, "
        f"apart or needs; {talks} pairs that communicate",
        f"| communication_costs | {len(hours)} | dollars per hour between the county and "
        f"{hours['from_org_id'].isna().sum()} organizations",
        f"| sales | {len(made.sales)} | what {buyers} local governments would buy; {priced} with a price |",
        f"| spare_staff | {len(made.spare_staff)} | staff that {spare} departments could spare |",
        f"| proposals | {len(made.proposals)} |",
    ):
        assert phrase.replace("%", " %") in text, phrase
