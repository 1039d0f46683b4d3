"""The council memo read back: two pages, every number the run's own, and nothing called proved that is not."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pandas as pd
import pytest

from optimizer.ask import answer, load_case
from optimizer.errors import Refused
from optimizer.plan.answer import Answer
from optimizer.plan.compare import one_time_usd
from optimizer.plan.duties import duty_table
from optimizer.plan.plan import Plan
from optimizer.report.documents.docx_writing import docx_bytes
from optimizer.report.memo.asked import asked_of
from optimizer.report.memo.memo import council_memo
from optimizer.report.memo.money import funds_grid
from optimizer.report.words import exact_usd
from optimizer.runs.folder import Run, read_run
from optimizer.solve.outcome import Stopped
from tests.cases import ROOT
from tests.report.documents.reading import needs_office, pages_of, reallocate, table_of, tables_of, texts_of, usd

POCKET = ROOT / "scenarios" / "whatifs" / "pocket"
CLEAR_CREEK = ROOT / "scenarios" / "whatifs" / "clear_creek"
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>&amp;",
    "W" * 300,
    "x\u202e gnihtemos",
    "مرحبا",
    "道路" * 150,
)


@pytest.fixture(scope="module")
def plan(runs: dict[str, Run]) -> Plan:
    found = runs["on_paper"].answer.plan
    assert found is not None
    return found


def memo_of(*answers: Answer, recommend: str | None = None) -> bytes:
    return docx_bytes(council_memo(asked_of(answers, recommend, [f"Run {answer.name}" for answer in answers])))


@pytest.fixture(scope="module")
def memo(runs: dict[str, Run]) -> bytes:
    return memo_of(runs["on_paper"].answer, runs["no_transition_limit"].answer)


def test_options_have_the_cost_and_the_difference_of_the_runs(memo: bytes, runs: dict[str, Run], plan: Plan) -> None:
    other = runs["no_transition_limit"].answer.plan
    assert other is not None
    first, second, today = table_of(memo, "Net of revenue")
    assert first[:3] == ["A: The pocket county on paper", "proved best", "-"]
    assert usd(first[3]) == round(plan.cost_usd / plan.annuity) == 802_788
    assert usd(second[5]) == round((other.cost_usd - plan.cost_usd) / plan.annuity) == -1_200
    assert second[2] == "rules"
    assert [second[6], today[6]] == ["yes", "yes"]
    assert usd(second[7]) == round(one_time_usd(other))
    assert (today[0], usd(today[3])) == ("Today: keep everything", round(plan.today_usd / plan.annuity))
    assert any("A is proved to cost more than B." in text for text in texts_of(memo))


def test_money_by_year_and_fund_is_the_runs(memo: bytes, plan: Plan) -> None:
    (year,) = table_of(memo, "By year")
    cash = plan.cash.iloc[0]
    columns = ("today_usd", "plan_usd", "saving_usd", "cumulative_saving_usd")
    assert [usd(cell) for cell in year[1:5]] == [round(cash[column]) for column in columns]
    *funds, whole = table_of(memo, "By fund, net cost")
    own = plan.funds.set_index("fund")
    for name, restricted, today, then, change, spent in funds:
        row = own.loc[name]
        assert restricted == ("yes" if row["restricted"] else "no")
        assert usd(today) == round(row["today_usd_per_year"])
        assert usd(then) == round(row["plan_usd_per_year"])
        more = row["plan_usd_per_year"] - row["today_usd_per_year"]
        assert abs(usd(change) - more) <= 0.5
        assert change[0] == ("+" if usd(change) > 0 else "-" if usd(change) < 0 else "$")
        assert usd(spent) == round(row["reinvested_usd_per_year"])
    assert usd(whole[3]) == round(plan.cost_usd / plan.annuity)
    assert len(funds) == len(own)


def test_a_fund_that_pays_more_has_a_plus_and_one_that_pays_less_a_minus() -> None:
    funds = pd.DataFrame(
        {
            "fund": ["General", "Roads", "Parks"],
            "restricted": [False, True, True],
            "today_usd_per_year": [100_000.0, 50_000.0, 10.0],
            "plan_usd_per_year": [73_845.0, 54_000.0, 10.2],
            "reinvested_usd_per_year": 0.0,
        }
    )
    grid = funds_grid(funds)
    assert [row[4] for row in [*grid.rows, grid.foot]] == ["-$26,155", "+$4,000", "$0", "-$22,155"]


def test_what_every_fund_saves_in_every_year_adds_up_to_the_cash_of_the_year(tmp_path: Path) -> None:
    case = load_case(POCKET / "on_paper.yaml", ["horizon.years=3", "horizon.discount_rate=0.04"])
    answered = answer(case, tmp_path).answer
    plan = answered.plan
    assert plan is not None
    cash = plan.fund_cash.groupby("year")[["today_usd", "plan_usd", "saving_usd"]].sum()
    assert cash.to_numpy() == pytest.approx(plan.cash[[*cash.columns]].to_numpy())
    # the same money as the yearly equivalent of each fund
    worth = plan.fund_cash["plan_usd"] * 1.04 ** (1.0 - plan.fund_cash["year"]) / plan.annuity
    own = plan.funds.set_index("fund")["plan_usd_per_year"]
    assert worth.groupby(plan.fund_cash["fund"]).sum().to_dict() == pytest.approx(own.to_dict(), abs=0.05)
    *funds, whole = table_of(memo_of(answered), "By fund, saved in each year")
    for name, *saved in funds:
        of_fund = plan.fund_cash.loc[plan.fund_cash["fund"] == name, "saving_usd"].tolist()
        assert saved == [exact_usd(usd_) for usd_ in [*of_fund, sum(of_fund)]]
    assert len(funds) == len(plan.funds)
    every = plan.cash["saving_usd"].tolist()
    assert whole[1:] == [exact_usd(usd_) for usd_ in [*every, sum(every)]]


def test_moves_people_and_partners_are_the_runs(memo: bytes, plan: Plan) -> None:
    moved = plan.decisions[plan.decisions["moved"]].set_index("name")
    moves = table_of(memo, "What A changes")
    assert {row[0] for row in moves} == set(moved.index)
    for name, decision, provider, year, saved, once, terms in moves:
        row = moved.loc[name]
        assert (decision, provider, year, terms) == (row["decision"], row["provider"], str(row["start_year"]), "given")
        assert [saved, once] == [exact_usd(row["saving_usd_per_year"]), exact_usd(row["one_time_usd"])]
    people = {row[0]: float(row[1]) for row in table_of(memo, "Full-time equivalents")}
    assert people["hired by providers"] == pytest.approx(moved["fte_transferred"].sum(), abs=0.005)
    assert people["losing their position"] == pytest.approx(moved["fte_displaced"].sum(), abs=0.005)
    assert people["of them laid off"] == pytest.approx(plan.years["laid_off_fte"].sum(), abs=0.005)
    held = {row[0]: usd(row[3]) for row in table_of(memo, "Organizations")}
    assert held == moved.groupby("provider")["gross_usd_per_year"].sum().round().to_dict()


def test_duties_have_their_citation_and_the_coverage_that_the_limits_tell(memo: bytes, runs: dict[str, Run]) -> None:
    (duty,) = table_of(memo, "Duties that moved")
    assert duty == ["Keep the county roads open", "C.R.S. 43-2-111 (state)", "2 of 2", "95.0%", "100.0%", "95.6%"]
    answer = runs["on_paper"].answer
    assert answer.plan is not None
    (row,) = duty_table(answer.county, answer.plan.decisions, enforce_unfunded=True).to_dict("records")
    limit = answer.plan.limits[answer.plan.limits["rule"] == "mandates"].iloc[0]
    weights = sum(one.weight for one in answer.county.mandate_services)
    assert row["plan_share"] == pytest.approx(limit["used"] / weights)


def test_another_plan_can_be_recommended_and_an_unknown_name_is_refused(runs: dict[str, Run]) -> None:
    answers = [runs[name].answer for name in ("on_paper", "no_transition_limit")]
    content = memo_of(*answers, recommend="no_transition_limit")
    assert table_of(content, "Net of revenue")[0][0] == "A: The pocket county without a transition limit"
    with pytest.raises(Refused, match="Did you mean on_paper"):
        memo_of(*answers, recommend="on_papr")


def test_a_difference_within_the_gap_is_not_called_proved(runs: dict[str, Run], plan: Plan) -> None:
    first = runs["on_paper"].answer
    early = replace(
        first, name="early", stopped=Stopped.TIME, plan=replace(plan, bound_usd=plan.cost_usd - 5_000 * plan.annuity)
    )
    other = runs["no_transition_limit"].answer
    memo = memo_of(early, other)
    told = " ".join(texts_of(memo))
    assert "A good plan: the time was up; a better one may exist, cheaper by $5,000 at the most." in told
    assert "No difference to B is proved: as found it costs $1,200 a year less; it may cost" in told
    assert "proved to cost" not in told
    assert table_of(memo, "Net of revenue")[1][6] == "no"
    unknown = replace(early, plan=replace(plan, bound_usd=None))
    assert "nothing is proved" in " ".join(texts_of(memo_of(unknown, other)))


def test_without_a_plan_nothing_is_recommended(runs: dict[str, Run]) -> None:
    none = replace(runs["on_paper"].answer, name="none", plan=None, stopped=Stopped.INFEASIBLE)
    content = memo_of(none, runs["no_transition_limit"].answer)
    told = " ".join(texts_of(content))
    assert "Nothing can be recommended for A. No plan exists" in told
    assert "Options that hold a plan: B." in told
    assert list(tables_of(content)) == [caption for caption in tables_of(content) if caption.startswith("Net of")]
    assert table_of(content, "Net of revenue")[0][3:] == ["-"] * 6
    alone = " ".join(texts_of(memo_of(replace(none, stopped=Stopped.TIME))))
    assert "That does not mean that none exists." in alone


def test_the_file_is_made_for_every_reader_and_is_the_same_twice(memo: bytes, runs: dict[str, Run]) -> None:
    assert memo == memo_of(runs["on_paper"].answer, runs["no_transition_limit"].answer)
    file = docx.Document(io.BytesIO(memo))
    styles = [paragraph.style.name for paragraph in file.paragraphs if paragraph.style is not None]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 8
    assert file.core_properties.language == "en-US"
    assert file.core_properties.title == "Council memo: services of Pocket, CO"
    xml = zipfile.ZipFile(io.BytesIO(memo)).read("word/document.xml").decode()
    assert xml.count("<w:tblHeader") == len(file.tables)
    (shape,) = file.inline_shapes
    alt = shape._inline.docPr.get("descr")
    assert "Saved a year, by option: A $60,012, B $61,212." in alt
    assert "http" not in "".join(relation.target_ref for relation in file.part.rels.values() if relation.is_external)


def hostile(answer: Answer) -> Answer:
    """The same answer with names that were made to break a file."""
    names = [*HOSTILE, *HOSTILE]
    assert answer.plan is not None
    decisions, funds, totals = answer.plan.decisions.copy(), answer.plan.funds.copy(), answer.plan.totals.copy()
    for table, column in ((decisions, "name"), (decisions, "provider"), (funds, "fund"), (totals, "name")):
        table[column] = [names[place % len(names)] for place in range(len(table))]
    county = answer.county
    organizations = tuple(
        row.model_copy(update={"name": name}) for row, name in zip(county.organizations, names, strict=False)
    )
    mandates = tuple(
        row.model_copy(update={"name": "W" * 300, "citation": "W" * 300, "authority": "<b>"}) for row in county.mandates
    )
    facts = county.facts.model_copy(update={"name": "W" * 300})
    county = replace(county.with_tables(organizations=organizations, mandates=mandates), facts=facts)
    plan = replace(answer.plan, decisions=decisions, funds=funds, totals=totals)
    title = "W" * 2_000 + "\x00\x1b\ud800\ufffe"
    return replace(answer, title=title, question="\n".join(HOSTILE) * 9, plan=plan, county=county)


def test_hostile_text_stays_text(runs: dict[str, Run]) -> None:
    content = memo_of(hostile(runs["on_paper"].answer))
    cells = [cell for rows in tables_of(content).values() for row in rows for cell in row]
    assert "<script>alert(1)</script>&amp;" in cells
    assert "=cmd|' /C calc'!A0" in cells
    assert not any("\u202e" in cell for cell in cells)
    assert max(map(len, cells)) <= 80


def test_a_command_writes_it_and_refuses_what_it_cannot(runs: dict[str, Run], tmp_path: Path) -> None:
    out, folder = tmp_path / "memo.docx", runs["on_paper"].folder
    done = reallocate("memo", folder, "--out", out)
    assert (done.exit_code, done.stdout) == (0, f"Written: {out}\n")
    before = out.read_bytes()
    assert "a place that is taken" in reallocate("memo", folder, "--out", out).stderr
    assert "ends in .docx" in reallocate("memo", folder, "--out", tmp_path / "memo.doc").stderr
    region = ROOT / "scenarios" / "whatifs" / "three_counties.yaml"
    refused = reallocate("memo", region, folder, "--out", tmp_path / "region.docx")
    assert (refused.exit_code, "single counties alone" in refused.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["memo.docx"]
    assert reallocate("memo", folder, "--out", out, "--overwrite").exit_code == 0
    assert out.read_bytes() == before


@needs_office
@pytest.mark.slow
def test_it_is_two_pages_even_at_its_worst(runs: dict[str, Run], tmp_path: Path) -> None:
    answers = [replace(hostile(runs["on_paper"].answer), name=f"{place}") for place in range(30)]
    assert pages_of(tmp_path, memo_of(*answers), memo_of(runs["on_paper"].answer)) == [2, 2]


@needs_office
@pytest.mark.slow
def test_clear_creek_is_on_two_pages(runs: dict[str, Run], tmp_path: Path) -> None:
    names = ["status_quo", "no_layoffs", "five_year_roadmap", "end_what_matters_least"]
    for name in names:
        assert reallocate("solve", CLEAR_CREEK / f"{name}.yaml", "--runs", tmp_path / "runs").exit_code == 0
    found = {run.answer.name: run.answer for run in map(read_run, (tmp_path / "runs").iterdir())}
    answers = [runs["recommended"].answer, *(found[name] for name in names)]
    memos = [memo_of(*asked) for asked in (answers, answers[::-1], answers[1:3], answers[3:])]
    assert pages_of(tmp_path, *memos) == [2, 2, 2, 2]
