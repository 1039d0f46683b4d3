"""Horizontal bars: a bridge from one amount to another, amounts by name, and amounts before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from optimizer.report.pictures.drawing import (
    COSTS,
    GREY,
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

BAR, THIN = 0.62, 0.42
"""Heights of a bar beside its name, and below it."""


def bridge_picture(steps: Sequence[tuple[str, float]], total: str) -> Drawn:
    """What each step adds to cost, one after the other from nothing on, and what they come to."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots()
        names, ends = [*(name for name, _ in steps), total], [0.0]
        for place, (_, change) in enumerate(steps):
            colour, hatch = (COSTS, "//") if change > 0 else (SAVES, "")
            size = THIN if narrow else BAR
            axes.barh(
                place, change, left=ends[-1], color=colour, hatch=hatch, edgecolor="white", linewidth=0, height=size
            )
            ends.append(ends[-1] + change)
            axes.plot([ends[-1]] * 2, [place, place + 1], color=GREY, linewidth=0.7)
        axes.barh(len(steps), ends[-1], color=TOTAL, height=THIN if narrow else BAR)
        _labels(axes, [change for _, change in steps], ends)
        axes.axvline(0.0, color=INK, linewidth=0.8)
        room_for_labels(axes, ends, 0.24 if narrow else 0.15)
        name_rows(axes, names, narrow)
        money_axis(axes)
        axes.set_xlabel("Change against today, $ a year (left: cheaper)")

    rows = len(steps) + 1
    return drawn(draw, rows_in(rows, False), rows_in(rows, True))


def _labels(axes: Axes, changes: Sequence[float], ends: Sequence[float]) -> None:
    """Every step's amount beside its bar, on the side where no connector runs."""
    for place, change in enumerate([*changes, ends[-1]]):
        left, right = sorted((ends[place], ends[place + 1]) if place < len(changes) else (0.0, ends[-1]))
        after = change > 0 and place < len(changes)
        sign = "+" if change > 0 else ""
        axes.annotate(
            f"{sign}{told_usd(change)}",
            (right if after else left, place),
            xytext=(4 if after else -4, 0),
            textcoords="offset points",
            ha="left" if after else "right",
            va="center",
            fontsize=8.5,
            bbox=PLATE,
        )


def amounts_picture(amounts: Sequence[tuple[str, float]], axis: str) -> Drawn:
    """A bar per name from nothing, to the right where it is more."""

    def draw(figure: Figure, narrow: bool) -> None:
        _amounts(figure.subplots(), amounts, narrow, axis)

    return drawn(draw, rows_in(len(amounts), False), rows_in(len(amounts), True))


def _amounts(axes: Axes, amounts: Sequence[tuple[str, float]], narrow: bool, axis: str, names: bool = True) -> None:
    values = [value for _, value in amounts]
    colours = [SAVES if value >= 0 else COSTS for value in values]
    bars = axes.barh(range(len(values)), values, color=colours, height=THIN if narrow else BAR)
    axes.bar_label(bars, [told_usd(value) for value in values], padding=4, fontsize=8.5)
    axes.axvline(0.0, color=INK, linewidth=0.8)
    room_for_labels(axes, values, 0.3 if narrow else 0.24)
    if names:
        name_rows(axes, [name for name, _ in amounts], narrow)
    money_axis(axes)
    axes.set_xlabel(axis)


def before_after_picture(rows: Sequence[tuple[str, float, float]]) -> Drawn:
    """Cost before and after by name, and beside it what is saved; on a phone what is saved alone."""
    saved = [(name, before - after) for name, before, after in rows]

    def draw(figure: Figure, narrow: bool) -> None:
        if narrow:
            _amounts(figure.subplots(), saved, narrow, "Saved, $ a year")
            return
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1.25, 1.0])
        places = range(len(rows))
        left.barh([p - 0.19 for p in places], [before for _, before, _ in rows], height=0.34, color=PALE, label="Today")
        left.barh([p + 0.19 for p in places], [after for *_, after in rows], height=0.34, color=TOTAL, label="Plan")
        left.axvline(0.0, color=INK, linewidth=0.8)
        name_rows(left, [name for name, *_ in rows], narrow)
        money_axis(left)
        left.set_xlabel("Net cost, $ a year")
        figure.legend(*left.get_legend_handles_labels(), loc="outside upper left", ncols=2, frameon=False, fontsize=8.5)
        _amounts(right, saved, narrow, "Saved, $ a year", names=False)
        right.spines["left"].set_visible(False)
        right.tick_params(axis="y", length=0)

    return drawn(draw, rows_in(len(rows), False) + 0.3, rows_in(len(rows), True))


def stacked_picture(names: Sequence[str], parts: Mapping[str, Sequence[float]], looks: Mapping[str, tuple[str, str]],
                    axis: str, digits: int) -> Drawn:  # fmt: skip
    """A bar per name, made of parts that are told apart by colour and hatch, its sum at the end."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes, begun = figure.subplots(), [0.0] * len(names)
        for part, values in parts.items():
            colour, hatch = looks[part]
            size = THIN if narrow else BAR
            axes.barh(range(len(names)), values, left=begun, color=colour, hatch=hatch, edgecolor="white", linewidth=0,
                      label=part, height=size)  # fmt: skip
            begun = [one + other for one, other in zip(begun, values, strict=True)]
        for place, end in enumerate(begun):
            axes.annotate(f"{end:,.{digits}f}", (end, place), xytext=(4, 0), textcoords="offset points", va="center",
                          fontsize=8.5)  # fmt: skip
        room_for_labels(axes, begun)
        name_rows(axes, names, narrow)
        axes.grid(axis="x", color=PALE, linewidth=0.6)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=digits == 0))
        axes.set_xlabel(axis)
        figure.legend(loc="outside upper left", ncols=2 if narrow else len(parts), frameon=False, fontsize=8.5)

    return drawn(draw, rows_in(len(names), False) + 0.3, rows_in(len(names), True) + 0.5)


def shares_picture(rows: Sequence[tuple[str, float]], axis: str) -> Drawn:
    """How much of each limit is used, with a line where nothing is left."""

    def draw(figure: Figure, narrow: bool) -> None:
        axes = figure.subplots()
        values = [100.0 * share for _, share in rows]
        bars = axes.barh(range(len(rows)), values, color=SAVES, height=THIN if narrow else BAR)
        axes.bar_label(bars, [f"{value:,.0f}%" for value in values], padding=4, fontsize=8.5)
        axes.axvline(100.0, color=COSTS, linewidth=1.4, linestyle="--")
        room_for_labels(axes, [*values, 100.0], 0.12)
        name_rows(axes, [name for name, _ in rows], narrow)
        axes.grid(axis="x", color=PALE, linewidth=0.6)
        axes.set_xlabel(axis)

    return drawn(draw, rows_in(len(rows), False), rows_in(len(rows), True))
