"""The memo of a region read back: two pages, every county's own figures, and nothing called proved that is not."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.plan.duties import duty_table
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.documents.docx_writing import docx_bytes
from optimizer.report.memo.region_asked import region_asked_of
from optimizer.report.memo.region_memo import region_memo
from optimizer.runs.region_folder import RegionRun
from optimizer.solve.outcome import Stopped
from tests.report.documents.reading import needs_office, pages_of, reallocate, table_of, tables_of, texts_of, usd
from tests.report.documents.test_memo import HOSTILE
from tests.report.hostile_region import hostile_region

NAMES = {"region_alder": "Alder County", "region_birch": "Birch County", "region_cedar": "Cedar County"}


def memo_of(*answers: RegionAnswer, recommend: str | None = None) -> bytes:
    made_from = [f"Run {answer.name}" for answer in answers]
    return docx_bytes(region_memo(region_asked_of(answers, recommend, made_from)))


def plan_of(answer: RegionAnswer) -> RegionPlan:
    assert answer.plan is not None
    return answer.plan


@pytest.fixture(scope="module")
def answers(regions: dict[str, RegionRun]) -> list[RegionAnswer]:
    return [regions[name].answer for name in ("three_counties", "cedar_stays_out")]


@pytest.fixture(scope="module")
def memo(answers: list[RegionAnswer]) -> bytes:
    return memo_of(*answers)


def test_options_have_the_cost_and_the_worth_of_the_runs(memo: bytes, answers: list[RegionAnswer]) -> None:
    first, second, today = table_of(memo, "All counties, net of revenue")
    for row, answer in zip((first, second), answers, strict=True):
        plan = plan_of(answer)
        assert usd(row[3]) == round(plan.cost_usd / answer.annuity)
        assert usd(row[4]) == round(sum(own.saving_usd_per_year for own in plan.plans.values()))
        assert usd(row[5]) == round(plan.value_usd_per_year or 0.0)
    change = (plan_of(answers[1]).cost_usd - plan_of(answers[0]).cost_usd) / answers[0].annuity
    assert (usd(second[6]), second[7]) == (round(change), "yes")
    assert second[2] == "rules"
    assert usd(today[3]) == round(sum(own.today_usd for own in plan_of(answers[0]).plans.values()) / answers[0].annuity)
    assert any("A is proved to cost less than B." in text for text in texts_of(memo))


def test_money_by_county_year_and_fund_is_the_runs(memo: bytes, answers: list[RegionAnswer]) -> None:
    plan = plan_of(answers[0])
    *counties, whole = table_of(memo, "By county, net cost")
    table = plan.by_county().set_index("county")
    for key, row in zip(NAMES, counties, strict=True):
        own = table.loc[key]
        columns = ("today", "alone", "together", "saved_together", "gain")
        assert row == [NAMES[key], *row[1:]]
        assert [usd(cell) for cell in row[1:]] == [round(own[f"{column}_usd_per_year"]) for column in columns]
    assert usd(whole[5]) == round(table.loc["all", "gain_usd_per_year"])
    *years, together = table_of(memo, "Saved in each year by county")
    for key, row in zip(NAMES, years, strict=True):
        saved = plan.plans[key].cash["saving_usd"]
        assert [usd(cell) for cell in row[1:]] == [*map(round, saved), round(saved.sum())]
    assert usd(together[-1]) == round(sum(own.cash["saving_usd"].sum() for own in plan.plans.values()))
    *funds, all_funds = table_of(memo_of(answers[0]), "By fund, net cost")
    held = {f"{fund}, {NAMES[key]}": row for key, own in plan.plans.items()
            for fund, row in own.funds.set_index("fund").iterrows()}  # fmt: skip
    for name, _, today, then, *_ in funds[:-1]:
        assert [usd(today), usd(then)] == [round(held[name][f"{when}_usd_per_year"]) for when in ("today", "plan")]
    # with two options there is no room for the averages by fund as a table
    (told,) = (text for text in texts_of(memo) if text.startswith("By fund, net cost a year on average"))
    parts = re.findall(r"[:;] ([^:;]+) (-?\$[\d,]+) instead of (-?\$[\d,]+)", told)
    assert len(parts) == 4
    for name, then, today in parts[:-1]:
        assert [usd(today), usd(then)] == [round(held[name][f"{when}_usd_per_year"]) for when in ("today", "plan")]
    assert parts[-1][0] == f"{len(held) - 3} other funds"
    assert sum(usd(then) for _, then, _ in parts) == pytest.approx(usd(all_funds[3]), abs=3)
    *funds, all_funds_saved = table_of(memo, "By fund, saved in each year")
    cash = {f"{fund}, {NAMES[key]}": rows["saving_usd"].tolist() for key, own in plan.plans.items()
            for fund, rows in own.fund_cash.groupby("fund")}  # fmt: skip
    for name, *saved in funds[:-1]:
        assert [usd(cell) for cell in saved] == [*map(round, cash[name]), round(sum(cash[name]))]
    assert all_funds_saved[1:] == together[1:]
    assert usd(all_funds[3]) == round(plan.cost_usd / answers[0].annuity)
    assert usd(all_funds[5]) == round(sum(own.funds["reinvested_usd_per_year"].sum() for own in plan.plans.values()))


def test_people_partners_and_duties_are_the_runs(memo: bytes, answers: list[RegionAnswer]) -> None:
    plan = plan_of(answers[0])
    moved = {key: own.decisions[own.decisions["moved"]] for key, own in plan.plans.items()}
    *people, whole = table_of(memo, "By county in A")
    for key, row in zip(NAMES, people, strict=True):
        assert float(row[2]) == pytest.approx(moved[key]["fte_transferred"].sum(), abs=0.00501)
        assert float(row[3]) == pytest.approx(moved[key]["fte_displaced"].sum(), abs=0.00501)
    assert float(whole[2]) == pytest.approx(sum(rows["fte_transferred"].sum() for rows in moved.values()), abs=0.00501)
    by_option = {row[0]: float(row[1]) for row in table_of(memo, "Full-time equivalents")}
    assert by_option["hired by providers"] == float(whole[2])
    held = [usd(row[3]) for row in table_of(memo, "Organizations that services go to")]
    gross = sum(rows.loc[rows["org_id"] != "", "gross_usd_per_year"].sum() for rows in moved.values())
    assert sum(held) == pytest.approx(gross, abs=len(held))
    duties = [duty_table(answers[0].counties[key].county, own.decisions, enforce_unfunded=True)
              for key, own in plan.plans.items()]  # fmt: skip
    told = table_of(memo, "Duties that moved")
    assert len(told) == sum(map(len, duties))
    changed = sum(int((own.decisions["decision"] != "keep").sum()) for own in plan.plans.values())
    *shown, rest = table_of(memo, "What A changes")
    assert len(shown) + int(rest[0].split(" ")[0]) == changed


def test_another_plan_can_be_recommended(answers: list[RegionAnswer]) -> None:
    content = memo_of(*answers, recommend="cedar_stays_out")
    assert table_of(content, "All counties, net of revenue")[0][0].startswith("A: Cedar stays out")
    assert any("A is proved to cost more than B." in text for text in texts_of(content))


def test_a_difference_within_the_gap_is_not_called_proved(answers: list[RegionAnswer]) -> None:
    first, other = answers
    bound = plan_of(first).cost_usd - 5_000.0
    early = replace(other, stopped=Stopped.TIME, plan=replace(plan_of(other), bound_usd=bound))
    memo = memo_of(first, early)
    told = " ".join(texts_of(memo))
    assert "No difference to B is proved: as found it costs" in told
    assert "proved to cost" not in told
    assert table_of(memo, "All counties, net of revenue")[1][7] == "no"
    told = " ".join(texts_of(memo_of(early, first)))
    assert "A good plan: the time was up; a better one may exist" in told


def test_without_a_plan_nothing_is_recommended(answers: list[RegionAnswer]) -> None:
    first, other = answers
    counties = {key: replace(part, plan=None) for key, part in first.counties.items()}
    none = replace(first, plan=None, stopped=Stopped.INFEASIBLE, counties=counties)
    content = memo_of(none, other)
    told = " ".join(texts_of(content))
    assert "Nothing can be recommended for A. No plan exists" in told
    assert "Alone, every county has a plan: Alder County" in told
    assert "Options that hold a plan: B." in told
    assert len(tables_of(content)) == 1
    assert "No option holds a plan." in " ".join(texts_of(memo_of(none)))


@pytest.mark.slow
def test_hostile_text_stays_text(tmp_path: Path) -> None:
    names = [*HOSTILE, "<b>", "{{ 1 }}"]
    content = memo_of(hostile_region(names, tmp_path).answer)
    cells = [cell for rows in tables_of(content).values() for row in rows for cell in row]
    assert any(cell.startswith("=cmd|") for cell in cells)
    assert not any("\u202e" in cell for cell in cells)


@needs_office
@pytest.mark.slow
def test_it_is_two_pages_even_at_its_worst(answers: list[RegionAnswer], tmp_path: Path) -> None:
    wide = hostile_region(["W" * 300] * 8, tmp_path / "runs").answer
    many = [replace(wide, name=f"{place}", title="W" * 500, question="W " * 500) for place in range(12)]
    memos = [
        memo_of(*many),
        memo_of(wide),
        memo_of(*answers),
        memo_of(*(replace(answers[0], name=f"{place}") for place in range(3))),
    ]
    assert pages_of(tmp_path, *memos) == [2, 2, 2, 2]


def test_a_command_writes_it(regions: dict[str, RegionRun], tmp_path: Path) -> None:
    out = tmp_path / "memo.docx"
    done = reallocate("memo", *(run.folder for run in regions.values()), "--out", out)
    assert (done.exit_code, done.stdout) == (0, f"Written: {out}\n")
    assert "Council memo: services of Alder County, Birch County and Cedar County" in texts_of(out.read_bytes())
    refused = reallocate(
        "memo", regions["three_counties"].folder, "--recommend", "three_countis", "--out", tmp_path / "no.docx"
    )
    assert (refused.exit_code, "Did you mean three_counties?" in refused.stderr) == (2, True)
