"""Sections for analyses that search or draw more than a run holds: how a plan may turn out, and frontiers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.told import Told
from optimizer.report.html.parts import Block, Picture, Section
from optimizer.report.html.tables import table_of
from optimizer.report.pictures.lines import frontier_picture, tornado_picture
from optimizer.report.words import exact_usd

REALIZED = "realized"
"""Id of the section that tells how a plan may turn out."""
MOST_BARS = 12
"""Bars of a tornado."""


def realized_section(told: Told, tornado: pd.DataFrame, planned_usd_per_year: float, of: str) -> Section:
    """How the plan of a scenario may turn out, with the assumptions that matter most; `of` is the scenario's name."""
    rows = [
        (str(name), float(at_low), float(at_high))
        for name, _, _, at_low, at_high in tornado.head(MOST_BARS).itertuples(index=False)
    ]
    blocks: list[Block] = []
    if rows:
        name, low, high = rows[0]
        blocks.append(
            Picture(
                "tornado-picture",
                "What the saving depends on: one assumption at a time, low and high",
                f"Bars for {count_of(len(rows), 'assumption')}. Most depends on {name}: between {exact_usd(low)} and "
                f"{exact_usd(high)} a year is saved.",
                tornado_picture(rows, planned_usd_per_year),
            )
        )
    return Section(REALIZED, f"How {of} may turn out", told.lines, (*blocks, *_tables("realized", told)))


def drawn_sentences(analyses: Sequence[Section]) -> tuple[str, ...]:
    """What draws tell of the saving of a plan that was named just before; nothing where there are none."""
    drawn = [section.lines for section in analyses if section.id == REALIZED]
    if not drawn:
        return ()
    return (*drawn[0][1:3], "These draws follow from stated assumptions, not from data.")


def frontier_section(told: Told, points: pd.DataFrame, column: str, axis: str, of: str) -> Section:
    """Least cost of a scenario against another measure, whose values are in a column of `points`."""
    blocks: list[Block] = []
    if len(points) > 1:
        first, last = points.iloc[0], points.iloc[-1]
        unbeaten = "Plans that nothing beats in one of the two without losing in the other"
        blocks.append(
            Picture(
                "frontier-picture",
                unbeaten if points["proved"].all() else "Least cost against the other measure, as far as it was found",
                f"{count_of(len(points), 'plan')}, from {exact_usd(float(first['usd_per_year']))} to "
                f"{exact_usd(float(last['usd_per_year']))} a year.",
                frontier_picture(points, column, axis),
            )
        )
    return Section("frontier", f"What else {of} could weigh cost against", told.lines,
                   (*blocks, *_tables("frontier", told)))  # fmt: skip


def _tables(id_: str, told: Told) -> Iterator[Block]:
    for number, (title, frame) in enumerate(told.tables.items(), start=1):
        if not frame.empty:
            yield table_of(frame, f"{id_}-{number}", title)
