"""A county's workbook with everything that helps to fill it in; what it holds reads back as the same county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.county.checks.tables import ALL_TABLES
from optimizer.county.county import County
from optimizer.county.fields import Column, columns_of
from optimizer.county.files import replacing_file
from optimizer.county.records import Facts
from optimizer.county.sheets import FACTS_SHEET, LISTS_SHEET
from optimizer.county.template.about import dictionary_table, write_dictionary, write_start
from optimizer.county.template.choices import DEPARTMENT, LAST_ROW, letter_of, list_of, lists
from optimizer.county.template.dressing import dress_column, explain_head, mark_gaps
from optimizer.county.template.looks import Looks, on_paper
from optimizer.county.workbook_sheets import empty_sheets, refuse_other_workbook, refuse_unwritable, sheets_of
from optimizer.county.workbook_writing import Sheet, new_workbook, write_cells

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_TABS = {"services": "#12436D", "organizations": "#28A197", "overlaps": "#28A197", "offers": "#28A197"}
_LISTED, _SERVICES = 200, 2_000
"""Words that a list which is no sheet's own has room for; rows of services whose departments it looks through."""


def write_template(path: Path, county: County | None = None) -> None:
    """Write a workbook to fill in, empty or with a county's tables; whole or not at all.

    `read_county` reads it as it stands. Raises `Refused` if something else stands there, the place cannot be written,
    or a workbook cannot hold what the county holds.
    """
    refuse_other_workbook(path)
    sheets = empty_sheets() if county is None else sheets_of(county, every_table=True)
    refuse_unwritable(path, sheets)
    title = "A county to fill in" if county is None else f"{county.facts.name}: its tables"
    with replacing_file(path) as draft, new_workbook(draft) as book:
        looks = Looks(book)
        write_start(book, looks, title, {sheet.name: len(sheet.rows) for sheet in sheets})
        notes = _notes()
        for sheet in sheets:
            if sheet.name == FACTS_SHEET:
                _write_facts(book, sheet, looks, notes)
            else:
                _write_table(book, sheet, looks, notes)
        write_dictionary(book, looks)
        page = _write_lists(book, {sheet.name: [str(row[0]) for row in sheet.rows] for sheet in sheets})
        _write_departments(book, page, next(sheet for sheet in sheets if sheet.name == "services"))


def _notes() -> dict[tuple[str, str], str]:
    """What the note on a head says, by table and column."""
    return {
        (row["table"], row["column"]): "\n".join(
            [
                str(row["meaning"]),
                f"It takes {row['allowed values']}." + (f" Unit: {row['unit']}." if row["unit"] else ""),
                "Needed." if row["needed"] == "needed" else f"A blank means: {row['a blank means']}.",
            ]
        )
        for row in dictionary_table().to_dict("records")
    }


def _write_table(book: Workbook, sheet: Sheet, looks: Looks, notes: dict[tuple[str, str], str]) -> None:
    page = book.add_worksheet(sheet.name)
    on_paper(page)
    columns = columns_of(ALL_TABLES[sheet.name].record)
    needed = ALL_TABLES[sheet.name].required
    page.set_tab_color(_TABS.get(sheet.name, "#12436D" if needed else "#BFBFBF"))
    heads = [looks.needed_head if column.required else looks.head for column in columns.values()]
    write_cells(page, sheet, heads, [looks.of(column) for column in columns.values()], looks.text)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(1, len(sheet.rows)), len(columns) - 1)
    for place, (name, column) in enumerate(columns.items()):
        about = notes[sheet.name, name]
        explain_head(page, 0, place, about)
        dress_column(page, sheet.name, place, column, about)
    mark_gaps(page, sheet.name, columns, looks)


def _write_facts(book: Workbook, sheet: Sheet, looks: Looks, notes: dict[tuple[str, str], str]) -> None:
    page = book.add_worksheet(sheet.name)
    on_paper(page)
    page.set_tab_color("#12436D")
    write_cells(page, sheet, [looks.needed_head] * 2, [looks.text, looks.general], looks.text)
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 40)
    page.freeze_panes(1, 1)
    columns: dict[str, Column] = columns_of(Facts)
    for row, (name, _) in enumerate(sheet.rows, start=1):
        about = notes[sheet.name, str(name)]
        explain_head(page, row, 0, about)
        dress_column(page, sheet.name, 1, columns[str(name)], about, (row, row))


def _write_lists(book: Workbook, keys: Mapping[str, Sequence[str]]) -> Worksheet:
    """The ids that drop-downs offer: as long as what stands in their sheets; of two sheets one below the other."""
    page = book.add_worksheet(LISTS_SHEET)
    page.write_string(0, 0, "What drop-downs offer that is no single sheet's column; nothing needs to be typed here.")
    for targets, name in lists().items():
        if len(targets) == 1:
            book.define_name(name, _as_long(f"{targets[0]}!{_key(targets[0], 2)}", f"COUNTA({_ids(targets[0])})"))
        else:
            _write_joined(page, targets, keys)
            book.define_name(name, _as_long(f"{LISTS_SHEET}!$A$3", f"{LISTS_SHEET}!$B$2+{LISTS_SHEET}!$C$2"))
    page.hide()
    return page


def _write_joined(page: Worksheet, targets: tuple[str, ...], keys: Mapping[str, Sequence[str]]) -> None:
    """The ids of one sheet, then those of another, in column A; how many there are of each, in B2 and C2."""
    first, second = targets
    page.write_formula(1, 1, f"=COUNTA({_ids(first)})", None, len(keys[first]))
    page.write_formula(1, 2, f"=COUNTA({_ids(second)})", None, len(keys[second]))
    known = [*keys[first], *keys[second]]
    for number in range(1, _LISTED + 1):
        of_first, of_second = f"INDEX({_ids(first)},{number})", f"INDEX({_ids(second)},{number}-$B$2)"
        formula = f'=IF({number}<=$B$2,{of_first},IF({number}<=$B$2+$C$2,{of_second},""))'
        page.write_formula(number + 1, 0, formula, None, known[number - 1] if number <= len(known) else "")


def _write_departments(book: Workbook, page: Worksheet, services: Sheet) -> None:
    """Every department that a service names, once, in column E; how many there are, in F2."""
    place = services.header.index(DEPARTMENT[1])
    known = list(dict.fromkeys(str(row[place]) for row in services.rows))[:_LISTED]
    letter = letter_of(services.name, DEPARTMENT[1])
    named = f"{services.name}!${letter}$2:${letter}${_SERVICES}"
    page.write_formula(1, 5, f'=SUMPRODUCT(--($E$3:$E${_LISTED + 2}<>""))', None, len(known))
    for number in range(_LISTED):
        # the first that is not among those above
        first = f'MATCH(0,COUNTIF($E$2:$E{number + 2},{named})+({named}=""),0)'
        shown = known[number] if number < len(known) else ""
        page.write_array_formula(number + 2, 4, number + 2, 4, f'{{=IFERROR(INDEX({named},{first}),"")}}', None, shown)
    book.define_name(list_of(*DEPARTMENT)[0], _as_long(f"{LISTS_SHEET}!$E$3", f"{LISTS_SHEET}!$F$2"))


def _ids(table: str) -> str:
    return f"{table}!{_key(table, 2)}:{_key(table, LAST_ROW)}"


def _key(table: str, row: int) -> str:
    return f"${letter_of(table)}${row}"


def _as_long(first: str, count: str) -> str:
    return f"=OFFSET({first},0,0,MAX(1,{count}),1)"
