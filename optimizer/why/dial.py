"""A number that a county or its scenario sets as a limit, and the same case with the number at another value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import Any

from pydantic import ValidationError

from optimizer.county.county import TABLES
from optimizer.county.findings import record_or_findings
from optimizer.county.records import Record
from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.scenario.scenario import Case, CellChange
from optimizer.scenario.settings import Settings
from optimizer.scenario.soundness import unsound
from optimizer.scenario.wording import needs_of

YES_NO = "yes/no"
"""Unit of what holds or does not: 1 or 0."""


@dataclass(frozen=True)
class Setting:
    """Where a limit of the scenario stands: a setting, a name in it, a year of a list by year."""

    section: str
    field: str
    name: str | int | None = None
    """Name, or mandate level, in a table of limits by name; None: the setting is no such table."""
    year: int | None = None
    """Year of a list by year, from 1; None: the setting is no such list."""

    @property
    def path(self) -> str:
        name = "" if self.name is None else f".{self.name}"
        return f"{self.section}.{self.field}{name}" + ("" if self.year is None else f"[{self.year}]")


@dataclass(frozen=True)
class Cell:
    """Where a limit of the county stands: a cell of one of its tables."""

    table: str
    key: tuple[Any, ...]
    column: str

    @property
    def path(self) -> str:
        row = "/".join("*" if part is None else str(part) for part in self.key)
        return f"{self.table}.{row}.{self.column}"


@dataclass(frozen=True)
class Dial:
    """One limit that is a number."""

    rule: str
    """As `plan.limits` names it."""
    subject: str
    """What it is about, in a few ids; county: all of it."""
    subjects: tuple[str, ...]
    """Subjects under which `plan.limits` may list it (a duty of every district: each of them)."""
    place: Setting | Cell
    value: float
    """Now [unit]."""
    unit: str
    at_least: bool
    """A floor: lower is looser."""
    whole: bool
    """It counts: only whole numbers."""
    text: str
    """In the county's words, with the citation where there is one."""
    rows: tuple[int, ...]
    """Its rows in the program's matrix, from 0; empty: no row holds it, it closes options or cannot be broken."""
    per_unit: float | None
    """By how much the bound of each of its rows moves when it moves by one unit, or would have to move to allow as much
    (`in_bound`); None: no shift of bounds stands for it, only `turned` is exact."""
    in_bound: bool
    """Whether its rows have it in their bounds. False: it multiplies a column (an agreement, an opening, all that is
    handed over); of agreements and openings a shift of the bound allows the same wherever that column is 1, and more
    of nothing where it is 0."""
    lowest: float = 0.0
    """Values that it can have, this one included [unit]."""
    highest: float = inf

    @property
    def closes_options(self) -> bool:
        """Whether it closes options before the program is made: no row holds it, and a looser value, by which what
        linked services must save together may change, need not be cheaper.
        """
        return not self.rows and self.per_unit is None

    @property
    def path(self) -> str:
        """What `set` names in a scenario file.

        [2] at the end: year 2 of the list by year that is set there. a/b/*: the row with this key of several columns,
        which a selector under `change` sets.
        """
        return self.place.path


def turned(case: Case, dial: Dial, value: float) -> Case:
    """The same case with a limit of it at another value [unit of the dial]; infinite: without it.

    Of a list by year only that year changes. Raises `Refused` for values that the setting or the cell may not have.
    """
    return with_value(case, dial.place, value)


def with_value(case: Case, place: Setting | Cell, value: float) -> Case:
    """The same case with another number in one place. Raises `Refused` likewise."""
    if isinstance(place, Cell):
        return _with_cell(case, place, value)
    settings = _with_setting(case.settings, place, value)
    return replace(case, scenario=replace(case.scenario, settings=settings))


def _with_setting(settings: Settings, place: Setting, value: float) -> Settings:
    section = getattr(settings, place.section)
    held = getattr(section, place.field)
    written: Any = None if value == inf else bool(value) if isinstance(held, bool) else _number(value)
    if place.year is not None:
        written = _in_year(held if place.name is None else held[place.name], place.year, written)
    if place.name is not None:
        written = {**held, place.name: written}
    try:
        new = type(section).model_validate({**section.model_dump(), place.field: written})
    except ValidationError as error:
        raise Refused(
            [
                Finding(place.path, f"{value:,.15g}", needs_of(detail), "Choose another value.")
                for detail in error.errors()
            ]
        ) from None
    return settings.model_copy(update={place.section: new})


def _in_year(limits: tuple[Any, ...], year: int, value: float) -> tuple[Any, ...]:
    """A list by year with another value in one year; the years after it keep theirs."""
    long = (*limits, *limits[-1:] * (year + 1 - len(limits)))
    return (*long[: year - 1], value, *long[year:])


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else float(value)


def _with_cell(case: Case, place: Cell, value: float) -> Case:
    rows = case.county.table(place.table)
    at = next(index for index, row in enumerate(rows) if _key(place.table, row) == place.key)
    old = rows[at]
    cells = {name: getattr(old, name) for name in type(old).model_fields} | {place.column: _number(value)}
    given = {name: cell for name, cell in cells.items() if cell is not None}
    new, wrong = record_or_findings(type(old), given, lambda _: place.path)
    raise_if_any(wrong)
    assert new is not None
    county = case.county.with_tables(**{place.table: (*rows[:at], new, *rows[at + 1 :])})
    before, after = getattr(old, place.column), getattr(new, place.column)
    change = CellChange(place.table, place.key, place.column, before, after, place.path)
    raise_if_any(unsound(case.county, county, [change]))
    return replace(case, county=county)


def _key(table: str, row: Record) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in TABLES[table].key)
