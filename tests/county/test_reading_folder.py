"""Every way in which a county's folder is refused, each with its bad file; and what is read as it stands."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.county.reading import read_county, read_tables
from optimizer.county.writing import write_county
from optimizer.errors import Refused
from tests.county.sample import COUNTY, changed
from tests.examples import examples

Edit = Callable[[Path], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_county(COUNTY, tmp_path / "lake")
    return tmp_path / "lake"


def refusal(folder: Path) -> list[str]:
    """What is found wrong, without the path of the folder."""
    with pytest.raises(Refused) as refused:
        read_county(folder)
    return [str(finding).replace(f"{folder}/", "").replace(str(folder), "folder") for finding in refused.value.findings]


def text(name: str, old: str, new: str) -> Edit:
    """Replace a text that stands once in a file."""

    def edit(folder: Path) -> None:
        before = (folder / name).read_text(encoding="utf-8-sig")
        assert before.count(old) == 1, before
        (folder / name).write_text(before.replace(old, new), encoding="utf-8", newline="")

    return edit


def content(name: str, whole: bytes) -> Edit:
    """Write a file anew."""
    return lambda folder: (folder / name).write_bytes(whole) and None


def cell(table: str, column: str, value: str, row: int = 2) -> Edit:
    """Put a value into one cell, as it stands."""

    def edit(folder: Path) -> None:
        lines = [line.split(",") for line in (folder / f"{table}.csv").read_text(encoding="utf-8-sig").splitlines()]
        lines[row - 1][lines[0].index(column)] = value
        (folder / f"{table}.csv").write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8", newline="")

    return edit


FILES = {
    "no facts": (lambda folder: (folder / "county.yaml").unlink(), "folder: found no county.yaml, needs this file"),
    "no services": (
        lambda folder: (folder / "services.csv").unlink(),
        "folder: found no services.csv, needs this file",
    ),
    "unknown table": (
        content("offer.csv", b"offer_id\n"),
        "offer.csv: found an unknown table, needs only tables of a county. Did you mean 'offers.csv'?",
    ),
    "capital letters": (
        lambda folder: (folder / "uses.csv").rename(folder / "Uses.CSV"),
        "Uses.CSV: found an unknown table, needs only tables of a county. Did you mean 'uses.csv'?",
    ),
    "workbook inside": (content("pools.xlsx", b"PK"), "pools.xlsx: found an unknown table"),
    "other yaml": (content("county.yml", b"a: 1"), "county.yml: found an unknown table"),
    "empty file": (content("uses.csv", b""), "uses.csv: found an empty file"),
    "byte order mark alone": (content("uses.csv", b"\xef\xbb\xbf"), "uses.csv: found an empty file"),
    "blank lines alone": (content("uses.csv", b"\n \n"), "uses.csv: found an empty file"),
    "UTF-16": (content("uses.csv", "offer_id,resource\n".encode("utf-16")), "uses.csv: found UTF-16 text, needs UTF-8"),
    "Latin-1": (
        content("uses.csv", "offer_id,resource,amount\no2,miles,9\no3,caf\xe9,9\n".encode("latin-1")),
        "uses.csv row 3: found letters that are not UTF-8",
    ),
    "NUL": (content("uses.csv", b"offer_id,resource,amount\no2,mi\0les,9\n"), "uses.csv row 2: found a NUL character"),
    "renamed workbook": (content("uses.csv", b"PK\x03\x04rest"), "uses.csv: found a zip file or workbook"),
    "semicolons": (
        content("uses.csv", b"offer_id;resource;amount\no2;miles;90\n"),
        "uses.csv row 1: found semicolons between the columns, needs commas",
    ),
    "tabs": (content("uses.csv", b"offer_id\tresource\tamount\n"), "uses.csv row 1: found tabs between the columns"),
    "short row": (
        text("uses.csv", "o2,miles,90", "o2,miles"),
        "uses.csv row 2: found 2 cells, needs 3 as in the header",
    ),
    "long row": (text("uses.csv", "o2,miles,90", "o2,miles,1,200"), "uses.csv row 2: found 4 cells, needs 3"),
    "line break": (
        text("pools.csv", "Joint dispatch", '"Joint\ndispatch"'),
        "pools.csv row 2: found a cell that runs over several lines",
    ),
    "open quotes": (text("uses.csv", "o2,miles", 'o2,"miles'), "uses.csv row 3: found a line that does not read"),
    "unknown column": (
        text("uses.csv", "resource", "resourse"),
        "uses.csv row 1 column resourse: found an unknown column, needs only columns of this table. "
        "Did you mean 'resource'?",
    ),
    "missing column": (
        text("uses.csv", "resource", "resourse"),
        "uses.csv row 1: found no column resource, needs an id",
    ),
    "column twice": (
        content("uses.csv", b"offer_id,resource,amount,amount\no2,miles,9,9\n"),
        "uses.csv row 1 column amount: found this column twice",
    ),
    "no header": (
        content("uses.csv", b"o2,miles,90\n"),
        "uses.csv row 1: found columns 'o2', 'miles', '90', needs the column names of this table. "
        "Begin with offer_id, resource, amount",
    ),
    "title above the header": (
        content("uses.csv", b"Uses of 2026,,\noffer_id,resource,amount\no2,miles,90\n"),
        "uses.csv row 1: found columns 'Uses of 2026', needs the column names",
    ),
    "cell beside the table": (
        content("uses.csv", b"offer_id,resource,amount,\no2,miles,90,see memo\n"),
        "uses.csv row 2 column 4: found 'see memo', needs nothing, as the column has no name",
    ),
}

CELLS = {
    "blank": (
        cell("services", "fte", ""),
        "services.csv row 2 column fte: found blank, needs staff, 0 or more. Fill it in",
    ),
    "spaces": (cell("services", "name", "  "), "services.csv row 2 column name: found blank, needs a text"),
    "negative": (
        cell("services", "fte", "-1", row=4),
        "services.csv row 4 column fte: found '-1', needs staff, 0 or more. Type at least 0.",
    ),
    "thousands": (
        cell("services", "personnel_usd", "$1200"),
        "services.csv row 2 column personnel_usd: found '$1200', needs a plain number. Remove currency signs",
    ),
    "percent sign": (
        cell("organizations", "probability_of_failure", "2.5 %"),
        "column probability_of_failure: found '2.5 %', needs a plain number. A share is a number from 0 to 1: 2.5 % is "
        "0.025.",
    ),
    "decimal comma": (
        cell("services", "fte", '"2,5"'),
        "column fte: found '2,5', needs a plain number. Type decimals after a point: 2.5.",
    ),
    "a city is spelled like a county": (
        cell("organizations", "kind", "City"),
        "column kind: found 'City', needs one of municipality, special_district, school_district, county, state, "
        "nonprofit, private. Did you mean 'municipality'?",
    ),
    "words": (
        cell("services", "personnel_usd", "n/a"),
        "column personnel_usd: found 'n/a', needs a number. Type digits",
    ),
    "not a number": (cell("services", "personnel_usd", "nan"), "column personnel_usd: found 'nan', needs a number"),
    "infinite": (cell("services", "personnel_usd", "1e999"), "column personnel_usd: found '1e999', needs US dollars"),
    "huge": (
        cell("services", "personnel_usd", "1e21"),
        "column personnel_usd: found '1e21', needs US dollars, 0 or more. Type at most 1,000,000,000,000.",
    ),
    "percentage": (
        cell("offers", "coverage", "95", row=3),
        "offers.csv row 3 column coverage: found '95', needs a share from 0 to 1. Divide it by 100",
    ),
    "half a level": (
        cell("services", "mandate_level", "2.5"),
        "column mandate_level: found '2.5', needs a whole level from 0 to 4. Type a whole number.",
    ),
    "level out of range": (
        cell("services", "quartile", "5"),
        "column quartile: found '5', needs a whole number from 1 to 4",
    ),
    "weight of nothing": (
        cell("mandate_services", "weight", "0"),
        "mandate_services.csv row 2 column weight: found '0', needs a number above 0 to 1e+09. Type more than 0.",
    ),
    "maybe": (
        cell("services", "critical", "maybe"),
        "column critical: found 'maybe', needs yes or no. Type yes or no.",
    ),
    "kind": (
        cell("organizations", "kind", "Private"),
        "organizations.csv row 2 column kind: found 'Private', needs one of municipality, special_district, "
        "school_district, county, state, nonprofit, private. Did you mean 'private'?",
    ),
    "decision in a list": (
        cell("mandates", "allowed_decisions", "keep;partnr"),
        "column allowed_decisions: found 'keep;partnr', needs decisions separated by ; (keep, partner, consolidate, "
        "outsource, insource, exit). Did you mean 'partner'?",
    ),
    "id with a space": (
        cell("services", "service_id", "snow plow"),
        "services.csv row 2 column service_id: found 'snow plow', needs an id of letters",
    ),
    "id with a Cyrillic letter": (
        cell("services", "service_id", "\u0410b"),
        "column service_id: found '\u0410b', needs an id",
    ),
    "spreadsheet error": (
        cell("services", "name", "#REF!"),
        "column name: found '#REF!', needs text, not a spreadsheet's",
    ),
    "no term": (
        cell("organizations", "max_term_years", "0"),
        "organizations.csv row 2 column max_term_years: found '0', needs a whole number from 1 to 1000. Type at",
    ),
    "prices that soar": (
        cell("organizations", "price_escalation_share", "3"),
        "column price_escalation_share: found '3', needs a number from -0.5 to 0.5. Type at most 0.5.",
    ),
    "no set-up of a sale": (
        cell("sales", "setup_usd", ""),
        "sales.csv row 2 column setup_usd: found blank, needs US dollars, 0 or more. Fill it in",
    ),
    "share rule": (
        cell("pools", "share_rule", "usage"),
        "column share_rule: found 'usage', needs one of equal, use, population. Did you mean 'use'?",
    ),
    "cost of no unit": (
        cell("communication_costs", "usd_per_unit", "-40"),
        "communication_costs.csv row 2 column usd_per_unit: found '-40', needs US dollars, 0 or more",
    ),
    "control character": (cell("services", "name", "a\x07b"), r"column name: found 'a\x07b', needs text on one line"),
    "too long": (cell("services", "name", "x" * 301), "needs a text of at most 300 characters. Shorten it."),
}

FACTS = {
    "unknown field": (
        text("county.yaml", "population: 7400", "populaton: 7400"),
        "county.yaml line 3 field populaton: found an unknown field, needs a field of the county. "
        "Did you mean 'population'?",
    ),
    "missing field": (text("county.yaml", "state: CO\n", ""), "county.yaml field state: found blank, needs a text"),
    "blank field": (
        text("county.yaml", "state: CO", "state:"),
        "county.yaml line 2 field state: found blank, needs a text",
    ),
    "bad field": (
        text("county.yaml", "population: 7400", "population: 7,400"),
        "county.yaml line 3 field population: found '7,400', needs a plain number",
    ),
    "truth for a number": (
        text("county.yaml", "population: 7400", "population: true"),
        "county.yaml line 3 field population: found True, needs a number",
    ),
    "bad field of a district": (
        text("county.yaml", "population: 2400", "population: -1"),
        "county.yaml line 10 field population: found -1, needs a whole number, 0 or more",
    ),
    "bad field of a group": (
        text("county.yaml", "population: 1500", "population: 1.5"),
        "county.yaml line 13 field population: found 1.5, needs a whole number, 0 or more",
    ),
    "unknown field of a group": (
        text("county.yaml", "- group: elders", "- district: elders"),
        "county.yaml line 13 field district: found an unknown field",
    ),
    "groups that are no list": (
        text("county.yaml", "groups:\n- group: elders\n  population: 1500", "groups: elders"),
        "county.yaml line 12 field groups: found 'elders', needs a list of groups, each with its fields",
    ),
    "unknown field of a fund": (
        text("county.yaml", "restricted: no", "restrcted: no"),
        "county.yaml line 16 field restrcted: found an unknown field",
    ),
    "funds that are no list": (
        lambda folder: content("county.yaml", _facts(folder).split(b"funds:")[0] + b"funds: General\n")(folder),
        "county.yaml line 15 field funds: found 'General', needs a list of funds, each with its fields",
    ),
    "no funds": (
        lambda folder: content("county.yaml", _facts(folder).split(b"funds:")[0])(folder),
        "county.yaml: found no field funds, needs a list of funds",
    ),
    "field twice": (
        text("county.yaml", "state: CO", "state: CO\nstate: NM"),
        'county.yaml line 3: found duplicate key "state"',
    ),
    "tab": (text("county.yaml", "state: CO", "state:\n\tCO: 1"), "county.yaml line 3: found"),
    "tag": (text("county.yaml", "state: CO", "state: !!python/name:os.system CO"), "line 2: found an alias, a tag"),
    "alias": (text("county.yaml", "state: CO", "state: &a CO\ncountry: *a"), "county.yaml line 2: found an alias"),
    "deep nesting": (
        content("county.yaml", b"a: " + b"[" * 500),
        "county.yaml line 1: found an alias, a tag, deep nesting",
    ),
    "two documents": (text("county.yaml", "state: CO", "---\nstate: CO"), "county.yaml line 2: found"),
    "no mapping": (content("county.yaml", b"- a\n- b\n"), "county.yaml line 1: found no fields"),
    "no YAML": (content("county.yaml", b"name: [a\n"), "county.yaml line 2: found"),
    "control character": (content("county.yaml", b"name: a\x07b\n"), "county.yaml: found"),
    "UTF-16": (content("county.yaml", "name: a".encode("utf-16")), "county.yaml: found UTF-16 text"),
}


def _facts(folder: Path) -> bytes:
    return (folder / "county.yaml").read_bytes()


@pytest.mark.parametrize(("edit", "expected"), [pytest.param(*case, id=name) for name, case in FILES.items()])
def test_bad_files(folder: Path, edit: Edit, expected: str) -> None:
    edit(folder)
    assert any(expected in told for told in refusal(folder)), refusal(folder)


@pytest.mark.parametrize(("edit", "expected"), [pytest.param(*case, id=name) for name, case in CELLS.items()])
def test_bad_cells(folder: Path, edit: Edit, expected: str) -> None:
    edit(folder)
    told = refusal(folder)
    assert len(told) == 1
    assert expected in told[0]


@pytest.mark.parametrize(("edit", "expected"), [pytest.param(*case, id=name) for name, case in FACTS.items()])
def test_bad_facts(folder: Path, edit: Edit, expected: str) -> None:
    edit(folder)
    assert any(expected in told for told in refusal(folder)), refusal(folder)


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(["county.yaml", "uses.csv"]), whole=st.binary() | st.text(max_size=60).map(str.encode))
def test_any_file_is_refused_in_our_words(folder: Path, name: str, whole: bytes) -> None:
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(whole)
    with contextlib.suppress(Refused):
        read_county(folder)
    (folder / name).write_bytes(before)


def test_a_misread_table_is_not_also_told_missing(folder: Path) -> None:
    (folder / "services.csv").write_bytes(b"")
    assert refusal(folder) == ["services.csv: found an empty file, needs its contents. Fill it in, or remove the file."]


def test_a_missing_column_is_told_once_and_not_in_every_row(folder: Path) -> None:
    lines = (folder / "services.csv").read_text(encoding="utf-8-sig").splitlines()
    place = lines[0].split(",").index("fte")
    kept = (",".join(cell for at, cell in enumerate(line.split(",")) if at != place) for line in lines)
    (folder / "services.csv").write_text("\n".join(kept))
    assert refusal(folder) == [
        "services.csv row 1: found no column fte, needs staff, 0 or more. Add the column fte.",
    ]


def test_all_bad_cells_of_all_files_are_told_at_once(folder: Path) -> None:
    cell("services", "fte", "-1")(folder)
    cell("services", "critical", "")(folder)
    cell("offers", "coverage", "95", row=3)(folder)
    text("county.yaml", "population: 7400", "population: many")(folder)
    assert [told.split(":")[0] for told in refusal(folder)] == [
        "county.yaml line 3 field population",
        "services.csv row 2 column fte",
        "services.csv row 2 column critical",
        "offers.csv row 3 column coverage",
    ]


def test_tables_are_compared_once_all_cells_are_readable(folder: Path) -> None:
    cell("offers", "org_id", "twon")(folder)
    cell("capacities", "org_id", "acmee", row=3)(folder)
    needs = "needs a name that is in organizations"
    assert refusal(folder) == [
        f"capacities.csv row 3 column org_id: found 'acmee', {needs}. Did you mean 'acme'?",
        f"offers.csv row 2 column org_id: found 'twon', {needs}. Did you mean 'town'?",
    ]
    assert read_tables(folder).offers[0].org_id == "twon"


def test_findings_name_paths_as_they_were_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cell("services", "fte", "-1")(folder)
    monkeypatch.chdir(folder.parent)
    with pytest.raises(Refused, match=r"^lake/services.csv row 2 column fte: "):
        read_county(Path("lake"))


SAME = {
    "no byte order mark": lambda folder: text("uses.csv", "90", "90")(folder),
    "Windows line ends": lambda folder: _rewrite(folder / "uses.csv", lambda text: text.replace("\n", "\r\n")),
    "old Mac line ends": lambda folder: _rewrite(folder / "uses.csv", lambda text: text.replace("\n", "\r")),
    "quotes": text("uses.csv", "o2,miles,90", '"o2","miles","90"'),
    "spaces": text("uses.csv", "o2,miles,90", " o2 , miles\u00a0,90 "),
    "blank rows and columns": lambda folder: _rewrite(
        folder / "uses.csv", lambda text: "\n" + "".join(f"{line},,\n" for line in text.splitlines()) + ",,,,\n\n"
    ),
    "other order of columns": content("uses.csv", b"amount,offer_id,resource\n90,o2,miles\n800,o3,calls\n"),
    "exponents": text("uses.csv", "800", "+8.00e2"),
    "notes": content("README.md", b"notes"),
    "lock file of a spreadsheet": content("~$uses.csv", b"x"),
    "hidden file": content(".DS_Store.csv", b"x"),
    "flow style": text("county.yaml", "- fund: General\n  restricted: no", "- {fund: General, restricted: No}"),
    "comments": text("county.yaml", "state: CO", "# where\nstate: CO  # Colorado"),
    "optional columns left out": lambda folder: _rewrite(
        folder / "organizations.csv",
        lambda text: "".join(",".join(line.split(",")[:3]) + "\n" for line in text.splitlines()),
    ),
}


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    path.write_text(change(path.read_text(encoding="utf-8-sig")), encoding="utf-8", newline="")


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in SAME.items()])
def test_what_makes_no_difference(folder: Path, edit: Edit) -> None:
    edit(folder)
    assert read_county(folder) == COUNTY


def test_rows_are_numbered_as_a_spreadsheet_shows_them(folder: Path) -> None:
    content("uses.csv", b"offer_id,resource,amount\n\no2,miles,90\n,,\no3,calls,800\n")(folder)
    county = read_county(folder)
    assert county.where("uses", 1, "amount") == f"{folder}/uses.csv row 5 column amount"
    assert county.where("funds", 1) == f"{folder}/county.yaml line 18"
    assert county.where("county", 1, "state") == f"{folder}/county.yaml line 2 field state"


def test_ids_stay_text(tmp_path: Path) -> None:
    county = changed("organizations", 1, name="1E5").with_tables(proposals=())
    write_county(county, tmp_path / "c")
    assert read_county(tmp_path / "c").organizations[1].name == "1E5"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere", "found nothing, needs a county's folder or workbook"),
        ("lake/services.csv", "found a .csv file, needs a county's folder or .xlsx workbook. Give the folder"),
        ("lake/county.yaml", "Give the folder that it stands in"),
        ("lake.ods", "found a .ods file, needs a county's folder or .xlsx workbook. Save it as"),
        ("lake.txt", r"found a file of type .txt"),
    ],
)
def test_what_is_no_county_at_all(folder: Path, name: str, words: str) -> None:
    for other in ("lake.ods", "lake.txt"):
        (folder.parent / other).write_text("x")
    with pytest.raises(Refused, match=words):
        read_county(folder.parent / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "uses.csv").unlink()
    os.mkfifo(folder / "uses.csv")
    assert refusal(folder) == ["uses.csv: found no regular file, needs a file. Check the name."]


def test_a_huge_file_is_refused_unread(folder: Path) -> None:
    with (folder / "uses.csv").open("wb") as file:
        file.truncate(500_000_001)
    assert refusal(folder)[0].startswith("uses.csv: found 500,000,001 bytes, needs at most 500,000,000 bytes")


def test_a_huge_cell_is_refused(folder: Path) -> None:
    (folder / "uses.csv").write_bytes(b"offer_id,resource,amount\n" + b"9" * 200_000 + b",a,1\n")
    assert "found a line that does not read (field larger than field limit" in refusal(folder)[0]
