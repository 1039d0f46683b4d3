"""A picture in two shapes, for a wide screen or paper and for a phone, as SVG that needs no script and no font."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from optimizer.report.words import usd, usd_unit

WIDE_IN, NARROW_IN = 9.0, 4.0
"""Widths; the page scales a picture to the room it has."""
LONGEST = 46
"""Letters of a name that are shown; the table under the picture has it whole."""
PLATE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.6}
"""What stands behind a text that lines may cross."""
INK, GREY, PALE = "#1F1F1F", "#5A5A5A", "#D4D4D4"
SAVES, COSTS, TOTAL = "#12436D", "#F46A25", "#3D3D3D"
DECISIONS = {
    "keep": ("#3D3D3D", ""),
    "partner": ("#12436D", ""),
    "consolidate": ("#28A197", "///"),
    "outsource": ("#F46A25", "\\\\\\"),
    "insource": ("#A285D1", "||"),
    "exit": ("#801650", "xx"),
}
"""Colour and hatch of a decision (UK Government Analysis Function); the hatch tells them apart without colour."""
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "reallocate",
    "text.parse_math": False,
    "font.size": 9.0,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Segoe UI", "Arial", "Helvetica", "sans-serif"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.color": GREY,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.9,
    "axes.axisbelow": True,
}

Draw = Callable[[Figure, bool], None]
"""Draws on a figure; true: the narrow shape."""


@dataclass(frozen=True)
class Drawn:
    """One picture in both shapes."""

    wide: str
    """SVG."""
    narrow: str
    wide_size: tuple[float, float]
    """Width and height [points]."""
    narrow_size: tuple[float, float]


def drawn(draw: Draw, wide_height_in: float, narrow_height_in: float) -> Drawn:
    """The picture that `draw` makes, in both shapes; the same every time."""
    sizes = ((WIDE_IN, wide_height_in), (NARROW_IN, narrow_height_in))
    wide, narrow = (_svg(draw, size, size is sizes[1]) for size in sizes)
    points = [(width * 72.0, height * 72.0) for width, height in sizes]
    return Drawn(wide, narrow, points[0], points[1])


def _svg(draw: Draw, size_in: tuple[float, float], narrow: bool) -> str:
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # the reader's own fonts draw the text; ours only measure it
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=size_in, layout="constrained")
        draw(figure, narrow)
        text = io.StringIO()
        # drawn once: `savefig` would draw everything a first time to lay it out
        metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
        FigureCanvasSVG(figure).print_svg(text, metadata=metadata)
    whole = text.getvalue()
    return whole[whole.index("<svg") :]


def shortened(name: str, most: int) -> str:
    """A name that fits where it is shown."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def money_axis(axes: Axes, along: str = "x") -> None:
    """Ticks in the unit that a reader of a budget expects, with lines to read them by."""
    axis = axes.xaxis if along == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value)))
    axis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="x" if along == "x" else "y", color=PALE, linewidth=0.6)


def _tick(amount: float) -> str:
    """What a tick stands at: with one decimal more where the usual ones would tell another number."""
    one, name, decimals = usd_unit(amount)
    told = abs(amount) / one
    if not name or math.isclose(round(told, decimals), told, rel_tol=1e-9):
        return told_usd(amount)
    return f"{'−' if amount < 0 else ''}${told:,.{decimals + 1}f}{name}"


def told_usd(amount: float) -> str:
    """Dollars with a minus sign that is read as one."""
    return usd(amount).replace("-", "−")


def name_rows(axes: Axes, names: Sequence[str], narrow: bool) -> None:
    """Names of horizontal bars, the first on top: beside them, or above them where there is no room beside."""
    places = list(range(len(names)))
    axes.set_ylim(len(names) - 0.4, -0.75 if narrow else -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    if not narrow:
        axes.set_yticks(places, [shortened(name, LONGEST) for name in names])
        return
    axes.set_yticks([])
    for place, name in zip(places, names, strict=True):
        axes.text(
            0.0,
            place - 0.34,
            shortened(name, LONGEST),
            transform=axes.get_yaxis_transform(),
            va="bottom",
            fontsize=8,
            bbox=PLATE,
        )


def room_for_labels(axes: Axes, values: Sequence[float], share: float = 0.16) -> None:
    """Widen the value axis so that a number at the end of every bar has room; it always shows 0."""
    known = [value for value in values if math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    span = (high - low) or 1.0
    axes.set_xlim(low - (share * span if low < 0 else 0.0), high + share * span)


def rows_in(rows: int, narrow: bool) -> float:
    """Height of a picture with so many rows of bars [inches]."""
    return 0.9 + rows * (0.48 if narrow else 0.3)
