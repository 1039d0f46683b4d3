"""How a plan may turn out: many draws of realized savings, charges, one-time costs and failures of partners.

Of move i with partner k, in every draw,

    change of cost = (r - R_i) promised_i + e_k charges_i + o_k once_i
                     + F_k ((1 - U_k) (back_i - running_i - the changes above but the last) + return_share once_i)

and of shared unit u

    change of cost = o_u set_up_u + e_u running_u

r is the share of promised savings that the plan counts on and R_i the share that comes about; e_k and o_k are overruns
of charges and one-time costs; F_k says whether the partner fails, U_k at which part of the horizon, from when on the
service is back in house; e_u is normal, and o_u as that of other one-time costs, each unit by itself. R_i is
triangular; what it has in common with other moves is a Gaussian copula of a factor for the county, one for the partner
and one of its own (Li 2000). Agreements and shared units go on after a failure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from optimizer.counts import count_of
from optimizer.interrupts import ctrl_c_came, ended_together, note_at_hand
from optimizer.plan.told import Told
from optimizer.program.rows import Floats
from optimizer.report.words import exact_usd
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.assumptions import Assumptions, triangular
from optimizer.why.exposure import Exposure, SharedUnits, exposure_of, shared_units_of
from optimizer.why.tornado import tornado

DRAWS = 10_000
AT_A_TIME = 2_000
"""Draws held in memory at once."""
PERCENTILES = (5, 25, 50, 75, 95)
OWN_POOLS = "the county's own pools"
DRIVERS = ("savings realized", "charges", "one-time costs", "failures of partners", "shared units")
OF_UNITS = 1
"""Set apart the draws of shared units from those of moves, which are the same with and without units."""


@dataclass(frozen=True)
class Realized:
    """The distribution of what a plan saves against keeping everything, as a yearly equivalent."""

    planned_usd_per_year: float
    """What the plan counts on."""
    saved_usd_per_year: Floats
    """What it saves in every draw [draws]."""
    asked_draws: int
    """Draws that were asked for; fewer were made where Ctrl-C came."""
    pools_usd_per_year: float
    """What shared units cost in the plan, set-up included."""
    assumptions: Assumptions
    seed: int
    drivers: pd.DataFrame
    """driver, mean_usd_per_year that it adds to cost, share_of_variance."""
    partners: pd.DataFrame
    """By organization: planned and mean saving of its moves, its 5th percentile, share_of_variance."""
    departments: pd.DataFrame
    """The same by department."""
    tornado: pd.DataFrame
    """One assumption at a time, the widest first: assumption, low, high, and what is saved at both
    (saved_at_low_usd_per_year, saved_at_high_usd_per_year)."""

    @property
    def loss_share(self) -> float:
        """Share of the draws in which the plan costs more than keeping everything."""
        return float((self.saved_usd_per_year < 0).mean())

    def percentile(self, percent: float) -> float:
        """That percentile of the saving [USD a year]."""
        return float(np.percentile(self.saved_usd_per_year, percent))

    def told(self) -> Told:
        """The same for readers."""
        saved = self.saved_usd_per_year
        low, middle, high = (exact_usd(self.percentile(percent)) for percent in (5, 50, 95))
        found = pd.DataFrame(
            [("planned", self.planned_usd_per_year), ("mean", float(saved.mean()))]
            + [(f"percentile {percent}", self.percentile(percent)) for percent in PERCENTILES],
            columns=["saving", "usd_per_year"],
        )
        lines = [
            f"The plan counts on saving {exact_usd(self.planned_usd_per_year)} a year.",
            f"In {count_of(len(saved), 'draw')} it saves {middle} at the middle, between {low} and {high} in nine of "
            "ten.",
            f"It costs more than keeping everything in {self.loss_share:.1%} of the draws.",
            "These follow from stated assumptions (--assume), not from data; the same seed gives the same numbers.",
        ]
        if len(saved) < self.asked_draws:
            lines.append(f"{count_of(self.asked_draws, 'draw')} were asked for; the others were interrupted.")
        if self.pools_usd_per_year:
            lines.append(
                f"What shared units themselves cost ({exact_usd(self.pools_usd_per_year)} a year, set-up included) is "
                f"drawn too; running costs spread by {self.assumptions.shared_unit_sd:.0%}, an assumption "
                "(shared_unit_sd)."
            )
        return Told(
            tuple(lines),
            {
                "What the plan may save": found,
                "What it depends on: one assumption at a time, the others at their means": self.tornado,
                "What the spread comes from": self.drivers,
                "By organization": self.partners,
                "By department": self.departments,
            },
        )


@ended_together()
def realized(
    asked: Asked, assumptions: Assumptions | None = None, draws: int = DRAWS, seed: int = 0, on_step: OnStep = silent
) -> Realized:
    """Draw how the plan turns out. The same seed and assumptions give the same numbers.

    Ctrl-C ends the draws with those that were made, which are the same as if no more had been asked for.
    """
    usual = Assumptions() if assumptions is None else assumptions
    exposure, units, random = exposure_of(asked), shared_units_of(asked), np.random.default_rng(seed)
    blocks = list[Floats]()
    for first in range(0, draws, AT_A_TIME):
        if blocks and ctrl_c_came():
            break
        on_step(f"Draw {first:,} of {draws:,}")
        blocks.append(_drawn(exposure, usual, min(AT_A_TIME, draws - first), random))
        note_at_hand()
    changes = np.concatenate(blocks, axis=1) / asked.annuity
    of_units = _drawn_units(units, usual, changes.shape[1], np.random.default_rng((seed, OF_UNITS))) / asked.annuity
    by_driver = np.vstack([changes.sum(axis=2), of_units])
    planned = asked.plan.saving_usd_per_year
    of_moves = changes.sum(axis=0)
    saved = planned - by_driver.sum(axis=0)
    names = asked.program.layout.labels("organizations", "name", exposure.partner)
    partners = np.where(exposure.partner < 0, OWN_POOLS, names).astype(str)
    means, shares = by_driver.mean(axis=1), _shares(by_driver)
    drivers = pd.DataFrame({"driver": DRIVERS, "mean_usd_per_year": means, "share_of_variance": shares})
    return Realized(
        planned,
        saved,
        draws,
        float((units.once + units.running).sum()) / asked.annuity,
        usual,
        seed,
        drivers,
        _by(exposure, of_moves, partners, "organization", asked.annuity),
        _by(exposure, of_moves, exposure.department, "department", asked.annuity),
        tornado(exposure, units, usual, planned, asked.annuity, partners),
    )


def _drawn(exposure: Exposure, assume: Assumptions, draws: int, random: np.random.Generator) -> Floats:
    """Change of present cost by driver, draw and move [drivers x draws x moves, USD]."""
    partner, place = np.unique(exposure.partner, return_inverse=True)
    share = triangular(_uniform(assume, draws, place, len(partner), random), *assume.spread(exposure.realization))
    short = (exposure.realization - share) * exposure.promised
    dearer = assume.price_sd * random.standard_normal((draws, len(partner)))[:, place] * exposure.charges
    overrun = triangular(random.random((draws, len(partner))), *assume.overrun)
    once = overrun[:, place] * exposure.once
    fails = random.random((draws, len(partner)))[:, place] < np.minimum(1.0, assume.failure_times * exposure.failure)
    left = 1.0 - random.random((draws, len(partner)))[:, place]
    back = left * (exposure.back - exposure.running - short - dearer) + assume.return_share * exposure.once
    return np.stack([short, dearer, once, np.where(fails, back, 0.0)])


def _drawn_units(units: SharedUnits, assume: Assumptions, draws: int, random: np.random.Generator) -> Floats:
    """Change of present cost of all shared units by draw [draws, USD]."""
    dearer = assume.shared_unit_sd * random.standard_normal((draws, len(units.names)))
    overrun = triangular(random.random((draws, len(units.names))), *assume.overrun)
    changes: Floats = dearer @ units.running + overrun @ units.once
    return changes


def _uniform(assume: Assumptions, draws: int, place: np.ndarray, partners: int, random: np.random.Generator) -> Floats:
    """Uniform numbers with what moves have in common [draws x moves]."""
    county = random.standard_normal((draws, 1))
    partner = random.standard_normal((draws, partners))[:, place]
    own = random.standard_normal((draws, len(place)))
    alone = max(0.0, 1.0 - assume.with_county - assume.with_partner)
    joint = np.sqrt(assume.with_county) * county + np.sqrt(assume.with_partner) * partner + np.sqrt(alone) * own
    uniform: Floats = ndtr(joint)
    return uniform


def _shares(parts: Floats) -> Floats:
    """Share of the variance of the sum that every part [parts x draws] stands for."""
    total = parts.sum(axis=0)
    variance = float(total.var())
    if variance <= 0.0:
        return np.zeros(len(parts))
    shares: Floats = ((parts - parts.mean(axis=1, keepdims=True)) @ (total - total.mean())) / (len(total) * variance)
    return shares


def _by(exposure: Exposure, changes: Floats, label: np.ndarray, name: str, annuity: float) -> pd.DataFrame:
    """Planned and drawn saving of the moves under each label; agreements and pools are not in it."""
    labels, place = np.unique(label.astype(str), return_inverse=True)
    planned = np.bincount(place, exposure.back - exposure.running - exposure.once, minlength=len(labels)) / annuity
    own = np.stack([changes[:, place == number].sum(axis=1) for number in range(len(labels))]) if len(labels) else None
    if own is None:
        return pd.DataFrame(columns=[name])
    saved = planned[:, None] - own
    table = pd.DataFrame(
        {
            name: labels,
            "moves": np.bincount(place, minlength=len(labels)),
            "planned_usd_per_year": planned,
            "mean_usd_per_year": saved.mean(axis=1),
            "percentile_5_usd_per_year": np.percentile(saved, 5, axis=1),
            "share_of_variance": _shares(own),
        }
    )
    return table.sort_values("share_of_variance", ascending=False, kind="stable", ignore_index=True)
