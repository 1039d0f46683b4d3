"""docs/pyomo.md: its examples run, and it names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optimizer.solve.pyomo_bridge import load_rules, search_pyomo, to_pyomo
from optimizer.solve.pyomo_solvers import ENGINES
from tests.algebra.random_cases import random_case
from tests.cases import ROOT, case_of, offer, organization, program_of, service
from tests.solve.test_pyomo_model import RICH_SEED

PAGE = (ROOT / "docs" / "pyomo.md").read_text(encoding="utf-8")
RULES, FROM_PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_bites(tmp_path: Path):
    path = tmp_path / "my_rules.py"
    path.write_text(RULES, encoding="utf-8")
    departments = ["Works", "Sheriff", "Clerk"]
    case = case_of(
        [service(f"s{number}", department=name) for number, name in enumerate(departments)],
        [organization("east")],
        [offer(f"s{number}", "east", 40 + 10 * number) for number in range(3)],
    )
    program = program_of(case)
    free = search_pyomo(program, case.settings.solver)
    ruled = search_pyomo(program, case.settings.solver, rules=load_rules(path))
    # all three move for 40 + 50 + 60; with two departments the dearest offer stays in house for 100
    assert (free.cost_usd, ruled.cost_usd) == (pytest.approx(150), pytest.approx(190))


def test_the_example_runs_with_pools_and_every_other_rule(tmp_path: Path):
    path = tmp_path / "my_rules.py"
    path.write_text(RULES, encoding="utf-8")
    program = program_of(random_case(RICH_SEED))
    free = search_pyomo(program, program.case.settings.solver)
    ruled = search_pyomo(program, program.case.settings.solver, rules=load_rules(path))
    assert ruled.cost_usd >= free.cost_usd - 0.01


def test_the_lines_from_python_run(tmp_path: Path):
    path = tmp_path / "my_rules.py"
    path.write_text(RULES, encoding="utf-8")
    names = {"program": program_of(random_case(RICH_SEED)), "path": path}
    exec(FROM_PYTHON, names)
    assert names["outcome"].holds_plan
    assert names["files"] == (tmp_path / "my_rules.mps",)


def test_the_page_names_every_variable_and_every_solver():
    model = to_pyomo(program_of(random_case(RICH_SEED)))
    table = PAGE.split("What the model has:")[1].split("A family whose name")[0]
    named = "SERVICES OPTIONS AGREEMENTS POOLS TIERS choose agree open_pool tier volume total_usd choice agreement"
    for name in f"{named} membership host capacity volume_rule mandate".split():
        assert re.search(rf"\b{name}\b", table), name
        assert model.component(name) is not None, name
    assert set(re.findall(r"`pyomo:(\w+)`", PAGE)) == set(ENGINES)
