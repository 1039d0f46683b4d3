"""How size and time grow with the number of start years: python benchmarks/years.py [--repeats N].

Each line is the five-year roadmap of clear_creek with another number of start years, in a process of its own after
the imports, so that caches of one do not help the next. Times are medians; the ratio is against one start year.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "scenarios" / "whatifs" / "clear_creek" / "five_year_roadmap.yaml"
START_YEARS = (1, 2, 3, 4, 5)


def measured(start_years: int) -> dict[str, float]:
    """Size, seconds and memory of one run in this process."""
    sys.path.insert(0, str(ROOT))
    from optimizer import ask
    from optimizer.options.options import build_options
    from optimizer.plan.plan import plan_of
    from optimizer.program.program import build_program
    from optimizer.solve.engines import search_highs

    case = ask.load_case(SCENARIO, [f"horizon.start_years={start_years}"])
    began = time.perf_counter()
    program = build_program(case, build_options(case))
    matrix = program.matrix()
    built = time.perf_counter()
    outcome = search_highs(program, case.settings.solver, None, None)
    searched = time.perf_counter()
    plan = plan_of(program, outcome)
    return {
        "rows": matrix.shape[0],
        "columns": matrix.shape[1],
        "nonzeros": int(matrix.nnz),
        "build_s": built - began,
        "search_s": searched - built,
        "verify_s": time.perf_counter() - searched,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
        "proved": float(plan.bound_usd is not None and plan.sought_usd - plan.bound_usd < 1.0),
        "saving_usd_per_year": plan.saving_usd_per_year,
    }


def in_own_process(start_years: int) -> dict[str, float]:
    """The same in a fresh process, on one thread."""
    command = [sys.executable, __file__, "--one", str(start_years)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"}
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main() -> None:
    """Print one line per number of start years, as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is not None:
        print(json.dumps(measured(asked.one)))
        return
    import highspy

    print(f"{date.today()}, {platform.python_version()}, HiGHS {highspy.Highs().version()}, {os.cpu_count()} cores\n")
    print(
        "| start years | rows x columns | nonzeros | build s | search s | verify s | ratio | peak MB | proved | saved |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    first = None
    for start_years in START_YEARS:
        runs = [in_own_process(start_years) for _ in range(asked.repeats)]
        seconds = {name: statistics.median(run[name] for run in runs) for name in ("build_s", "search_s", "verify_s")}
        total = sum(seconds.values())
        first = first or total
        one = runs[0]
        print(
            f"| {start_years} | {one['rows']:,.0f} x {one['columns']:,.0f} | {one['nonzeros']:,.0f} | "
            + " | ".join(f"{seconds[name]:.2f}" for name in seconds)
            + f" | {total / first:.1f} | {max(run['peak_mb'] for run in runs):.0f} | "
            f"{'yes' if all(run['proved'] for run in runs) else 'no'} | ${one['saving_usd_per_year']:,.0f} |"
        )


if __name__ == "__main__":
    main()
