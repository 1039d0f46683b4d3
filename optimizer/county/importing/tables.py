"""From sheets to rows: joined, blanks declared, columns checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from optimizer.county.findings import did_you_mean, shown
from optimizer.county.grids import Grid
from optimizer.county.importing.evaluate import evaluate
from optimizer.county.importing.loading import Located
from optimizer.county.importing.mapping import Blank, JoinedSheet
from optimizer.county.importing.parts import YamlPath, plain_text
from optimizer.county.importing.rows import Cells, Notes, Rows, as_texts, objects
from optimizer.errors import Finding, raise_if_any

Places = npt.NDArray[np.int64]
MAIN = ""
"""Name of the sheet whose rows become services; joined sheets have names of their own."""


def rows_of(grids: Mapping[str, Grid], located: Located, notes: Notes) -> Rows:
    """The rows of the main sheet with the columns of every joined one, blanks as declared.

    Raises `Refused` if the mapping names a column that is not there, or one that is there twice.
    """
    mapping = located.mapping
    raise_if_any([*_column_findings(grids, located)])
    main = grids[MAIN]
    cells = columns_of_grid(main)
    for sheet in mapping.source.joins:
        cells |= _joined(sheet, cells, main, grids[sheet.name], notes)
    numbers = np.array([number for number, _ in main.rows], dtype=np.int64)
    cells = blanked(cells, mapping.blank_means, numbers, notes)
    derived = {name: partial(evaluate, rule, path=("derive", name)) for name, rule in mapping.derive.items()}
    return Rows(main.place, cells, numbers, mapping.source.numbers, notes, derived)


def columns_of_grid(grid: Grid) -> dict[str, Cells]:
    """Cells by column name; columns without a name are left out."""
    return {name: objects([cells[place] for _, cells in grid.rows]) for place, name in enumerate(grid.header) if name}


def _column_findings(grids: Mapping[str, Grid], located: Located) -> Iterator[Finding]:
    """Columns that the mapping names and no sheet has, or that a sheet has twice."""
    mapping = located.mapping
    places = Counter(name for name in grids[MAIN].header if name)
    for index, sheet in enumerate(mapping.source.joins):
        theirs = Counter(name for name in grids[sheet.name].header if name)
        for column in sheet.on:
            yield from _checked(("source", "joins", index), column, set(grids[MAIN].header), located)
            yield from _checked(("source", "joins", index), column, set(theirs), located)
        places += Counter({f"{sheet.name}.{name}": count for name, count in theirs.items()})
    told = set()
    for path, column, others in _uses(located):
        yield from _checked(path, column, {*places, *others}, located)
        if places[column] > 1 and column not in told:
            told.add(column)
            yield Finding(located.where(path), f"{places[column]} columns {column!r}", "one", "Rename the others.")
    for room, names in (("derive", mapping.derive), ("group", mapping.group.sums if mapping.group else {})):
        for name in sorted(set(names) & set(places)):
            path = (room, name) if room == "derive" else (room, "sums", name)
            yield Finding(located.where(path), f"{name!r}", "a name that no column has", "Choose another.")


def _uses(located: Located) -> Iterator[tuple[YamlPath, str, set[str]]]:
    """Every use of a column, with the names that may stand there besides the source's own."""
    mapping = located.mapping
    above: set[str] = set()
    for name, rule in mapping.derive.items():
        yield from ((("derive", name), column, set(above)) for column in rule.columns())
        above.add(name)
    sums = set(mapping.group.sums) if mapping.group else set()
    for path, column in mapping.uses():
        late = path[0] in ("columns", "names", "programs") or path[:2] == ("group", "drop")
        yield path, column, set() if path[0] == "blank_means" else above | sums if late else above


def _checked(path: YamlPath, column: str, known: set[str], located: Located) -> Iterator[Finding]:
    if column not in known:
        fix = did_you_mean(column, known, f"Columns there are: {', '.join(sorted(known))}.")
        yield Finding(located.where(path), f"source column {column!r}", "a column of the source", fix)


def _joined(sheet: JoinedSheet, cells: Mapping[str, Cells], main: Grid, other: Grid, notes: Notes) -> dict[str, Cells]:
    """The other sheet's columns, row by row of the main one."""
    theirs = columns_of_grid(other)
    at: dict[tuple[str | None, ...], int] = {}
    for index, key in enumerate(_keys(theirs, sheet)):
        if not any(key):
            continue
        if key in at:
            found = f"{_shown_key(key)} again"
            fix = f"It stands in row {other.rows[at[key]][0]} too; remove one, or join on more columns."
            notes.refuse(Finding(other.where(other.rows[index][0], sheet.on[0]), found, "every key once", fix))
        at.setdefault(key, index)
    keys = _keys(cells, sheet)
    places = [at.get(key) for key in keys]
    # a row without any key belongs to nothing there, and is left to the drop rules
    absent = Counter(key for key, place in zip(keys, places, strict=True) if place is None and any(key))
    first_at = {key: number for key, (number, _) in zip(reversed(keys), reversed(main.rows), strict=True)}
    if sheet.missing == "refuse":
        for key, count in absent.items():
            found = f"{_shown_key(key)} in {count} rows, here first" if count > 1 else _shown_key(key)
            fix = "Add it there, or say `missing: blank` in the mapping."
            notes.refuse(Finding(main.where(first_at[key], sheet.on[0]), found, f"a key of {other.place}", fix))
    return {
        f"{sheet.name}.{name}": objects([None if place is None else values[place] for place in places])
        for name, values in theirs.items()
    }


def _keys(cells: Mapping[str, Cells], sheet: JoinedSheet) -> list[tuple[str | None, ...]]:
    return list(zip(*(as_texts(cells[column]) for column in sheet.on), strict=True))


def _shown_key(key: tuple[str | None, ...]) -> str:
    return ", ".join(shown(text) for text in key)


def blanked(
    cells: Mapping[str, Cells], blanks: Iterable[Blank], numbers: Places, notes: Notes, prefix: str = ""
) -> dict[str, Cells]:
    """Columns with their blanks as declared; `prefix` is what a joined sheet's columns are called by in front."""
    result = dict(cells)
    for blank in blanks:
        for column in blank.columns:
            own = column.removeprefix(prefix)
            if own in result and column.startswith(prefix):
                result[own] = _with_blanks(blank, column, result[own], numbers, notes)
    return result


def _with_blanks(blank: Blank, column: str, values: Cells, numbers: Places, notes: Notes) -> Cells:
    """The column with what counts as blank blanked, and what a blank stands for filled in."""
    texts = {plain_text(value) for value in blank.also_blank}
    empty = np.array([text is None or text in texts for text in as_texts(values)], dtype=bool)
    if blank.taken_as is not None and blank.assumption and empty.any():
        notes.assume(column, blank.assumption, map(int, numbers[empty]))
        notes.meant.update((column, int(number)) for number in numbers[empty])
    return np.where(empty, objects([blank.taken_as] * len(values)), values)
