"""One worksheet that came back, read into answers: everything that is wrong with it at once, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optimizer.county.county import County
from optimizer.county.findings import did_you_mean, record_or_findings, shown
from optimizer.county.grids import Grid, records_of
from optimizer.county.sheets import FINDINGS_SHEET
from optimizer.county.workbook import read_workbook
from optimizer.errors import Finding, Refused
from optimizer.workshop.form import (
    HEADS,
    INTRO_SHEET,
    MORE_HEADS,
    MORE_SHEET,
    OWN_HEADS,
    OWN_SHEET,
    SERVICES_SHEET,
    Answer,
    More,
    Own,
    code_of,
)
from optimizer.workshop.given import Given, row_findings

_FIX_SHEET = "Copy the answers into the worksheet as it was sent, and save that."


@dataclass(frozen=True)
class Returned:
    """What one file holds."""

    file: Path
    own: Own | None = None
    """None: it cannot be told whose it is."""
    given: tuple[Given, ...] = ()
    """Rows with an answer, a term or a remark that can be read."""
    rows: tuple[tuple[int, Mapping[str, Any]], ...] = ()
    """All rows that say anything, as they were typed, by the head of the column."""
    more: tuple[More, ...] = ()
    wrong: tuple[Finding, ...] = ()
    told: tuple[Finding, ...] = field(default=())
    """What is worth knowing, and need not be mended."""

    @property
    def org_id(self) -> str:
        return "" if self.own is None else self.own.org_id


def read_returned(file: Path, county: County) -> Returned:
    """Read a worksheet. What cannot be used is among its findings; nothing is raised."""
    try:
        grids, findings = read_workbook(file, ignored=(INTRO_SHEET, FINDINGS_SHEET))
    except Refused as refusal:
        return Returned(file, wrong=refusal.findings)
    known = (SERVICES_SHEET, OWN_SHEET, MORE_SHEET)
    of_known = [f"{file} sheet {name}" for name in known]
    unread = [one for one in findings if one.where.startswith(tuple(of_known))]
    wrong = [*unread]
    told = [_own_sheet(file, name) for name in grids if name not in known]
    missing = [name for name in (SERVICES_SHEET, OWN_SHEET) if name not in grids]
    wrong += [Finding(str(file), f"no sheet {name}", "the sheets as they were sent", _FIX_SHEET) for name in missing]
    rows = tuple(_typed(grids[SERVICES_SHEET])) if SERVICES_SHEET in grids else ()
    if missing:
        return Returned(file, rows=rows, wrong=tuple(wrong), told=tuple(told))
    own = _own(grids[OWN_SHEET], county, wrong)
    named = _named(grids[SERVICES_SHEET], wrong)
    given = _given(named, county, wrong)
    more = _more(grids[MORE_SHEET], wrong) if MORE_SHEET in grids else ()
    # a cell that could not even be read is not told a second time for what it fails to be
    wrong = unread + [one for one in wrong[len(unread) :] if one.where not in {cell.where for cell in unread}]
    return Returned(file, own, given, rows, more, tuple(wrong), tuple(told))


def _own_sheet(file: Path, name: str) -> Finding:
    fix = "Read it yourself, or copy what it says into the remarks."
    return Finding(f"{file} sheet {name}", "a sheet of their own, which is not read", "nothing", fix)


def _own(grid: Grid, county: County, wrong: list[Finding]) -> Own | None:
    """What it says of itself; None if the organization is unknown or the id was changed."""
    if grid.header[:2] != OWN_HEADS[:2]:
        found = ", ".join(grid.header) or "blank"
        wrong.append(Finding(grid.where(1), found, f"the columns {', '.join(OWN_HEADS)}", "Name them so."))
        return None
    rows = {str(cells[0]): (number, cells[1]) for number, cells in grid.rows if cells[0] is not None}
    for name, (number, _) in rows.items():
        if name not in Own.model_fields:
            fix = did_you_mean(name, Own.model_fields, "Write it as a remark instead.")
            wrong.append(
                Finding(grid.where(number, name), "an unknown field", "only the fields as they were sent", fix)
            )
    cells = {name: value for name, (_, value) in rows.items() if value is not None and name in Own.model_fields}
    own, problems = record_or_findings(
        Own,
        cells,
        lambda name: f"{grid.place} row {rows[name][0]} field {name}" if name in rows else f"{grid.place} field {name}",
    )
    if own is None:
        # what cannot be read is left out, whose it is stays known
        own, _ = record_or_findings(Own, {name: cells[name] for name in ("org_id", "code") if name in cells}, str)
    wrong += problems
    return None if own is None else _identified(own, rows, grid, county, wrong)


def _identified(
    own: Own, rows: Mapping[str, tuple[int, Any]], grid: Grid, county: County, wrong: list[Finding]
) -> Own | None:
    """The same if its id is one of the county's and its own."""
    known = [org.org_id for org in county.organizations]
    where = f"{grid.place} row {rows['org_id'][0]} field org_id"
    if own.org_id not in known:
        fix = did_you_mean(own.org_id, known, "Type the id as it was sent, or add it to organizations.")
        wrong.append(Finding(where, repr(own.org_id), "the id of an organization of this county", fix))
        return None
    if own.code != code_of(county, own.org_id):
        owner = next((org_id for org_id in known if code_of(county, org_id) == own.code), "")
        fix = (
            f"The code is that of {owner}: type that id, or ask whose answers these are."
            if owner
            else ("Type id and code as they were sent; a code also changes with the county's name and fiscal year.")
        )
        wrong.append(Finding(where, f"{own.org_id} with code {own.code or 'blank'}", "an id with its own code", fix))
        return None
    return own


