"""What the tables of a report hold: per solver, per instance, and where answers contradict each other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.best_known import known_value
from benchmarks.measures import SHIFT_S, primal_integral, shifted_geometric_mean
from benchmarks.solvers.trace import Status
from benchmarks.tables import Results

TOLERANCE = 1e-6
"""How far two answers may differ, as a share of 1 + the larger, before they contradict each other."""
_UNUSED = (str(Status.ABSENT), str(Status.REFUSED))
_SOLVED = (str(Status.PROVED), str(Status.INFEASIBLE))
"""That no plan exists is an answer as well."""


def tried(results: Results) -> pd.DataFrame:
    """Runs of solvers that were there and could state the program."""
    return results.runs[~results.runs["status"].isin(_UNUSED)]


def references(runs: pd.DataFrame) -> pd.Series:
    """Value that each instance is measured against: what is published, else the least cost of these runs.

    Instances without either are left out.
    """
    sound = runs[runs["status"] != str(Status.WRONG)]
    least = sound.groupby("instance")["cost"].min()
    columns = runs.groupby("instance")["columns"].max()
    published = {name: known_value(str(name), int(size)) for name, size in columns.dropna().items()}
    values = {name: known.value for name, known in published.items() if known is not None}
    return least.combine(pd.Series(values, dtype=np.float64), min, fill_value=np.inf).replace(np.inf, np.nan).dropna()


def with_measures(results: Results) -> pd.DataFrame:
    """Runs that were tried, with primal_integral_s and above_best_share: how far the cost is above the reference."""
    runs = tried(results).copy()
    best = references(runs)
    events = {run: list(zip(of["elapsed_s"], of["cost"], strict=True)) for run, of in results.events.groupby("run")}
    runs["reference"] = runs["instance"].map(best).astype(np.float64)
    runs["above_best_share"] = (runs["cost"] - runs["reference"]) / runs["reference"].abs()
    runs["primal_integral_s"] = [
        primal_integral(events.get(run, []), reference, limit) if np.isfinite(reference) else np.nan
        for run, reference, limit in zip(runs["run"], runs["reference"], runs["time_limit_s"], strict=True)
    ]
    return runs


def times(runs: pd.DataFrame) -> pd.DataFrame:
    """Seconds to the answer [instances and seeds x solvers]: a plan within the asked gap, or that there is none.

    Infinite where it was not reached.
    """
    reached = runs["elapsed_s"].where(runs["status"].isin(_SOLVED), np.inf)
    table = runs.assign(reached=reached).pivot_table(index=["instance", "seed"], columns="solver", values="reached")
    return table.fillna(np.inf)


def per_solver(runs: pd.DataFrame) -> pd.DataFrame:
    """One row per solver over what it was tried on; a run without an answer counts with its whole limit."""
    spent = runs["elapsed_s"].where(runs["status"].isin(_SOLVED), runs["time_limit_s"])
    impossible = runs["status"] == str(Status.INFEASIBLE)
    gap = runs["gap_share"].fillna(1.0).clip(upper=1.0).where(~impossible)
    rows = [
        {
            "solver": solver,
            "runs": len(of),
            "proved": int((of["status"] == str(Status.PROVED)).sum()),
            "time limit": int((of["status"] == str(Status.TIME)).sum()),
            "infeasible": int(impossible[of.index].sum()),
            "no plan": int((of["cost"].isna() & ~impossible[of.index]).sum()),
            "killed": int((of["status"] == str(Status.KILLED)).sum()),
            "failed or wrong": int(of["status"].isin([str(Status.FAILED), str(Status.WRONG)]).sum()),
            f"seconds (geometric mean, shift {SHIFT_S:g} s)": shifted_geometric_mean(spent.loc[of.index].to_numpy()),
            "mean gap %": 100.0 * gap[of.index].mean(),
            "mean above best %": 100.0 * of["above_best_share"].mean(),
            "mean primal integral s": of["primal_integral_s"].mean(),
            "peak MB": of["peak_mb"].max(),
        }
        for solver, of in runs.groupby("solver", sort=False)
    ]
    return pd.DataFrame(rows)


def per_instance(runs: pd.DataFrame) -> pd.DataFrame:
    """One row per instance and solver, medians over seeds."""
    of = runs.groupby(["instance", "solver"], sort=False)
    middle = of[["elapsed_s", "gap_share", "above_best_share", "primal_integral_s", "peak_mb"]].median()
    first = of[["rows", "columns", "nonzeros"]].first()
    endings = of["status"].agg(lambda status: ", ".join(sorted(set(status)))).rename("status")
    return pd.concat([first, endings, of["cost"].min(), of["bound"].max(), middle], axis=1).reset_index()


def contradictions(runs: pd.DataFrame) -> list[str]:
    """What cannot be true at once: a bound above another run's cost, a plan where none is, a cost below an optimum."""
    broken = runs["status"] == str(Status.WRONG)
    found = [f"{row.instance}, {row.solver}: {row.note}" for row in runs[broken].itertuples()]
    for name, of in runs[~broken].groupby("instance"):
        plans, bounds = of.dropna(subset="cost").sort_values("cost"), of.dropna(subset="bound").sort_values("bound")
        if len(plans) and len(bounds):
            cost, bound = float(plans["cost"].iloc[0]), float(bounds["bound"].iloc[-1])
            if bound > cost + TOLERANCE * (1.0 + abs(cost)):
                high, cheap = bounds["solver"].iloc[-1], plans["solver"].iloc[0]
                found.append(f"{name}: {high} says that nothing is below {bound:,.4f}, {cheap} holds {cost:,.4f}")
        denied = of.loc[of["status"] == str(Status.INFEASIBLE), "solver"]
        if len(plans) and len(denied):
            cheap, cost = plans["solver"].iloc[0], plans["cost"].iloc[0]
            found.append(f"{name}: {denied.iloc[0]} says that there is no plan, {cheap} holds {cost:,.4f}")
        found += _against_published(str(name), of)
    return found


def _against_published(name: str, of: pd.DataFrame) -> list[str]:
    size = of["columns"].max()
    known = None if pd.isna(size) else known_value(name, int(size))
    if known is None:
        return []
    found = []
    slack = TOLERANCE * (1.0 + abs(known.value))
    if known.proved and of["cost"].min() < known.value - slack:
        found.append(f"{name}: a cost of {of['cost'].min():,.4f} is below the published optimum {known.value:,g}")
    if of["bound"].max() > known.value + slack:
        found.append(f"{name}: a bound of {of['bound'].max():,.4f} is above the published value {known.value:,g}")
    return found
