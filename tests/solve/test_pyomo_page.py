"""docs/pyomo.md: its examples run, and it names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from optimizer.ask_region import load_region_case
from optimizer.options.options import build_options
from optimizer.program.region import build_region_program
from optimizer.solve.pyomo_bridge import load_rules, search_pyomo, to_pyomo
from optimizer.solve.pyomo_solvers import ENGINES
from tests.cases import ROOT, case_of, offer, organization, program_of, service
from tests.solve.rich import rich_case

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
    program = program_of(rich_case())
    free = search_pyomo(program, program.case.settings.solver)
    ruled = search_pyomo(program, program.case.settings.solver, rules=load_rules(path))
    assert ruled.cost_usd >= free.cost_usd - 0.01


def test_the_lines_from_python_run(tmp_path: Path):
    path = tmp_path / "my_rules.py"
    path.write_text(RULES, encoding="utf-8")
    names = {"program": program_of(rich_case()), "path": path}
    exec(FROM_PYTHON, names)
    assert names["outcome"].holds_plan
    assert names["files"] == (tmp_path / "my_rules.mps",)


def test_the_page_tells_every_block_with_its_index():
    rows = re.findall(
        r"^\| (\w+) \|([\w, ]*)\| (.+) \|$", PAGE.split("What is decided")[1].split("There is one")[0], re.M
    )
    told = {name: [key for key in index.strip().split(", ") if key] for name, index, _ in rows if name != "block"}
    blocks = {block.name: list(block.keys) for block in program_of(rich_case()).columns.blocks if len(block)}
    assert told == blocks
    model = to_pyomo(program_of(rich_case()))
    for name, keys in blocks.items():
        assert model.component(name) is not None, name
        assert (model.component(f"{name.upper()}_KEYS") is not None) == bool(keys), name


def test_the_names_in_a_region_are_those_of_the_page():
    region = load_region_case(ROOT / "scenarios" / "whatifs" / "three_counties.yaml")
    options = {name: build_options(case) for name, case in region.cases.items()}
    model = to_pyomo(build_region_program(region, options, None))
    told = PAGE.split("Where several counties plan together")[1].split("Where something is sought")[0]
    for name in re.findall(r'component\("([\w.]+)"\)|`([A-Z_.]+_KEYS)`', told):
        assert model.component("".join(name)) is not None, name
    for name in ("open_pool", "tier", "volume", "share", "unit_share"):
        assert f"`{name}`" in told
        assert model.component(name) is not None
    for name in ("pool_bill", "setup_bill"):
        assert f"`{name}`" in told
        assert model.component(f"region_alder.{name}") is not None
    assert "region_alder" in region.cases


def test_the_families_that_the_page_names_are_there():
    model = to_pyomo(program_of(rich_case()))
    for name in re.findall(r"`(\w+_rule|choice|agreement|membership|capacity|mandate|pool_min)[`\[]", PAGE):
        assert model.component(name) is not None, name
    for index in ("choice[service_id]", "agreement[offer_id,year]"):
        assert f"`{index}`" in PAGE


def test_the_page_names_every_solver():
    assert set(re.findall(r"`pyomo:(\w+)`", PAGE)) == set(ENGINES)
