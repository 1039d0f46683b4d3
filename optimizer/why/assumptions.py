"""What is assumed of how plans turn out: every number by name, to be set by whoever knows better."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from optimizer.county.findings import nearest
from optimizer.errors import Finding, raise_if_any
from optimizer.program.rows import Floats


@dataclass(frozen=True)
class Assumptions:
    """How promised savings, prices, one-time costs and partners turn out.

    Published savings scatter widely, zero and losses among them: of 208 million dollars a year that 34 New York county
    plans projected, 76 million were recurring (Rockefeller Institute of Government, 2017); unions of Italian
    municipalities save about 5 percent (Ferraresi et al.); English councils that share tax administration saved nothing
    (Elston, Bel and Wang 2023); the five shared-service centres that the UK National Audit Office looked at (2012) cost
    56 percent more than planned. The numbers below are assumptions that such figures allow, not estimates from data.
    """

    realized_low: float = -0.2
    """Worst case of the share of a promised saving that comes about; below 0 a move loses money [share]."""
    realized_mode: float | None = None
    """Its likeliest value; None: what the scenario counts on (economics.realization_share)."""
    realized_high: float = 1.1
    """Its best case."""
    with_county: float = 0.2
    """Part of the variation of realized shares that all moves of the county have in common [share of variance]."""
    with_partner: float = 0.4
    """Part of it that the moves to one partner have in common besides [share of variance]."""
    price_sd: float = 0.05
    """Standard deviation of a partner's charges about what was offered, all its services alike [share]."""
    one_time_low: float = -0.1
    """Best case of how far one-time costs overrun, all moves of a partner alike, and of the set-up of a shared unit
    [share]."""
    one_time_mode: float = 0.1
    """Its likeliest value."""
    one_time_high: float = 0.6
    """Its worst case; the UK's shared-service centres overran by 56 percent."""
    shared_unit_sd: float = 0.1
    """Standard deviation of what a shared unit costs to run about what is planned, each unit by itself; wider than that
    of charges, as nobody has offered to run it at a price [share].
    """
    failure_times: float = 1.0
    """Probabilities of failure are taken times this."""
    return_share: float = 0.5
    """What it costs to take a service back when its partner fails, as a share of its one-time cost."""

    def with_values(self, given: Iterable[str]) -> Assumptions:
        """With some values replaced, each written as name=value. Raises `Refused` for what is no such thing."""
        names = [field.name for field in fields(self)]
        findings: list[Finding] = []
        changes: dict[str, Any] = {}
        for text in given:
            name, _, value = text.partition("=")
            if name not in names:
                near = nearest(name, names)
                fix = f"Did you mean {near}?" if near else f"Name one of {', '.join(names)}."
                findings.append(Finding(f"--assume {text}", repr(name), "the name of an assumption", fix))
                continue
            try:
                changes[name] = float(value)
            except ValueError:
                findings.append(Finding(f"--assume {text}", repr(value), "a number", "Write name=0.5."))
        raise_if_any(findings)
        return replace(self, **changes).checked()

    def checked(self) -> Assumptions:
        """The same. Raises `Refused` where the numbers do not go together."""
        mode = self.realized_low if self.realized_mode is None else self.realized_mode
        high, once = self.realized_high, (self.one_time_low, self.one_time_mode, self.one_time_high)
        shares = self.with_county, self.with_partner
        sizes = self.price_sd, self.shared_unit_sd, self.failure_times, self.return_share
        wrong = {
            "realized_low <= realized_mode <= realized_high": self.realized_low <= mode <= high,
            "one_time_low <= one_time_mode <= one_time_high": once == tuple(sorted(once)),
            "one_time_low of at least -1": once[0] >= -1,
            "with_county and with_partner of at least 0, together at most 1": min(shares) >= 0 and sum(shares) <= 1,
            "price_sd, shared_unit_sd, failure_times and return_share of at least 0": min(sizes) >= 0,
        }
        found = "numbers that do not go together"
        raise_if_any([Finding("--assume", found, needs, "Change one.") for needs, held in wrong.items() if not held])
        return self

    def spread(self, realization: float) -> tuple[float, float, float]:
        """Low, mode and high of realized shares; without a mode of their own the plan's, within the two."""
        mode = realization if self.realized_mode is None else self.realized_mode
        return self.realized_low, min(max(mode, self.realized_low), self.realized_high), self.realized_high

    @property
    def overrun(self) -> tuple[float, float, float]:
        """Low, mode and high of overruns of one-time costs."""
        return self.one_time_low, self.one_time_mode, self.one_time_high


def triangular(uniform: Floats, low: float, mode: float, high: float) -> Floats:
    """Values of a triangular distribution at these quantiles."""
    if high <= low:
        return np.full_like(uniform, low)
    rising = np.sqrt(uniform * (high - low) * (mode - low))
    falling = np.sqrt((1.0 - uniform) * (high - low) * (high - mode))
    return np.where(uniform < (mode - low) / (high - low), low + rising, high - falling)
