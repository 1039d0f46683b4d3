"""Prices at which what a plan proposes to an organization turns, without a word about who else could do it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from optimizer.interrupts import ended_together
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.turns import Turn, Turns
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.break_even import break_even
from optimizer.why.organization import organization_break_even
from optimizer.why.turning import Ends

PROVED = (Ends.TURNS, Ends.ALWAYS, Ends.NEVER)


@ended_together()
def partner_turns(asked: Asked, partner: Partner, on_step: OnStep = silent) -> Turns:
    """Break-even prices of its offers and sales in the plan; of an organization that is not in it, of all its prices.

    Raises `Refused` where something else than cost is sought first.
    """
    if not partner.in_the_plan:
        prices, agreement = organization_break_even(asked, partner.org_id, on_step).terms.to_dict("records")
        return Turns(prices_times=_turn(prices, "now", "in_at"), agreement=_turn(agreement, "now", "in_at"))
    moves, sales = partner.moves, partner.sales
    rows = [*zip(moves["service_id"], moves["offer_id"], strict=True)]
    rows += zip(sales["service_id"], sales["sale_id"], strict=True)
    found: dict[str, Turn] = {}
    for service_id, row_id in rows:
        (row,) = break_even(asked, service_id, row_id, on_step).prices.to_dict("records")
        found[row_id] = _turn(row, "price_usd_per_year", "in_at_usd_per_year")
    return Turns(found)


def _turn(row: Mapping[Any, Any], now: str, held: str) -> Turn:
    last, ends = float(row[held]), str(row["ends"])
    decided = ends in {str(end) for end in PROVED}
    return Turn(float(row[now]), None if math.isnan(last) else last, decided, always=ends == str(Ends.ALWAYS))
