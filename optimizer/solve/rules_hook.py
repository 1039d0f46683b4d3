"""A consultant's own rules: a Python file that adds constraints to the Pyomo model, and what it may not do.

The file is run as it is, with everything Python may do; only a file that is trusted belongs here.
"""

from __future__ import annotations

import inspect
import math
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn

from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.options.region import RegionCase
from optimizer.scenario.scenario import Case
from optimizer.solve.gate import LARGEST_NUMBER, SMALLEST_COEFFICIENT
from optimizer.solve.pyomo_model import PyomoProgram

AddRules = Callable[[Any, Any], None]
"""Called with the model and the county's `Case`, or the region's `RegionCase`."""
SIGNATURE = "add_rules(model, case)"

_KNOWN_PARTS = frozenset({"Block", "Constraint", "Expression", "Objective", "Param", "Set", "Var"})
"""Kinds of components that every solver here understands; disjunctions, SOS and logic must be transformed first."""


@dataclass(frozen=True)
class Rules:
    """The `add_rules` of a file. Calling it raises `Refused`, with file and line, for whatever goes wrong in there."""

    path: Path
    add: AddRules

    def __call__(self, model: Any, case: Case | RegionCase) -> None:
        try:
            self.add(model, case)
        except (Exception, SystemExit) as error:  # a rule may fail in any way; every one is told in the same words
            raise Refused([_failure(self.path, error)]) from error


def load_rules(path: Path) -> Rules:
    """Run the file and take its `add_rules(model, case)`. Raises `Refused` with file and line."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise Refused([Finding(str(path), str(error), "a Python file", "Give the path of a rules file.")]) from error
    # not imported, so that nothing is cached beside the file and an edited file is never mistaken for the old one
    module = ModuleType(f"{path.stem}_{sha256(source).hexdigest()[:12]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except (Exception, SystemExit) as error:
        del sys.modules[module.__name__]
        raise Refused([_failure(path, error)]) from error
    add = getattr(module, "add_rules", None)
    if not callable(add):
        raise Refused([Finding(str(path), "no add_rules", f"a function {SIGNATURE}", "Define it in the file.")])
    try:
        inspect.signature(add).bind(None, None)
    except TypeError as error:
        found = f"add_rules{inspect.signature(add)}"
        raise Refused([Finding(str(path), found, SIGNATURE, "Let it take the model and the case.")]) from error
    return Rules(path, add)


def _failure(path: Path, error: BaseException) -> Finding:
    """An error told by the last line of the file that it passed."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    if isinstance(error, SyntaxError) and error.filename == str(path):
        lines.append(error.lineno)
    where = f"{path} line {lines[-1]}" if lines else str(path)
    found = " ".join(f"{type(error).__name__}: {error}".split())
    return Finding(
        where, found, "rules that run through", "Mend that line; the names in the model are in docs/pyomo.md."
    )


def apply_rules(built: PyomoProgram, rules: AddRules, case: Case | RegionCase) -> None:
    """Let the rules add to the model, then refuse what they may not do. Raises `Refused`.

    They may add sets, parameters, variables, expressions, blocks and linear constraints, and fix variables. They may
    not touch the objective or the constraints that are there: what the model says without them must still hold.
    """
    rules(built.model, case)
    where = str(rules.path) if isinstance(rules, Rules) else getattr(rules, "__qualname__", repr(rules))
    raise_if_any([Finding(where, found, needs, fix) for found, needs, fix in _trespasses(built)])


def _trespasses(built: PyomoProgram) -> Iterator[tuple[str, str, str]]:
    yield from _objective_trespasses(built)
    yield from _taken_away(built)
    for kind in built.model.collect_ctypes(active=True, descend_into=True):
        if kind.__name__ not in _KNOWN_PARTS:
            fix = "Turn it into constraints first, for example with TransformationFactory('gdp.bigm')."
            yield f"a component of the kind {kind.__name__}", "linear constraints and plain variables", fix
    ours = {id(constraint) for constraint in built.constraints}
    for constraint in built.model.component_data_objects(pyo.Constraint, active=True):
        if id(constraint) not in ours:
            yield from _numbers_out_of_hand(constraint)


def _taken_away(built: PyomoProgram) -> Iterator[tuple[str, str, str]]:
    fix = "Relax the limit in the scenario instead, so that everybody who reads it knows."
    for name, component in built.components.items():
        if built.model.component(name) is not component:
            yield f"{name} removed or replaced", "the model's own components as they are", fix
    for constraint, said in zip(built.constraints, built.expressions[1:], strict=True):
        if not constraint.active or constraint.expr is not said:
            yield f"{constraint.name} changed or switched off", "the model's own constraints as they are", fix


def _objective_trespasses(built: PyomoProgram) -> Iterator[tuple[str, str, str]]:
    active = [objective.name for objective in built.model.component_data_objects(pyo.Objective, active=True)]
    total = built.model.component("total_usd")
    untouched = total is not None and total.expr is built.expressions[0] and total.is_minimizing()
    if active != ["total_usd"] or not untouched:
        found = f"active objectives {', '.join(active) or 'none'}" if active != ["total_usd"] else "a changed total_usd"
        fix = "Say what you want as constraints; the objective stays the county's present cost."
        yield found, "total_usd as the one objective", fix


def _numbers_out_of_hand(constraint: Any) -> Iterator[tuple[str, str, str]]:
    """Reasons why a solver would misread a rule's constraint: the same as those of gate.py."""
    body = generate_standard_repn(constraint.body, quadratic=False)
    if not body.is_linear():
        yield f"{constraint.name} is not linear", "a linear constraint", "Write it as a sum of numbers times variables."
        return
    bounds = [bound for bound in (constraint.lower, constraint.upper) if bound is not None]
    numbers = [pyo.value(number) for number in (*body.linear_coefs, body.constant, *bounds)]
    wild = [number for number in numbers if not math.isfinite(number) or abs(number) > LARGEST_NUMBER]
    wild += [coef for coef in numbers[: len(body.linear_coefs)] if 0 < abs(coef) < SMALLEST_COEFFICIENT]
    if wild:
        needs = f"numbers between {SMALLEST_COEFFICIENT:g} and {LARGEST_NUMBER:g} in size"
        yield f"{wild[0]:g} in {constraint.name}", needs, "Leave the bound out, or use another unit."
