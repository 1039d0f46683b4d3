"""The model as a file for other solvers and for the archive: LP, free MPS or AMPL's NL."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from optimizer.errors import Finding, Refused
from optimizer.program.region import Planned
from optimizer.solve.gate import refuse_unsafe
from optimizer.solve.pyomo_model import build_pyomo
from optimizer.solve.rules_hook import AddRules, apply_rules

LONGEST_NAME = 200
"""LP readers stop at 255 characters, and Pyomo puts a few around a row's name."""
_KEPT = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_~.#(),")


class FileNames:
    """Pyomo names as LP and MPS files may hold them, each one distinct.

    choose[s1,o1] becomes choose(s1,o1); every character but letters, digits and _ ~ . # ( ) , becomes _; a name that
    is cut, or that another component has already, ends in ~2, ~3 ...
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def __call__(self, component: Any) -> str:
        full = component.getname(fully_qualified=True).translate({ord("["): "(", ord("]"): ")"})
        plain = "".join(letter if letter in _KEPT else "_" for letter in full)[:LONGEST_NAME]
        name, number = plain, 1
        while name in self._taken:
            number += 1
            name = f"{plain}~{number}"
        self._taken.add(name)
        return name


def write_model(program: Planned, path: Path, rules: AddRules | None = None) -> tuple[Path, ...]:
    """Write the program, with a consultant's rules if there are any, as .lp, .mps or .nl; returns the files written.

    The same program gives the same bytes. A file is there whole or not at all. An .nl file has no names in it;
    they are in a .row and a .col file beside it. Raises `Refused` for another suffix, a missing folder and rules
    that fail.
    """
    suffix = path.suffix.lower()
    if suffix not in _OPTIONS:
        needs = f"a name that ends in {', '.join(_OPTIONS)}"
        raise Refused([Finding(str(path), suffix or "no suffix", needs, "Choose one of these formats.")])
    if not path.parent.is_dir():
        raise Refused([Finding(str(path), "no such folder", "a folder that exists", f"Create {path.parent} first.")])
    refuse_unsafe(program)
    built = build_pyomo(program)
    if rules is not None:
        apply_rules(built, rules, program.case)
    with tempfile.TemporaryDirectory(prefix=".model-", dir=path.parent) as folder:
        built.model.write(str(Path(folder) / f"model{suffix}"), io_options=_OPTIONS[suffix]())
        return tuple(_put(file, path) for file in sorted(Path(folder).iterdir()))


def _put(file: Path, path: Path) -> Path:
    target = path if file.suffix == path.suffix.lower() else path.with_suffix(file.suffix)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    return file.replace(target)


_OPTIONS: dict[str, Callable[[], dict[str, Any]]] = {
    ".lp": lambda: {"labeler": FileNames()},
    # GLPK and CBC stumble over OBJSENSE; without it every reader minimises, as we do
    ".mps": lambda: {
        "labeler": FileNames(),
        "output_fixed_variable_bounds": True,
        "skip_objective_sense": True,
    },
    ".nl": lambda: {"symbolic_solver_labels": True},
}
