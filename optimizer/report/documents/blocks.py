"""A document as plain data: what is said, in the order in which it is read; writers make a file of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading of a part."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: str
    lead: str = ""
    """Words that stand before it, in bold."""


@dataclass(frozen=True)
class Items:
    """A bulleted list; a long one is folded."""

    texts: tuple[str, ...]
    rest: Callable[[int], str] | None = None
    """Of so many items that are shown the one that stands for all others; None: it is never folded."""
    least: int = 1
    """Items that are shown however little room there is."""
    enough: int = 1
    """Items that are shown rather than a picture."""


@dataclass(frozen=True)
class Grid:
    """A table under its caption; a long one is folded."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The first column names the row."""
    shares: tuple[float, ...]
    """How columns of text share the width that columns of numbers leave; nothing for numbers."""
    rest: Callable[[int], tuple[str, ...]] | None = None
    """Of so many rows that are shown the one that stands for all others; None: it is never folded."""
    least: int = 2
    """Rows that are shown however little room there is."""
    enough: int = 2
    """Rows that are shown rather than a picture."""
    foot: tuple[str, ...] | None = None
    """The row of totals."""
    firm: bool = False
    """Whether it is folded below its `least` only where nothing else is left to fold."""
    instead: Paragraph | None = None
    """What stands in its place where the document would not fit otherwise."""

    @property
    def numbers(self) -> frozenset[int]:
        """Columns of numbers."""
        return frozenset(place for place, share in enumerate(self.shares) if not share)


@dataclass(frozen=True)
class Picture:
    """A picture, and the same in words. It is left out where there is no room for it."""

    png: bytes
    alt: str
    height_in: float
    """As high as this where it is as wide as the page."""


Block = Heading | Paragraph | Items | Grid | Picture


@dataclass(frozen=True)
class Document:
    """A document."""

    title: str
    subject: str
    footer: str
    """On every page."""
    blocks: tuple[Block, ...]
    language: str = "en-US"
