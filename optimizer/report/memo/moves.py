"""What the recommended option does: its moves, the one that saves most first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from optimizer.county.terms import Decision
from optimizer.plan.plan import Plan
from optimizer.report.documents.blocks import Block, Grid
from optimizer.report.documents.letters import short
from optimizer.report.words import exact_usd

NAME_LETTERS, PROVIDER_LETTERS = 60, 45


def moves(plan: Plan) -> Iterator[Block]:
    """Moves, ended services and sales; agreements and the set-up and fixed cost of shared units are nobody's own."""
    changed = changed_services(plan)
    if changed.empty:
        return
    yield Grid(
        f"{CAPTION}; agreements, and what shared units cost by themselves, are apart",
        HEAD,
        tuple(move_cells(row) for row in changed.to_dict("records")),
        (0.45, 0.17, 0.35, 0, 0, 0, 0.16),
        lambda shown: other_moves(changed.iloc[shown:]),
        least=3,
        enough=5,
    )


CAPTION = "What A changes, most saved first"
HEAD = ("Service", "Decision", "With", "Year", "Saved a year", "One-time cost", "Terms")


def changed_services(plan: Plan) -> pd.DataFrame:
    """Decisions that are not to keep, the one that saves most first, with `start_year` of sales too, and `buyers`."""
    changed = plan.decisions[plan.decisions["decision"] != str(Decision.KEEP)]
    changed = changed.sort_values(["saving_usd_per_year", "service_id"], ascending=[False, True], kind="stable")
    starts = changed["start_year"].where(changed["moved"], changed["service_id"].map(_sold_from(plan)))
    return changed.assign(start_year=starts.astype("int64"), buyers=changed["service_id"].map(_buyers(plan)))


def _sold_from(plan: Plan) -> pd.Series:
    """Of every service that is sold the year of its first sale."""
    return plan.sales.groupby("service_id")["start_year"].min()


def _buyers(plan: Plan) -> pd.Series:
    """Of every service that is sold its buyers."""
    return plan.sales.groupby("service_id")["buyer"].agg(", ".join)


def move_cells(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """The cells of a changed service."""
    ends = row["decision"] == str(Decision.EXIT)
    provider = row["provider"] if row["moved"] else row["buyers"]
    return (
        short(row["name"], NAME_LETTERS),
        {"insource": "keep and sell", "exit": "end"}.get(str(row["decision"]), str(row["decision"])),
        "-" if ends else short(provider, PROVIDER_LETTERS),
        f"{row['start_year']}",
        exact_usd(row["saving_usd_per_year"]),
        exact_usd(row["one_time_usd"]),
        "estimated" if row["estimated"] else "given",
    )


def other_moves(rows: pd.DataFrame) -> tuple[str, ...]:
    """Several changed services in one row."""
    saved, once = (exact_usd(float(rows[column].sum())) for column in ("saving_usd_per_year", "one_time_usd"))
    guessed = int((rows["estimated"] != "").sum())
    return (f"{len(rows)} more: in the workbook", "", "", "", saved, once, f"{guessed} estimated")
