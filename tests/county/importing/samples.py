"""A small foreign inventory, its mapping, and ways to spoil both."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.county.importing.importer import Imported, import_inventory
from optimizer.errors import Refused

CSV = """\
Fund,Dept,Code,Title,Pay,Supplies,Debt,Total,Mandated,Reliance,Recovery
General,Sheriff,10,Patrol,1000,500,0,1500,Yes,High,0
General,Library,20,Lending,300.25,99.75,0,400,No,Low,0.25
Roads,Roads,30,Plowing,200,100,50,350,Yes,Some (2),0.5
General,Roads,30,Plowing,40,10,0,50,Yes,Some (2),0.5
Bonds,Finance,90,Bond payment,0,0,700,700,No,Low,0
"""

MAPPING = """\
about: A small town
county:
  name: Small
  state: CO
  population: 900
  fiscal_year: 2024
  general_fund: General
  funds: {unrestricted: [General], assumption: all other funds are restricted}
derive:
  operating: {sum: [Pay, Supplies]}
drop:
- {where: {column: operating, equals: 0}, reason: debt only}
columns:
  name: Title
  department: Dept
  fund: Fund
  personnel_usd: Pay
  nonpersonnel_usd: Supplies
  overhead_usd: {constant: 0, assumption: none allocated}
  revenue_usd: {product: [Recovery, operating], decimals: 2}
  fte: {quotient: [Pay, 100], decimals: 2, assumption: 100 USD per FTE}
  mandate_level:
    column: Mandated
    values: {"Yes": 4, "No": 0}
  reliance_level:
    column: Reliance
    values: {High: 4, Low: 1}
    patterns:
    - {matches: '\\((\\d)\\)$', group: 1}
  delegable: {constant: "yes", assumption: nothing forbids it}
  critical:
    cases:
    - {where: {column: Dept, equals: Sheriff}, is: "yes", assumption: lives}
    - {where: [], is: "no"}
  service_class:
    column: Dept
    values: {Sheriff: law_enforcement, Library: library, Roads: snow_removal}
names: {add: [Dept, Fund]}
programs: {same: [Code]}
keep_totals:
- name: spending
  total: Total
  services: [personnel_usd, nonpersonnel_usd]
  left_out:
  - {column: Debt, reason: debt in a kept row}
"""


def import_texts(folder: Path, csv: str = CSV, mapping: str = MAPPING) -> Imported:
    """Import these texts as files of the folder."""
    (folder / "inventory.csv").write_text(csv, encoding="utf-8")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return import_inventory(folder / "inventory.csv", folder / "mapping.yaml")


def refused(folder: Path, csv: str = CSV, mapping: str = MAPPING) -> str:
    """The words with which these texts are refused; the test fails if they are not."""
    with pytest.raises(Refused) as refusal:
        import_texts(folder, csv, mapping)
    return str(refusal.value).replace(str(folder), "")


def changed(text: str, old: str, new: str) -> str:
    """The text with one thing changed; the test fails if it is not in there."""
    assert text.count(old) >= 1, old
    return text.replace(old, new, 1)
