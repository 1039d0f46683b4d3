"""Savings as a picture: what each option saves a year, and what the recommended one has saved in all by every year."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

from optimizer.report.differing import letter
from optimizer.report.documents import looks
from optimizer.report.documents.blocks import Picture
from optimizer.report.memo.asked import Asked
from optimizer.report.words import exact_usd, usd

HEIGHT_IN = 1.55
SAVES, COSTS = "#12436D", "#F46A25"
"""Told apart by the colour-blind and in grey; the side of the line says the same (UK Government Analysis Function)."""
MOST_OPTIONS, MOST_NAMES, LEAST_PLACES = 12, 16, 5
"""Options that are drawn; bars that are all named; bars that a panel has room for."""
BY_OPTION, BY_YEAR = "Saved a year, by option", "Saved by A in all, by the end of each year"


def savings_picture(asked: Asked) -> Iterator[Picture]:
    """Bars of every option that holds a plan, beside the recommended one's savings summed up year by year.

    Of less than two bars nothing is drawn.
    """
    held = [(letter(number), answer.plan) for number, answer in enumerate(asked.answers) if answer.plan is not None]
    saved = {name: round(plan.saving_usd_per_year, 2) for name, plan in held[:MOST_OPTIONS]}
    plan = asked.recommended.plan
    assert plan is not None
    summed = {
        str(year): round(float(usd), 2)
        for year, usd in zip(plan.cash["year"], plan.cash["cumulative_saving_usd"], strict=True)
    }
    drawn = {BY_OPTION: saved, BY_YEAR: summed}
    panels = {title: bars for title, bars in drawn.items() if len(bars) > 1 and any(bars.values())}
    if panels:
        alt = " ".join(f"{title}: {_listed(bars)}." for title, bars in panels.items())
        yield Picture(_drawn(panels), alt, HEIGHT_IN)


def _listed(bars: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {exact_usd(amount)}" for name, amount in bars.items())


def _drawn(panels: Mapping[str, Mapping[str, float]]) -> bytes:
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    figure = Figure(figsize=(looks.WIDTH_IN, HEIGHT_IN), dpi=200, layout="constrained")
    money = FuncFormatter(lambda amount, _: usd(amount).replace("$", r"\$"))
    for axes, (title, bars) in zip(figure.subplots(1, len(panels), squeeze=False)[0], panels.items(), strict=True):
        places = range(len(bars))
        axes.bar(places, bars.values(), width=0.7, color=[SAVES if usd >= 0 else COSTS for usd in bars.values()])
        every = 1 + len(bars) // MOST_NAMES
        axes.set_xticks(places[::every], list(bars)[::every])
        axes.set_xlim(-0.6, max(len(bars), LEAST_PLACES) - 0.4)
        axes.set_title(title, fontsize=8, loc="left", color=f"#{looks.INK}")
        axes.tick_params(labelsize=7, length=2)
        axes.yaxis.set_major_formatter(money)
        axes.yaxis.set_major_locator(MaxNLocator(4))
        axes.axhline(0.0, color=f"#{looks.INK}", linewidth=0.8)
        axes.grid(axis="y", color="#D9D9D9", linewidth=0.5)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
