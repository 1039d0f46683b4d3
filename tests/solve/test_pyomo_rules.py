"""A consultant's rules are added, and whatever goes wrong in their file is told with its line."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from optimizer.errors import Refused
from optimizer.solve.outcome import Outcome, Stopped
from optimizer.solve.pyomo_bridge import load_rules, search_pyomo
from tests.solve.test_pyomo_beliefs import BEST, KEPT
from tests.solve.test_pyomo_search import two_towns

HEAD = "import pyomo.environ as pyo\n\n\ndef add_rules(model, case):\n"


def written(folder: Path, body: str, head: str = HEAD) -> Path:
    """A rules file with `body` as its add_rules."""
    path = folder / "my_rules.py"
    path.write_text(head + "".join(f"    {line}\n" for line in dedent(body).strip().splitlines()), encoding="utf-8")
    return path


def searched(folder: Path, body: str, **kwargs: object) -> Outcome:
    program = two_towns()
    return search_pyomo(program, program.case.settings.solver, rules=load_rules(written(folder, body)), **kwargs)


def refusal(folder: Path, body: str) -> str:
    with pytest.raises(Refused) as caught:
        searched(folder, body)
    return str(caught.value)


def test_a_rule_bites(tmp_path: Path):
    # without it both move for 120; with it the jail stays at 100 and the parks go west for 50 + 5
    outcome = searched(tmp_path, 'model.jail_stays = pyo.Constraint(expr=model.choose["jail", "keep", 1] == 1)')
    assert outcome.cost_usd == pytest.approx(155)
    assert outcome.stopped is Stopped.PROVED


def test_a_rule_sees_the_case(tmp_path: Path):
    outcome = searched(
        tmp_path,
        """
        kept = sum(model.choose[service.service_id, "keep", 1] for service in case.county.services)
        model.all_stay = pyo.Constraint(expr=kept >= len(case.county.services))
        """,
    )
    assert outcome.x.tolist() == KEPT.tolist()


def test_a_rule_may_bring_its_own_variables_and_expressions(tmp_path: Path):
    outcome = searched(
        tmp_path,
        """
        model.towns = pyo.Set(initialize=["east", "west"])
        model.most = pyo.Param(initialize=1, mutable=True)
        model.busiest = pyo.Var(within=pyo.NonNegativeIntegers)
        model.block = pyo.Block()
        model.block.signed = pyo.Expression(expr=sum(model.agree[town, 1] for town in model.towns))
        model.block.limit = pyo.Constraint(expr=model.block.signed <= model.busiest)
        model.at_most = pyo.Constraint(expr=model.busiest <= model.most)
        """,
    )
    # one agreement: both at east
    assert outcome.cost_usd == pytest.approx(125)
    assert len(outcome.x) == len(BEST)


def test_a_rule_may_fix_a_variable(tmp_path: Path):
    outcome = searched(tmp_path, 'model.agree["west", 1].fix(0)')
    assert outcome.cost_usd == pytest.approx(125)


def test_a_rule_may_make_it_impossible(tmp_path: Path):
    outcome = searched(tmp_path, 'model.none = pyo.Constraint(expr=model.agree["west", 1] >= 2)')
    assert outcome.stopped is Stopped.INFEASIBLE


def test_a_start_that_breaks_the_rule_is_not_brought_back(tmp_path: Path):
    outcome = searched(
        tmp_path, 'model.jail_stays = pyo.Constraint(expr=model.choose["jail", "keep", 1] == 1)', start=BEST
    )
    assert outcome.cost_usd == pytest.approx(155)
    outcome = searched(tmp_path, 'model.agree["west", 1].fix(0)', start=BEST)
    assert outcome.cost_usd == pytest.approx(125)


def test_a_start_is_no_plan_where_new_variables_leave_it_open(tmp_path: Path):
    body = """
    model.extra = pyo.Var(within=pyo.Binary)
    model.never = pyo.Constraint(expr=model.extra + model.agree["west", 1] <= 0)
    """
    assert searched(tmp_path, body, start=BEST).cost_usd == pytest.approx(125)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "x = 1\nmodel.choose['zoo', 'keep', 1].fix(1)",
            r"line 6: found KeyError: .*zoo.*needs rules that run through",
        ),
        ("raise SystemError('no')", "line 5: found SystemError: no"),
        ("import sys\nsys.exit(0)", "line 6: found SystemExit: 0, needs rules that run through"),
        ("model.choice = pyo.Constraint(expr=model.agree['west', 1] == 0)", "found choice removed or replaced"),
        ("model.total_usd.deactivate()", "found active objectives none, needs total_usd as the one objective"),
        ("model.mine = pyo.Objective(expr=0)", "found active objectives total_usd, mine"),
        (
            "model.total_usd.deactivate()\nmodel.mine = pyo.Objective(expr=model.agree['west', 1] + 0)",
            "found active objectives mine",
        ),
        ("model.total_usd.sense = pyo.maximize", "found a changed total_usd"),
        ("model.total_usd.expr += model.agree['west', 1]", "found a changed total_usd"),
        ("model.choice['jail'].deactivate()", r"found choice\[jail\] changed or switched off.*Relax the limit"),
        ("model.agreement.deactivate()", r"found agreement\[jail-east,1\] changed or switched off"),
        ("model.del_component('choice')", "found choice removed or replaced"),
        ("model.del_component('choose')", "found choose removed or replaced"),
        ("model.choice['jail'].set_value(model.agree['west', 1] <= 7)", r"choice\[jail\] changed"),
        (
            "model.curve = pyo.Constraint(expr=model.agree['west', 1] * model.agree['east', 1] <= 0)",
            "found curve is not linear",
        ),
        (
            "model.big = pyo.Constraint(expr=model.agree['west', 1] <= 1e20)",
            r"found 1e\+20 in big, needs numbers between",
        ),
        ("model.odd = pyo.Constraint(expr=float('nan') * model.agree['west', 1] <= 1)", "found nan in odd"),
        ("model.tiny = pyo.Constraint(expr=1e-10 * model.agree['west', 1] <= 0)", "found 1e-10 in tiny"),
        (
            "model.pair = pyo.SOSConstraint(var=model.agree, sos=1)",
            "found a component of the kind SOSConstraint, needs linear constraints",
        ),
    ],
)
def test_what_a_rule_may_not_do(tmp_path: Path, body: str, words: str):
    text = refusal(tmp_path, body)
    assert str(tmp_path / "my_rules.py") in text
    assert re.search(words, text)


def test_every_trespass_is_told_at_once(tmp_path: Path):
    with pytest.raises(Refused) as caught:
        searched(tmp_path, "model.total_usd.deactivate()\nmodel.choice.deactivate()")
    assert len(caught.value.findings) == 3


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def add_rules(model, case:\n    pass\n", r"my_rules.py line 1: found SyntaxError"),
        ("import pyomo\n\nimport nothing_of_that_name\n", r"line 3: found ModuleNotFoundError"),
        ("raise SystemExit(3)\n", r"line 1: found SystemExit: 3"),
        ("def rules(model, case):\n    pass\n", r"found no add_rules, needs a function add_rules\(model, case\)"),
        ("add_rules = 3\n", "found no add_rules"),
        ("def add_rules(model):\n    pass\n", r"found add_rules\(model\), needs add_rules\(model, case\)"),
        ("\0", "found SyntaxError"),
    ],
)
def test_a_file_that_is_no_rules_file(tmp_path: Path, source: str, words: str):
    path = tmp_path / "my_rules.py"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(Refused, match=words):
        load_rules(path)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(Refused, match="needs a Python file"):
        load_rules(tmp_path / "my_rules.py")


def test_the_error_is_told_where_the_file_made_it_not_where_pyomo_did(tmp_path: Path):
    head = "import pyomo.environ as pyo\n\ndef helper(model):\n    model.choose['zoo'].fix(1)\n\n"
    path = written(tmp_path, "\n\nhelper(model)", head + "def add_rules(model, case):\n")
    program = two_towns()
    with pytest.raises(Refused, match=r"my_rules\.py line 4"):
        search_pyomo(program, program.case.settings.solver, rules=load_rules(path))


EDITED = """
from __future__ import annotations
from dataclasses import dataclass
import pyomo.environ as pyo

@dataclass
class Limit:
    most: int

def add_rules(model, case):
    model.few = pyo.Constraint(expr=sum(model.agree.values()) <= Limit(MOST).most)
"""


def test_an_edited_file_is_read_again_and_nothing_is_left_beside_it(tmp_path: Path):
    path, program, costs = tmp_path / "my_rules.py", two_towns(), []
    for most in ("1", "2"):
        path.write_text(EDITED.replace("MOST", most), encoding="utf-8")
        costs.append(search_pyomo(program, program.case.settings.solver, rules=load_rules(path)).cost_usd)
    assert np.allclose(costs, [125, 120])
    assert [file.name for file in tmp_path.iterdir()] == ["my_rules.py"]


def test_a_plain_function_will_do():
    program = two_towns()

    def stay(model: object, case: object) -> None:
        model.agree["west", 1].fix(0)
        model.agree["east", 1].fix(0)

    assert search_pyomo(program, program.case.settings.solver, rules=stay).cost_usd == pytest.approx(200)
