"""A grid of parameters: the plan at every point, and what is decided otherwise from one point to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from optimizer.ask import program_of
from optimizer.counts import count_of
from optimizer.county.county import County
from optimizer.county.reading import read_county
from optimizer.errors import Finding, OptimizerError, Refused, raise_if_any
from optimizer.interrupts import ctrl_c_came, ended_together
from optimizer.options.prepare import prepare
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.told import Told
from optimizer.scenario.loading import load_scenario
from optimizer.solve.outcome import Outcome, Stopped, last_to_go_on_from
from optimizer.why.asked import OnStep, searched, silent

MOST_POINTS = 1_000
NOTHING = (np.nan,) * 6
"""The figures of a point without a plan."""
Grid = Mapping[str, Sequence[str]]
"""Path of a setting or a cell to its values, as `--set` has them."""


@dataclass(frozen=True)
class Sweep:
    """The plan at every point of a grid."""

    paths: tuple[str, ...]
    points: pd.DataFrame
    """A row per point: the value of every path, status, usd_per_year, least_usd_per_year, saving_usd_per_year, moved,
    agreements, displaced_fte, and flips (services decided otherwise than at the point before on the last path). Without
    a plan the figures are NaN and status says why."""
    flips: pd.DataFrame
    """A row per service and step along a path at which it is decided otherwise: path, from, to, at (the values of the
    other paths), service_id, name, before, after."""

    def told(self) -> Told:
        """The same for readers."""
        held = self.points[self.points["usd_per_year"].notna()]
        lines = [f"{count_of(len(self.points), 'point')}, {len(held)} with a plan."]
        if len(held):
            changing = self.flips["service_id"].nunique()
            are = "is" if changing == 1 else "are"
            lines.append(f"{count_of(changing, 'service')} {are} decided otherwise somewhere in the grid.")
        return Told(tuple(lines), {"Every point": self.points, "What changes where": self.flips})


def parse_grid(texts: Sequence[str]) -> dict[str, list[str]]:
    """`path=a,b,c` or `path=low:high:count` for every path. Raises `Refused` for anything else, all at once."""
    grid: dict[str, list[str]] = {}
    findings: list[Finding] = []
    for text in texts:
        path, equals, values = text.partition("=")
        where, fix = (
            f"--over {text}",
            "Write --over economics.hurdle_share=0,0.1,0.2 or --over economics.hurdle_share=0:0.3:7.",
        )
        found = _values(values)
        if not path or not equals or not found:
            findings.append(Finding(where, repr(values), "path=values", fix))
        elif path in grid:
            findings.append(Finding(where, "the same path twice", "each path once", "Give all its values at once."))
        else:
            grid[path] = found
    size = int(np.prod([len(values) for values in grid.values()]))
    if size > MOST_POINTS:
        findings.append(Finding("--over", f"{size:,} points", f"at most {MOST_POINTS:,}", "Ask of fewer values."))
    raise_if_any(findings)
    return grid


def _values(text: str) -> list[str]:
    parts = text.split(":")
    if len(parts) == 3:
        try:
            low, high, count = float(parts[0]), float(parts[1]), int(parts[2])
        except ValueError:
            return []
        return [f"{value:.10g}" for value in np.linspace(low, high, count)] if count > 0 else []
    return [part.strip() for part in text.split(",") if part.strip()]


@ended_together()
def sweep(
    scenario: Path, grid: Grid, overrides: Sequence[str] = (), county: Path | None = None, on_step: OnStep = silent
) -> Sweep:
    """The plan at every point of the grid; a point that is refused or has no plan is a row like the others.

    Raises `Refused` if the scenario itself is refused, or every point of the grid.
    """
    tables = read_county(load_scenario(scenario, overrides, county).county)
    paths, combinations = tuple(grid), list(product(*grid.values()))
    rows, decided, refusals, last = [], [], list[OptimizerError](), None
    for number, values in enumerate(combinations, 1):
        on_step(f"Point {number} of {len(combinations)}")
        asked = [*overrides, *(f"{path}={value}" for path, value in zip(paths, values, strict=True))]
        try:
            figures, decisions, last = _point(scenario, asked, county, tables, last)
        except OptimizerError as error:
            refusals.append(error)
            figures, decisions = (f"refused: {str(error).splitlines()[0]}", *NOTHING), None
        rows.append((*values, *figures))
        decided.append(decisions)
    refused = [error.findings for error in refusals if type(error) is Refused]
    if len(refused) == len(combinations):
        raise Refused(dict.fromkeys(finding for findings in refused for finding in findings))
    flips = _flips(grid, combinations, decided)
    figures_ = ["status", "usd_per_year", "least_usd_per_year", "saving_usd_per_year", "moved", "agreements"]
    table = pd.DataFrame(rows, columns=[*paths, *figures_, "displaced_fte"])
    return Sweep(paths, table.assign(flips=_counted(grid, combinations, decided)), flips)


def _point(
    scenario: Path, overrides: Sequence[str], county: Path | None, tables: County, last: Outcome | None
) -> tuple[tuple[Any, ...], pd.DataFrame | None, Outcome | None]:
    """The figures of one point, the decisions of its plan by service, and its search or the `last` one."""
    if ctrl_c_came():
        return (str(Stopped.UNSEARCHED), *NOTHING), None, last
    case = prepare(tables, load_scenario(scenario, overrides, county))
    program = program_of(case)
    outcome = searched(program, case.settings.solver, last=last)
    if outcome.x is None:
        return (str(outcome.stopped), *NOTHING), None, last
    plan = plan_of(program, outcome)
    status = "proved" if outcome.stopped is Stopped.PROVED else str(outcome.stopped)
    decisions = plan.decisions.set_index("service_id")[["name", "decision", "provider"]]
    return (status, *_figures(plan)), decisions, last_to_go_on_from(outcome, last)


def _figures(plan: Plan) -> tuple[float, ...]:
    moved = plan.decisions[plan.decisions["moved"]]
    least = plan.least_usd_per_year
    return (
        plan.cost_usd_per_year,
        np.nan if least is None else least,
        plan.saving_usd_per_year,
        float(len(moved)),
        float(moved["org_id"].replace("", None).nunique()),
        float(moved["fte_displaced"].sum()),
    )


def _steps(grid: Grid, combinations: Sequence[tuple[str, ...]]) -> list[tuple[int, int, int]]:
    """Axis, and numbers of the points before and after, of every step along a path."""
    place = {values: number for number, values in enumerate(combinations)}
    found = []
    for axis, values in enumerate(grid.values()):
        for before, after in pairwise(values):
            for number, point in enumerate(combinations):
                if point[axis] == before:
                    found.append((axis, number, place[(*point[:axis], after, *point[axis + 1 :])]))
    return found


def _flips(grid: Grid, combinations: Sequence[tuple[str, ...]], decided: Sequence[pd.DataFrame | None]) -> pd.DataFrame:
    columns = ["path", "from", "to", "at", "service_id", "name", "before", "after"]
    paths, rows = list(grid), []
    for axis, first, second in _steps(grid, combinations):
        one, other = decided[first], decided[second]
        if one is not None and other is not None:
            at = ", ".join(
                f"{path}={value}"
                for place, (path, value) in enumerate(zip(paths, combinations[first], strict=True))
                if place != axis
            )
            said = (paths[axis], combinations[first][axis], combinations[second][axis], at)
            rows += [(*said, *flip) for flip in _unlike(one, other)]
    return pd.DataFrame(rows, columns=columns)


def _unlike(one: pd.DataFrame, other: pd.DataFrame) -> list[tuple[str, ...]]:
    before, after = (_said(table) for table in (one, other))
    unlike = before.index[(before != after.reindex(before.index)).to_numpy()]
    return [(str(service), str(one.loc[service, "name"]), before[service], after[service]) for service in unlike]


def _said(table: pd.DataFrame) -> pd.Series[str]:
    """Decision and provider of every service, by id."""
    by = table["provider"].astype(object)
    words: pd.Series[str] = (
        table["decision"].astype(object).where(by == "", table["decision"].astype(object) + ": " + by)
    )
    return words


def _counted(
    grid: Grid, combinations: Sequence[tuple[str, ...]], decided: Sequence[pd.DataFrame | None]
) -> list[float]:
    """Services decided otherwise than at the point before on the last path; NaN where there is none before."""
    counts = [np.nan] * len(combinations)
    for axis, first, second in _steps(grid, combinations):
        one, other = decided[first], decided[second]
        if axis == len(grid) - 1 and one is not None and other is not None:
            counts[second] = float(len(_unlike(one, other)))
    return counts
