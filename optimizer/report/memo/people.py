"""The staff effect: of every option, and where it falls in the recommended one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from optimizer.counts import count_of
from optimizer.plan.plan import Plan
from optimizer.report.differing import letter
from optimizer.report.documents.blocks import Block, Grid, Heading, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.memo.asked import Asked
from optimizer.report.words import decimals

MOST_OPTIONS = 10
"""Options that stand side by side."""
DEPARTMENTS, DEPARTMENT_LETTERS = 3, 40
"""Departments that are named, and letters of a name."""
CRUMB_FTE = 0.005
"""Staff below this are not told."""
HIRED, LOST, ABSORBED, LAID_OFF, LATER = (
    "hired by providers",
    "losing their position",
    "of them absorbed by attrition",
    "of them laid off",
    "of them after the horizon",
)


def people(asked: Asked, plan: Plan) -> Iterator[Block]:
    """Staff hired by providers, losing their position, absorbed and laid off."""
    yield Heading("Staff effect")
    yield staff_grid([staff_figures(answer.plan) for answer in asked.answers])
    yield Paragraph(_departments(plan))


def staff_grid(options: Sequence[Mapping[str, float]]) -> Grid:
    """The `staff_figures` of every option; nothing for one without a plan."""
    columns = options[:MOST_OPTIONS]
    rows = [(what, *(_fte(figures.get(what)) for figures in columns)) for what in _names(columns)]
    over = len(options) - len(columns)
    more = f"; {count_of(over, 'more option')} in the workbook" if over else ""
    return Grid(
        f"Full-time equivalents (FTE), by option{more}",
        ("Staff", *(letter(number) for number in range(len(columns)))),
        tuple(rows),
        (0.3, *[0.0] * len(columns)),
    )


def staff_figures(plan: Plan | None) -> dict[str, float]:
    """Staff by what happens to them; those whose move is done only after the horizon are in no year."""
    if plan is None:
        return {}
    moved, years = plan.decisions[plan.decisions["moved"]], plan.years
    lost = float(moved["fte_displaced"].sum())
    return {
        HIRED: float(moved["fte_transferred"].sum()),
        LOST: lost,
        ABSORBED: float(years["absorbed_fte"].sum()),
        LAID_OFF: float(years["laid_off_fte"].sum()),
        LATER: lost - float(years["displaced_fte"].sum()),
    }


def _names(columns: Sequence[Mapping[str, float]]) -> list[str]:
    later = any(figures.get(LATER, 0.0) > CRUMB_FTE for figures in columns)
    return [HIRED, LOST, ABSORBED, LAID_OFF, *([LATER] if later else [])]


def _fte(number: float | None) -> str:
    return "-" if number is None else decimals(number)


def _departments(plan: Plan) -> str:
    """The departments that most staff leave."""
    table = plan.totals[plan.totals["by"] == "department"]
    table = table.assign(leaving=table["fte_transferred"] + table["fte_displaced"])
    leaving = table[table["leaving"] > CRUMB_FTE].sort_values("leaving", ascending=False, kind="stable")
    if leaving.empty:
        return "In A nobody changes employer or loses a position."
    told = [
        f"{short(row['name'], DEPARTMENT_LETTERS)} {_fte(row['leaving'])} of {_fte(row['fte'])}"
        for row in leaving.head(DEPARTMENTS).to_dict("records")
    ]
    others = leaving["leaving"].iloc[DEPARTMENTS:]
    more = f"; {count_of(len(others), 'more department')} with {_fte(float(others.sum()))}" if len(others) else ""
    return f"In A staff leave (hired by providers or without a position) from {', '.join(told)} FTE{more}."
