"""What the worksheets said as tables, as it was typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from optimizer.county.terms import Stance
from optimizer.workshop.agree import Said
from optimizer.workshop.form import HEADS, OWN_SHEET, SERVICES_SHEET
from optimizer.workshop.returned import Returned

_SALES = ("service_id", "org_id", "price_usd_per_year", "lead_time_months", "where")


def answer_table(sheets: Sequence[Returned], said: Sequence[Said]) -> pd.DataFrame:
    """org_id, file, row, whether it was taken, and every cell as it was typed, by its head."""
    taken = {(one.org_id, one.service_id) for one in said}
    rows: list[dict[str, Any]] = []
    for sheet in sheets:
        service_of = {given.row: given.answer.service_id for given in sheet.given if given.answer.stance is not None}
        for number, cells in sheet.rows:
            is_taken = (sheet.org_id, service_of.get(number)) in taken
            at = {"org_id": sheet.org_id, "file": sheet.file.name, "row": number, "taken": "yes" if is_taken else "no"}
            rows.append(at | {head: str(value) for head, value in cells.items()})
    heads = dict.fromkeys(["org_id", "file", "row", "taken", *HEADS.values(), *(head for row in rows for head in row)])
    used = [head for head in heads if not rows or any(head in row for row in rows)]
    return pd.DataFrame(rows, columns=used).fillna("")


def remark_table(sheets: Sequence[Returned]) -> pd.DataFrame:
    """org_id, file, sheet, about what, and the remark."""
    return pd.DataFrame(list(_remarks(sheets)), columns=["org_id", "file", "sheet", "about", "remark"])


def _remarks(sheets: Sequence[Returned]) -> Iterator[tuple[str, str, str, str, str]]:
    for sheet in sheets:
        for _, cells in sheet.rows:
            if HEADS["remark"] in cells:
                about = str(cells.get(HEADS["service_id"], ""))
                yield sheet.org_id, sheet.file.name, SERVICES_SHEET, about, str(cells[HEADS["remark"]])
        for name in ("contact", "remark"):
            text = None if sheet.own is None else getattr(sheet.own, name)
            if text is not None:
                yield sheet.org_id, sheet.file.name, OWN_SHEET, name, text
        for more in sheet.more:
            yield sheet.org_id, sheet.file.name, "Anything else", more.service or "", more.remark or ""


def sale_table(said: Sequence[Said]) -> pd.DataFrame:
    """What an organization would pay to have a service delivered by the county."""
    rows = [
        (one.service_id, one.org_id, one.terms.get("price_usd_per_year"), one.terms.get("lead_time_months"),
         one.first.where("stance"))
        for one in said
        if one.stance is Stance.WOULD_BUY
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(_SALES))
