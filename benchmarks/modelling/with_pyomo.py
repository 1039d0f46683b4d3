"""The model as a Pyomo ConcreteModel, with indexed sets, variables and rules, and both ways from it into HiGHS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import highspy
import numpy as np
import pyomo.environ as pyo
from pyomo.contrib.appsi.solvers.highs import Highs as AppsiHighs
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from benchmarks.instances.assignment import Assignment


def state_for_appsi(instance: Assignment) -> Callable[[], highspy.Highs]:
    """Build the model; the returned call gives it to Pyomo's persistent HiGHS."""
    model = _model(instance)

    def finish() -> highspy.Highs:
        solver = AppsiHighs()
        solver.set_instance(model)
        return solver._solver_model  # noqa: SLF001 - the only way to what HiGHS holds

    return finish


def state_for_matrix(instance: Assignment) -> Callable[[], highspy.Highs]:
    """Build the model; the returned call turns it into a matrix and gives that to HiGHS."""
    model = _model(instance)

    def finish() -> highspy.Highs:
        form = LinearStandardFormCompiler().write(model, mixed_form=True)
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.passModel(_lp(form))
        return highs

    return finish


def _model(instance: Assignment) -> Any:
    assert instance.agreement_usd is not None
    options = range(len(instance.service))
    cost, use = instance.cost_usd.tolist(), instance.use.tolist()
    capacity, fixed = instance.capacity.tolist(), instance.agreement_usd.tolist()
    organization = instance.organization.tolist()
    model = pyo.ConcreteModel()
    model.OPTIONS, model.ORGANIZATIONS = pyo.Set(initialize=options), pyo.Set(initialize=range(len(capacity)))
    model.SERVICES = pyo.Set(initialize=range(instance.services))
    model.choose = pyo.Var(model.OPTIONS, domain=pyo.Binary)
    model.agree = pyo.Var(model.ORGANIZATIONS, domain=pyo.Binary)
    of_service, of_organization = _grouped(instance.service.tolist()), _grouped(organization)
    model.choice = pyo.Constraint(model.SERVICES, rule=lambda m, i: sum(m.choose[o] for o in of_service[i]) == 1)
    model.MOVED = pyo.Set(initialize=[option for option in options if organization[option] >= 0])
    model.agreement = pyo.Constraint(model.MOVED, rule=lambda m, o: m.choose[o] - m.agree[organization[o]] <= 0)
    model.capacity = pyo.Constraint(
        model.ORGANIZATIONS,
        rule=lambda m, k: sum(use[o] * m.choose[o] for o in of_organization[k]) - capacity[k] * m.agree[k] <= 0,
    )
    _add_mandates(model, instance, of_service)
    _add_limits(model, instance)
    model.total = pyo.Objective(
        expr=instance.offset_usd
        + sum(cost[o] * model.choose[o] for o in options)
        + sum(fixed[k] * model.agree[k] for k in model.ORGANIZATIONS)
    )
    return model


def _grouped(keys: list[int]) -> dict[int, list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        groups[key].append(place)
    return groups


def _add_mandates(model: Any, instance: Assignment, of_service: dict[int, list[int]]) -> None:
    duties, coverage = instance.mandates, instance.coverage
    if duties is None or coverage is None:
        return
    served, weight = _grouped(duties.mandate.tolist()), duties.weight.tolist()
    service, covered, required = duties.service.tolist(), coverage.tolist(), duties.required_share.tolist()

    def rule(m: Any, duty: int) -> Any:
        entries = served[duty]
        held = sum(weight[e] * covered[o] * m.choose[o] for e in entries for o in of_service[service[e]])
        return held >= required[duty] * sum(weight[e] for e in entries)

    model.mandate = pyo.Constraint(range(len(required)), rule=rule)


def _add_limits(model: Any, instance: Assignment) -> None:
    limits = (
        ("transition", instance.transition_usd, instance.transition_limit_usd),
        ("displaced_fte", instance.displaced_fte, instance.displaced_limit_fte),
    )
    for name, amount, limit in limits:
        if amount is not None and limit is not None:
            counted = [(o, value) for o, value in enumerate(amount.tolist()) if value]
            total = sum(value * model.choose[o] for o, value in counted)
            model.add_component(name, pyo.Constraint(expr=total <= limit))


def _lp(form: Any) -> highspy.HighsLp:
    matrix = form.A.tocsc()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = np.asarray(form.c.todense()).ravel()
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    sides = np.array([row.bound_type for row in form.rows])
    lp.row_lower_ = np.where(sides == 1, -np.inf, form.rhs)
    lp.row_upper_ = np.where(sides == -1, np.inf, form.rhs)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    return lp
