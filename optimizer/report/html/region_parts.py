"""A county's part of a region's page: the sections of the county's own page, under ids of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from optimizer.plan.answer import Answer
from optimizer.report.html.parts import Block, Cell, Section, Stories, Table
from optimizer.report.html.run_basis import assumptions_section
from optimizer.report.html.run_page import held_section, plan_sections
from optimizer.report.reasons.whole import detail_sentences, lead_sentences
from optimizer.scenario.layers import Setters

PRINTED = frozenset({"county", "held", "department", "fund"})
"""Sections of a county that paper has unless all is asked for."""
SHORT = (
    "Short print: of this county paper has this, and what changes by department and by fund. Its years, limits, the "
    "reason of every move and of every kept service, and its settings, are in the file that this was printed from."
)


@dataclass(frozen=True)
class Basis:
    """What a county's run keeps besides its answer."""

    setters: Setters
    """Who set each setting."""
    changed: pd.DataFrame
    """Cells that the scenario changed."""
    manifest: Mapping[str, Any]


def county_sections(answer: Answer, basis: Basis, name: str, place: int, share: str) -> Iterator[Section]:
    """Everything that the county's own page tells of its plan; `share` says what it has of planning together."""
    for section in _sections(answer, basis, share):
        yield _placed(section, name, f"county-{place}-")


def _sections(answer: Answer, basis: Basis, share: str) -> Iterator[Section]:
    if answer.plan is None:
        held = held_section(answer)
        yield replace(held, title="What is asked of it", lines=(share,))
    else:
        told = (" ".join(sentences(answer)) for sentences in (lead_sentences, detail_sentences))
        yield Section("county", "Its part of the plan", (share, *told), short_note=SHORT)
        yield from plan_sections(answer, answer.plan)
    yield assumptions_section(answer, basis.setters, basis.changed)


def _placed(section: Section, part: str, prefix: str) -> Section:
    """A section as one of a part of the page: every id, and what leads to it, begins with the part's prefix, every
    caption with its name, so that who hears the page knows tables of the same kind apart.
    """
    blocks = tuple(_block(block, part, prefix) for block in section.blocks)
    on_demand = section.id not in PRINTED
    return replace(section, id=f"{prefix}{section.id}", blocks=blocks, part=part, on_demand=on_demand)


def _block(block: Block, part: str, prefix: str) -> Block:
    if isinstance(block, Table):
        return replace(_table(block, prefix), caption=f"{part}: {block.caption}")
    if isinstance(block, Stories):
        stories = tuple(
            replace(story, id=f"{prefix}{story.id}", money=_table(story.money, prefix)) for story in block.stories
        )
        return replace(block, id=f"{prefix}{block.id}", stories=stories)
    return replace(block, id=f"{prefix}{block.id}")


def _table(table: Table, prefix: str) -> Table:
    rows = tuple(tuple(_cell(cell, prefix) for cell in row) for row in table.rows)
    return replace(table, id=f"{prefix}{table.id}", rows=rows)


def _cell(cell: Cell, prefix: str) -> Cell:
    return replace(cell, link=f"{prefix}{cell.link}") if cell.link else cell
