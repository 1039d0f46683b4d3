"""The county that ships is the one its README says how to make, and its figures are those of the README."""

from pathlib import Path

import pytest

from optimizer.county.county import TABLES
from optimizer.county.generator import generate, spec_for
from optimizer.county.reading import read_county
from optimizer.county.writing import write_county

ROOT = Path(__file__).parents[3]
CLEAR_CREEK = ROOT / "data" / "clear_creek"
SEED = 4


@pytest.fixture(scope="module")
def made():
    return generate(spec_for("clear_creek"), SEED)


@pytest.mark.parametrize("table", sorted(TABLES))
def test_made_again_it_has_the_same_tables(made, table):
    assert made.table(table) == read_county(CLEAR_CREEK).table(table)


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
