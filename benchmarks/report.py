"""The report of a benchmark: Markdown with tables and pictures, and the tables as CSV."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from benchmarks import pictures, summary
from benchmarks.tables import Results
from optimizer.errors import Finding, Refused

_MEANINGS = """\
*Time* is from handing the program over to the answer, building it not counted. *Gap* is (cost - bound) / |cost|.
*Best* is the published value, or the least cost of these runs where that is less. A run without proof counts with its
whole time limit; that no plan exists (*infeasible*) is an answer, and has no gap. The *primal integral* (Berthold 2013)
adds up how far the plan in hand is from the best, over the time limit; solvers that are called through Pyomo (cbc among
them) tell nothing before their end.
"""

_NO_CONTRADICTION = "None: no bound lies above another's cost, and no plan is held where there is said to be none."


def write_report(results: Results, folder: Path) -> Path:
    """Write report.md with its pictures and tables; returns report.md. Raises `Refused` where nothing ran."""
    runs = summary.with_measures(results)
    if runs.empty:
        found = "no run of a solver that is installed and takes the program"
        raise Refused([Finding("results", found, "one run or more", "See `python -m benchmarks solvers`.")])
    folder.mkdir(parents=True, exist_ok=True)
    drawn = pictures.draw_all(runs, results.events, folder)
    solvers, instances = summary.per_solver(runs), summary.per_instance(runs)
    solvers.to_csv(folder / "per_solver.csv", index=False)
    instances.to_csv(folder / "per_instance.csv", index=False)
    wrong = summary.contradictions(runs)
    parts = [
        "# Benchmark",
        ", ".join(f"{name} {value}" for name, value in results.machine.items() if value != "absent"),
        _limits(runs),
        _MEANINGS,
        "## Solvers",
        markdown(solvers),
        _left_out(results.runs),
        "## Contradictions",
        "\n".join(f"- {line}" for line in wrong) if wrong else _NO_CONTRADICTION,
        "## Pictures",
        "\n\n".join(f"![{file.stem.replace('_', ' ')}]({file.name})" for file in drawn),
        "## Instances",
        markdown(_shown(instances)),
    ]
    report = folder / "report.md"
    report.write_text("\n\n".join(part.strip() for part in parts if part.strip()) + "\n", encoding="utf-8")
    return report


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown; numbers with four digits, thousands set apart."""
    lines = ["| " + " | ".join(map(str, table.columns)) + " |", "|" + "---|" * len(table.columns)]
    lines += ["| " + " | ".join(map(_cell, row)) + " |" for row in table.itertuples(index=False)]
    return "\n".join(lines)


def _cell(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return "-"
    if isinstance(value, str):
        return value
    number = float(str(value))
    if number == int(number) or abs(number) >= 10_000:
        return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"
    return f"{number:.4g}"


def _limits(runs: pd.DataFrame) -> str:
    limits = sorted({f"{value:g} s" for value in runs["time_limit_s"]})
    gaps = sorted({f"{value:g}" for value in runs["gap_asked_share"]})
    threads = sorted(set(runs["threads"]))
    seeds = sorted(set(runs["seed"]))
    return f"Time limit {', '.join(limits)}; asked gap {', '.join(gaps)}; threads {threads}; seeds {seeds}."


def _left_out(runs: pd.DataFrame) -> str:
    unused = runs[runs["status"].isin(("absent", "refused"))].drop_duplicates(["solver", "note"])
    if unused.empty:
        return ""
    lines = [f"- {row.solver} on {row.instance}: {row.status}, {row.note}" for row in unused.itertuples()]
    return (
        "Left out, with the first instance of each reason; in the performance profile these count as not solved, and"
        " the solver's means above are over its other runs alone:\n\n" + "\n".join(lines)
    )


def _shown(instances: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "instance": instances["instance"],
            "rows x columns": [
                "-" if pd.isna(rows) else f"{rows:,} x {columns:,}"
                for rows, columns in zip(instances["rows"], instances["columns"], strict=True)
            ],
            "solver": instances["solver"],
            "status": instances["status"],
            "cost": instances["cost"],
            "seconds": instances["elapsed_s"],
            "gap %": 100.0 * instances["gap_share"],
            "above best %": 100.0 * instances["above_best_share"],
            "primal integral s": instances["primal_integral_s"],
            "peak MB": instances["peak_mb"],
        }
    )
