"""Whatever a source says, its totals come out as services, left out, dropped and difference."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.county.importing.samples import MAPPING, import_texts
from tests.examples import examples

HEADER = "Fund,Dept,Code,Title,Pay,Supplies,Debt,Total,Mandated,Reliance,Recovery"
CENTS = st.integers(0, 10**9)
ROWS = st.lists(st.tuples(st.sampled_from(["General", "Roads", "Bonds"]), CENTS, CENTS, CENTS, CENTS), max_size=6)


def usd(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


@settings(max_examples=examples(40))
@given(ROWS)
def test_each_fund_adds_up_to_the_cent(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, int, int, int]]
) -> None:
    rows = [("General", 100, 0, 0, 100), *rows]
    lines = [
        f"{fund},Roads,{index},Service {index},{','.join(map(usd, money))},No,Low,0"
        for index, (fund, *money) in enumerate(rows)
    ]
    imported = import_texts(tmp_path_factory.mktemp("totals"), "\n".join([HEADER, *lines]), MAPPING)
    left = dict.fromkeys(("General", "Roads", "Bonds"), 0)
    for fund, pay, supplies, debt, total in rows:
        left[fund] += total - (pay + supplies + debt) * (pay + supplies > 0) - total * (pay + supplies == 0)
    told: dict[str, dict[str, int]] = {}
    for line in imported.report.totals:
        parts = told.setdefault(line.fund, {})
        parts[line.part] = parts.get(line.part, 0) + round(line.usd * 100)
    for fund, parts in told.items():
        explained = sum(cents for part, cents in parts.items() if part != "source")
        assert parts["source"] == explained == sum(total for name, *_, total in rows if name == fund)
        assert parts["difference"] == left[fund]
    unequal = sum(round(item.difference_usd * 100) for item in imported.report.mismatches)
    assert unequal == sum(left.values())
