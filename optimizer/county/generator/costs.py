"""What services cost: totals, their parts, staff and revenue, in whole cents that add up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from optimizer.county.generator.spec import CountySpec

Floats = npt.NDArray[np.float64]
Cents = npt.NDArray[np.int64]

CENTRAL = frozenset({"governance", "back_office", "it", "legal", "facilities", "communications"})
"""Classes whose services are themselves the overhead of the others."""

_NOISE = 0.3
_WAGE_SPREAD = 0.18


def costs(services: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> pd.DataFrame:
    """Columns personnel_usd, nonpersonnel_usd, overhead_usd, revenue_usd, fte of every service."""
    gross = _gross_cents(services, spec, rng)
    rate = np.where(services["service_class"].isin(CENTRAL), 0.0, spec.overhead_rate)
    personnel, overhead = _personnel_cents(services, gross, rate, spec, rng)
    return pd.DataFrame(
        {
            "personnel_usd": personnel / 100,
            "nonpersonnel_usd": (gross - personnel - overhead) / 100,
            "overhead_usd": overhead / 100,
            "revenue_usd": _revenue_cents(services, gross, rng) / 100,
            "fte": _staff(personnel, spec, rng),
        },
        index=services.index,
    )


def _gross_cents(services: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> Cents:
    """Gross costs that follow the distribution exactly; what is large by nature tends to get a large one."""
    amounts = np.sort(_lognormal_usd(spec))
    standing = np.asarray(services["size"], dtype=np.float64) + _NOISE * normal(rng, len(services))
    rank = np.argsort(np.argsort(standing, kind="stable"), kind="stable")
    return settle(amounts[rank] * 100, round(spec.budget_usd * 100))


def _lognormal_usd(spec: CountySpec) -> Floats:
    """Quantiles of a lognormal cut at the floor and at the tail, scaled so that they sum to the budget [USD]."""
    grid = (np.arange(spec.services) + 0.5) / spec.services
    upper = ndtr(spec.cost_tail_z)

    def amounts(scale: float) -> Floats:
        lower = ndtr(np.log(spec.cost_floor_usd / scale) / spec.cost_sigma)
        if lower >= upper:
            return np.full(spec.services, spec.cost_floor_usd)
        drawn: Floats = scale * np.exp(spec.cost_sigma * ndtri(lower + grid * (upper - lower)))
        return drawn

    scale = bisect(lambda trial: float(amounts(np.exp(trial)).sum()) - spec.budget_usd, -20.0, 30.0)
    return amounts(float(np.exp(scale)))


def _personnel_cents(
    services: pd.DataFrame, gross: Cents, rate: Floats, spec: CountySpec, rng: np.random.Generator
) -> tuple[Cents, Cents]:
    """Personnel and overhead: mostly nearly all staff or nearly none, in total at the specified share.

    What is staff work or contract work by nature stays so; of the rest as much is staffed as the share asks for.
    """
    labour = np.asarray(services["labour"], dtype=np.float64)
    luck, place = rng.random(len(services)), rng.random(len(services))
    staff_share, contract_share = 0.72 + 0.26 * place, np.where(place < 0.8, 0.0, place - 0.8)

    def personnel(shift: float, power: float) -> Floats:
        odds = np.where(labour <= 0.12, 0.0, np.where(labour >= 0.9, 1.0, labour + shift))
        share = np.where(luck < odds, staff_share, contract_share) ** np.exp(power)
        result: Floats = gross * share / (1.0 + rate * share)
        return result

    target = spec.personnel_share * gross.sum()
    shift = bisect(lambda trial: float(personnel(trial, 0.0).sum()) - target, -1.0, 1.0)
    power = bisect(lambda trial: target - float(personnel(shift, trial).sum()), -4.0, 4.0)
    cents = np.rint(personnel(shift, power)).astype(np.int64)
    return cents, np.rint(cents * rate).astype(np.int64)


def _revenue_cents(services: pd.DataFrame, gross: Cents, rng: np.random.Generator) -> Cents:
    """Revenue around what such a service usually recovers, in whole dollars."""
    typical = np.asarray(services["recovery"], dtype=np.float64)
    share = np.clip(typical * (0.6 + 0.7 * rng.random(len(services))), 0.0, 1.0)
    return (np.floor(gross * share / 100) * 100).astype(np.int64)


def _staff(personnel: Cents, spec: CountySpec, rng: np.random.Generator) -> Floats:
    """Staff in steps of 0.01 that add up to the specified total."""
    weight = personnel * np.exp(_WAGE_SPREAD * normal(rng, len(personnel)))
    if weight.sum() <= 0:
        return np.zeros(len(personnel))
    return settle(weight / weight.sum() * spec.fte * 100, round(spec.fte * 100)) / 100


def settle(amounts: Floats, total: int) -> Cents:
    """Whole numbers near the amounts that sum to the total; what rounding leaves goes to the largest."""
    whole = np.rint(amounts).astype(np.int64)
    whole[np.argmax(whole)] += total - int(whole.sum())
    return whole


def bisect(function: Callable[[float], float], low: float, high: float) -> float:
    """Where an increasing function crosses zero, or the nearer end where it does not."""
    for _ in range(80):
        middle = (low + high) / 2
        if function(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def normal(rng: np.random.Generator, size: int) -> Floats:
    """Standard normal draws made from uniform ones, whose stream does not change between versions."""
    draws: Floats = ndtri(rng.random(size))
    return draws
