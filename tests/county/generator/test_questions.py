"""The questions that ship with the county can be asked, and their answers lie the way they must."""

from functools import cache
from pathlib import Path

import pytest

from optimizer.ask import find_plan
from optimizer.county.reading import read_county
from optimizer.options.prepare import prepare
from optimizer.scenario.loading import load_scenario

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "scenarios" / "whatifs" / "clear_creek"
QUESTIONS = sorted(FOLDER.glob("*.yaml"))
COUNTY = read_county(ROOT / "data" / "clear_creek")
STAYS = ["keep", "insource"]


@cache
def case(path: Path):
    return prepare(COUNTY, load_scenario(path))


@cache
def answer(name: str):
    outcome, plan = find_plan(case(FOLDER / f"{name}.yaml"))
    assert plan is not None
    return outcome.cost_usd, plan.decisions


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_every_question_has_a_title_and_says_something_new(path):
    scenario = case(path).scenario
    assert scenario.title != path.stem
    assert scenario.question.endswith("?")
    assert scenario.county == ROOT / "data" / "clear_creek"
    own = [
        origin
        for origin in scenario.origins.values()
        if origin.startswith(f"scenarios/whatifs/clear_creek/{path.name}")
    ]
    assert path.stem == "recommended" or own or scenario.changes or scenario.rules


def test_the_questions_a_director_asks_are_there():
    assert {path.stem for path in QUESTIONS} >= {
        "status_quo", "vendor_prices_up_15", "largest_partner_withdraws", "no_layoffs", "transition_budget_halved",
        "sheriff_does_not_consent", "savings_fall_short", "only_governments",
    }  # fmt: skip


def test_the_largest_partner_is_the_one_that_withdraws():
    largest = COUNTY.frame("overlaps")["org_id"].value_counts().index[0]
    rules = case(FOLDER / "largest_partner_withdraws.yaml").forbids
    assert {rule.provider for rule in rules} == {largest}


def test_a_minority_of_services_moves_with_every_decision_among_them():
    cost, decisions = answer("recommended")
    keeping, kept = answer("status_quo")
    assert set(kept["decision"]) == {"keep"}
    assert cost < keeping
    counts = decisions["decision"].value_counts(normalize=True)
    assert set(counts.index) == {"keep", "insource", "partner", "consolidate", "outsource"}
    assert 0.05 <= 1 - counts[STAYS].sum() <= 0.15


@pytest.mark.parametrize("name", ["no_layoffs", "sheriff_does_not_consent"])
def test_a_stricter_question_costs_more_and_keeps_its_word(name):
    cost, decisions = answer(name)
    assert answer("recommended")[0] < cost < answer("status_quo")[0]
    moved = decisions[~decisions["decision"].isin(STAYS)]
    if name == "no_layoffs":
        assert moved["fte_displaced"].sum() == 0
    else:
        assert "Sheriff" not in set(moved["consent_owner"])
        assert "Sheriff" in set(answer("recommended")[1].query("decision not in @STAYS")["consent_owner"])
