"""The program as a Pyomo model: the same rows and columns, under names that rules can be written with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.modeling import unique_component_name
from pyomo.core.expr.numeric_expr import LinearExpression
from scipy.sparse import coo_array

from optimizer.program.columns import Block
from optimizer.program.program import Program
from optimizer.program.rows import Rows

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class PyomoProgram:
    """A Pyomo model and where the program's own parts are in it; anything else in the model is a rule's."""

    model: Any
    components: Mapping[str, Any]
    """Every component of the model when it was built, by name."""
    variables: tuple[Any, ...]
    """The variable of each column of the program."""
    constraints: tuple[Any, ...]
    """The constraint of each row of the program."""
    expressions: tuple[Any, ...]
    """What the objective and then each constraint said when it was built."""


def to_pyomo(program: Program) -> Any:
    """The program as a `ConcreteModel`.

    One variable component per block of columns, indexed by its keys, and its index set under the block's name in
    capitals with _KEYS: choose[service_id, offer_id or keep, start_year], agree[org_id, start_year],
    open_pool[pool_id, start_year], tier and volume[pool_id, tier, year] and whatever else the case asks for
    (docs/pyomo.md); one constraint per family of rows, indexed by its labels; the objective total_usd, in present
    dollars.
    """
    return build_pyomo(program).model


def build_pyomo(program: Program) -> PyomoProgram:
    """`to_pyomo`, with the order of the program's columns and rows kept."""
    model = pyo.ConcreteModel(name="plan")
    variables = _add_columns(model, program)
    constraints = [row for rows in program.families for row in _add_family(model, rows, variables)]
    costs = program.columns.cost_usd
    priced = np.flatnonzero(costs)
    total = LinearExpression(
        constant=program.columns.offset_usd,
        linear_coefs=costs[priced].tolist(),
        linear_vars=[variables[column] for column in priced.tolist()],
    )
    model.total_usd = pyo.Objective(expr=total, sense=pyo.minimize)
    expressions = (model.total_usd.expr, *(constraint.expr for constraint in constraints))
    components = dict(model.component_map())
    return PyomoProgram(model, components, tuple(variables), tuple(constraints), expressions)


@contextmanager
def without_constant(built: PyomoProgram) -> Iterator[float]:
    """The model with an objective that lacks the constant of total_usd, which is yielded [USD, present].

    total_usd itself is only switched off: a rule may speak of it.
    """
    model, total = built.model, built.model.total_usd.expr
    name = unique_component_name(model, "change_usd")
    change = LinearExpression(constant=0.0, linear_coefs=total.linear_coefs, linear_vars=total.linear_vars)
    model.total_usd.deactivate()
    model.add_component(name, pyo.Objective(expr=change, sense=pyo.minimize))
    try:
        yield float(total.constant)
    finally:
        model.del_component(name)
        model.total_usd.activate()


def _add_columns(model: Any, program: Program) -> list[Any]:
    """Sets and variables; the variables are returned in the order of the program's columns."""
    return [variable for block in program.columns.blocks for variable in _add_block(model, block)]


def _add_block(model: Any, block: Block) -> list[Any]:
    if not len(block):
        return []
    domain = pyo.Binary if block.integer else pyo.NonNegativeReals
    if block.keys.columns.empty:
        variable = pyo.Var(domain=domain, bounds=(0.0, float(block.upper[0])))
        model.add_component(block.name, variable)
        return [variable]
    keys = _distinct(zip(*(map(_plain, block.keys[column]) for column in block.keys), strict=True))
    index = pyo.Set(dimen=len(block.keys.columns), initialize=keys if len(keys[0]) > 1 else [key[0] for key in keys])
    model.add_component(f"{block.name.upper()}_KEYS", index)
    variable = pyo.Var(index, domain=domain)
    model.add_component(block.name, variable)
    found = list(variable.values())
    for data, upper in zip(found, block.upper.tolist(), strict=True):
        if not block.integer or upper != 1.0:
            data.setub(upper)
    return found


def _add_family(model: Any, rows: Rows, variables: list[Any]) -> list[Any]:
    """One constraint component with the family's rows; a name that a variable has gets `_rule` added."""
    name = rows.family if model.component(rows.family) is None else f"{rows.family}_rule"
    stated = _expressions(rows, variables)
    if not rows.labels:
        constraint = pyo.Constraint(expr=stated[0])
    else:
        keys = _distinct(zip(*(map(_plain, labels) for labels in rows.labels.values()), strict=True))
        by_key = dict(zip(keys, stated, strict=True))
        constraint = pyo.Constraint(keys, rule=lambda _, *key: by_key[key])
    model.add_component(name, constraint)
    return list(constraint.values())


def _expressions(rows: Rows, variables: list[Any]) -> list[Any]:
    """Each row as Pyomo takes it: (sum, value) if it must be equal, else (lower, sum, upper)."""
    matrix = coo_array((rows.value, (rows.row, rows.column)), shape=(len(rows), len(variables))).tocsr()
    matrix.eliminate_zeros()
    starts, columns, values = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    stated: list[Any] = []
    for row, (lower, upper) in enumerate(zip(rows.lower.tolist(), rows.upper.tolist(), strict=True)):
        first, last = starts[row], starts[row + 1]
        coefs, terms = values[first:last], [variables[column] for column in columns[first:last]]
        if not terms:
            # a row that no option touches still says something; SCIP's interface takes no row without a variable
            coefs, terms = [0.0] * len(variables[:1]), variables[:1]
        body = LinearExpression(constant=0.0, linear_coefs=coefs, linear_vars=terms)
        stated.append((body, upper) if lower == upper else (_finite(lower), body, _finite(upper)))
    return stated


def _distinct(keys: Iterable[Key]) -> list[Key]:
    """The keys, with #2, #3 ... added to the last part of one that was there before."""
    seen: Counter[Key] = Counter()
    distinct = []
    for key in keys:
        seen[key] += 1
        distinct.append(key if seen[key] == 1 else (*key[:-1], f"{key[-1]}#{seen[key]}"))
    return distinct


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label


def _finite(bound: float) -> float | None:
    return bound if np.isfinite(bound) else None
