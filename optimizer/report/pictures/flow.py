"""Dollars as streams whose width is their amount: from departments through decisions to those who deliver then."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pandas as pd
from matplotlib.figure import Figure
from sankeyflow import Sankey

from optimizer.report.flows import GATHERED, largest
from optimizer.report.pictures.drawing import DECISIONS, PLATE, TOTAL, Drawn, drawn, shortened, told_usd

MOST_WIDE, MOST_NARROW = 14, 8
"""Names on either side; the smallest are gathered under one."""
LEVELS = ("department", "decision", "provider")
WIDE_SIDES = {"department": "left", "decision": "center", "provider": "right"}
NARROW_SIDES = {"department": "right", "decision": "center", "provider": "left"}
"""Where names stand; on a phone there is room for them only over the streams."""


def flow_picture(flows: pd.DataFrame) -> Drawn:
    """The flows of `flow_table`; every stream has the colour of its decision."""

    def shown(narrow: bool) -> pd.DataFrame:
        most = MOST_NARROW if narrow else MOST_WIDE
        return largest(largest(flows, "department", most), "provider", most)

    def draw(figure: Figure, narrow: bool) -> None:
        axes, table = figure.subplots(), shown(narrow)
        Sankey(
            flows=list(_streams(table)),
            nodes=[list(_nodes(table, level, narrow)) for level in LEVELS],
            align_y="center",
            node_width=0.02,
            node_height_pad_min=0.5 / max(_most(table), 6),
            node_pad_y_min=0.01,
            node_pad_y_max=0.03,
        ).draw(axes)
        axes.margins(x=0.02)

    heights = [1.0 + (0.62 if narrow else 0.3) * _most(shown(narrow)) for narrow in (False, True)]
    return drawn(draw, *heights)


def _most(table: pd.DataFrame) -> int:
    return max(table[level].nunique() for level in LEVELS)


def _sums(table: pd.DataFrame, level: str) -> pd.Series[float]:
    """Amounts by name, the largest first and what was gathered last."""
    sums = table.groupby(level)["gross_usd_per_year"].sum()
    gathered = sums.index.str.endswith(GATHERED.get(level, "\n"))
    order = pd.DataFrame({"gathered": gathered, "amount": -sums}).sort_values(["gathered", "amount"], kind="stable")
    return sums.loc[order.index]


def _nodes(table: pd.DataFrame, level: str, narrow: bool) -> Iterator[tuple[str, float, dict[str, object]]]:
    """Names of a level with their amounts; a name is told apart from one of another level."""
    for name, amount in _sums(table, level).items():
        apart = "\n" if narrow or level == "decision" else "  "
        label = f"{shortened(str(name), 22 if narrow else 32)}{apart}{told_usd(float(amount))}"
        look = {"fontsize": 7.0 if narrow else 8.5, "linespacing": 1.05}
        plate = {"bbox": PLATE} if narrow or level == "decision" else {}
        options: dict[str, object] = {
            "label": label,
            "label_format": "{label}",
            "label_pos": (NARROW_SIDES if narrow else WIDE_SIDES)[level],
            "color": DECISIONS[str(name)][0] if level == "decision" else TOTAL,
            "label_opts": look | plate,
        }
        yield f"{level} {name}", float(amount), options


def _streams(table: pd.DataFrame) -> Iterator[tuple[str, str, float, dict[str, object]]]:
    """Streams from level to level; they leave and reach their names in the order in which those stand."""
    for one, other in (("department", "decision"), ("decision", "provider")):
        sums = table.groupby([one, other])["gross_usd_per_year"].sum()
        amounts = dict(zip(sums.index.tolist(), sums.tolist(), strict=True))
        for first, second in product(_sums(table, one).index, _sums(table, other).index):
            decision = str(first if one == "decision" else second)
            if amounts.get((first, second), 0.0) > 0:
                options: dict[str, object] = {"color": f"{DECISIONS[decision][0]}66"}
                yield f"{one} {first}", f"{other} {second}", amounts[first, second], options
