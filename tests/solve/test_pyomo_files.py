"""Files say what the program says: read back by another reader they have the same optimum and readable names."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import highspy
import pytest

from optimizer.county.terms import Decision
from optimizer.errors import Refused, SolverFailed
from optimizer.program.program import Program
from optimizer.scenario.scenario import Forbid
from optimizer.solve import highs
from optimizer.solve.pyomo_bridge import load_rules, search_pyomo, write_model
from tests.cases import case_of, offer, organization, plain_money, program_of, sampled, service
from tests.solve.rich import QUESTIONS, cases, rich_case
from tests.solve.test_pyomo_rules import written
from tests.solve.test_pyomo_search import two_towns


def read_back(path: Path) -> highspy.Highs:
    """The file solved by HiGHS's own reader."""
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    assert model.readModel(str(path)) == highspy.HighsStatus.kOk
    model.run()
    return model


def column_names(model: highspy.Highs) -> list[str]:
    return [model.getColName(column)[1] for column in range(model.getNumCol())]


def row_names(model: highspy.Highs) -> list[str]:
    return [model.getRowName(row)[1] for row in range(model.getNumRow())]


@pytest.mark.parametrize("suffix", [".lp", ".mps"])
@pytest.mark.parametrize("question", sampled(QUESTIONS, 2))
def test_a_file_has_the_optimum_of_the_program(tmp_path: Path, suffix: str, question: str):
    program = program_of(cases()[question])
    write_model(program, tmp_path / f"model{suffix}")
    outcome = highs.search(program, program.case.settings.solver)
    model = read_back(tmp_path / f"model{suffix}")
    if outcome.cost_usd is None:
        assert model.getModelStatus() == highspy.HighsModelStatus.kInfeasible
    else:
        assert model.getModelStatus() == highspy.HighsModelStatus.kOptimal
        assert model.getInfo().objective_function_value == pytest.approx(outcome.cost_usd, abs=0.01)


@pytest.mark.parametrize("suffix", [".lp", ".mps"])
def test_names_can_be_read(tmp_path: Path, suffix: str):
    write_model(two_towns(), tmp_path / f"model{suffix}")
    model = read_back(tmp_path / f"model{suffix}")
    assert set(column_names(model)) == {
        "ONE_VAR_CONSTANT",
        "choose(jail,keep,1)",
        "choose(jail,jail_east,1)",
        "choose(parks,keep,1)",
        "choose(parks,parks_east,1)",
        "choose(parks,parks_west,1)",
        "agree(east,1)",
        "agree(west,1)",
    }
    assert set(row_names(model)) >= {"c_e_choice(jail)_", "c_u_agreement(parks_west,1)_"}


def test_names_that_would_be_one_are_told_apart(tmp_path: Path):
    case = case_of(
        [service("a-b"), service("a_b"), service("est~x")],
        [organization("east")],
        [offer("a-b", "east", 60), offer("a_b", "east", 50), offer("est~x", "east", 50)],
        settings=plain_money(displaced_fte_by_department={"Works; [old] é: 1 < 2": 5.0, "W" * 290: 5.0}),
        forbids=[Forbid("a-b", org, Decision.OUTSOURCE, "test") for org in ("east", "pool")],
    )
    for suffix in (".lp", ".mps"):
        write_model(program_of(case), tmp_path / f"model{suffix}")
        model = read_back(tmp_path / f"model{suffix}")
        columns, rows = column_names(model), row_names(model)
        assert {"choose(a_b,keep,1)", "choose(a_b,keep,1)~2", "choose(est~x,keep,1)"} <= set(columns)
        assert len(set(columns)) == len(columns)
        assert len(set(rows)) == len(rows)
        assert max(map(len, rows)) < 255
        assert any("Works___old" in name.replace("(", "_").replace(")", "_") for name in rows)
        assert model.getInfo().objective_function_value == pytest.approx(200)


@pytest.mark.parametrize("suffix", [".lp", ".mps", ".nl"])
def test_the_same_program_gives_the_same_bytes(tmp_path: Path, suffix: str):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_model(program_of(rich_case()), tmp_path / name / f"model{suffix}")
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_an_nl_file_has_its_names_beside_it(tmp_path: Path):
    files = write_model(two_towns(), tmp_path / "county.nl")
    assert [file.name for file in files] == ["county.col", "county.nl", "county.row"]
    assert sorted(tmp_path.iterdir()) == list(files)
    assert "choose[jail,jail-east,1]" in (tmp_path / "county.col").read_text().splitlines()
    assert "choice[jail]" in (tmp_path / "county.row").read_text().splitlines()


def test_rules_are_written_too(tmp_path: Path):
    body = """
    model.jail_stays = pyo.Constraint(expr=model.choose["jail", "keep", 1] == 1)
    model.agree["west", 1].fix(0)
    """
    rules = load_rules(written(tmp_path, body))
    for suffix in (".lp", ".mps"):
        write_model(two_towns(), tmp_path / f"model{suffix}", rules)
        # parks at east: 100 + 60 + 5
        assert read_back(tmp_path / f"model{suffix}").getInfo().objective_function_value == pytest.approx(165)
    program = two_towns()
    assert search_pyomo(program, program.case.settings.solver, rules=rules).cost_usd == pytest.approx(165)


def test_an_unknown_format_is_refused(tmp_path: Path):
    for name in ("model.gms", "model"):
        with pytest.raises(Refused, match=r"needs a name that ends in \.lp, \.mps, \.nl"):
            write_model(two_towns(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_capital_suffix_is_the_same_format(tmp_path: Path):
    assert write_model(two_towns(), tmp_path / "MODEL.LP") == (tmp_path / "MODEL.LP",)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(Refused, match="needs a folder that exists"):
        write_model(two_towns(), tmp_path / "nowhere" / "model.lp")


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "model.lp"
    path.write_text("before", encoding="utf-8")

    def cut(self: Program) -> None:
        raise SolverFailed("no")

    with monkeypatch.context() as patch:
        patch.setattr("pyomo.repn.plugins.lp_writer._LPWriter_impl.write_expression", cut)
        with pytest.raises(TypeError):
            write_model(two_towns(), path)
    assert path.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [path]
    write_model(two_towns(), path)
    assert path.read_text(encoding="utf-8").startswith("\\* Source Pyomo model name=plan *\\")


@pytest.mark.skipif(not shutil.which("glpsol"), reason="glpsol is not installed here")
@pytest.mark.parametrize(("suffix", "reader"), [(".lp", "--lp"), (".mps", "--freemps")])
def test_glpk_reads_the_files(tmp_path: Path, suffix: str, reader: str):
    program = program_of(cases()["at once"])
    write_model(program, tmp_path / f"model{suffix}")
    command = ["glpsol", reader, f"model{suffix}", "--output", "plan.txt"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    text = (tmp_path / "plan.txt").read_text()
    assert "INTEGER OPTIMAL" in text
    found = float(text.split("Objective:")[1].split("=")[1].split()[0])
    assert found == pytest.approx(highs.search(program, program.case.settings.solver).cost_usd, abs=0.01)
