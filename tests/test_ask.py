"""From a question to its answer: which run counts as made, what a search starts from, what a run may not be asked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimizer import ask
from optimizer.ask import Search, answer, engine_of, find_plan, load_case, options_of
from optimizer.ask_several import runs_of
from optimizer.county import records
from optimizer.errors import Refused
from optimizer.program.program import CountyProgram
from optimizer.runs.folder import Run, read_run
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.outcome import Outcome, Stopped
from tests.cases import ROOT, case_of, offer, organization, plain_money, service


def county(name: str = "Test County") -> Case:
    """Two services; east takes a for 40 and b for 60 of their 100."""
    case = case_of(
        [service("a"), service("b")], [organization("east")], [offer("a", "east", 40), offer("b", "east", 60)]
    )
    facts = case.county.facts.model_copy(update={"name": name})
    return replace(case, county=replace(case.county, facts=facts))


class Searches:
    """Counts the searches, and changes what they bring back."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.starts: list[Path | None] = []
        self.change: dict[str, Any] = {}
        self.loses_plan = False
        self._search = ask._searched
        monkeypatch.setattr(ask, "_searched", self)

    def __call__(self, case: Case, search: Search, on_progress: None) -> tuple[CountyProgram, Outcome]:
        self.starts.append(search.start)
        program, outcome = self._search(case, search, on_progress)
        return program, replace(outcome, **self.change, **({"x": None} if self.loses_plan else {}))


@pytest.fixture
def searches(monkeypatch: pytest.MonkeyPatch) -> Searches:
    return Searches(monkeypatch)


def test_a_proved_run_is_made_once(searches: Searches, tmp_path: Path) -> None:
    first, again = answer(county(), tmp_path), answer(county(), tmp_path)
    assert (first.made_before, again.made_before, len(searches.starts)) == (False, True, 1)
    assert not answer(county(), tmp_path, fresh=True).made_before
    assert searches.starts == [None, None]


def test_that_no_plan_exists_is_found_once(searches: Searches, tmp_path: Path) -> None:
    searches.change, searches.loses_plan = {"stopped": Stopped.INFEASIBLE, "cost_usd": None}, True
    assert [answer(county(), tmp_path).made_before for _ in range(2)] == [False, True]


@pytest.mark.parametrize("stopped", [Stopped.TIME, Stopped.INTERRUPTED])
def test_a_run_without_a_proof_is_searched_again_from_its_plan(
    stopped: Stopped, searches: Searches, tmp_path: Path
) -> None:
    searches.change = {"stopped": stopped, "bound_usd": 10.0}
    early = answer(county(), tmp_path)
    assert early.answer.stopped is stopped
    searches.change = {}
    proved = answer(county(), tmp_path)
    assert searches.starts == [None, early.folder]
    # the second takes the place of the first, under the same name
    assert (proved.folder, proved.answer.stopped) == (early.folder, Stopped.PROVED)
    assert read_run(early.folder).answer.stopped is Stopped.PROVED
    assert "start" not in proved.manifest.extra


def test_a_search_that_finds_nothing_as_good_leaves_the_run(searches: Searches, tmp_path: Path) -> None:
    searches.change = {"stopped": Stopped.TIME, "bound_usd": 90.0}
    early = answer(county(), tmp_path)
    searches.change = {"stopped": Stopped.INTERRUPTED, "bound_usd": 10.0}
    assert _bound(answer(county(), tmp_path)) == 90.0
    searches.change, searches.loses_plan = {"stopped": Stopped.INTERRUPTED}, True
    kept = answer(county(), tmp_path)
    assert (kept.made_before, kept.answer.stopped, _bound(kept)) == (True, Stopped.TIME, 90.0)
    assert read_run(early.folder).answer.plan is not None
    searches.change, searches.loses_plan = {"stopped": Stopped.TIME, "bound_usd": 95.0}, False
    assert _bound(answer(county(), tmp_path)) == 95.0


def _bound(run: Run) -> float | None:
    assert run.answer.plan is not None
    return run.answer.plan.bound_usd


