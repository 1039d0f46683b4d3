"""Pictures of a report. Colours are told apart by colour-blind readers; lines and markers differ in print as well."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.measures import gap_over_time, growth_exponent, performance_profile
from benchmarks.solvers.trace import Status
from benchmarks.summary import times

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
"""Okabe and Ito's, darkest first."""
LINES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
MOST_PANELS = 9
SMALLEST_GAP_SHARE = 1e-6
"""Smallest gap that is drawn; what is proved is drawn here."""
_SERVICES = re.compile(r"(?:county|region|state)-(\d+)x")


def draw_all(runs: pd.DataFrame, events: pd.DataFrame, folder: Path) -> list[Path]:
    """Every picture that these runs allow, as PNG; `runs` has the measures of `summary.with_measures`."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [
        performance(runs, folder / "performance_profile.png"),
        gaps(runs, events, folder / "gap_over_time.png"),
        integrals(runs, folder / "primal_integral.png"),
        scaling(runs, folder / "scaling.png"),
    ]
    return [file for file in drawn if file is not None]


def performance(runs: pd.DataFrame, file: Path) -> Path | None:
    """Share of the runs within a factor of the fastest solver; None where fewer than two solvers ran."""
    table = times(runs)
    if table.shape[1] < 2:
        return None
    finite = table.div(table.min(axis=1), axis=0).to_numpy()
    widest = max(4.0, 1.2 * float(finite[np.isfinite(finite)].max(initial=2.0)))
    factors = np.geomspace(1.0, widest, 400)
    profile = performance_profile(table, factors)
    with _figure(file, 6.6, 3.9) as figure:
        axes = figure.subplots()
        for place, solver in enumerate(_solvers(runs)):
            axes.step(factors, 100.0 * profile[solver], where="post", label=solver, **_line(place))
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.set(xlim=(1.0, widest), ylim=(0.0, 102.0))
        axes.set_xlabel("Time to the asked gap, as a factor of the fastest solver's")
        axes.set_ylabel("Runs solved [%]")
        axes.set_title(f"Performance profile, {len(table)} runs per solver", loc="left")
        figure.legend(loc="outside lower center", ncols=5)
    return file


def gaps(runs: pd.DataFrame, events: pd.DataFrame, file: Path) -> Path | None:
    """Median gap over time, one panel for each of the instances that took longest and may have a plan."""
    possible = runs[runs["status"] != str(Status.INFEASIBLE)]
    longest = possible.groupby("instance")["elapsed_s"].sum().sort_values(ascending=False).index[:MOST_PANELS]
    if not len(longest):
        return None
    across = min(3, len(longest))
    down = -(-len(longest) // across)
    by_run = dict(iter(events.groupby("run")))
    with _figure(file, 3.0 * across + 0.6, 2.3 * down + 0.9) as figure:
        panels = figure.subplots(down, across, squeeze=False, sharey=True)
        for axes, name in zip(panels.ravel(), longest, strict=False):
            _gap_panel(axes, runs[runs["instance"] == name], by_run, _solvers(runs))
            axes.set_title(str(name), loc="left", fontsize=9)
        for axes in panels.ravel()[len(longest) :]:
            axes.set_visible(False)
        figure.supxlabel("Time [s]", fontsize=10)
        figure.supylabel("Gap between plan and bound [%]", fontsize=10)
        handles, labels = panels[0, 0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=min(7, len(labels)))
    return file


def _gap_panel(axes: Any, runs: pd.DataFrame, by_run: dict[Any, pd.DataFrame], solvers: list[str]) -> None:
    limit_s = float(runs["time_limit_s"].max())
    last_s = min(limit_s, 1.3 * float(runs["elapsed_s"].max()))
    at_s = np.geomspace(0.01, max(last_s, 0.02), 300)
    axes.set(xscale="log", yscale="log", xlim=(0.01, at_s[-1]), ylim=(80.0 * SMALLEST_GAP_SHARE, 150.0))
    for place, solver in enumerate(solvers):
        of = runs.loc[runs["solver"] == solver, "run"]
        curves = [gap_over_time(by_run[run], at_s) for run in of if run in by_run]
        gap = np.median(curves, axis=0) if curves else np.full(len(at_s), np.nan)
        axes.step(at_s, 100.0 * np.maximum(gap, SMALLEST_GAP_SHARE), where="post", label=solver, **_line(place))
    asked = 100.0 * float(runs["gap_asked_share"].iloc[0])
    axes.axhline(max(asked, 100.0 * SMALLEST_GAP_SHARE), color="0.45", linewidth=0.9, label="asked gap")
    _plain(axes.xaxis)
    _plain(axes.yaxis)


def integrals(runs: pd.DataFrame, file: Path) -> Path | None:
    """Primal integral of every instance and solver, the mean over seeds, as dots."""
    table = runs.pivot_table(index="instance", columns="solver", values="primal_integral_s", sort=False)
    if table.empty:
        return None
    table = table.iloc[::-1]
    with _figure(file, 6.6, 0.26 * len(table) + 1.5) as figure:
        axes = figure.subplots()
        for place, solver in enumerate(_solvers(runs)):
            if solver in table:
                dots = {"color": COLOURS[place % 7], "marker": MARKERS[place % 7], "markersize": 6.5}
                axes.plot(table[solver], range(len(table)), linestyle="none", alpha=0.85, label=solver, **dots)
        axes.set_yticks(range(len(table)), labels=[str(name) for name in table.index])
        axes.set_ylim(-0.7, len(table) - 0.3)
        axes.set_xscale("log")
        _plain(axes.xaxis)
        axes.set_xlabel("Primal integral [s]: smaller is better")
        axes.set_title("How soon good plans were held", loc="left")
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
    return file


def scaling(runs: pd.DataFrame, file: Path) -> Path | None:
    """Time over the number of services of the main family, with the fitted exponent; None below two sizes.

    A run that stopped at its limit is drawn hollow and is not in the fit.
    """
    services = runs["instance"].map(lambda name: float(found[1]) if (found := _SERVICES.match(name)) else np.nan)
    sized = runs.assign(services=services).dropna(subset="services")
    if sized["services"].nunique() < 2:
        return None
    from matplotlib.ticker import LogLocator

    with _figure(file, 6.6, 4.8) as figure:
        axes = figure.subplots()
        for place, solver in enumerate(_solvers(runs)):
            of = sized[sized["solver"] == solver]
            proved = of["status"] == str(Status.PROVED)
            look = {"linestyle": "none", "marker": MARKERS[place % 7], "color": COLOURS[place % 7], "markersize": 6}
            label = solver
            if of.loc[proved, "services"].nunique() > 1:
                label = _fit(axes, of[proved], place, solver)
            axes.plot(of.loc[proved, "services"], of.loc[proved, "elapsed_s"], label=label, **look)
            axes.plot(of.loc[~proved, "services"], of.loc[~proved, "elapsed_s"], markerfacecolor="none", **look)
        axes.set(xscale="log", yscale="log")
        _plain(axes.xaxis, sorted(sized["services"].unique()))
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        _plain(axes.yaxis)
        axes.set_xlabel("Services")
        axes.set_ylabel("Time to the asked gap [s]")
        axes.set_title("Growth with size (hollow: stopped at the limit, not in the power)", loc="left")
        figure.legend(loc="outside lower center", ncols=2)
    return file


def _fit(axes: Any, proved: pd.DataFrame, place: int, solver: str) -> str:
    exponent, factor = growth_exponent(proved["services"].to_numpy(float), proved["elapsed_s"].to_numpy(float))
    ends = np.array([proved["services"].min(), proved["services"].max()])
    axes.plot(ends, factor * ends**exponent, **_line(place))
    return f"{solver}: services to the power {exponent:.2f}"


def _solvers(runs: pd.DataFrame) -> list[str]:
    return [str(name) for name in runs["solver"].unique()]


def _plain(axis: Any, ticks: list[float] | None = None) -> None:
    """Powers of ten, or the ticks that are given, as plain numbers, and no number between them."""
    if ticks is not None:
        axis.set_major_locator(_locator(ticks))
    axis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    axis.set_minor_formatter(lambda value, _: "")


def _locator(ticks: list[float]) -> Any:
    from matplotlib.ticker import FixedLocator

    return FixedLocator([tick for before, tick in zip([0.0, *ticks], ticks, strict=False) if tick > 1.2 * before])


def _line(place: int) -> dict[str, Any]:
    return {"color": COLOURS[place % 7], "linestyle": LINES[place % 7], "linewidth": 1.7}


@contextmanager
def _figure(file: Path, width_in: float, height_in: float) -> Iterator[Any]:
    """A figure that is written to the file; nothing is shown and no global setting stays changed."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    look = {
        "font.size": 9.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "0.9",
        "axes.axisbelow": True,
        "axes.titlesize": 10.5,
        "legend.frameon": False,
        "legend.handlelength": 3.2,
    }
    with mpl.rc_context(look):
        figure = Figure(figsize=(width_in, height_in), layout="constrained", dpi=150)
        FigureCanvasAgg(figure)
        yield figure
        figure.savefig(file)
