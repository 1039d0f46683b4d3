"""Money by year, plans side by side, least cost against another measure, and what a saving depends on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from optimizer.report.pictures.drawing import (
    COSTS,
    INK,
    PALE,
    PLATE,
    SAVES,
    TOTAL,
    Drawn,
    drawn,
    money_axis,
    name_rows,
    room_for_labels,
    rows_in,
    told_usd,
)


def years_picture(years: Sequence[int], saved: Sequence[float], in_all: Sequence[float]) -> Drawn:
    """What is saved in every year as bars, and in all until then as a line."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots()
        colours = [SAVES if value >= 0 else COSTS for value in saved]
        axes.bar(years, saved, color=colours, width=0.55)
        line = axes.plot(years, in_all, color=TOTAL, marker="o", markersize=4, linewidth=1.5)[0]
        looks = {"Saved in the year": Patch(color=SAVES), "Lost in the year": Patch(color=COSTS)}
        if min(saved) >= 0:
            del looks["Lost in the year"]
        if len(years) <= (6 if narrow else 12):
            for year, value in zip(years, in_all, strict=True):
                axes.annotate(told_usd(value), (year, value), xytext=(0, 6), textcoords="offset points", ha="center",
                              fontsize=8, bbox=PLATE)  # fmt: skip
        axes.axhline(0.0, color=INK, linewidth=0.8)
        axes.margins(y=0.15)
        axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, min_n_ticks=1))
        beside = max(0.6, 2.0 - len(years) / 2.0)
        axes.set_xlim(years[0] - beside, years[-1] + beside)
        axes.set_xlabel("Year of the plan")
        money_axis(axes, "y")
        handles, labels = [*looks.values(), line], [*looks, "Saved in all until then"]
        figure.legend(handles, labels, loc="outside upper left", ncols=1 if narrow else 3, frameon=False, fontsize=8.5)

    return drawn(draw, 3.4, 3.6)


def intervals_picture(rows: Sequence[tuple[str, float | None, float]], axis: str) -> Drawn:
    """Each plan's cost as a dot, and how far below it a cheaper plan may still lie as a line to the left."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots()
        for place, (_, least, found) in enumerate(rows):
            if least is not None:
                axes.plot([least, found], [place, place], color=COSTS, linewidth=2.4, solid_capstyle="butt")
                axes.plot([least], [place], color=COSTS, marker="|", markersize=9)
            axes.plot([found], [place], color=SAVES, marker="o", markersize=6)
            axes.annotate(told_usd(found), (found, place), xytext=(7, 0), textcoords="offset points", va="center",
                          fontsize=8.5)  # fmt: skip
        ends = [value for _, least, found in rows for value in (least, found) if value is not None]
        span = (max(ends) - min(ends)) or abs(max(ends)) or 1.0
        axes.set_xlim(min(ends) - 0.06 * span, max(ends) + (0.3 if narrow else 0.16) * span)
        name_rows(axes, [name for name, *_ in rows], narrow)
        money_axis(axes)
        axes.set_xlabel(axis)

    return drawn(draw, rows_in(len(rows), False), rows_in(len(rows), True))


def frontier_picture(points: pd.DataFrame, column: str, axis: str) -> Drawn:
    """Least cost at every value of another measure; what is proved of it as a line below."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots()
        values, usd = points[column].tolist(), points["usd_per_year"].tolist()
        axes.plot(values, usd, color=SAVES, marker="o", markersize=5, linewidth=1.2, label="Plan found")
        axes.plot(values, points["least_usd_per_year"], color=COSTS, marker="_", markersize=9, linestyle="",
                  label="No plan costs less")  # fmt: skip
        if len(values) <= (6 if narrow else 14):
            for x, y in zip(values, usd, strict=True):
                axes.annotate(told_usd(y), (x, y), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=8)
        axes.margins(x=0.1, y=0.18)
        money_axis(axes, "y")
        axes.grid(axis="x", color=PALE, linewidth=0.6)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.set_xlabel(axis)
        axes.set_ylabel("Cost, $ a year")
        figure.legend(loc="outside upper left", ncols=2, frameon=False, fontsize=8.5)

    return drawn(draw, 3.8, 3.6)


def tornado_picture(rows: Sequence[tuple[str, float, float]], planned: float) -> Drawn:
    """What is saved with one assumption at a low and at a high value, the one that matters most on top."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots()
        for place, (_, at_low, at_high) in enumerate(rows):
            low, high = sorted((at_low, at_high))
            axes.barh(place, high - low, left=low, color=SAVES, height=0.42 if narrow else 0.56)
            for value, side in ((low, -1), (high, 1)):
                axes.annotate(told_usd(value), (value, place), xytext=(4 * side, 0), textcoords="offset points",
                              ha="left" if side > 0 else "right", va="center", fontsize=8, bbox=PLATE)  # fmt: skip
        axes.axvline(planned, color=COSTS, linewidth=1.2, linestyle="--")
        ends = [value for _, low, high in rows for value in (low, high)]
        room_for_labels(axes, [*ends, planned], 0.2 if narrow else 0.1)
        left, right = min([*ends, planned]), max([*ends, planned])
        span = (right - left) or 1.0
        axes.set_xlim(left - (0.4 if narrow else 0.18) * span, right + (0.4 if narrow else 0.18) * span)
        name_rows(axes, [name for name, *_ in rows], narrow)
        money_axis(axes)
        axes.set_xlabel("Saved, $ a year (dashed: what the plan counts on)")

    return drawn(draw, rows_in(len(rows), False), rows_in(len(rows), True))
