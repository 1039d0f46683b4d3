"""What it is worth to know a price: of every offer and sale without one, and of every organization to call."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.counts import count_of
from optimizer.county.terms import Decision
from optimizer.interrupts import ctrl_c_came, ended_together
from optimizer.program.rows import Codes, Floats
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.decided import decided
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
    """Offers and sales whose price is an estimate."""
    of_sales: int
    """Those of them that neighbours would pay."""
    may_turn: int
    """Those of them whose price could turn the decision on their own service by itself."""
    asked_organizations: int
    asked_prices: int
    concerned: int
    """Organizations with a price that may turn, or that the plan takes."""
    searches: int
    all_low_usd_per_year: float
    """What the best plan costs less where every missing price outside the plan is low at once, of sales high; NaN: not
    found."""
    all_high_usd_per_year: float
    """What the plan costs more where every missing price in it is high at once, of sales low, carried out as it is."""
    low: float
    high: float
    calls: pd.DataFrame
    """A row per organization that was asked about, the one worth most first: how many prices are missing, and if all of
    them were low, or high, what the best plan would cost more and how many services would be decided otherwise;
    value_usd_per_year, what it is worth on average to know before deciding; proved: all searches were."""
    prices: pd.DataFrame
    """The same for single prices. One in the plan is asked about at its high value, one outside it at its low one, of
    sales the other way round: at the other no decision has a reason to turn."""


@ended_together()
def worth_of_knowing(
    asked: Asked, low: float = LOW, high: float = HIGH, most: int = MOST, on_step: OnStep = silent
) -> Worth:
    """Search the best plan again where prices that nobody gave are lower or higher than estimated.

    Which of them are searched for is decided by a screen without a search: what turns by itself, and what the plan
    takes if all are low at once. After Ctrl-C no others are asked about. Raises `Refused` where something
    else than cost is sought first.
    """
    refuse_other_aims(asked.case)
    guessed = Guessed(asked, low, high)
    taken = guessed.taken
    outside = np.setdiff1d(guessed.rows, taken)
    on_step("All missing prices outside the plan as the county would like them, at once")
    first = guessed.ask(outside, guessed.welcome(outside)) if len(outside) else None
    turns = guessed.turns_usd()
    if first is not None and first.choices is not None:
        turns = _with_chosen(guessed, turns, first, outside)
    calls = pd.DataFrame(list(_calls(guessed, turns, most, on_step)), columns=list(CALLS))
    prices = pd.DataFrame(list(_prices(guessed, turns, most, on_step)), columns=list(PRICES))
    concerned = guessed.org[np.union1d(taken, guessed.rows[turns[guessed.rows] > 0])]
    return Worth(
        len(guessed.rows),
        int(guessed.sold(guessed.rows).sum()),
        int((turns[guessed.rows] > 0).sum()),
        len(calls),
        len(prices),
        len(np.unique(concerned)),
        guessed.searches,
        math.nan if first is None else -first.change_usd_per_year,
        guessed.carried_out_usd_per_year(taken, guessed.unwelcome(taken)),
        low,
        high,
        _first(calls),
        _first(prices),
    )


def _first(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values("value_usd_per_year", ascending=False, kind="stable", ignore_index=True)


def _with_chosen(guessed: Guessed, turns: Floats, first: Asking, outside: Codes) -> Floats:
    """What is chosen where all are low, of sales high, comes before what only turns by itself."""
    assert first.choices is not None
    county = guessed.case.county
    offered = county.frame("offers")["offer_id"].isin([one for one in first.choices.offers.values() if one is not None])
    sold = county.frame("sales")["sale_id"].isin(list(first.choices.sales))
    entering = np.intersect1d(outside, np.flatnonzero(np.concatenate([offered, sold])))
    lifted = turns.copy()
    lifted[entering] = np.maximum(lifted[entering], 0.0) + FIRST
    return lifted


def _scores(guessed: Guessed, turns: Floats) -> Floats:
    """What the prices of each organization could turn at the most, roughly [organizations, USD a year].

    What each turns by itself; of one that is chosen only where all are low, all that it is lower; and the agreement of
    an organization in the plan, which is saved if its prices are so high that nothing is left to it.
    """
    orgs, rows = guessed.case.county.organizations, guessed.rows
    alone = np.maximum(np.where(turns >= FIRST, turns - FIRST, turns), 0.0)
    lower = np.abs(guessed.usd[rows] - guessed.usd_at(rows, guessed.welcome(rows)))
    usd = np.where((turns[rows] >= FIRST) & (alone[rows] == 0.0), lower, alone[rows])
    score = np.zeros(len(orgs))
    np.add.at(score, guessed.org[rows], usd)
    signed = np.unique(guessed.org[guessed.taken])
    # a cent, so that one in the plan is asked about even if nothing tells that it could turn
    score[signed] += [(orgs[org].agreement_usd_per_year or 0.0) + 0.01 for org in signed.tolist()]
    return score


def _calls(guessed: Guessed, turns: Floats, most: int, on_step: OnStep) -> Iterator[tuple[object, ...]]:
    """Organizations, first those whose prices could turn most."""
    orgs, taken, rows = guessed.case.county.organizations, set(guessed.taken.tolist()), guessed.rows
    score = _scores(guessed, turns)
    for org in np.argsort(-score, kind="stable")[:most].tolist():
        own = rows[guessed.org[rows] == org]
        if score[org] <= 0 or ctrl_c_came():
            return
        on_step(f"{orgs[org].name}: its {count_of(len(own), 'missing price')} low, then high")
        dearer = _dearer_changes_nothing(guessed, own, taken)
        found = [guessed.ask(own, guessed.low), guessed.nothing_turns() if dearer else guessed.ask(own, guessed.high)]
        value = WEIGHT * sum(max(0.0, one.regret_usd_per_year) for one in found)
        told = [cell for one in found for cell in (one.change_usd_per_year, _otherwise(guessed, one))]
        inside = sum(row in taken for row in own.tolist())
        yield (
            orgs[org].name, str(orgs[org].kind), len(own), value, *told, inside, _proved(*found), orgs[org].org_id,
        )  # fmt: skip


def _dearer_changes_nothing(guessed: Guessed, own: Codes, taken: set[int]) -> bool:
    """Whether higher prices make every other plan dearer, and no more of them possible: none is of a sale or in the
    plan, and no least volume is in dollars.
    """
    org = guessed.case.county.organizations[int(guessed.org[own[0]])]
    return not org.min_volume_usd_per_year and not guessed.sold(own).any() and not taken & set(own.tolist())


def _prices(guessed: Guessed, turns: Floats, most: int, on_step: OnStep) -> Iterator[tuple[object, ...]]:
    county, rows = guessed.case.county, guessed.rows
    inside = set(guessed.taken.tolist())
    order = rows[np.argsort(-turns[rows], kind="stable")]
    for row in order[turns[order] > 0][:most].tolist():
        if ctrl_c_came():
            return
        own = np.array([row])
        times = guessed.unwelcome(own) if row in inside else guessed.welcome(own)
        service, row_id, decision = county.services[int(guessed.service[row])], *_named(guessed, row)
        on_step(f"{row_id}: at {times[0]:g} times its estimate")
        found = guessed.ask(own, times)
        name = county.organizations[int(guessed.org[row])].name
        yield (
            service.name, service.department, name, decision, float(guessed.usd[row]), row in inside,
            float(guessed.usd_at(own, times)[0]), found.change_usd_per_year, _otherwise(guessed, found),
            WEIGHT * max(0.0, found.regret_usd_per_year), _proved(found), service.service_id, row_id,
        )  # fmt: skip


def _named(guessed: Guessed, row: int) -> tuple[str, str]:
    """Id and decision of the offer or sale of a price."""
    county = guessed.case.county
    if row < guessed.first_sale:
        return county.offers[row].offer_id, str(county.offers[row].decision)
    return county.sales[row - guessed.first_sale].sale_id, str(Decision.INSOURCE)


def _otherwise(guessed: Guessed, found: Asking) -> int:
    """Services that the best plan there decides otherwise."""
    if found.choices is None:
        return 0
    return int((decided(guessed.case, found.choices) != guessed.decided).sum())


def _proved(*found: Asking) -> bool:
    return all(one.outcome is not None and one.outcome.stopped is Stopped.PROVED for one in found)
