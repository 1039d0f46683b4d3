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
    """Print the table, or as a process of its own (`--one`) a single measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one is None:
        print_table(asked.repeats)
    else:
        print(json.dumps(measured(asked.one)))


def print_table(repeats: int) -> None:
    """One line per number of start years, as a Markdown table, below what it was measured on."""
    import highspy

    print(f"{date.today()}, {platform.python_version()}, HiGHS {highspy.Highs().version()}, {os.cpu_count()} cores\n")
    print(
        "| start years | rows x columns | nonzeros | build s | search s | verify s | ratio | peak MB | proved | saved |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    first_s = None
    for start_years in START_YEARS:
        runs = [in_own_process(start_years) for _ in range(repeats)]
        spent_s = [statistics.median(run[part] for run in runs) for part in ("build_s", "search_s", "verify_s")]
        first_s = first_s or sum(spent_s)
        print(table_line(start_years, runs, spent_s, sum(spent_s) / first_s))


def table_line(start_years: int, runs: list[dict[str, float]], spent_s: list[float], ratio: float) -> str:
    """Sizes and saving are the same in every run; of memory the most is told, and `proved` if all were."""
    one = runs[0]
    cells = (
        f"{start_years}",
        f"{one['rows']:,.0f} x {one['columns']:,.0f}",
        f"{one['nonzeros']:,.0f}",
        *(f"{seconds:.2f}" for seconds in spent_s),
        f"{ratio:.1f}",
        f"{max(run['peak_mb'] for run in runs):.0f}",
        "yes" if all(run["proved"] for run in runs) else "no",
        f"${one['saving_usd_per_year']:,.0f}",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
