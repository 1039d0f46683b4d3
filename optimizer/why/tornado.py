"""Which assumption matters most: each at a low and a high value, all others at their means."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np
import pandas as pd

from optimizer.program.rows import Floats
from optimizer.why.assumptions import Assumptions, triangular
from optimizer.why.exposure import Exposure, SharedUnits

TENTH = 0.1
"""Low and high are the 10th and the 90th percentile."""
NINE_OF_TEN_SD = 1.2815515655446004
"""Standard deviations at the 90th percentile of a normal distribution."""
MOST_PARTNERS = 8


def tornado(
    exposure: Exposure,
    units: SharedUnits,
    assume: Assumptions,
    planned_usd_per_year: float,
    annuity: float,
    partners: np.ndarray,
) -> pd.DataFrame:
    """assumption, low, high, saved_at_low_usd_per_year, saved_at_high_usd_per_year; the widest first."""
    usual = _Means(exposure, units, assume)
    rows = [
        (name, low, high, *(planned_usd_per_year - change / annuity for change in (at_low, at_high)))
        for name, low, high, at_low, at_high in chain(
            _common(exposure, assume, usual),
            _of_units(units, assume, usual),
            _of_partners(exposure, assume, usual, partners),
        )
    ]
    columns = ["assumption", "low", "high", "saved_at_low_usd_per_year", "saved_at_high_usd_per_year"]
    table = pd.DataFrame(rows, columns=columns)
    width = (table[columns[4]] - table[columns[3]]).abs()
    order = width.sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)


class _Means:
    """Expected change of present cost [USD] where single values are set."""

    def __init__(self, exposure: Exposure, units: SharedUnits, assume: Assumptions) -> None:
        self.exposure, self.units, self.assume = exposure, units, assume
        self.share = sum(assume.spread(exposure.realization)) / 3.0
        self.overrun = sum(assume.overrun) / 3.0

    def change(
        self, share: Floats | float | None = None, price: float = 0.0, overrun: float | None = None,
        times: float | None = None, running: float = 0.0, set_up: float | None = None,
    ) -> float:  # fmt: skip
        """With this realized share (of all or of each move), these overruns (running and set_up: of shared units), and
        so many times the failures.
        """
        exposure, assume = self.exposure, self.assume
        realized = self.share if share is None else share
        short = (exposure.realization - realized) * exposure.promised
        dearer = price * exposure.charges
        once = (self.overrun if overrun is None else overrun) * exposure.once
        fails = np.minimum(1.0, (assume.failure_times if times is None else times) * exposure.failure)
        back = 0.5 * (exposure.back - exposure.running - short - dearer) + assume.return_share * exposure.once
        of_units = running * self.units.running + (self.overrun if set_up is None else set_up) * self.units.once
        return float((short + dearer + once + fails * back).sum() + of_units.sum())


Row = tuple[str, float, float, float, float]


def _common(exposure: Exposure, assume: Assumptions, usual: _Means) -> Iterator[Row]:
    low, high = _tenths(assume.spread(exposure.realization))
    yield "share of promised savings realized, all moves", low, high, usual.change(share=low), usual.change(share=high)
    wide = NINE_OF_TEN_SD * assume.price_sd
    yield "charges beyond the offers, all partners", -wide, wide, usual.change(price=-wide), usual.change(price=wide)
    low, high = _tenths(assume.overrun)
    yield "overrun of one-time costs, all moves", low, high, usual.change(overrun=low), usual.change(overrun=high)
    twice = 2.0 * assume.failure_times
    yield "failures of partners, times", 0.0, twice, usual.change(times=0.0), usual.change(times=twice)


def _of_units(units: SharedUnits, assume: Assumptions, usual: _Means) -> Iterator[Row]:
    if len(units.names):
        wide = NINE_OF_TEN_SD * assume.shared_unit_sd
        at_low, at_high = (usual.change(running=share) for share in (-wide, wide))
        yield "running cost of shared units beyond the plan, all units", -wide, wide, at_low, at_high
        low, high = _tenths(assume.overrun)
        at_low, at_high = (usual.change(set_up=share) for share in (low, high))
        yield "overrun of the set-up of shared units, all units", low, high, at_low, at_high


def _of_partners(exposure: Exposure, assume: Assumptions, usual: _Means, partners: np.ndarray) -> Iterator[Row]:
    promised = pd.Series(exposure.promised).groupby(exposure.partner).sum().sort_values(ascending=False)
    low, high = _tenths(assume.spread(exposure.realization))
    for code in promised.index[:MOST_PARTNERS]:
        own = exposure.partner == code
        at_low, at_high = (usual.change(share=np.where(own, share, usual.share)) for share in (low, high))
        yield f"share realized, {partners[own][0]}", low, high, at_low, at_high


def _tenths(spread: tuple[float, float, float]) -> tuple[float, float]:
    low, high = triangular(np.array([TENTH, 1.0 - TENTH]), *spread).tolist()
    return low, high
