"""Run folders: written whole, read back as they were, never believed after a change."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from optimizer.errors import Refused
from optimizer.plan.plan import plan_of
from optimizer.runs.folder import Engine, Run, find_run, folder_of, read_run, write_run
from optimizer.runs.manifest import flat_settings
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.highs import search
from optimizer.solve.outcome import Outcome, Stopped
from tests.cases import case_of, offer, organization, plain_money, program_of, service

ENGINE = Engine("highs", {"python": "3"}, {})


def small_case(name: str = "=cmd()", **settings: object) -> Case:
    services = [service("a", name=name, fte=2.5), service("b", 33.33, consent_owner="Sheriff", division="Jail")]
    offers = [offer("a", "east", 50.25, transition_usd=10, estimated="price_usd_per_year")]
    return case_of(services, [organization("east", 1.5)], offers, plain_money(transition_usd=10.0, **settings))


def written(case: Case, root: Path) -> tuple[Run, Outcome]:
    program = program_of(case)
    outcome = search(program, case.settings.solver)
    return write_run(case, ENGINE, outcome, plan_of(program, outcome), root), outcome


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    case = small_case()
    program = program_of(case)
    outcome = search(program, case.settings.solver)
    plan = plan_of(program, outcome)
    back = read_run(write_run(case, ENGINE, outcome, plan, tmp_path).folder).answer

    assert back.county == case.county
    assert back.settings == flat_settings(case)
    assert back.stopped is Stopped.PROVED
    assert back.plan is not None
    for name in ("decisions", "costs", "cash", "totals", "limits", "left_out"):
        pd.testing.assert_frame_equal(getattr(back.plan, name), getattr(plan, name), check_dtype=False)
    assert (back.plan.cost_usd, back.plan.bound_usd, back.plan.today_usd) == (
        plan.cost_usd,
        plan.bound_usd,
        plan.today_usd,
    )
    # 33.33 kept + 50.25 + 10 + 1.50
    assert back.plan.cost_usd == 95.08


def test_a_name_like_a_formula_is_defused_in_the_file_only(tmp_path: Path) -> None:
    run, _ = written(small_case("=HYPERLINK(1)"), tmp_path)
    assert ",'=HYPERLINK(1)," in (run.folder / "decisions.csv").read_text(encoding="utf-8")
    back = read_run(run.folder).answer.plan
    assert back is not None
    assert back.decisions["name"][0] == "=HYPERLINK(1)"


def test_the_manifest_has_the_sums_of_the_tables_that_stand_in_the_folder(tmp_path: Path) -> None:
    run, _ = written(small_case(), tmp_path)
    held = {path.stem for path in (run.folder / "county").glob("*.csv")}
    assert {"services", "offers"} <= held < run.manifest.inputs.keys()
    for table in held:
        found = hashlib.sha256((run.folder / "county" / f"{table}.csv").read_bytes()).hexdigest()
        assert run.manifest.inputs[table] == run.manifest.files[f"county/{table}.csv"] == found


def test_the_folder_is_named_by_everything_that_determines_the_run(tmp_path: Path) -> None:
    base = folder_of(small_case(), ENGINE, tmp_path)
    assert base == folder_of(small_case(), ENGINE, tmp_path)
    others = [
        folder_of(small_case("Other name"), ENGINE, tmp_path),
        folder_of(small_case(displaced_fte=1.0), ENGINE, tmp_path),
        folder_of(replace(small_case(), locks=(Lock("a", "keep", None, "t"),)), ENGINE, tmp_path),
        folder_of(small_case(), replace(ENGINE, name="pyomo:highs"), tmp_path),
        folder_of(small_case(), replace(ENGINE, versions={"python": "4"}), tmp_path),
        folder_of(small_case(), replace(ENGINE, extra={"rules": "x"}), tmp_path),
    ]
    assert len({base, *others}) == 7


def test_a_run_without_a_plan_is_recorded_too(tmp_path: Path) -> None:
    case = small_case()
    outcome = Outcome(Stopped.TIME, None, None, 12.5, "HiGHS", 1.0, "log")
    run = write_run(case, ENGINE, outcome, None, tmp_path)
    assert (run.answer.stopped, run.answer.plan, run.manifest.bound_usd) == (Stopped.TIME, None, 12.5)
    assert find_run(case, ENGINE, tmp_path) is not None


def test_a_changed_file_is_told(tmp_path: Path) -> None:
    run, _ = written(small_case(), tmp_path)
    (run.folder / "decisions.csv").write_text("service_id\n", encoding="utf-8")
    (run.folder / "county" / "services.csv").unlink()
    with pytest.raises(Refused) as refused:
        read_run(run.folder)
    assert [Path(finding.where).name for finding in refused.value.findings] == ["services.csv", "decisions.csv"]


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such file"):
        read_run(tmp_path)
    (tmp_path / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(Refused, match="something else"):
        read_run(tmp_path)


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("optimizer.runs.folder.write_county", broken)
    with pytest.raises(Refused, match="disk full"):
        written(small_case(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_writing_again_replaces_the_run(tmp_path: Path) -> None:
    first, _ = written(small_case(), tmp_path)
    second, _ = written(small_case(), tmp_path)
    assert first.folder == second.folder
    assert [path.name for path in tmp_path.iterdir()] == [first.folder.name]
