"""Charts of a sheet, drawn by the spreadsheet program from the cells of a table."""

from __future__ import annotations

import math
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from optimizer.report.workbook.page import Block, Chart
from optimizer.report.workbook.words import number_format

COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25")
"""Told apart by the colour-blind and in grey (UK Government Analysis Function)."""
DASHES, MARKERS = ("solid", "dash", "round_dot"), ("circle", "square", "triangle", "diamond", "x")
"""What tells lines apart where there are more of them than colours."""
WIDTH, HEIGHT = 760, 300
LEAST_HEIGHT, BAR_HEIGHT, BESIDE_BARS = 260, 22, 90
"""A chart of bars grows with them; the rest is title, axis and legend [pixels]."""
ROW_HEIGHT = 20
"""Of a row that is written in [pixels]."""


def add_chart(book: Workbook, sheet: Worksheet, block: Block, rows: tuple[int, int], at: int) -> int:
    """Draw the chart of a table with its head and its last row in these `rows`; the row below the chart."""
    drawn = block.chart
    assert drawn is not None
    chart = book.add_chart({"type": drawn.kind})
    for series in _series(sheet.get_name(), block, drawn, rows):
        chart.add_series(series)
    chart.set_title({"name": drawn.title, "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"} if len(drawn.values) > 1 else {"none": True})
    amounts = {
        "num_format": number_format(drawn.values[0]),
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
    }
    # names stand at the edge, where no bar below zero runs through them
    names: dict[str, Any] = {"label_position": "low"}
    if drawn.kind == "bar":  # bars lie on their side, the first one on top
        chart.set_x_axis(amounts)
        chart.set_y_axis({"reverse": True} | names)
        height = max(LEAST_HEIGHT, BAR_HEIGHT * len(block.frame) + BESIDE_BARS)
    else:
        chart.set_x_axis(names)
        chart.set_y_axis(amounts)
        height = HEIGHT
    chart.set_size({"width": WIDTH, "height": height})
    sheet.insert_chart(at, 0, chart, {"description": drawn.title})
    return at + math.ceil(height / ROW_HEIGHT) + 2


def _series(page: str, block: Block, drawn: Chart, rows: tuple[int, int]) -> list[dict[str, Any]]:
    head, last = rows
    columns = list(map(str, block.frame.columns))
    of = columns.index(drawn.of)
    found = []
    for number, name in enumerate(drawn.values):
        place, colour = columns.index(name), COLOURS[number % len(COLOURS)]
        look = _line(number, colour) if drawn.kind == "line" else {"fill": {"color": colour}}
        cells = {
            "name": [page, head, place],
            "categories": [page, head + 1, of, last, of],
            "values": [page, head + 1, place, last, place],
        }
        found.append(cells | look)
    return found


def _line(number: int, colour: str) -> dict[str, Any]:
    """A line of a chart that no other one looks like, in grey either."""
    dash, marker = DASHES[number // len(COLOURS) % len(DASHES)], MARKERS[number % len(MARKERS)]
    line = {"color": colour, "width": 2.25, "dash_type": dash}
    return {"line": line, "marker": {"type": marker, "size": 6, "fill": {"color": colour}, "border": {"color": colour}}}
