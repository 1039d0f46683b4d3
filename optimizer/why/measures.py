"""What a plan can be measured by besides its cost, each as a linear sum over the columns of the program.

    coverage       sum_{m, d} sum_{i of m} weight_mi coverage_od x_o / sum_{m, d} sum_{i of m} weight_mi    [share]
    displaced_fte  sum_o displaced_o x_o                                                                    [FTE]
    agreements     sum_{k, n} y_kn                                                                          [agreements]
    moves          sum_{o moves} x_o                                                                        [services]
    private_share  sum_{o to a private firm} gross_o x_o / sum_i gross_i                                    [share]
    risk           sum_o gross_o failure_k x_o                                                              [USD/year]

m are the binding mandates, d their districts; failure_k is the chance that provider k fails within the horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.county.findings import nearest
from optimizer.county.terms import Kind
from optimizer.errors import Finding, Refused
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats

SUBJECT = "measure"


@dataclass(frozen=True)
class Price:
    """For how much of a measure a price is told."""

    words: str
    size: float = 1.0
    """[unit of the measure]"""

    @property
    def column(self) -> str:
        return f"usd_per_year_per_{self.words.replace(' ', '_').lower()}"


POINT = Price("percentage point", 0.01)


@dataclass(frozen=True)
class Measure:
    """A sum over the columns that is made as small, or as large, as it can be."""

    name: str
    text: str
    column: str
    """Name of its column in tables, with the unit."""
    unit: str
    step: float
    """Plans within less than this of each other are not told apart [unit]; 1 of what is counted."""
    priced: Price
    weights: Floats
    """[columns]"""
    less_is_better: bool = True

    @property
    def counts(self) -> bool:
        """Whether it only takes whole numbers."""
        return self.unit in ("agreements", "services")

    @property
    def sought(self) -> Floats:
        """Weights of which less is better, in steps [columns]."""
        weights: Floats = self.weights / self.step
        return weights if self.less_is_better else -weights

    def of(self, x: Floats) -> float:
        """Its value at a point [unit]."""
        return float(self.weights @ x[: len(self.weights)])


def measure_of(program: CountyProgram, name: str) -> Measure:
    """A measure of the plans of a program.

    Raises `Refused` for a name that is none, and where there is nothing to measure.
    """
    if name not in MEASURES:
        near = nearest(name, MEASURES)
        fix = f"Did you mean {near}?" if near else "Name one of these."
        raise Refused([Finding(SUBJECT, repr(name), " or ".join(MEASURES), fix)])
    return MEASURES[name](program)


def _coverage(program: CountyProgram) -> Measure:
    members = program.case.county.frame("mandate_services").groupby("mandate_id")["weight"].sum()
    weights, full = np.zeros(len(program.columns)), 0.0
    for rows in program.families:
        if rows.family == "mandate":
            np.add.at(weights, rows.column, rows.value)
            full += float(members.reindex(rows.labels["mandate_id"]).sum())
    if full <= 0:
        fix = "Measure by something else."
        raise Refused([Finding(SUBJECT, "no mandate that binds", "a binding mandate for coverage", fix)])
    text = "Coverage of all duties together"
    return Measure(
        "coverage", text, "mandate_coverage_share", "share", 1e-4, POINT, weights / full, less_is_better=False
    )


def _displaced_fte(program: CountyProgram) -> Measure:
    weights = _of_options(program, program.options.candidates.fte_displaced)
    return Measure(
        "displaced_fte", "Staff who lose their position", "displaced_fte", "FTE", 0.01, Price("FTE"), weights
    )


def _agreements(program: CountyProgram) -> Measure:
    weights = np.zeros(len(program.columns))
    weights[program.columns["agree"].columns] = 1.0
    text = "Organizations that the county signs with"
    return Measure("agreements", text, "agreements", "agreements", 1.0, Price("agreement"), weights)


def _moves(program: CountyProgram) -> Measure:
    weights = _of_options(program, program.options.candidates.moved.astype(np.float64))
    return Measure("moves", "Services that are moved", "moved_services", "services", 1.0, Price("service"), weights)


def _private_share(program: CountyProgram) -> Measure:
    candidates = program.options.candidates
    private = (program.case.county.frame("organizations")["kind"] == str(Kind.PRIVATE)).to_numpy()
    held = np.append(private, False)[candidates.org] & candidates.moved
    services = program.case.county.frame("services")
    whole = float(services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].to_numpy(dtype=np.float64).sum())
    if whole <= 0:
        raise Refused([Finding(SUBJECT, "a budget of nothing", "a budget for private_share", "Measure by moves.")])
    weights, text = _of_options(program, held * candidates.terms.gross / whole), "Share of the budget at private firms"
    return Measure("private_share", text, "private_share", "share", 1e-4, POINT, weights)


def _risk(program: CountyProgram) -> Measure:
    candidates = program.options.candidates
    failure = program.case.county.frame("organizations")["probability_of_failure"].to_numpy(dtype=np.float64)
    chance = np.where(candidates.moved, np.append(failure, 0.0)[candidates.org], 0.0)
    weights = _of_options(program, chance * candidates.terms.gross)
    text, priced = "Gross cost times the chance that its provider fails", Price("1000 USD at risk", 1000.0)
    return Measure("risk", text, "at_risk_usd_per_year", "USD/year", 1.0, priced, weights)


def _of_options(program: CountyProgram, values: Floats) -> Floats:
    """Weights with a value for every option [columns]."""
    weights = np.zeros(len(program.columns))
    weights[program.layout.chosen] = values
    return weights


MEASURES: Mapping[str, Callable[[CountyProgram], Measure]] = {
    "coverage": _coverage,
    "displaced_fte": _displaced_fte,
    "agreements": _agreements,
    "moves": _moves,
    "private_share": _private_share,
    "risk": _risk,
}
"""Every measure by its name."""