def _named(grid: Grid, wrong: list[Finding]) -> Grid:
    """The rows that say something, under the names of the fields; findings name the heads as they were sent."""
    fields = {head: name for name, head in HEADS.items()}
    wrong += _heads(grid, fields)
    places = [place for place, head in enumerate(grid.header) if fields.get(head) in Answer.model_fields]
    names = tuple(fields[grid.header[place]] for place in places)
    rows = tuple((number, tuple(cells[place] for place in places)) for number, cells in grid.rows)
    return Grid(grid.place, names, tuple(row for row in rows if _says(names, row[1])), shown=HEADS)


def _typed(grid: Grid) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Rows in which anything was typed, also below heads that are not ours."""
    sent = {head for name, head in HEADS.items() if name not in Answer.model_fields or name in ("service_id", "name")}
    for number, cells in grid.rows:
        row = {head: cell for head, cell in zip(grid.header, cells, strict=True) if cell is not None}
        if set(row) - sent:
            yield number, {head: cell for head, cell in row.items() if head not in sent or head in _ID_HEADS}


_ID_HEADS = (HEADS["service_id"], HEADS["name"])


def _given(named: Grid, county: County, wrong: list[Finding]) -> tuple[Given, ...]:
    if "service_id" not in named.header or len(set(named.header)) < len(named.header):
        return ()
    problems: list[Finding] = []
    answers, source = records_of(named, Answer, problems)
    # that a column is missing is told by its head already
    wrong += (problem for problem in problems if problem.where != named.where(1))
    given = tuple(Given(named.place, row, answer) for row, answer in zip(source.rows, answers, strict=True))
    wrong += (finding for one in given for finding in row_findings(one, county))
    return given


def _says(names: tuple[str, ...], cells: tuple[Any, ...]) -> bool:
    return any(cell is not None for name, cell in zip(names, cells, strict=True) if name not in ("service_id", "name"))


def _heads(grid: Grid, fields: Mapping[str, str]) -> Iterator[Finding]:
    for head in dict.fromkeys(head for head in grid.header if head):
        if head not in fields:
            fix = did_you_mean(head, fields, "Name it as it was sent; what it says belongs into the remarks.")
            yield Finding(grid.where(1, head), "an unknown head", "only the heads as they were sent", fix)
        elif grid.header.count(head) > 1:
            yield Finding(grid.where(1, head), "this head twice", "every head once", "Remove one of them.")
    for name in Answer.model_fields:
        if HEADS[name] not in grid.header:
            found = f"no column {HEADS[name]}"
            yield Finding(grid.where(1), found, "the columns as they were sent", "Name it as it was sent, or add it.")
    for number, cells in grid.rows:
        for place, (head, cell) in enumerate(zip(grid.header, cells, strict=True), start=1):
            if not head and cell is not None:
                fix = "Move what it says into the remarks."
                yield Finding(grid.where(number, str(place)), shown(cell), "nothing, as the column has no head", fix)


def _more(grid: Grid, wrong: list[Finding]) -> tuple[More, ...]:
    """What is written on the last sheet; of a sheet whose heads were changed, every cell."""
    fields = {head: name for name, head in MORE_HEADS.items()}
    if set(grid.header) - {""} == set(fields):
        header = tuple(fields.get(head, "") for head in grid.header)
        return records_of(Grid(grid.place, header, grid.rows), More, wrong)[0]
    texts = [str(cell)[:5_000] for _, cells in ((1, grid.header), *grid.rows) for cell in cells if cell]
    return tuple(More(remark=text) for text in texts)
