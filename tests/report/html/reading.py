"""A page read back as its readers get it: tables with texts and exact values, pictures, and every address in it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "input", "source", "wbr"}


@dataclass
class ReadTable:
    """A table of a page."""

    columns: list[str] = field(default_factory=list)
    caption: str = ""
    rows: list[list[tuple[str, float | None]]] = field(default_factory=list)
    total: list[tuple[str, float | None]] = field(default_factory=list)

    def texts(self, column: str) -> list[str]:
        return [row[self.columns.index(column)][0] for row in self.rows]

    def values(self, column: str) -> list[float | None]:
        return [row[self.columns.index(column)][1] for row in self.rows]

    def sum_of(self, column: str) -> float | None:
        return self.total[self.columns.index(column)][1]


class ReadPage(HTMLParser):
    """Parses a page; every element must be closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, ReadTable] = {}
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self._table = ReadTable()
        self._part, self._value, self._cell = "", None, ""
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.tags.append((tag, held))
        if tag not in VOID:
            self._open.append(tag)
        if "id" in held:
            self.ids.append(str(held["id"]))
        self.addresses += [str(held[name]) for name in ("src", "href", "srcset", "action", "data") if name in held]
        if tag == "table":
            self._table = self.tables[str(held.get("id", ""))] = ReadTable()
        if tag in ("thead", "tbody", "tfoot"):
            self._part = tag
        if tag == "tr" and self._part == "tbody":
            self._table.rows.append([])
        if tag in ("td", "th"):
            value = held.get("data-value")
            self._value, self._cell = None if value is None else float(value), ""
            if self._part == "thead":
                self._table.columns.append(str(held.get("data-column", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag in ("td", "th") and self._part in ("tbody", "tfoot"):
            row = self._table.rows[-1] if self._part == "tbody" else self._table.total
            row.append((self._cell, self._value))

    def handle_data(self, data: str) -> None:
        if "script" not in self._open and "style" not in self._open:
            self.texts.append(data)
            self._cell += data
            if "caption" in self._open:
                self._table.caption += data

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def pictures(self) -> list[str]:
        """The SVG of every picture, wide and narrow."""
        start = "data:image/svg+xml;base64,"
        found = [address for address in self.addresses if address.startswith("data:")]
        assert all(address.startswith(start) for address in found)
        return [base64.b64decode(address[len(start) :]).decode() for address in found]


def shown(text: str) -> float:
    """A number as it is shown, read back."""
    number = float(text.replace(",", "").replace("−", "-").removesuffix("%"))
    return number / 100.0 if text.endswith("%") else number


def assert_rounded(page: ReadPage) -> int:
    """What is shown in every cell is its exact value, rounded; how many cells there are."""
    seen = 0
    for table in page.tables.values():
        for row in [*table.rows, *([table.total] if table.total else [])]:
            for column, (text, value) in zip(table.columns, row, strict=True):
                if value is not None:
                    seen += 1
                    share = "usd" not in column and ("share" in column or column in ("coverage", "lost_by_exit"))
                    step = 0.0005 if share else 0.5 if "usd" in column else 0.05 if "years" in column else 0.005
                    assert abs(shown(text) - value) <= step * 1.000001, (column, text, value)
    return seen


def assert_totals(page: ReadPage) -> int:
    """Every total is the sum of its column; how many totals there are."""
    summed = 0
    for table in page.tables.values():
        for place, (_, total) in enumerate(table.total):
            if total is not None:
                summed += 1
                held = sum(row[place][1] or 0.0 for row in table.rows)
                assert abs(total - held) <= max(1e-6, 1e-12 * abs(held)), table.caption
    return summed
