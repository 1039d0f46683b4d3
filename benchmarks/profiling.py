"""Where the time and memory of one search go: shares by part under Python's profiler, and the high water of memory."""

from __future__ import annotations

import cProfile
import pstats
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child import high_water_mb
from benchmarks.instances.families import family_program
from benchmarks.solvers.trace import Limit
from optimizer.errors import SolverFailed
from optimizer.solve.decomposition.search import search
from optimizer.solve.outcome import Stopped

TIME_LIMIT_S = 600.0
PARTS = {
    "arrays of the program": [("model.py", "model_of"), ("knapsacks.py", "knapsacks"), ("knapsacks.py", "too_large")],
    "first prices": [("prices.py", "guess_prices")],
    "linear programs": [("core.py", "solve"), ("core.py", "grow"), ("core.py", "drop_idle_cuts")],
    "cuts": [("core.py", "cut")],
    "safe bounds, columns left out": [("bound.py", "safe_bound"), ("bounding.py", "narrow")],
    "repair by shifts": [("mending.py", "shifted_whole")],
    "wide searches near the relaxation": [("neighbourhoods.py", "free_cheap")],
    "ejection chains": [("chain_search.py", "improve"), ("chain_search.py", "shake")],
    "neighbourhoods": [("neighbourhoods.py", "improve_once"), ("neighbourhoods.py", "repair_once")],
    "what is left, by HiGHS": [("remainder.py", "search_remainder"), ("highs.py", "search")],
}
"""Functions by file; none is called by another part."""


@dataclass(frozen=True)
class Profile:
    """One search."""

    size: str
    gap_share: float
    build_s: float
    search_s: float
    parts_s: dict[str, float]
    built_mb: float
    peak_mb: float


def profile(size: str, gap_share: float, seed: int) -> Profile:
    """Search one instance to a gap. Raises `SolverFailed` where time was too short."""
    began = time.perf_counter()
    program = family_program(size, seed)
    build_s, built_mb = time.perf_counter() - began, _high_water_mb()
    solver = Limit(TIME_LIMIT_S, gap_share).settings()
    profiler = cProfile.Profile()
    outcome = profiler.runcall(search, program, solver)
    if outcome.stopped is not Stopped.PROVED:
        raise SolverFailed(f"{size}: no gap of {gap_share:g} in {TIME_LIMIT_S:.0f} s")
    taken = _cumulated(profiler)
    parts_s = {part: sum(taken.get(place, 0.0) for place in places) for part, places in PARTS.items()}
    parts_s["all else"] = outcome.elapsed_s - sum(parts_s.values())
    return Profile(size, gap_share, build_s, outcome.elapsed_s, parts_s, built_mb, _high_water_mb())


def markdown(found: Profile) -> str:
    """The parts that took a hundredth of the time or more."""
    head = (
        f"{found.size} to {found.gap_share:g}: built in {found.build_s:.1f} s ({found.built_mb:.0f} MB), "
        f"searched in {found.search_s:.1f} s ({found.peak_mb:.0f} MB at most)"
    )
    rows = [
        f"| {part} | {seconds:.2f} | {seconds / found.search_s:.0%} |"
        for part, seconds in found.parts_s.items()
        if seconds >= 0.01 * found.search_s
    ]
    return "\n".join([head, "", "| part | s | share |", "|---|---:|---:|", *rows])


def _high_water_mb() -> float:
    return high_water_mb("self") or float("nan")


def _cumulated(profiler: cProfile.Profile) -> dict[tuple[str, str], float]:
    """Seconds by file and function of the engine, what it calls included."""
    found: dict[tuple[str, str], float] = {}
    stats = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    for (file, _, function), (_, _, _, seconds, _) in stats.items():
        if Path(file).parent.name in ("decomposition", "solve"):
            key = (Path(file).name, function)
            found[key] = found.get(key, 0.0) + seconds
    return found
