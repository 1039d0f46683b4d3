"""The examples of docs/importing.md work as they stand."""

from __future__ import annotations

import re
from pathlib import Path

from optimizer.county.importing.loading import load_mapping
from tests.county.importing.samples import import_texts

PAGE = Path(__file__).parents[3] / "docs" / "importing.md"
CSV = """\
Program,Dept,Fund,Salaries,Supplies,Contracts,Fees,FTE,Mandated,Reliance,Total Budget
Patrol,Sheriff,General Fund,900,60,40,5,9,Yes,High,1000
Plowing,Road and Bridge,Roads,90,10,100,0,1,No,Medium,200
"""


def blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_least_mapping_imports(tmp_path: Path) -> None:
    imported = import_texts(tmp_path, CSV, blocks()[0])
    patrol, plowing = imported.county.services
    assert (patrol.nonpersonnel_usd, patrol.critical, plowing.critical) == (100, True, False)
    assert imported.report.difference_usd("spending") == 0


def test_the_extension_loads(tmp_path: Path) -> None:
    funds = "{unrestricted: [G], assumption: x}"
    facts = f"{{name: Lake, state: CO, population: 1, fiscal_year: 2025, general_fund: G, funds: {funds}}}"
    (tmp_path / "own.yaml").write_text(blocks()[1].replace("{...}", facts), encoding="utf-8")
    columns = load_mapping(tmp_path / "own.yaml").mapping.columns
    assert columns["service_class"].values == {"Ministry of Roads": "roads"}
    assert columns["delegable"].values == {"Y": "yes", "N": "no"}
