"""The page of a comparison: scenarios side by side, what is proved of the differences, what is decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer, county_label, same_county
from optimizer.plan.compare import Comparison, binding, broken_limits, unlike
from optimizer.report.bridges import pair_bridges
from optimizer.report.costs import costs_table
from optimizer.report.differing import input_rows
from optimizer.report.html.analyses import drawn_sentences
from optimizer.report.html.comparison_money import bridges_section, costs_section, decisions_section
from optimizer.report.html.comparison_parts import (
    MOST_INPUTS,
    against_sentences,
    asked_section,
    cheapest_words,
    decided_alike,
    differences_section,
    input_text,
    searches_section,
    side_by_side_section,
    the_others,
)
from optimizer.report.html.parts import Block, Page, Section
from optimizer.report.html.tables import table_of
from optimizer.report.reasons.whole import answer_sentences, uncertainty_sentences
from optimizer.report.sought import PROVED_BEST
from optimizer.report.words import exact_usd, listed, proof_word, usd

UNKNOWN = (
    "What the tool does not know: whether the inputs are right and whether promised savings come true. Proved best "
    f"means that {PROVED_BEST} under its scenario's inputs and rules. Nothing here is legal advice."
)


def comparison_page(
    comparison: Comparison, manifests: Sequence[Mapping[str, Any]], analyses: Sequence[Section] = ()
) -> Page:
    """The page of a comparison; `manifests` are those of its runs in their order, `analyses` were asked for besides."""
    answers = comparison.answers
    first = answers[0]
    sections = [
        asked_section([(one.name, one.title, one.question, proof_word(one)) for one in answers]),
        *_money(comparison),
        side_by_side_section(comparison.measures, [answer.name for answer in answers]),
        differences_section(comparison.differences),
        bridges_section(pair_bridges(answers), [answer.name for answer in answers]),
        _flips(comparison),
        _limits(answers),
        _inputs(comparison),
        _told(answers),
        *analyses,
        searches_section(answers, manifests, UNKNOWN),
    ]
    return Page(
        title=f"{count_of(len(answers), 'scenario')} compared",
        question=f"What changes against {first.title}?",
        about=f"{county_label(first.county)}, fiscal year {first.county.facts.fiscal_year}: report of a comparison",
        answer=(*_answer(comparison), *_drawn(first, analyses)),
        figures=(),
        sections=tuple(section for section in sections if section is not None),
        made={"Compared with": first.name, "Reallocate": str(manifests[0]["versions"].get("reallocate", ""))},
    )


def _answer(comparison: Comparison) -> Iterator[str]:
    first = comparison.answers[0]
    held = [(answer, answer.plan) for answer in comparison.answers if answer.plan is not None]
    yield f"{first.name} is what {the_others(comparison.answers)} compared with: {proof_word(first)}."
    apart = [answer.name for answer, _ in held if not same_county(first.county, answer.county)]
    if first.plan is not None:
        cost = usd(first.plan.cost_usd_per_year)
        yield f"Its plan costs {cost} a year net of revenue and saves {usd(first.plan.saving_usd_per_year)} a year."
        alike = comparison.differences[~comparison.differences["to"].isin(apart)]
        yield from against_sentences(first.name, alike)
        yield from uncertainty_sentences(first)
    elif held:
        cheapest, plan = min(held, key=lambda one: one[1].cost_usd_per_year)
        yield (
            f"{cheapest_words(cheapest.name, len(held))} {usd(plan.cost_usd_per_year)} a "
            f"year net of revenue; it saves {usd(plan.saving_usd_per_year)} a year."
        )
    without = [answer for answer in comparison.answers if answer.plan is None]
    for answer in without:
        yield f"{answer.name}: {answer_sentences(answer)[0]}"
    if apart:
        yield (
            f"{listed(apart)}: of another county than {first.name}, so that nothing of the difference is proved and "
            "their services are not compared."
        )
    elif len(held) > 1:
        yield decided_alike(len(held[0][1].decisions), len(comparison.flips))


def _drawn(first: Answer, analyses: Sequence[Section]) -> Iterator[str]:
    """How the first plan may turn out, after the others were spoken of."""
    drawn = drawn_sentences(analyses)
    if drawn and first.plan is not None:
        yield f"The plan of {first.name} counts on saving {exact_usd(first.plan.saving_usd_per_year)} a year."
        yield from drawn


def _money(comparison: Comparison) -> list[Section]:
    decided = {
        answer.name: answer.plan.decisions["decision"] for answer in comparison.answers if answer.plan is not None
    }
    return [costs_section(costs_table(comparison.answers)), decisions_section(decided)] if decided else []


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


def _told(answers: Sequence[Answer]) -> Section:
    first = answers[0]
    lines = []
    for answer in answers:
        apart = unlike(first, answer)
        note = f" Compared with {first.name}: {', '.join(apart)}." if apart else ""
        lines.append(f"{answer.name}: {answer.title}. {answer.question} {' '.join(answer_sentences(answer))}{note}")
    return Section("told", "Each scenario's answer", tuple(lines))
