"""The sheets of a comparison: inputs and results side by side, what is proved, and every decision, year and limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from optimizer.plan.answer import Answer
from optimizer.plan.compare import Comparison, every_decision
from optimizer.report.costs import costs_table
from optimizer.report.origins import known_of
from optimizer.report.workbook.page import Block, Chart, Page
from optimizer.report.workbook.run_pages import LIMITS, told_value
from optimizer.scenario.layers import Setters

COST = "Cost side by side"
CHANGING, RESULTS = "Changing cells", "Result cells"
"""As a spreadsheet's scenario manager calls them."""


def comparison_pages(comparison: Comparison, setters: Sequence[Setters]) -> list[Page]:
    """Sheets of a comparison, the first scenario as the current one; `setters` of each say who set its settings."""
    answers, names = comparison.answers, tuple(answer.name for answer in comparison.answers)
    pages = [
        Page("Summary", ("Scenarios compared", *_questions(answers)), (_costs(answers),)),
        scenario_summary(comparison.inputs, comparison.measures, names),
        Page("Differences", (), (differences_block(comparison.differences),)),
        Page("Decisions", (), (_decisions(answers),)),
        Page("Decided otherwise", (), (Block("Services that are not decided alike", comparison.flips, names=names),)),
        Page("By year", (), tuple(_by_year(answers))),
        Page("Limits", (), (_limits(answers),)),
        Page("Inputs", (), (_inputs(comparison, setters),)),
        Page("Assumptions", (), (_assumptions(answers, setters),)),
    ]
    return [page for page in pages if page.lines or any(not block.frame.empty for block in page.blocks)]


def scenario_summary(inputs: pd.DataFrame, measures: pd.DataFrame, names: Sequence[str]) -> Page:
    """Rows of changed inputs, then of results; a column per scenario, the current one first."""
    current = {names[0]: f"{names[0]} (current)"}
    changing = inputs.assign(unit="")[["input", "unit", *names]].rename(columns={"input": "changing_cell"} | current)
    results = measures.rename(columns={"measure": "result_cell"} | current)
    shown = (current[names[0]], *names[1:])
    for table in (changing, results):
        for name in shown:
            table[name] = [told_value(value) for value in table[name]]
    lines = ("Scenario summary", "Rows are the inputs that are not the same in all scenarios, then what came of them.")
    blocks = (Block(CHANGING, changing, names=shown), Block(RESULTS, results, names=shown, units="unit"))
    return Page("Scenario summary", lines, blocks)


def differences_block(differences: pd.DataFrame) -> Block:
    """Every two scenarios."""
    return Block("Cost between every two scenarios, and what is proved", differences)


def _questions(answers: Sequence[Answer]) -> list[str]:
    return [f"{answer.name}: {answer.title}. {answer.question}" for answer in answers]


def _costs(answers: Sequence[Answer]) -> Block:
    return Block(COST, costs_table(answers), chart=Chart("bar", "Saved a year", "scenario", ("saving_usd_per_year",)))


def _decisions(answers: Sequence[Answer]) -> Block:
    """Every service in every scenario, with a column to filter by and totals that follow the filter."""
    table = every_decision(answers)
    names = [answer.name for answer in answers if answer.name in table.columns]
    table.insert(3, "decided_otherwise", table[names].nunique(axis=1) > 1 if names else False)
    usd = tuple(f"{name}_usd_per_year" for name in names)
    return Block("Every service in every scenario", table, usd, names=tuple(names))


def _by_year(answers: Sequence[Answer]) -> Iterator[Block]:
    """Cash of all scenarios by year; the longest horizon decides how many years there are."""
    held = [(answer.name, answer.plan.cash.set_index("year")) for answer in answers if answer.plan is not None]
    for column, title in (("saving_usd", "Saved in each year, cash"), ("cumulative_saving_usd", "Saved so far, cash")):
        if held:
            table = pd.concat({f"{name}_usd": cash[column] for name, cash in held}, axis=1).reset_index()
            values = tuple(f"{name}_usd" for name, _ in held)
            summed = values if column == "saving_usd" else ()
            yield Block(title, table, summed, Chart("line", title, "year", values))


def _limits(answers: Sequence[Answer]) -> Block:
    tables = [answer.plan.limits.assign(scenario=answer.name) for answer in answers if answer.plan is not None]
    columns = ["scenario", *LIMITS]
    table = pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
    return Block("Limits of every scenario, and how much of each is used", table)


def _inputs(comparison: Comparison, setters: Sequence[Setters]) -> Block:
    """What is not the same in all, and who set it in each."""
    names = tuple(answer.name for answer in comparison.answers)
    table = comparison.inputs.astype(object)
    for name in names:
        table[name] = [told_value(value) for value in table[name]]
    for name, of in zip(names, setters, strict=True):
        table[f"{name}_set_by"] = [known_of(str(path), of.origins) for path in table["input"]]
    table["source"] = _sources(table["input"].tolist(), setters)
    return Block("Settings and cells that are not the same in all", table, names=names)


def _sources(paths: Sequence[str], setters: Sequence[Setters]) -> list[str]:
    """What the files that set a setting say of it, each saying once."""
    told = [dict.fromkeys(known_of(str(path), of.remarks) for of in setters) for path in paths]
    return ["; ".join(said for said in each if said) for each in told]


def _assumptions(answers: Sequence[Answer], setters: Sequence[Setters]) -> Block:
    paths = dict.fromkeys(path for answer in answers for path in answer.settings)
    columns: dict[str, list[Any]] = {"setting": [*paths]}
    for answer, of in zip(answers, setters, strict=True):
        columns[answer.name] = [told_value(answer.settings.get(path)) for path in paths]
        columns[f"{answer.name}_set_by"] = [known_of(path, of.origins) for path in paths]
    columns["source"] = _sources([*paths], setters)
    names = tuple(answer.name for answer in answers)
    title = "Every setting of every scenario, the file and line that set it, and its source"
    return Block(title, pd.DataFrame(columns), names=names)