def test_a_comparison_goes_on_from_the_last_search_that_left_something(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    whatifs, left, given = ROOT / "scenarios" / "whatifs" / "pocket", ["first", None, "third"], list[object]()
    find = ask._searched

    def note(case: Case, search: Search, on_progress: ask.OnProgress | None) -> tuple[CountyProgram, Outcome]:
        program, outcome = find(case, search, on_progress)
        given.append(None if search.last is None else search.last.memory)
        return program, replace(outcome, memory=left[len(given) - 1])

    monkeypatch.setattr(ask, "_searched", note)
    paths = [whatifs / "on_paper.yaml", whatifs / "no_transition_limit.yaml", whatifs / "on_paper.yaml"]
    runs_of(paths, [], None, tmp_path, Search(), None, fresh=True)
    assert given == [None, "first", "first"]


def test_a_run_of_another_county_is_no_start(tmp_path: Path) -> None:
    run = answer(county("Elsewhere"), tmp_path)
    with pytest.raises(Refused, match=r"--start .*found a run of Elsewhere, CO, needs a run of Test County, CO"):
        find_plan(county(), Search(start=run.folder))
    own = answer(county(), tmp_path)
    outcome, _ = find_plan(county(), Search(start=own.folder))
    assert outcome.cost_usd == 100


def test_nothing_is_set_in_a_finished_run(tmp_path: Path) -> None:
    run, rules = answer(county(), tmp_path).folder, tmp_path / "my_rules.py"
    asked = (["limits.agreements=0"], tmp_path, tmp_path, Search(rules=rules), None)
    with pytest.raises(Refused) as refused:
        runs_of([run, run], *asked, fresh=False)
    assert len(refused.value.findings) == 2
    for words in ("--set limits.agreements=0", f"--county {tmp_path}", f"--constraints {rules}"):
        assert words in refused.value.findings[0].found
    (found,) = runs_of([run], [], None, tmp_path, Search(), None, fresh=False)
    assert found.answer.stopped is Stopped.PROVED


def test_a_consultants_rules_are_an_input_of_the_run(tmp_path: Path) -> None:
    rules = tmp_path / "my_rules.py"
    rules.write_text("def add_rules(model, case):\n    model.choose['a', 'keep', 1].fix(1)\n", encoding="utf-8")
    run = answer(county(), tmp_path / "runs", Search(rules=rules))
    manifest = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["extra"]["rules"].startswith("my_rules.py, sha256 ")
    assert len(manifest["extra"]["rules"].split()[-1]) == 64
    told = read_run(run.folder).answer.settings["rules"]
    assert told == run.answer.settings["rules"] == manifest["extra"]["rules"]
    before = engine_of(Search(rules=rules)).extra
    rules.write_text(rules.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert engine_of(Search(rules=rules)).extra != before


def test_a_lock_that_nothing_can_keep_is_refused_before_the_search(searches: Searches, tmp_path: Path) -> None:
    case = replace(county(), locks=(Lock("a", "partner", None, "a.yaml:3:5"),))
    with pytest.raises(Refused, match=r"a\.yaml:3:5 lock: found a lock of a to partner"):
        answer(case, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_county_is_found_by_text_or_path() -> None:
    path = ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"
    case = load_case(str(path))
    assert case.county == load_case(path).county == load_case(path, (), str(ROOT / "data" / "pocket")).county


def test_an_offer_of_a_pool_bears_the_pools_best_rate() -> None:
    pool = records.Pool(
        pool_id="pool1",
        name="Shared",
        resource="calls",
        setup_usd=0,
        fixed_usd_per_year=9,
        min_members=1,
        max_members=2,
    )
    tiers = [
        records.PoolTier(
            pool_id="pool1", tier=tier, from_volume=low, to_volume=high, usd_per_unit=rate, fixed_usd_per_year=0
        )
        for tier, (low, high, rate) in enumerate(((0, 10, 3), (10, 50, 2)), start=1)
    ]
    settings = plain_money() | {"horizon": {"years": 2, "discount_rate": 0.0, "start_years": 2}}
    case = case_of(
        [service("a")],
        [organization("east")],
        [offer("a", "pool1", 10), offer("a", "east", 50)],
        settings,
        pools=[pool],
        pool_tiers=tiers,
        uses=[records.Use(offer_id="a-pool1", resource="calls", amount=8)],
    )
    rows = options_of(case, "a").set_index(["offer_id", "start_year"])
    # 8 calls at 2 a call: 16 a year from the start on; the price of 10 with it makes 26 a year
    pool_usd, cost_usd = "pool_usd_per_year_at_best_rate", "yearly_equivalent_usd"
    assert rows.loc[("a-pool1", 1), [pool_usd, cost_usd, "present_cost_usd"]].tolist() == [16, 26, 52]
    # from year 2 on: half of it, and a year in house
    assert rows.loc[("a-pool1", 2), [pool_usd, cost_usd]].tolist() == [8, 63]
    assert rows.loc[("a-east", 1), [pool_usd, cost_usd]].tolist() == [0, 50]
    assert rows.loc[("", 1), [pool_usd, cost_usd]].tolist() == [0, 100]
