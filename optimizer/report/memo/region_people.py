"""The staff effect in a region: of every option, and by county in the recommended one."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.documents.blocks import Block, Heading
from optimizer.report.documents.tabling import Column
from optimizer.report.memo.by_county import by_county
from optimizer.report.memo.people import staff_figures, staff_grid
from optimizer.report.memo.region_asked import RegionAsked
from optimizer.report.region_tables import people_table
from optimizer.report.words import decimals


def region_people(asked: RegionAsked, plan: RegionPlan) -> Iterator[Block]:
    """Staff hired by providers, losing their position, absorbed and laid off."""
    yield Heading("Staff effect")
    if len(asked.answers) > 1:
        yield staff_grid([_figures(answer) for answer in asked.answers])
    heads = {
        "fte": "Staff today",
        "fte_transferred": "Hired by providers",
        "fte_displaced": "Losing their position",
        "absorbed_fte": "of them absorbed",
        "laid_off_fte": "of them laid off",
    }
    columns = [_fte(head, name) for name, head in heads.items()]
    yield by_county("By county in A, FTE", columns, people_table(plan, asked.names), 2)


def _figures(answer: RegionAnswer) -> dict[str, float]:
    """The `staff_figures` of all counties."""
    if answer.plan is None:
        return {}
    summed: dict[str, float] = {}
    for own in answer.plan.plans.values():
        for what, number in staff_figures(own).items():
            summed[what] = summed.get(what, 0.0) + number
    return summed


def _fte(head: str, name: str) -> Column:
    return Column(head, lambda row: decimals(row[name]), sum=lambda rows: decimals(rows[name].sum()))
