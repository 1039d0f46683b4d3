"""Rows of totals among the services, as at the foot of a sheet: told once, not as a blank in every field."""

from __future__ import annotations

import json
import re

import numpy as np

from optimizer.county.importing.loading import Located
from optimizer.county.importing.rows import Rows
from optimizer.county.importing.source import used_columns
from optimizer.errors import Finding

SHOWN_ROWS = 5
"""Rows of one total that are named; the rest are left to the reader."""
_OF_NAMED = re.compile(r"totals? (.+?):?", re.IGNORECASE)
"""A total by the name of what it adds up, if another cell of the sheet has that name."""
_TOTAL = re.compile(r"((grand|overall|sub)[ -]?)?totals?( (for|of) .+)?:?|.+ (sub-?)?totals?:?", re.IGNORECASE)


def without_totals(rows: Rows, located: Located) -> Rows:
    """The rows that are not plainly totals; for those that are, a finding by their text is noted.

    A row is plainly a total if the only words in it are those of one, beside numbers, and a column that the mapping
    reads is blank in the source, whatever a blank there stands for.
    """
    main = located.mapping.source.main
    repeated = {*main.fill_down, *([main.titles.named] if main.titles else [])}
    used = (used_columns(located) & set(rows.cells)) - repeated
    found: dict[tuple[str, str], list[int]] = {}
    names = {str(value).casefold() for values in rows.cells.values() for value in values if value is not None}
    for index in range(len(rows)):
        if total := _total(rows, index, used, repeated, names):
            found.setdefault(total, []).append(index)
    for (column, text), places in found.items():
        rows.notes.refuse(_finding(rows, column, text, places))
    stays = np.ones(len(rows), dtype=bool)
    stays[[index for places in found.values() for index in places]] = False
    return rows if stays.all() else rows.take(stays)


def _total(rows: Rows, index: int, used: set[str], repeated: set[str], names: set[str]) -> tuple[str, str] | None:
    """Column and text of a row's total, None if it is not plainly one; what is `repeated` from above is not its own."""
    number = int(rows.numbers[index])
    cells = {column: values[index] for column, values in rows.cells.items() if (column, number) not in rows.notes.meant}
    texts = {column: str(value) for column, value in cells.items() if value is not None}
    named = ((column, text) for column, text in texts.items() if column not in repeated)
    words = [(column, text) for column, text in named if any(map(str.isalpha, text))]
    numbers = sum(any(map(str.isdigit, text)) for text in texts.values())
    if len(words) != 1 or not numbers or used <= texts.keys():
        return None
    named_total = _OF_NAMED.fullmatch(words[0][1])
    is_total = _TOTAL.fullmatch(words[0][1]) or (named_total and named_total[1].casefold() in names)
    return words[0] if is_total else None


def _finding(rows: Rows, column: str, text: str, places: list[int]) -> Finding:
    numbers = ", ".join(str(rows.numbers[index]) for index in places[:SHOWN_ROWS])
    more = " ..." if len(places) > SHOWN_ROWS else ""
    many = f", in {len(places)} rows ({numbers}{more})" if len(places) > 1 else ""
    rule = f"- {{where: {{column: {_quoted(column)}, equals: {_quoted(text)}}}, reason: total, counted: false}}"
    fix = f"Delete it, or leave it out by a line below `drop:` in the mapping: `{rule}`."
    return Finding(rows.where(places[0], column), f"{text!r}, which looks like a total{many}", "a service", fix)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
