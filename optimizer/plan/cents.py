"""Money as a reader is told it: whole cents, whose sums are the sums that are told."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.money import Cents, cents
from optimizer.program.rows import Floats

CENTS = 2
"""Decimals of an amount."""
AMOUNTS = ("usd", "usd_per_year")
"""Endings of the names of columns and figures that are amounts; a rate, such as `usd_per_unit`, is none."""


def to_cents(usd: Floats) -> Floats:
    """Amounts of dollars, each rounded to the cent [USD]."""
    return cents(usd) / 100.0


def apportioned(amounts: Floats, whole: int | None = None) -> Cents:
    """Each amount [cents] rounded up or down, so that they add up to `whole`, else to their sum rounded.

    The largest fractions are rounded up; what is whole stays as it is.
    """
    # so that what division has put in is not taken for a fraction
    steady = np.round(amounts, 6)
    below = np.floor(steady).astype(np.int64)
    missing = (round(float(amounts.sum())) if whole is None else whole) - int(below.sum())
    below[np.argsort(below - steady, kind="stable")[:missing]] += 1
    return below


def yearly_usd(present_cents: Cents, annuity: float) -> Floats:
    """Yearly equivalents of present values, in whole cents that add up to the yearly equivalent of their sum [USD]."""
    return apportioned(present_cents / annuity) / 100.0


def is_amount(name: object) -> bool:
    """Whether a column or figure of this name is an amount of dollars."""
    return str(name).endswith(AMOUNTS)


def in_cents(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with every amount to the cent: what adding floats has put in is taken away."""
    amounts = [name for name, kind in frame.dtypes.items() if kind == np.float64 and is_amount(name)]
    return frame.assign(**{str(name): frame[name].round(CENTS) for name in amounts})
