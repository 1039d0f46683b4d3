"""Duties that the moved services serve, with their citations and how far each stays covered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.county.facts import WHOLE_COUNTY
from optimizer.plan.answer import Answer
from optimizer.plan.duties import duty_table
from optimizer.plan.plan import Plan
from optimizer.report.documents.blocks import Block, Grid, Heading, Paragraph
from optimizer.report.documents.letters import short

NAME_LETTERS, CITATION_LETTERS, PLACE_LETTERS = 70, 40, 30
MANDATED = 3
"""Mandate level from which on law, charter or a regulator asks for a service."""


def duties(answer: Answer, plan: Plan) -> Iterator[Block]:
    """What the law asks of what moves."""
    enforce = bool(answer.settings["duties.enforce_unfunded"])
    table = duty_table(answer.county, plan.decisions, enforce_unfunded=enforce)
    yield Heading("Mandates")
    yield Paragraph(duties_summary(table, len(answer.county.mandates), "the county's", unlisted(answer, plan)))
    if len(table):
        yield duties_grid(table)


def unlisted(answer: Answer, plan: Plan) -> int:
    """Moved services at mandate level 3 or 4 that no duty of the county's tables names."""
    moved = plan.decisions[plan.decisions["moved"] & (plan.decisions["mandate_level"] >= MANDATED)]
    named = answer.county.frame("mandate_services")["service_id"]
    return int((~moved["service_id"].isin(named)).sum())


def duties_summary(table: pd.DataFrame, duties: int, whose: str, without: int) -> str:
    """Of a `duty_table`: how many of all `duties` moved services serve, and what becomes of these; `without` is how
    many moved services none of them names, though their mandate level is 3 or 4.
    """
    any_of = "the one duty" if duties == 1 else f"any of the {duties} duties"
    if not duties:
        text = f"{whose.capitalize()} tables name no duty with a citation, so that none is tested."
    elif table.empty:
        text = f"No service that A moves serves {any_of} in {whose} tables."
    else:
        below = int((table["enforced"] & (table["plan_share"] < table["required_share"] - 1e-9)).sum())
        falls = "falls below what it needs" if below == 1 else "fall below what they need"
        kept = f"{below} {falls}" if below else "all that are enforced keep what they need"
        text = f"Duties in {whose} tables: {duties}; moved services serve {len(table)} of them; {kept}."
    level = f" Moved services of mandate level {MANDATED} or 4 that no duty names: {without}."
    return text + (level if without else "")


def duties_grid(table: pd.DataFrame) -> Grid:
    """Duties of a `duty_table`; where it names counties, every duty with its county's."""
    of_county = "county" in table

    def row(one: Mapping[Any, Any]) -> tuple[str, ...]:
        place = "" if one["place"] == WHOLE_COUNTY else f" in {short(one['place'], PLACE_LETTERS)}"
        whose = f", {short(one['county'], PLACE_LETTERS)}" if of_county else ""
        return (
            short(one["name"], NAME_LETTERS - len(whose)) + whose,
            f"{short(one['citation'], CITATION_LETTERS)} ({short(one['authority'], CITATION_LETTERS)})",
            f"{one['moved']} of {one['services']}",
            _share(one["required_share"]) + ("" if one["enforced"] else ", not enforced"),
            _share(one["today_share"]),
            f"{_share(one['plan_share'])}{place}",
        )

    def rest(shown: int) -> tuple[str, ...]:
        others = table.iloc[shown:]
        lowest = _share(others["plan_share"].min())
        more = count_of(len(others), "more duty", "more duties")
        return (f"{more}: in the county's tables", "", "", "", "", f"{lowest} or more")

    return Grid(
        "Duties that moved services serve, the narrowest first; coverage is of today's service, where it is lowest",
        ("Duty", "Citation (authority)", "Moved services", "Needed", "Today", "With A"),
        tuple(row(one) for one in table.to_dict("records")),
        (0.45, 0.3, 0, 0, 0, 0.2),
        rest,
        least=3,
        enough=5,
    )


def _share(share: float) -> str:
    """A coverage, rounded down, so that what is told is kept."""
    return f"{int(share * 1000 + 1e-6) / 10:.1f}%"
