"""Parts that the pages of comparisons have in common, of counties and of regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer
from optimizer.plan.region import RegionAnswer
from optimizer.report.html.parts import Cell, Column, Section, Table
from optimizer.report.html.run_basis import told_value
from optimizer.report.html.tables import number_text, table_of
from optimizer.report.rows import rows_of
from optimizer.report.words import LEAST_USD, exact_usd, proved_word

MOST_INPUTS = 400
"""Differing inputs that are listed one by one; with more the page would be of nothing else."""
UNITS = {"USD": "usd", "USD/year": "usd", "%": "percent", "FTE": "fte"}


def against_sentences(first: str, differences: pd.DataFrame) -> Iterator[str]:
    """What the others cost more or less than the first, and what of that is proved."""
    rows = rows_of(differences[differences["from"] == first])
    if not rows:
        return
    known = [proved_word(row) != "no" for row in rows]
    told = [
        f"{row['to']} costs {_more_or_less(row['change_usd_per_year'])}{'' if sure else ' (not proved)'}"
        for row, sure in zip(rows, known, strict=True)
    ]
    yield f"Against it {'; '.join(told)}."
    if all(known):
        yield "This difference is proved." if len(known) == 1 else "Every one of these differences is proved."
    else:
        yield "A difference is not proved where the intervals of what the best plans may cost overlap: it may be none."


def the_others(answers: Sequence[Answer] | Sequence[RegionAnswer]) -> str:
    """Those that the first one is compared with, and the verb."""
    return "the other is" if len(answers) == 2 else "the others are"


def cheapest_words(name: str, held: int) -> str:
    """The scenario whose plan costs least, of so many that have one; what it costs is to follow."""
    return f"{name} alone has a plan, for" if held == 1 else f"Of the {held} that have a plan {name} costs least,"


def decided_alike(services: int, otherwise: int) -> str:
    """How many of so many services are decided alike in every plan, and how many are not."""
    return (
        f"{count_of(services - otherwise, 'service is', 'services are')} decided alike in every plan, "
        f"{count_of(otherwise, 'service')} in more than one way."
    )


def _more_or_less(change_usd: float) -> str:
    if abs(change_usd) < LEAST_USD:
        return "the same"
    return f"{exact_usd(abs(change_usd))} a year {'more' if change_usd > 0 else 'less'}"


def asked_section(rows: Sequence[tuple[str, str, str, str]]) -> Section:
    """What every name on the page stands for: its title, its question, and how sure its answer is."""
    table = pd.DataFrame(rows, columns=["scenario", "title", "question", "answer"])
    shown = table_of(table, "asked-table", "The scenarios, by the names that they have on this page",
                     heads={"answer": "How sure"}, whole=True)  # fmt: skip
    return Section("asked", "What is compared", (), (shown,))


def side_by_side_section(measures: pd.DataFrame, names: Sequence[str]) -> Section:
    """Every figure of a comparison, a column per scenario."""
    columns = (
        Column("measure", "Measure", False),
        Column("unit", "Unit", False),
        *(Column(name, name, True) for name in names),
    )
    rows = [
        (Cell(str(row["measure"])), Cell(str(row["unit"])), *(_measured(row[name], str(row["unit"])) for name in names))
        for _, row in measures.iterrows()
    ]
    table = Table("measures-table", "Every figure, side by side", columns, tuple(rows))
    line = (
        "USD is present value over the horizon, USD/year its yearly equivalent; both are net of revenue and have the "
        "one-time costs in them."
    )
    return Section("side-by-side", "Side by side", (line,), (table,))


def _measured(value: Any, unit: str) -> Cell:
    value = value.item() if hasattr(value, "item") else value
    if value is None or value != value:
        return Cell("–")
    if isinstance(value, str):
        return Cell(value)
    return Cell(number_text(UNITS.get(unit, "number"), float(value)), float(value))


def differences_section(differences: pd.DataFrame) -> Section:
    """What the cost of every two scenarios differs by, and what of it is proved."""
    heads = {
        "from": "From",
        "to": "To",
        "change_usd_per_year": "Change ($ a year)",
        "least_usd_per_year": "At least ($ a year)",
        "most_usd_per_year": "At most ($ a year)",
        "proved": "Proved",
        "unlike": "What else they do not share",
    }
    told = differences.assign(proved=[proved_word(row) for row in rows_of(differences)])
    table = table_of(told, "differences-table", "Cost between every two scenarios", heads=heads)
    lines = (
        "A plan's true best cost lies between what is proved that no plan costs less than, and what was found. A "
        "difference is proved where the two intervals do not overlap; otherwise it may be none. Alike: it is proved "
        "that the two differ by less than a dollar a year.",
    )
    return Section("differences", "What is proved", lines, (table,))


def input_text(value: Any) -> str:
    """A setting or cell as a comparison shows it."""
    if value is None or value != value:
        return ""
    return told_value(value)


def searches_section(
    answers: Sequence[Answer | RegionAnswer], manifests: Sequence[Mapping[str, Any]], unknown: str
) -> Section:
    """How every scenario was searched, and what is `unknown` all the same."""
    rows = [
        (
            answer.name,
            f"{manifest['name']}-{manifest['key'][:10]}",
            str(manifest["stopped"]),
            _gap(answer),
            manifest["engine"],
            manifest["solver"],
            manifest["elapsed_s"],
            manifest["finished_at"],
            ", ".join(f"{name} {version}" for name, version in manifest["versions"].items()),
        )
        for answer, manifest in zip(answers, manifests, strict=True)
    ]
    columns = ["scenario", "run", "stopped", "gap_usd", "engine", "solver", "seconds", "finished", "versions"]
    table = table_of(pd.DataFrame(rows, columns=columns), "searched-table", "The searches",
                     heads={"stopped": "Why it stopped", "gap_usd": "Gap ($, present value)"})  # fmt: skip
    return Section("searched", "How it was searched", (unknown,), (table,))


def _gap(answer: Answer | RegionAnswer) -> float:
    plan = answer.plan
    if plan is None or plan.bound_usd is None:
        return np.nan
    return max(0.0, plan.sought_usd - plan.bound_usd)
