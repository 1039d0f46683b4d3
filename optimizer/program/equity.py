"""Equity: how well every district and population group is served, over all services.

    cov_d = sum_i weight_i sum_{o of i} coverage_od x_o / sum_i weight_i     [share]
    cov_d >= floor_d                                                         every place d with a floor
    cov_d - least >= 0                                                       every place d, where the worst is sought

Coverage can only fall as moves start, so that the rows look at all moves at once.
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import places_of
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import Floats, RowBuilder, Rows, at_least, texts
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import EquityObjective, EquityWeight

BASIS_POINTS = 1e4
"""In 1. Solvers keep a row to 1e-6, which in shares would be real coverage, and real money."""


def blocks(parts: Parts) -> list[Block]:
    """The coverage of the worst-off place, where it is sought."""
    asked = parts.case.settings.equity.objective is EquityObjective.WORST_OFF
    return [block("least_coverage", {}, np.zeros(int(asked)), 1.0, integer=False)]


def rows(layout: Layout) -> list[Rows]:
    """One row per place with a floor, and one per place where the worst-off is sought."""
    places = texts(*places_of(layout.case))
    weight = service_weights(layout.case)
    if weight.sum() <= 0:
        return []
    floors = _floors(layout.case)
    held = np.flatnonzero(~np.isnan(floors))
    least = layout.columns["least_coverage"]
    sought = np.arange(len(places) if len(least) else 0)
    floor = RowBuilder("equity", "basis point", {"place": places[held]}, *at_least(BASIS_POINTS * floors[held]))
    worst = RowBuilder("worst_off", "basis point", {"place": places[sought]}, *at_least(np.zeros(len(sought))))
    for family, which in ((floor, held), (worst, sought)):
        for row, place in enumerate(which.tolist()):
            family.add(row, layout.chosen, BASIS_POINTS * _weighted_coverage(layout, weight, place))
    worst.add(sought, least.first, -BASIS_POINTS)
    return [floor.rows(), worst.rows()]


def _weighted_coverage(layout: Layout, weight: Floats, place: int) -> Floats:
    candidates = layout.options.candidates
    covered: Floats = weight[candidates.service] * candidates.coverage[:, place] / weight.sum()
    return covered


def _floors(case: Case) -> Floats:
    """Floor of every place [places]; NaN: none."""
    equity = case.settings.equity
    usual = np.nan if equity.floor is None else equity.floor
    return np.array([equity.floor_by_place.get(place, usual) for place in places_of(case)], dtype=np.float64)


def service_weights(case: Case) -> Floats:
    """What every service counts in the coverage of a place [services]."""
    services = case.county.frame("services")
    if case.settings.equity.weight is EquityWeight.EQUAL:
        return np.ones(len(services))
    gross: Floats = (
        services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].to_numpy(dtype=np.float64).sum(axis=1)
    )
    return gross
