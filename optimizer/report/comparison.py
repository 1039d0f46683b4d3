"""A comparison for a terminal: one row per scenario, and everything else against the first of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimizer.county.county import TABLES
from optimizer.county.records import Decision
from optimizer.plan.answer import RULES, Answer, same_county
from optimizer.plan.compare import Comparison, binding, broken_limits, one_time_usd, unlike
from optimizer.report.frames import cell, frame_table
from optimizer.report.words import proof_word, rules_sentence

FLIPS_EACH = 3
"""Flips shown per scenario; --csv and --json have all."""


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Questions, inputs that differ, flips, limits that bind, what is proved, and last the figures side by side."""
    for number, answer in enumerate(comparison.answers):
        console.print(f"[bold]{_letter(number)}  {escape(answer.title)}.[/bold] {escape(answer.question)}")
        for note in _notes(comparison.answers[0], answer):
            console.print(f"   {escape(note)}")
    console.print(_inputs(comparison))
    console.print(_flips(comparison))
    console.print(_binding(comparison))
    console.print(_differences(comparison))
    console.print(side_by_side(comparison))
    console.print(
        "once: one-time costs of moving, ending and selling services and of setting up pools. handed over: share of "
        "the budget that changes hands; what ends goes to nobody and is not in it. FTE lost: staff who lose their "
        "position. estimated: moves that rest on priors, not on a quote. broken: rules that the choice breaks."
    )


def _notes(first: Answer, answer: Answer) -> list[str]:
    """What a reader has to know before comparing an answer with the first."""
    notes = [rules_sentence(answer)] if RULES in answer.settings else []
    apart = unlike(first, answer)
    if apart:
        proved = "" if same_county(first.county, answer.county) else ", so that nothing of the difference is proved"
        notes.append(f"Compared with {first.name}: {', '.join(apart)}{proved}.")
    return notes


def _letter(number: int) -> str:
    return chr(ord("A") + number) if number < 26 else f"A{number}"


def side_by_side(comparison: Comparison) -> Table:
    """One row per scenario; dollars per year are yearly equivalents over the horizon, one-time costs included."""
    taken = {
        str(decision) for answer in comparison.answers if answer.plan for decision in answer.plan.decisions["decision"]
    }
    # what only some scenarios consider is shown where it is taken
    decisions = [
        str(decision)
        for decision in Decision
        if decision in taken or decision not in (Decision.INSOURCE, Decision.EXIT)
    ]
    rows = [_figures(number, answer, decisions) for number, answer in enumerate(comparison.answers)]
    title = "Side by side, net of revenue (a year: averaged over the horizon, one-time costs included)"
    return frame_table(title, pd.DataFrame(rows))


def _figures(number: int, answer: Answer, decisions: list[str]) -> dict[str, object]:
    named: dict[str, object] = {"": _letter(number), "scenario": answer.name, "answer": proof_word(answer)}
    plan = answer.plan
    if plan is None:
        return named
    moved = plan.decisions[plan.decisions["moved"]]
    counts = plan.decisions["decision"].value_counts()
    return (
        named
        | {
            "usd a year": plan.cost_usd / plan.annuity,
            "saved usd": plan.saving_usd_per_year,
            "once usd": one_time_usd(plan),
        }
        | {decision: int(counts.get(decision, 0)) for decision in decisions}
        | {
            "handed over share": plan.handed_over_share,
        }
        | ({"ended share": plan.ended_share} if str(Decision.EXIT) in decisions else {})
        | {
            "FTE lost": round(float(moved["fte_displaced"].sum()), 2),
            "estimated": int((moved["estimated"] != "").sum()),
            "broken": len(plan.violations),
        }
    )


def _differences(comparison: Comparison) -> Table:
    """Against the first scenario, per year."""
    found = comparison.differences
    found = found[found["from"] == comparison.answers[0].name]
    table = pd.DataFrame({"scenario": found["to"]})
    for column in ("change", "least", "most"):
        table[f"{column} usd a year"] = found[f"{column}_usd_per_year"].astype("float64")
    table["proved"] = found["proved"].map({True: "yes", False: "no"})
    return frame_table(f"Cost against {comparison.answers[0].name}: proved where the intervals do not overlap", table)


