"""Every way a run is refused: where, what was found, what is needed, how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an input, in words its owner can act on."""

    where: str
    """File or sheet, row and column, as far as they are known."""
    found: str
    needs: str
    fix: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}, needs {self.needs}. {self.fix}"


class OptimizerError(Exception):
    """Base of everything this library raises on purpose; it can be handed from one process to another."""

    def __reduce__(self) -> tuple[Callable[..., OptimizerError], tuple[Any, ...]]:
        return _again, (type(self), self.args, vars(self))


def _again(kind: type[OptimizerError], args: tuple[Any, ...], held: dict[str, Any]) -> OptimizerError:
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(held)
    return error


class Refused(OptimizerError):
    """The inputs cannot be used. Carries all findings at once, never only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class NoPlan(Refused):
    """What is asked about has no plan."""

    def __init__(self, findings: Iterable[Finding], *, proved: bool) -> None:
        super().__init__(findings)
        self.proved = proved
        """Whether none exists; otherwise none was found, which does not mean that there is none."""


class SolverFailed(OptimizerError):
    """The solver refused the program, contradicted itself or returned something unusable."""


class PlanWithheld(OptimizerError):
    """A plan failed its verification from the tables, so it is not shown and not written."""

    def __init__(self, violations: Iterable[object]) -> None:
        self.violations = tuple(violations)
        lines = "\n".join(str(violation) for violation in self.violations)
        super().__init__(f"the plan was withheld, its verification found:\n{lines}")


def raise_if_any(findings: list[Finding]) -> None:
    """Raise `Refused` with every finding, or return if there is none."""
    if findings:
        raise Refused(findings)
