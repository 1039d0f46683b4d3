"""The page of a comparison: scenarios side by side, what is proved of the differences, what is decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from optimizer.plan.answer import Answer, county_label, same_county
from optimizer.plan.compare import Comparison, binding, broken_limits, unlike
from optimizer.report.bridges import pair_bridges
from optimizer.report.costs import costs_table
from optimizer.report.differing import input_rows
from optimizer.report.html.analyses import drawn_sentences
from optimizer.report.html.comparison_money import bridges_section, costs_section, decisions_section
from optimizer.report.html.parts import Block, Cell, Column, Page, Section, Table
from optimizer.report.html.tables import number_text, table_of
from optimizer.report.reasons.whole import answer_sentences, uncertainty_sentences
from optimizer.report.rows import rows_of
from optimizer.report.words import count_of, exact_usd, listed, proof_word, usd

MOST_INPUTS = 400
"""Differing inputs that are listed one by one; with more the page would be of nothing else."""
UNITS = {"USD": "usd", "USD/year": "usd", "%": "percent", "FTE": "fte"}


def comparison_page(
    comparison: Comparison, manifests: Sequence[Mapping[str, Any]], analyses: Sequence[Section] = ()
) -> Page:
    """The page of a comparison; `manifests` are those of its runs in their order, `analyses` were asked for besides."""
    answers = comparison.answers
    first = answers[0]
    sections = [
        _asked(answers),
        *_money(comparison),
        side_by_side_section(comparison.measures, [answer.name for answer in answers]),
        differences_section(comparison.differences),
        bridges_section(pair_bridges(answers), [answer.name for answer in answers]),
        _flips(comparison),
        _limits(answers),
        _inputs(comparison),
        _told(answers),
        *analyses,
        _searched(answers, manifests),
    ]
    return Page(
        title=f"{count_of(len(answers), 'scenario')} compared",
        question=f"What changes against {first.title}?",
        about=f"{county_label(first.county)}, fiscal year {first.county.facts.fiscal_year}: report of a comparison",
        answer=(*_answer(comparison), *drawn_sentences(analyses)),
        figures=(),
        sections=tuple(section for section in sections if section is not None),
        made={"Compared with": first.name, "Reallocate": str(manifests[0]["versions"].get("reallocate", ""))},
    )


def _answer(comparison: Comparison) -> Iterator[str]:
    first = comparison.answers[0]
    held = [(answer, answer.plan) for answer in comparison.answers if answer.plan is not None]
    yield f"{first.name} is what the others are compared with: {proof_word(first)}."
    if first.plan is not None:
        cost = usd(first.plan.cost_usd / first.plan.annuity)
        yield f"Its plan costs {cost} a year net of revenue and saves {usd(first.plan.saving_usd_per_year)} a year."
        yield from against_sentences(first.name, comparison.differences)
        yield from uncertainty_sentences(first)
    elif held:
        cheapest, plan = min(held, key=lambda one: one[1].cost_usd / one[1].annuity)
        yield (
            f"Of the {len(held)} that have a plan {cheapest.name} costs least, {usd(plan.cost_usd / plan.annuity)} a "
            f"year net of revenue; it saves {usd(plan.saving_usd_per_year)} a year."
        )
    without = [answer for answer in comparison.answers if answer.plan is None]
    for answer in without:
        yield f"{answer.name}: {answer_sentences(answer)[0]}"
    apart = [answer.name for answer, _ in held if not same_county(first.county, answer.county)]
    if apart:
        yield (
            f"{listed(apart)}: of another county than {first.name}, so that nothing of the difference is proved and "
            "their services are not compared."
        )
    elif len(held) > 1:
        alike = len(held[0][1].decisions) - len(comparison.flips)
        yield (
            f"{count_of(alike, 'service is', 'services are')} decided alike in every plan, "
            f"{count_of(len(comparison.flips), 'service', 'services')} in more than one way."
        )


def against_sentences(first: str, differences: pd.DataFrame) -> Iterator[str]:
    """What the others cost more or less than the first, and what of that is proved."""
    rows = rows_of(differences[(differences["from"] == first) & ~_of_another_county(differences)])
    if not rows:
        return
    told = [
        f"{row['to']} costs {exact_usd(abs(row['change_usd_per_year']))} a year "
        f"{'more' if row['change_usd_per_year'] >= 0 else 'less'}{'' if row['proved'] else ' (not proved)'}"
        for row in rows
    ]
    yield f"Against it {'; '.join(told)}."
    if all(row["proved"] for row in rows):
        yield "Every one of these differences is proved."
    else:
        yield "A difference is not proved where the intervals of what the best plans may cost overlap: it may be none."


def _of_another_county(differences: pd.DataFrame) -> pd.Series[bool]:
    """Rows whose figures are of two counties."""
    return differences["unlike"].str.contains("another county (", regex=False)


def _asked(answers: Sequence[Answer]) -> Section:
    """What every name on the page stands for."""
    rows = [(answer.name, answer.title, answer.question, proof_word(answer)) for answer in answers]
    table = pd.DataFrame(rows, columns=["scenario", "title", "question", "answer"])
    shown = table_of(table, "asked-table", "The scenarios, by the names that they have on this page",
                     heads={"answer": "How sure"}, whole=True)  # fmt: skip
    return Section("asked", "What is compared", (), (shown,))


def _money(comparison: Comparison) -> list[Section]:
    decided = {
        answer.name: answer.plan.decisions["decision"] for answer in comparison.answers if answer.plan is not None
    }
    return [costs_section(costs_table(comparison.answers)), decisions_section(decided)] if decided else []


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
    table = table_of(differences, "differences-table", "Cost between every two scenarios", heads=heads)
    lines = (
        "A plan's true best cost lies between what is proved that no plan costs less than, and what was found. A "
        "difference is proved where the two intervals do not overlap; otherwise it may be none.",
    )
    return Section("differences", "What is proved", lines, (table,))


def _flips(comparison: Comparison) -> Section:
    names = [answer.name for answer in comparison.answers]
    held = [name for name in names if name in comparison.flips]
    if comparison.flips.empty:
        first = comparison.answers[0]
        alike = all(same_county(first.county, answer.county) for answer in comparison.answers)
        told = (
            "Every service is decided alike in every plan."
            if alike
            else "Services are compared where the plans are of one county."
        )
        return Section("flips", "Decided otherwise", (told,))
    shown = comparison.flips[["name", "department", "worth_usd_per_year", *held]]
    heads = {"name": "Service", "worth_usd_per_year": "Worth ($ a year)"}
    table = table_of(shown, "flips-table", "Services that are not decided alike, the one that is worth most first",
                     heads=heads, names=held)  # fmt: skip
    line = (
        "Worth is the widest gap between what a service costs in any two of the plans; agreements and the fixed cost "
        "of shared units are not in it."
    )
    return Section("flips", "Decided otherwise", (line,), (table,))


def _limits(answers: Sequence[Answer]) -> Section:
    rows = [
        (answer.name, ", ".join(binding(answer.plan)) or "none", ", ".join(broken_limits(answer.plan)) or "none")
        for answer in answers
        if answer.plan is not None
    ]
    table = pd.DataFrame(rows, columns=["scenario", "binds", "broken"])
    heads = {"binds": "Limits that bind (1 % or less is left)", "broken": "Limits that are broken"}
    return Section("limits", "Limits that bind", (), (table_of(table, "binding-table", "By scenario", heads=heads),))


def _inputs(comparison: Comparison) -> Section:
    first, rows = comparison.answers[0], list[dict[str, object]]()
    for answer in comparison.answers[1:]:
        alike = same_county(first.county, answer.county)
        rows += input_rows(comparison.inputs, first.name, answer.name, cells=alike)
    grouped = pd.DataFrame(rows, columns=["scenario", "input", first.name, "in the scenario"]).map(str)
    blocks: list[Block] = [
        table_of(grouped, "inputs-table", f"What each scenario changes against {first.name}", names={first.name},
                 heads={"in the scenario": "In the scenario"})
    ]  # fmt: skip
    if len(comparison.inputs) <= MOST_INPUTS:
        texts = comparison.inputs.map(input_text)
        names = [answer.name for answer in comparison.answers]
        blocks.append(table_of(texts, "every-input", "Every setting and cell that is not the same in all", names=names))
        lines = ["Cells of one column are told as a number and an example; below each stands by itself."]
    else:
        lines = [
            f"{len(comparison.inputs):,} settings and cells are not the same in all. Cells of one column are told as a "
            "number and an example; `python cli.py workbook PLAN ... --out FILE.xlsx` lists each."
        ]
    return Section("inputs", "Inputs that differ", tuple(lines), tuple(blocks))


def input_text(value: Any) -> str:
    """A setting or cell as a comparison shows it."""
    if value is None or value != value:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _told(answers: Sequence[Answer]) -> Section:
    first = answers[0]
    lines = []
    for answer in answers:
        apart = unlike(first, answer)
        note = f" Compared with {first.name}: {', '.join(apart)}." if apart else ""
        lines.append(f"{answer.name}: {answer.title}. {answer.question} {' '.join(answer_sentences(answer))}{note}")
    return Section("told", "Each scenario's answer", tuple(lines))


def _searched(answers: Sequence[Answer], manifests: Sequence[Mapping[str, Any]]) -> Section:
    rows = [
        (
            answer.name,
            f"{manifest['name']}-{manifest['key'][:10]}",
            str(manifest["stopped"]),
            np.nan if answer.plan is None or answer.plan.bound_usd is None else _gap(answer),
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
    lines = (
        "What the tool does not know: whether the inputs are right and whether promised savings come true. Proved best "
        "means that no plan costs less under its scenario's inputs and rules. Nothing here is legal advice.",
    )
    return Section("searched", "How it was searched", lines, (table,))


def _gap(answer: Answer) -> float:
    plan = answer.plan
    assert plan is not None
    assert plan.bound_usd is not None
    return max(0.0, plan.sought_usd - plan.bound_usd)
