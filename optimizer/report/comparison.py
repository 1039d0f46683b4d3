"""A comparison for a terminal: one row per scenario, and everything else against the first of them."""

from __future__ import annotations

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from optimizer.county.terms import Decision
from optimizer.plan.answer import RULES, Answer, same_county
from optimizer.plan.compare import Comparison, binding, broken_limits, one_time_usd, unlike
from optimizer.report.differing import flips_table, input_rows, inputs_table, letter
from optimizer.report.frames import frame_table
from optimizer.report.rows import rows_of
from optimizer.report.words import proof_word, proved_word, rules_sentence

FLIPS_EACH = 3
"""Flips shown per scenario; --csv and --json have all."""


def show_comparison(console: Console, comparison: Comparison) -> None:
    """Questions, inputs that differ, flips, limits that bind, what is proved, and last the figures side by side."""
    for number, answer in enumerate(comparison.answers):
        console.print(f"[bold]{letter(number)}  {escape(answer.title)}.[/bold] {escape(answer.question)}".rstrip())
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
    named: dict[str, object] = {"": letter(number), "scenario": answer.name, "answer": proof_word(answer)}
    plan = answer.plan
    if plan is None:
        return named
    moved = plan.decisions[plan.decisions["moved"]]
    counts = plan.decisions["decision"].value_counts()
    return (
        named
        | {
            "usd a year": plan.cost_usd_per_year,
            "saved usd": plan.saving_usd_per_year,
            "once usd": one_time_usd(plan),
        }
        | {decision: int(counts.get(decision, 0)) for decision in decisions}
        | {
            "handed over share": plan.handed_over_share,
        }
        | ({"ended share": plan.ended_share} if str(Decision.EXIT) in decisions else {})
        | {
            "FTE lost": float(moved["fte_displaced"].sum()),
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
    table["proved"] = [proved_word(row) for row in rows_of(found)]
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
    """What each scenario changes against the first."""
    first, rows = comparison.answers[0], list[dict[str, object]]()
    for answer in comparison.answers[1:]:
        # the cells of another county are other cells
        alike = same_county(first.county, answer.county)
        rows += input_rows(comparison.inputs, first.name, answer.name, cells=alike)
    return inputs_table(rows, first.name)


def _flips(comparison: Comparison) -> Table:
    names = [answer.name for answer in comparison.answers]
    return flips_table(comparison.flips, names, FLIPS_EACH, "agreements and what pools cost")
