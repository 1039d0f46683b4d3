"""The worksheet of one organization: what to do in plain words, every service, itself, and room for more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.counts import all_of
from optimizer.county.county import County
from optimizer.county.fields import columns_of
from optimizer.county.records import Organization
from optimizer.county.template.dressing import dress_column
from optimizer.county.template.looks import LIGHT, Looks, on_paper, row_height
from optimizer.county.workbook_writing import new_workbook
from optimizer.workshop import form
from optimizer.workshop.form import ANSWERS, HEADS, MORE_SHEET, OWN_SHEET, SERVICES_SHEET, Answer, Own, code_of
from optimizer.workshop.likely import Chance, Likely, gross_usd

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

WIDTHS = (16, 40, 22, 16, 14, 9, 11, 38, 17, 14, 13, 11, 13, 13, 44)
ROOM = 40
"""Empty rows for services that are not listed."""
STAYS = "The law leaves it to us: say whether you deliver it too; nobody can take it over"
"""What stands beside a service that is not delegable, for which terms are refused."""
_ALLOWED = {
    "autofilter": True, "sort": True, "format_columns": True, "format_rows": True, "format_cells": True,
    "select_locked_cells": True, "select_unlocked_cells": True,
}  # fmt: skip


def write_worksheet(path: Path, county: County, org: Organization, rows: Sequence[Likely]) -> None:
    """Write the worksheet of an organization; only cells for its answers can be changed."""
    with new_workbook(path) as book:
        looks = _Looks(book)
        _write_intro(book, looks, county, org, rows)
        _write_services(book, looks, rows)
        _write_own(book, looks, county, org)
        _write_more(book, looks)


class _Looks(Looks):
    """Cells to fill in are light and open, all others are locked."""

    def __init__(self, book: Workbook) -> None:
        super().__init__(book)
        shown = {"valign": "top", "text_wrap": True}
        asked = shown | {"locked": False, "bg_color": "#FFFBE6", "border": 1, "border_color": "#D9D9D9"}
        self.shown = book.add_format(shown)
        self.usd = book.add_format(shown | {"num_format": "$#,##0"})
        self.fte = book.add_format(shown | {"num_format": "0.0"})
        self.asked_text = book.add_format(asked | {"num_format": "@"})
        self.asked_number = book.add_format(asked | {"num_format": "#,##0.####"})
        self.top = book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "top",
                "bg_color": LIGHT,
                "border": 1,
                "border_color": "#D9D9D9",
            }
        )
        self.first = book.add_format({"bold": True, "valign": "top", "text_wrap": True})

    def asked(self, is_text: bool) -> Format:
        """A cell to fill in."""
        return self.asked_text if is_text else self.asked_number


def _write_intro(book: Workbook, looks: _Looks, county: County, org: Organization, rows: Sequence[Likely]) -> None:
    page = book.add_worksheet(form.INTRO_SHEET)
    page.hide_gridlines(2)
    page.protect("", _ALLOWED)
    page.set_column(0, 0, 20)
    page.set_column(1, 1, 110)
    page.write_string(0, 0, f"{county.facts.name}: which services do you also deliver?", looks.title)
    page.write_string(1, 0, f"For {org.name}", looks.part)
    at = 3
    for text in _asking(county, rows):
        at = _paragraph(page, at, text, looks.shown)
    for stance, meaning in ANSWERS.items():
        page.write_string(at, 0, stance, looks.first)
        page.write_string(at, 1, meaning, looks.shown)
        at += 1
    for text in _REST:
        at = _paragraph(page, at + (text is _REST[0]), text, looks.shown)
    on_paper(page)


def _asking(county: County, rows: Sequence[Likely]) -> tuple[str, ...]:
    likely = sum(row.chance in (Chance.KNOWN, Chance.LIKELY) for row in rows)
    every = len(county.services)
    listed = all_of(every, "service") if len(rows) == every else f"{len(rows)} of {every} services"
    return (
        f"This workbook lists {listed} that {county.facts.name} delivers. We would like to know which of them "
        "you deliver too, and which we could do together, you could do for us, or we could do for you.",
        f"Open the sheet {SERVICES_SHEET}. Of these the first {likely} are those where we expect an overlap: "
        "say so if we are wrong. Go on as far as you can. What you leave blank stays open.",
        "Choose an answer in the column Your answer. Each answer is a word from a list:",
    )


_REST = (
    "If you know a price, the time you need, or the staff you would hire, fill them in beside your answer. If you do "
    "not know, leave them blank: then we estimate, and ask you where it matters. Nothing here binds you.",
    f"On the sheet {OWN_SHEET} say how much you could take on. On the sheet {MORE_SHEET} write whatever has no "
    "place elsewhere.",
    "Only the yellow cells can be changed. Numbers are plain: 12500, not $12,500. Please do not rename the sheets or "
    "the heads, and do not change the ids. Then save the file and send it back.",
)


def _paragraph(page: Worksheet, row: int, text: str, look: Format) -> int:
    page.merge_range(row, 0, row, 1, "", look)
    page.write_string(row, 0, text, look)
    page.set_row(row, 15.0 * (1 + len(text) // 120) + 4)
    return row + 1


def _write_services(book: Workbook, looks: _Looks, rows: Sequence[Likely]) -> None:
    page = book.add_worksheet(SERVICES_SHEET)
    asked = columns_of(Answer)
    for place, (name, head) in enumerate(HEADS.items()):
        page.set_column(place, place, WIDTHS[place])
        page.write_string(0, place, head, looks.top)
        if _is_asked(name) and rows:
            about = f"{head}. {asked[name].description}"
            dress_column(page, "", place, asked[name], about, (1, len(rows)))
    page.set_row(0, 48)
    for number, row in enumerate(rows, start=1):
        cells = _cells(row)
        page.set_row(number, row_height([str(value or "") for value in cells], WIDTHS))
        for place, (name, value) in enumerate(zip(HEADS, cells, strict=True)):
            if _is_asked(name):
                page.write_blank(number, place, None, looks.asked(asked[name].is_text))
            elif isinstance(value, str):
                page.write_string(number, place, value, looks.shown)
            else:
                page.write_number(number, place, value, looks.usd if name.endswith("_per_year") else looks.fte)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, max(1, len(rows)), len(HEADS) - 1)
    page.protect("", _ALLOWED)
    on_paper(page)


def _is_asked(name: str) -> bool:
    return name in Answer.model_fields and name not in ("service_id", "name")


def _cells(row: Likely) -> tuple[Any, ...]:
    service = row.service
    shown = (service.service_id, service.name, service.department, service.service_class.replace("_", " "))
    asked = (None,) * sum(map(_is_asked, HEADS))
    why = ". ".join(text for text in (row.why, "" if service.delegable else STAYS) if text)
    return (*shown, gross_usd(service), service.fte, str(row.chance), why, *asked)


def _write_own(book: Workbook, looks: _Looks, county: County, org: Organization) -> None:
    page = book.add_worksheet(OWN_SHEET)
    for place, (head, width) in enumerate(zip(form.OWN_HEADS, (26, 34, 80), strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, head, looks.top)
    given = {"org_id": org.org_id, "code": code_of(county, org.org_id)}
    for row, (name, column) in enumerate(columns_of(Own).items(), start=1):
        page.write_string(row, 0, name, looks.first)
        if name in form.LOCKED_FIELDS:
            page.write_string(row, 1, given[name], looks.shown)
        else:
            page.write_blank(row, 1, None, looks.asked(column.is_text))
            dress_column(page, "", 1, column, column.description, (row, row))
        page.write_string(row, 2, column.description, looks.shown)
    page.freeze_panes(1, 0)
    page.protect("", _ALLOWED)
    on_paper(page)


def _write_more(book: Workbook, looks: _Looks) -> None:
    page = book.add_worksheet(MORE_SHEET)
    for place, (head, width) in enumerate(zip(form.MORE_HEADS.values(), (50, 90), strict=True)):
        page.set_column(place, place, width)
        page.write_string(0, place, head, looks.top)
        for row in range(1, ROOM + 1):
            page.write_blank(row, place, None, looks.asked_text)
    page.freeze_panes(1, 0)
    page.protect("", _ALLOWED)
    on_paper(page)
