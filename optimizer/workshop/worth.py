"""What it is worth to know a price: for every offer without one, and for every organization that could be called."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.program.rows import Codes, Floats
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.decided import changed
from optimizer.why.limit_screen import refuse_other_aims
from optimizer.workshop.guessed import HIGH, LOW, WEIGHT, Asking, Guessed

MOST = 15
"""Organizations, and single prices, that are searched for."""
FIRST = 1e9
"""Added to what is asked about before everything else."""
CALLS = (
    "organization", "kind", "prices_missing", "value_usd_per_year", "change_at_low_usd_per_year",
    "otherwise_at_low", "change_at_high_usd_per_year", "otherwise_at_high", "in_the_plan", "proved", "org_id",
)  # fmt: skip
PRICES = (
    "service", "department", "organization", "decision", "estimate_usd_per_year", "in_the_plan",
    "asked_at_usd_per_year", "change_usd_per_year", "otherwise", "value_usd_per_year", "proved", "service_id",
    "offer_id",
)  # fmt: skip


@dataclass(frozen=True)
class Worth:
    """Whom to call first."""

    missing: int
    """Offers whose price is an estimate."""
    may_turn: int
    """Those of them whose price could turn the decision on their own service by itself."""
    asked_organizations: int
    asked_prices: int
    concerned: int
    """Organizations with a price that may turn, or that the plan takes."""
    searches: int
    all_low_usd_per_year: float
    """What the best plan costs less where every missing price outside the plan is low at once; NaN: not found."""
    all_high_usd_per_year: float
    """What the plan costs more where every missing price in it is high at once, carried out as it is."""
    low: float
    high: float
    calls: pd.DataFrame
    """A row per organization that was asked about, the one worth most first: how many prices are missing, and if all of
    them were low, or high, what the best plan would cost more and how many services would be decided otherwise;
    value_usd_per_year, what it is worth on average to know before deciding; proved: all searches were."""
    prices: pd.DataFrame
    """The same for single prices. One in the plan is asked about at its high value, one outside it at its low one: at
    the other no decision has a reason to turn."""


def worth_of_knowing(
    asked: Asked, low: float = LOW, high: float = HIGH, most: int = MOST, on_step: OnStep = silent
) -> Worth:
    """Search the best plan again where prices that nobody gave are lower or higher than estimated.

    Which of them are searched for is decided by a screen without a search: what turns by itself, and what the plan
    takes if all are low at once. Raises `Refused` where something else than cost is sought first.
    """
    refuse_other_aims(asked.case)
    guessed = Guessed(asked, low, high)
    taken = guessed.taken
    outside = np.setdiff1d(guessed.rows, taken)
    on_step("All missing prices low at once")
    first = guessed.ask(outside, low) if len(outside) else None
    turns = guessed.turns_usd()
    if first is not None and first.choices is not None:
        turns = _with_chosen(guessed.case, turns, first, outside)
    calls = pd.DataFrame(list(_calls(guessed, turns, most, on_step)), columns=list(CALLS))
    prices = pd.DataFrame(list(_prices(guessed, turns, most, on_step)), columns=list(PRICES))
    concerned = guessed.org[np.union1d(taken, guessed.rows[turns[guessed.rows] > 0])]
    return Worth(
        len(guessed.rows),
        int((turns[guessed.rows] > 0).sum()),
        len(calls),
        len(prices),
        len(np.unique(concerned)),
        guessed.searches,
        math.nan if first is None else -first.change_usd_per_year,
        guessed.carried_out_usd_per_year(taken, high),
        low,
        high,
        _first(calls),
        _first(prices),
    )


def _first(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("value_usd_per_year", ascending=False, kind="stable", ignore_index=True)


def _with_chosen(case: Case, turns: Floats, first: Asking, outside: Codes) -> Floats:
    """What is chosen where all are low comes before what only turns by itself."""
    assert first.choices is not None
    chosen = {offer for offer in first.choices.offers.values() if offer is not None}
    ids = case.county.frame("offers")["offer_id"]
    entering = np.intersect1d(outside, np.flatnonzero(ids.isin(chosen)))
    lifted = turns.copy()
    lifted[entering] = np.maximum(lifted[entering], 0.0) + FIRST
    return lifted


def _calls(guessed: Guessed, turns: Floats, most: int, on_step: OnStep) -> Iterator[tuple[object, ...]]:
    """Organizations by what their prices could turn; first those whose offers the plan takes, now or if all are low."""
    orgs = guessed.case.county.organizations
    taken, rows = set(guessed.taken.tolist()), guessed.rows
    matters = rows[(turns[rows] > 0) | np.isin(rows, guessed.taken)]
    score = np.zeros(len(orgs))
    weight = np.where(np.isin(matters, guessed.taken), FIRST, 0.0) + np.maximum(turns[matters], 0.0)
    np.add.at(score, guessed.org[matters], weight)
    for org in np.argsort(-score, kind="stable")[:most].tolist():
        own = rows[guessed.org[rows] == org]
        if score[org] <= 0:
            return
        on_step(f"{orgs[org].name}: its {len(own)} missing prices low, then high")
        found = [guessed.ask(own, guessed.low), guessed.ask(own, guessed.high)]
        value = WEIGHT * sum(max(0.0, one.regret_usd_per_year) for one in found)
        told = [cell for one in found for cell in (one.change_usd_per_year, _otherwise(guessed, one))]
        inside = sum(row in taken for row in own.tolist())
        yield (
            orgs[org].name, str(orgs[org].kind), len(own), value, *told, inside, _proved(*found), orgs[org].org_id,
        )  # fmt: skip


def _prices(guessed: Guessed, turns: Floats, most: int, on_step: OnStep) -> Iterator[tuple[object, ...]]:
    county, rows = guessed.case.county, guessed.rows
    services = {service.service_id: service for service in county.services}
    inside = set(guessed.taken.tolist())
    order = rows[np.argsort(-turns[rows], kind="stable")]
    for row in order[turns[order] > 0][:most].tolist():
        offer, own = county.offers[row], np.array([row])
        times = guessed.high if row in inside else guessed.low
        estimate = float(offer.price_usd_per_year or 0.0)
        on_step(f"{offer.offer_id}: at {times:g} times its estimate")
        found, service = guessed.ask(own, times), services[offer.service_id]
        name = county.organizations[int(guessed.org[row])].name
        yield (
            service.name, service.department, name, str(offer.decision), estimate, row in inside,
            round(estimate * times, 2), found.change_usd_per_year, _otherwise(guessed, found),
            WEIGHT * max(0.0, found.regret_usd_per_year), _proved(found), service.service_id, offer.offer_id,
        )  # fmt: skip


def _otherwise(guessed: Guessed, found: Asking) -> int:
    """Services that the best plan there decides otherwise."""
    return 0 if found.choices is None else len(changed(guessed.case, guessed.choices, found.choices))


def _proved(*found: Asking) -> bool:
    return all(one.outcome is not None and one.outcome.stopped is Stopped.PROVED for one in found)
