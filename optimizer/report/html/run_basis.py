"""What a run rests on: what it does not know, every setting with its origin, and how it was searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer
from optimizer.report.html.parts import Section
from optimizer.report.html.tables import table_of
from optimizer.report.origins import known_of
from optimizer.report.sought import PROVED_BEST, Sought
from optimizer.report.words import exact_usd, status_sentence
from optimizer.scenario.layers import Setters


def unknown_section(answer: Answer) -> Section:
    """What no search can know, with this run's own numbers where it has them."""
    return Section("unknown", "What the tool does not know", tuple(_unknown(answer)))


INPUTS = (
    f"Whether the inputs are right. Proved best means that {PROVED_BEST} under these inputs and rules; it says nothing "
    "of whether costs, offers, duties and limits are as the tables state them."
)
DELIVERY = (
    "How well a service is delivered. Coverage and quality are what an offer says they are, and what an official wants "
    "to save before letting go counts only as far as the county states it."
)
LAW = "What the law says. Duties and citations are as the tables have them; nothing here is legal advice."


def _unknown(answer: Answer) -> Iterator[str]:
    yield INPUTS
    share = answer.settings["economics.realization_share"]
    yield (
        f"Whether savings come true. Savings are estimates of the future; {share:.0%} of what is promised is counted "
        "on, which is an assumption. `python cli.py realize PLAN` draws how far it may turn out otherwise."
    )
    plan = answer.plan
    if plan is not None and plan.decisions["moved"].any():
        moved = plan.decisions[plan.decisions["moved"]]
        marked = int((moved["estimated"] != "").sum())
        yield (
            f"What providers will really ask. {count_of(marked, 'move rests', 'moves rest')} on estimated terms, "
            f"{len(moved) - marked} on terms that were given."
        )
        yield (
            "Whether a provider fails. Chances of failure are put by kind of organization where nobody stated them; "
            "`python cli.py failures PLAN` tells what each failure would cost."
        )
    yield DELIVERY
    yield LAW


def assumptions_section(answer: Answer, setters: Setters, changed: pd.DataFrame) -> Section:
    """Every setting, its source and the file and line that set it; every cell that the scenario changed."""
    # locks and bans are kept with the settings, their origin is their scenario's
    rows = [
        (path, told_value(value), known_of(path, setters.remarks), known_of(path, setters.origins))
        for path, value in answer.settings.items()
    ]
    # what this county and this question chose stands before what the tool brings
    rows.sort(key=lambda row: "base.yaml:" in row[-1])
    table = pd.DataFrame(rows, columns=["setting", "value", "source", "set_by"])
    blocks = [table_of(table, "settings-table", "Every setting, and what set it",
                       heads={"set_by": "Set by"})]  # fmt: skip
    lines = [
        "What the county and the question set stands first; what base.yaml set is the tool's own. A source is what the "
        "file that set a value says of it."
    ]
    if not changed.empty:
        told = changed.astype(object).map(_cell)
        blocks.append(table_of(told, "changed-table", "Cells that the scenario changed in the county's tables",
                               heads={"set_by": "Set by"}))  # fmt: skip
    else:
        lines.append("The scenario changed no cell of the county's tables.")
    return Section("assumptions", "Every assumption and its origin", tuple(lines), tuple(blocks))


def _cell(value: Any) -> str:
    return "" if value is None or value != value else str(value)


def told_value(value: Any) -> str:
    """A setting as a reader of the page sees it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return ", ".join(map(told_value, value)) if isinstance(value, list | tuple) else str(value)


def searched_section(answer: Answer, manifest: Mapping[str, Any]) -> Section:
    """Status, bound, solver, versions and hashes, as the run's manifest has them."""
    plan = answer.plan
    rows = [("Why the search stopped", str(manifest["stopped"])), ("A plan is held", "yes" if plan else "no")]
    if plan is not None:
        gap = None if plan.bound_usd is None else plan.sought_usd - plan.bound_usd
        rows += [
            ("Present cost of the plan", exact_usd(plan.cost_usd)),
            (Sought.of([plan]).bound_head, exact_usd(plan.bound_usd)),
            ("Gap", "nothing is proved" if gap is None else f"${max(gap, 0.0):,.2f}"),
            ("Present cost of keeping everything", exact_usd(plan.today_usd)),
            ("Present value of a dollar a year", f"{plan.annuity:.6f}"),
            ("Rules broken", f"{len(plan.violations)} (verified from the county's tables)"),
        ]
    rows += [
        ("Engine", str(manifest["engine"])),
        ("Solver", str(manifest["solver"])),
        ("Searched for", f"{manifest['elapsed_s']:,.2f} s"),
        ("Finished", str(manifest["finished_at"])),
        ("Run", str(manifest["key"])),
        *((f"Version of {name}", str(version)) for name, version in manifest["versions"].items()),
        *((name.capitalize(), str(text)) for name, text in manifest["extra"].items()),
    ]
    hashes = pd.DataFrame(list(manifest["inputs"].items()), columns=["table", "sha256"])
    return Section(
        "searched",
        "How it was searched",
        (status_sentence(answer), "The same inputs, settings and versions give the same plan."),
        (
            table_of(pd.DataFrame(rows, columns=["what", "found"]), "searched-table", "The search"),
            table_of(hashes, "hashes-table", "Inputs, as the scenario saw them"),
        ),
    )  # fmt: skip
