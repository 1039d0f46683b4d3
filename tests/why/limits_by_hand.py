"""What limits cost in small counties, by trying every plan."""

from __future__ import annotations

from math import inf
from typing import Any

from optimizer.county import records
from optimizer.options.money import annuity
from optimizer.scenario.scenario import Case
from optimizer.why.dials import Dial, turned
from tests.cases import case_of, offer, organization, plain_money, service
from tests.properties.judge import judge

CENTS = 0.03
"""Two honest roundings of the same plans may be this far apart [USD]."""


def least_usd_per_year(case: Case) -> float | None:
    """Cost of the best of all plans, as a yearly equivalent; None: no plan is lawful."""
    value = judge(case).value
    return None if value is None else float(value[0]) / 100.0 / annuity(case.settings)


def loosened(case: Case, dial: Dial) -> Case:
    """The case with a limit at a value that holds nothing back."""
    if dial.at_least:
        return turned(case, dial, 0.0)
    return turned(case, dial, {"share": 1.0, "years": inf}.get(dial.unit, 1e6))


def three_moves(*capacities: records.Capacity, **limits: Any) -> Case:
    """Three services of 100 dollars that can be had for 70, 90 and 95, of which 10, 20 and 15 are paid once.

    Each takes half a person from the county.
    """
    once = {"s1": (60, 10), "s2": (70, 20), "s3": (80, 15)}
    moves = [
        offer(name, "east", price, transition_usd=transition, fte_displaced=0.5)
        for name, (price, transition) in once.items()
    ]
    services = [service(name) for name in once]
    settings = plain_money(**limits)
    return case_of(services, [organization("east")], moves, settings, capacities=[*capacities])
