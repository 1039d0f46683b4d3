"""Basic program attributes: mandate, reliance, cost recovery, population, demand, quartile."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator.costs import normal
from optimizer.county.generator.spec import CountySpec

Flags = npt.NDArray[np.bool_]
Levels = npt.NDArray[np.int64]

_TILTS = np.linspace(-2.0, 2.0, 81)
_UNSCORED_SHARE = 0.04


def mandate_levels(
    services: pd.DataFrame, gross: pd.Series[float], duty: Flags, spec: CountySpec, rng: np.random.Generator
) -> Levels:
    """Levels 0-4. What a duty names is 4; the mandated shares of services and of cost are met together.

    Large services are mandated more often than small ones; how much more is chosen so that the cost share fits.
    """
    odds = np.asarray(services["mandate"], dtype=np.float64)
    size = len(services)
    score = odds + 0.16 * normal(rng, size)
    score = np.where(duty, 10.0, np.where(odds == 0.0, -10.0, score))
    spread = _standard(np.log(np.asarray(gross)))
    count = max(round(spec.mandated_share_of_services * size), int(duty.sum()))

    def mandated(tilt: float) -> Flags:
        chosen = np.zeros(size, dtype=np.bool_)
        chosen[np.argsort(-(score + 0.2 * tilt * spread), kind="stable")[:count]] = True
        return chosen

    money = np.asarray(gross)
    misses = [abs(money[mandated(tilt)].sum() / money.sum() - spec.mandated_share_of_cost) for tilt in _TILTS]
    chosen = mandated(float(_TILTS[int(np.argmin(misses))]))
    lawful = duty | (chosen & (score > 0.7))
    rest = np.argsort(np.argsort(-np.where(chosen, -99.0, odds + 0.3 * rng.random(size)), kind="stable"))
    ruled = round(spec.ruled_share_of_services * size)
    levels = np.select([lawful, chosen, rest < ruled, rest < 2 * ruled], [4, 3, 2, 1], default=0)
    return levels.astype(np.int64)


def reliance_levels(
    overlaps: npt.NDArray[np.int64], firms: npt.NDArray[np.int64], spec: CountySpec, rng: np.random.Generator
) -> Levels:
    """Levels 0-4 from how many others deliver a service, so that the high and medium shares fit.

    Nobody else: 4. High with somebody who could be hired: 3. Then 2, and 0 where a firm offers it, else 1.
    """
    size = len(overlaps)
    rank = np.argsort(np.argsort(overlaps + 1.5 * firms + 0.8 * rng.random(size), kind="stable"))
    high = rank < round(spec.high_reliance_share * size)
    medium = rank < round((spec.high_reliance_share + spec.medium_reliance_share) * size)
    return np.select([overlaps == 0, high, medium, firms > 0], [4, 3, 2, 0], default=1).astype(np.int64)


def recovery_levels(gross: pd.Series[float], revenue: pd.Series[float]) -> Levels:
    """4 recovers at least 75 % of gross cost, 3 50 %, 2 25 %, 1 anything, 0 nothing."""
    share = np.asarray(revenue) / np.asarray(gross)
    return np.select([share >= 0.75, share >= 0.5, share >= 0.25, share > 0], [4, 3, 2, 1], default=0).astype(np.int64)


def other_levels(services: pd.DataFrame, mandate: Levels, reliance: Levels, rng: np.random.Generator) -> pd.DataFrame:
    """population_level, demand_level and quartile; a few services are not scored and stay blank."""
    size = len(services)
    population = np.digitize(rng.random(size), [0.12, 0.3, 0.5, 0.72])
    demand = np.digitize(rng.random(size), [0.04, 0.09, 0.19, 0.49, 0.7, 0.86, 0.95]) - 3
    merit = 0.5 * mandate + 0.4 * reliance + 0.25 * population + 1.2 * normal(rng, size)
    rank = np.argsort(np.argsort(-merit, kind="stable"), kind="stable")
    frame = pd.DataFrame(
        {
            "population_level": population.astype(object),
            "demand_level": demand.astype(object),
            "quartile": (1 + 4 * rank // size).astype(object),
        },
        index=services.index,
    )
    for column in frame:
        frame.loc[rng.random(size) < _UNSCORED_SHARE, column] = None
    return frame


def _standard(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    spread = values.std()
    centred: npt.NDArray[np.float64] = (values - values.mean()) / (spread if spread > 0 else 1.0)
    return centred
