"""The page of a comparison, read back: every number is the comparison's, and every bridge adds up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from optimizer.ask import answer, load_case
from optimizer.plan.answer import Answer
from optimizer.plan.compare import Comparison, compare
from optimizer.report.bridges import ALIKE, ONLY_FIRST, ONLY_SECOND, OTHERWISE, pair_bridges
from optimizer.report.html.analyses import frontier_section, realized_section
from optimizer.report.html.comparison_page import comparison_page
from optimizer.report.html.parts import Section
from optimizer.report.html.writing import page_text
from optimizer.report.words import proved_word
from optimizer.runs.folder import Run
from optimizer.runs.manifest import flat_settings
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import ask
from optimizer.why.frontier import frontier
from optimizer.why.realized import realized
from tests.cases import ROOT, best, case_of, offer, organization, service
from tests.report.html.reading import ReadPage
from tests.report.html.test_run_page import HOSTILE, assert_safe

POCKET = ROOT / "scenarios" / "whatifs" / "pocket"


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, list[Run]]:
    folder = tmp_path_factory.mktemp("runs")
    kept = ["allowed_decisions=[keep]"]
    cases = [load_case(POCKET / "on_paper.yaml"), load_case(POCKET / "no_transition_limit.yaml")]
    cases += [load_case(POCKET / "on_paper.yaml", kept)]
    runs = [answer(case, folder) for case in cases]
    answers = [runs[0].answer, runs[1].answer, replace(runs[2].answer, name="kept")]
    none = replace(runs[0].answer, name="none", plan=None, stopped=Stopped.INFEASIBLE)
    return compare([*answers, none]), [*runs, runs[0]]


def page_of(compared: tuple[Comparison, list[Run]], analyses: tuple[Section, ...] = ()) -> ReadPage:
    comparison, runs = compared
    manifests = [run.manifest.model_dump(mode="json") for run in runs]
    return ReadPage(page_text(comparison_page(comparison, manifests, analyses)))


def test_every_table_is_the_comparisons_own(compared: tuple[Comparison, list[Run]]) -> None:
    comparison, page = compared[0], page_of(compared)
    measures = page.tables["measures-table"]
    assert measures.texts("measure") == comparison.measures["measure"].tolist()
    for found in comparison.answers:
        own = comparison.measures[found.name].tolist()
        numbers = [float(value) if isinstance(value, int | float) and value == value else None for value in own]
        assert measures.values(found.name) == numbers
    differences = page.tables["differences-table"]
    for column in ("change_usd_per_year", "least_usd_per_year", "most_usd_per_year"):
        assert differences.values(column) == comparison.differences[column].tolist()
    proved = [proved_word(row) for row in comparison.differences.to_dict("records")]
    assert differences.texts("proved") == proved
    flips = page.tables["flips-table"]
    assert flips.texts("name") == comparison.flips["name"].tolist()
    assert flips.values("worth_usd_per_year") == comparison.flips["worth_usd_per_year"].tolist()
    assert flips.texts("kept") == comparison.flips["kept"].tolist()
    assert page.tables["every-input"].texts("input") == comparison.inputs["input"].tolist()
    assert page.tables["costs-table"].texts("answer")[-1] == "no plan exists"
    assert_safe(page)


@pytest.mark.usefixtures("undrawn")
def test_the_answer_tells_what_is_proved(compared: tuple[Comparison, list[Run]]) -> None:
    text = page_of(compared).text
    assert "on_paper is what the others are compared with: proved best." in text
    assert "kept costs $60,012 a year more." in text
    assert "Every one of these differences is proved." in text
    assert "none: No plan exists" in text


@pytest.mark.usefixtures("undrawn")
def test_every_bridge_adds_up(compared: tuple[Comparison, list[Run]]) -> None:
    page = page_of(compared)
    table = page.tables["pairs-table"]
    assert len(table.rows) == 3
    for row in table.rows:
        _, _, first, *steps, last = (value for _, value in row)
        assert first is not None
        assert last is not None
        assert first + sum(step or 0.0 for step in steps) == pytest.approx(last, abs=0.05)
    own = pair_bridges(compared[0].answers)
    assert table.texts("to") == own["to"].tolist()
    assert [held["data-pairs"] for tag, held in page.tags if "data-pairs" in held] == ["pairs-table"]


def test_a_bridge_by_hand() -> None:
    services = [service(name, 100.0) for name in "abcd"]
    offers = [offer("a", "east", 40), offer("a", "west", 45), offer("b", "east", 50), offer("c", "west", 60)]
    orgs = [organization("east", 10.0), organization("west", 5.0)]

    def answered(name: str, kept: list[str]) -> Answer:
        case = case_of(services, orgs, [made for made in offers if made.offer_id in kept])
        return Answer(name, name, "", Stopped.PROVED, best(case), flat_settings(case), case.county)

    one = answered("one", ["a-east", "b-east"])  # 40 + 50 + 100 + 100 + 10
    two = answered("two", ["a-west", "c-west"])  # 45 + 100 + 60 + 100 + 5
    (row,) = pair_bridges((one, two)).to_dict("records")
    assert row["from_usd_per_year"] == 300.0
    assert row["to_usd_per_year"] == 310.0
    assert row[OTHERWISE] == 5.0
    assert row[ONLY_FIRST] == 50.0
    assert row[ONLY_SECOND] == -40.0
    assert row["Agreements"] == -5.0
    assert ALIKE not in row
    other = replace(two, county=replace(two.county, facts=two.county.facts.model_copy(update={"name": "Elsewhere"})))
    assert pair_bridges((one, other)).empty


def test_frontier_and_tornado_are_the_analyses_own(compared: tuple[Comparison, list[Run]]) -> None:
    asked = ask(load_case(POCKET / "on_paper.yaml", ["economics.realization_share=0.6"]))
    drawn, line = realized(asked, draws=200), frontier(asked, "agreements", 4)
    sections = (
        realized_section(drawn.told(), drawn.tornado, drawn.planned_usd_per_year, "on_paper"),
        frontier_section(line.told(), line.points, line.measure.column, "Agreements", "on_paper"),
    )
    page = page_of(compared, sections)
    tables = {table.caption: table for table in page.tables.values()}
    tornado = tables["What it depends on: one assumption at a time, the others at their means"]
    assert tornado.values("saved_at_low_usd_per_year") == drawn.tornado["saved_at_low_usd_per_year"].tolist()
    points = tables["Least cost against: organizations that the county signs with"]
    assert points.values("usd_per_year") == line.points["usd_per_year"].tolist()
    assert "In 200 draws" in page.text
    assert {"tornado-picture", "frontier-picture"} <= set(page.ids)
    assert_safe(page)


@pytest.mark.usefixtures("undrawn")
def test_without_any_plan_there_is_still_a_page(compared: tuple[Comparison, list[Run]]) -> None:
    comparison, runs = compared
    first = replace(comparison.answers[0], plan=None, stopped=Stopped.TIME)
    both = compare([first, comparison.answers[3]])
    page = page_of((both, [runs[0], runs[0]]))
    assert "No plan was found in the time given." in page.text
    assert "costs-table" not in page.tables
    assert pd.isna(both.measures["none"].iloc[0]) is False
    assert_safe(page)


def test_hostile_names_of_scenarios_stay_text(compared: tuple[Comparison, list[Run]]) -> None:
    comparison, runs = compared
    renamed = [replace(found, name=name, title=name, question=name)
               for found, name in zip(comparison.answers[:3], HOSTILE[:3], strict=True)]  # fmt: skip
    page = page_of((compare(renamed), runs[:3]))
    assert_safe(page)
    assert page.tables["costs-table"].texts("scenario") == list(HOSTILE[:3])
    assert page.tables["pairs-table"].texts("to") == [HOSTILE[1], HOSTILE[2], HOSTILE[2]]


@pytest.mark.usefixtures("undrawn")
def test_plans_of_two_counties_have_no_bridge(compared: tuple[Comparison, list[Run]]) -> None:
    comparison, runs = compared
    first, other = comparison.answers[:2]
    elsewhere = replace(other, county=replace(other.county, facts=other.county.facts.model_copy(update={"name": "X"})))
    page = page_of((compare([first, elsewhere]), runs[:2]))
    assert "pairs-table" not in page.tables
    assert "another county (X, CO)" in page.text
    assert f"{other.name}: of another county than {first.name}" in page.text
    assert "decided alike" not in page.text
    assert f"Against it {other.name} costs" not in page.text
    assert page.tables["differences-table"].texts("proved") == ["no"]


@pytest.mark.usefixtures("undrawn")
def test_where_the_first_has_no_plan_the_cheapest_is_told(compared: tuple[Comparison, list[Run]]) -> None:
    comparison, runs = compared
    first, other, *_ = comparison.answers
    page = page_of((compare([replace(first, plan=None, stopped=Stopped.INFEASIBLE), other]), runs[:2]))
    assert f"{first.name} is what the other is compared with: no plan exists." in page.text
    assert f"{other.name} alone has a plan, for $" in page.text
    assert page.tables["asked-table"].texts("title") == [first.title, other.title]


@pytest.mark.slow
def test_a_thousand_services_and_twelve_scenarios_are_a_page_of_less_than_8_megabytes(tmp_path: Path) -> None:
    from optimizer.county.generator import generate, spec_for
    from optimizer.county.writing import write_county

    root = tmp_path / "scenarios"
    write_county(generate(spec_for("clear_creek", name="Thousand", services=1000), 1), tmp_path / "data" / "thousand")
    root.mkdir()
    (root / "base.yaml").write_bytes((ROOT / "scenarios" / "base.yaml").read_bytes())
    runs = []
    for number in range(12):
        path = root / f"whatif_{number}.yaml"
        path.write_text(f"title: Number {number}\nquestion: What if?\ncounty: thousand\nset:\n"
                        f"  limits.transition_usd: {100_000 * (number + 1)}\n  solver.gap_usd: 2000.0\n")  # fmt: skip
        runs.append(answer(load_case(path, [], tmp_path / "data" / "thousand"), tmp_path / "runs"))
    comparison = compare([run.answer for run in runs])
    manifests = [run.manifest.model_dump(mode="json") for run in runs]
    text = page_text(comparison_page(comparison, manifests))
    assert len(text.encode()) < 8_000_000
    assert len(ReadPage(text).tables["pairs-table"].rows) == 66
