"""What would have to be true for an organization, in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from optimizer.counts import count_of
from optimizer.report.words import exact_usd
from optimizer.why.break_even_words import tie_sentence
from optimizer.why.limit_words import amount, spread
from optimizer.why.turning import Ends

if TYPE_CHECKING:
    from optimizer.why.organization_capacity import CapacityAnswer


def prices_line(row: Mapping[Any, Any]) -> str:
    """How far all its prices may change; times 1 is now."""
    return _line(row, "Its prices", "level of prices", lambda value: f"{value:,.10g} times what they are")


def agreement_line(row: Mapping[Any, Any]) -> str:
    """How far its agreement may change."""
    now = f"Its agreement (now {exact_usd(row['now'])} a year)"
    return _line(row, now, "cost of its agreement", lambda value: f"{exact_usd(value)} a year")


def _line(row: Mapping[Any, Any], subject: str, thing: str, said: Any) -> str:
    yes, no, because, ends = row["in_at"], row["out_at"], row["out_because"], row["ends"]
    if ends == Ends.NEVER:
        return f"{subject}: no {thing} that was asked about brings it into the plan ({because}).{tie_sentence(row)}"
    if ends == Ends.OPEN:
        return f"{subject}: whether some {thing} brings it into the plan is not decided ({because})."
    if ends == Ends.ALWAYS:
        found = f"it is in the plan up to {said(yes)}, the most that was asked about"
    elif ends == Ends.IN_SO_FAR:
        found = f"it is in the plan up to {said(yes)}; beyond that it is not decided"
    else:
        about = f", not decided from there to {said(no)}" if ends == Ends.ABOUT else ""
        found = f"it is in the plan up to {said(yes)}{about}; beyond that: {because}"
    return f"{subject}: {found}.{tie_sentence(row)}"


def capacity_lines(found: CapacityAnswer, *, in_the_plan: bool) -> list[str]:
    """What its capacities keep it from."""
    if found.limits.empty:
        return ["No capacity of its own counts in this plan."]
    if found.saved.most_usd_per_year == math.inf and found.saved.usd_per_year <= 0:
        return ["Whether more capacity would save anything is not decided."]
    if found.saved.usd_per_year <= 0:
        most = f" (at most {exact_usd(found.saved.most_usd_per_year)} a year)" if _unsure(found) else ""
        return [f"More capacity would save nothing{most}."]
    more = count_of(len(found.services), "more service") if in_the_plan else count_of(len(found.services), "service")
    lines = [
        f"Without its capacities it would deliver {more}, and the plan would cost {spread(found.saved)} a year less."
    ]
    for row in found.limits.to_dict("records"):
        if row["saves_usd_per_year"] > 0:
            more = amount(row["used_without_limits"], row["unit"])
            lines.append(
                f"{row['limit']}: {amount(row['capacity'], row['unit'])} now; without it alone the plan would cost "
                f"{exact_usd(row['saves_usd_per_year'])} a year less (without any, {more} would be used)."
            )
        if not math.isnan(row["in_the_plan_from"]):
            lines.append(f"{row['limit']}: with {amount(row['in_the_plan_from'], row['unit'])} it is in the plan.")
    return lines


def _unsure(found: CapacityAnswer) -> bool:
    return math.isfinite(found.saved.most_usd_per_year) and found.saved.most_usd_per_year >= 1.0