def _binding(comparison: Comparison) -> Table:
    plans = {answer.name: answer.plan for answer in comparison.answers if answer.plan is not None}
    table = pd.DataFrame({"scenario": list(plans)})
    table["limits that bind"] = [", ".join(binding(plan)) or "none" for plan in plans.values()]
    broken = [", ".join(broken_limits(plan)) or "none" for plan in plans.values()]
    if set(broken) - {"none"}:
        table["limits that are broken"] = broken
    return frame_table("Limits that bind (1 % or less of them is left)", table)


def _inputs(comparison: Comparison) -> Table:
    """What each scenario changes against the first.

    Cells of one column, and locks and bans of one kind and value, are told as a number and an example.
    """
    rows: list[dict[str, object]] = []
    first = comparison.answers[0].name
    inputs = comparison.inputs
    for answer in comparison.answers[1:]:
        # the cells of another county are other cells
        alike = same_county(comparison.answers[0].county, answer.county)
        differs = [
            not _same(one, other) and (alike or not _is_cell(str(path)))
            for path, one, other in zip(inputs["input"], inputs[first], inputs[answer.name], strict=True)
        ]
        turned = inputs[np.array(differs, dtype=bool)]
        groups = [_group(*row) for row in turned[["input", first, answer.name]].itertuples(index=False)]
        for (group, *_), cells in turned.groupby(pd.Series(groups, turned.index, dtype="object"), sort=False):
            one = cells.iloc[0]
            of = "cells" if _is_cell(str(one["input"])) else "of them"
            many = f"{group} ({len(cells)} {of}, for example {one['input']})"
            rows.append(
                {
                    "scenario": answer.name,
                    "input": one["input"] if len(cells) == 1 else many,
                    first: _short(one[first]),
                    "in the scenario": _short(one[answer.name]),
                }
            )
    table = pd.DataFrame(rows, columns=["scenario", "input", first, "in the scenario"])
    return frame_table(f"Inputs that differ from {first}", table, names={first})


def _same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)


def _group(path: str, one: object, other: object) -> tuple[str, ...]:
    """Cells of a table by table and column, bans by decision, locks together; settings by themselves.

    Bans and locks of one kind are together only where they are the same in both.
    """
    kind, _, rest = path.partition(".")
    if kind == "lock":
        return kind, str(one), str(other)
    column = f"{kind}.{rest.rpartition('.')[2]}"
    if kind == "forbid":
        return column, str(one), str(other)
    return (column,) if _is_cell(path) and "." in rest else (path,)


def _is_cell(path: str) -> bool:
    return path.partition(".")[0] in TABLES


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else cell("", value)
    return text if len(text) <= 40 else text[:37] + "..."


def _flips(comparison: Comparison) -> Table:
    """Services decided otherwise than in the first scenario, the ones worth most of each scenario."""
    first, flips = comparison.answers[0], comparison.flips
    rows: list[dict[str, object]] = []
    counts: list[str] = []
    for answer in comparison.answers[1:]:
        if answer.name not in flips or first.name not in flips:
            continue
        turned = flips[flips[first.name] != flips[answer.name]]
        change = turned[f"{answer.name}_usd_per_year"] - turned[f"{first.name}_usd_per_year"]
        counts.append(f"{answer.name} {len(turned)}")
        order = change.abs().sort_values(ascending=False, kind="stable").index[:FLIPS_EACH]
        for place in order:
            rows.append(
                {
                    "scenario": answer.name,
                    "service": turned.at[place, "name"],
                    first.name: turned.at[place, first.name],
                    "in the scenario": turned.at[place, answer.name],
                    "change usd a year": change[place],
                }
            )
    title = (
        f"Services decided otherwise than in {first.name} ({', '.join(counts) or 'none'}), worth most first; "
        "agreements and what pools cost are not in it"
    )
    columns = ["scenario", "service", first.name, "in the scenario", "change usd a year"]
    return frame_table(title, pd.DataFrame(rows, columns=columns), names={first.name})
