"""A table as it was found, before anything is believed of it: a header and rows of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from optimizer.county.cells import Cell
from optimizer.county.county import Source
from optimizer.county.fields import Column, columns_of
from optimizer.county.findings import did_you_mean, record_or_findings, shown
from optimizer.county.records import Record
from optimizer.errors import Finding

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Grid:
    """The cells of one table. Rows are numbered as their owner sees them; a blank cell is None."""

    place: str
    """File, or file and sheet."""
    header: tuple[str, ...]
    """Column names, '' where there is none."""
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    """Row number and its cells, each as wide as the header."""
    words: tuple[str, str] = ("row", "column")
    """What a row and a column are called."""
    header_row: int = 1
    shown: Mapping[str, str] = field(default_factory=dict)
    """What its owner reads above a column, where that is not the column's name."""

    def where(self, row: int, column: str = "") -> str:
        told = self.shown.get(column, column)
        return f"{self.place} {self.words[0]} {row}" + (f" {self.words[1]} {told}" if column else "")


def records_of(grid: Grid, record: type[R], findings: list[Finding]) -> tuple[tuple[R, ...], Source]:
    """The rows of a grid as records, and where each came from; what is wrong is added to the findings."""
    columns = columns_of(record)
    findings += _header_findings(grid, columns)
    findings += _nameless(grid, columns)
    places = {name: place for place, name in enumerate(grid.header) if name in columns}
    rows, numbers = [], []
    for number, cells in grid.rows:
        row, problems = record_or_findings(
            record,
            {name: cells[place] for name, place in places.items() if cells[place] is not None},
            lambda name, number=number: grid.where(number, name) if name in places else "",  # type: ignore[misc]
        )
        # a column that is missing is told once, above, not in every row
        findings += (problem for problem in problems if problem.where)
        if row is not None:
            rows.append(row)
            numbers.append(number)
    return tuple(rows), Source(grid.place, tuple(numbers), grid.words)


def _header_findings(grid: Grid, columns: dict[str, Column]) -> Iterator[Finding]:
    word = grid.words[1]
    named = [name for name in grid.header if name]
    if not set(named) & set(columns):
        found = f"{word}s {', '.join(shown(name) for name in named[:5])}" if named else "blank"
        fix = f"Begin with {', '.join(list(columns)[:4])} ...; nothing stands above them."
        yield Finding(grid.where(grid.header_row), found, f"the {word} names of this table", fix)
        return
    for name in dict.fromkeys(named):
        where = grid.where(grid.header_row, name)
        if name not in columns:
            fix = did_you_mean(name, columns, "Remove it.")
            yield Finding(where, f"an unknown {word}", f"only {word}s of this table", fix)
        if named.count(name) > 1:
            yield Finding(where, f"this {word} twice", f"every {word} once", "Remove one of them.")
    for column in columns.values():
        if column.required and column.name not in named:
            where = grid.where(grid.header_row)
            yield Finding(where, f"no {word} {column.name}", column.needs, f"Add the {word} {column.name}.")


def _nameless(grid: Grid, columns: dict[str, Column]) -> Iterator[Finding]:
    """Cells beside the table, where no column name stands above them."""
    if not any(name in columns for name in grid.header):
        return
    bare = [place for place, name in enumerate(grid.header) if not name]
    for number, cells in grid.rows:
        for place in bare:
            if cells[place] is not None:
                fix = "Name the column in the first row, or clear this cell."
                where = grid.where(number, str(place + 1))
                yield Finding(where, shown(cells[place]), "nothing, as the column has no name", fix)
