"""A page as plain data: sections of sentences, pictures, tables and told moves. Nothing in here is markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

from optimizer.report.pictures.drawing import Drawn


@dataclass(frozen=True)
class Cell:
    """One cell of a table."""

    text: str
    value: float | None = None
    """The number as the run has it; the text is rounded for readers."""
    link: str = ""
    """Id of the place on the page that tells more."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    """As in the run's table."""
    head: str
    """What a reader reads, with the unit."""
    number: bool
    prose: bool = False
    """Whether its cells are sentences, which need room."""
    short: bool = False
    """Whether its cells are words so short that none is broken."""


@dataclass(frozen=True)
class Table:
    """One table; its first column names the rows."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    """Sums below it; empty: none."""
    note: str = ""
    whole: bool = False
    """Whether paper has every row; of other long tables it has the first ones, unless the reader asks for all."""
    kind: str = "table"


@dataclass(frozen=True)
class Picture:
    """One picture. The table that follows it has its numbers."""

    id: str
    title: str
    """What it shows, as its heading."""
    alt: str
    """What it says, for who cannot see it."""
    drawn: Drawn
    kind: str = "picture"


@dataclass(frozen=True)
class Story:
    """One recommended move, told."""

    id: str
    title: str
    line: str
    """What is done, beside the title."""
    paragraphs: tuple[tuple[str, str], ...]
    """Heading and text."""
    money: Table


@dataclass(frozen=True)
class Stories:
    """Recommended moves, told one after the other."""

    id: str
    stories: tuple[Story, ...]
    kind: str = "stories"


@dataclass(frozen=True)
class Pairs:
    """A choice of two plans, whose bridge is read from a row of a table of all pairs."""

    id: str
    table: str
    """Id of that table, which stands below; its first two columns name the pair, its last is the second's cost."""
    names: tuple[str, ...]
    kind: str = "pairs"


Block = Table | Picture | Stories | Pairs


@dataclass(frozen=True)
class Section:
    """One part of a page."""

    id: str
    title: str
    lines: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    part: str = ""
    """The part of the page to which it belongs, such as a county; empty: the page is of nothing else."""
    on_demand: bool = False
    """Whether paper has it only where the reader asks for all."""
    short_note: str = ""
    """What short paper says of that which it leaves out."""


@dataclass(frozen=True)
class Page:
    """A whole page."""

    title: str
    question: str
    about: str
    """County and kind of page, above the title."""
    answer: tuple[str, ...]
    """The answer and how sure it is, in sentences that make one paragraph."""
    figures: tuple[tuple[str, str], ...]
    """What a board looks at first: name and amount."""
    sections: tuple[Section, ...]
    made: Mapping[str, str] = field(default_factory=dict)
    """What is told at the foot."""
    details: tuple[str, ...] = ()
    """What else belongs to the answer, as a second paragraph."""

    @property
    def parts(self) -> tuple[tuple[str, tuple[Section, ...]], ...]:
        """The sections by the part to which they belong, in their order."""
        grouped = groupby(self.sections, lambda section: section.part)
        return tuple((part, tuple(sections)) for part, sections in grouped)
