"""Locks: what the scenario binds a service to, or closes.

sum_{o of i that match the lock} x_o  = 1     [1]
sum_{s of i to the buyer} q_s        >= 1     [1]    service i locked to insource
sum_{o, s that match the ban}        <= 0     [1]
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from optimizer.county.terms import Decision
from optimizer.program.layout import Layout
from optimizer.program.rows import Codes, RowBuilder, Rows, at_least, at_most, exactly, texts
from optimizer.scenario.scenario import Forbid, Lock


def rows(layout: Layout) -> list[Rows]:
    """One row per lock and one per ban; a lock that nothing matches says that no plan exists."""
    match = Matcher(layout)
    locks, bans = layout.case.locks, layout.case.forbids
    sold = [lock for lock in locks if lock.decision is Decision.INSOURCE]
    held = [
        match.options(lock.service_id, None if lock in sold else lock.provider, _taken(lock.decision)) for lock in locks
    ]
    return [
        _filled("lock", _labels(locks), exactly(np.ones(len(locks))), held),
        _filled("sold", _labels(sold), at_least(np.ones(len(sold))), [_sales(match, lock) for lock in sold]),
        _filled(
            "forbid",
            {
                "service_or_provider": texts(*(ban.service_id or ban.provider for ban in bans)),
                "decision": texts(*(str(ban.decision) for ban in bans)),
            },
            at_most(np.zeros(len(bans))),
            [_closed(match, ban) for ban in bans],
        ),
    ]


def kept_by(match: Matcher, lock: Lock) -> Codes:
    """Columns of which one is 1 where a plan does what a lock says."""
    if lock.decision is Decision.INSOURCE:
        return _sales(match, lock)
    return match.options(lock.service_id, lock.provider, str(lock.decision))


def _taken(decision: Decision) -> str:
    """The decision of the option itself: what is sold is kept."""
    return str(Decision.KEEP if decision is Decision.INSOURCE else decision)


def _labels(locks: Sequence[Lock]) -> dict[str, np.ndarray]:
    return {"service_id": texts(*(lock.service_id for lock in locks))}


def _sales(match: Matcher, rule: Lock | Forbid) -> Codes:
    return match.sales(rule.service_id, rule.provider)


def _closed(match: Matcher, ban: Forbid) -> Codes:
    if ban.decision is Decision.INSOURCE:
        return _sales(match, ban)
    return match.options(ban.service_id, ban.provider, str(ban.decision))


def _filled(
    family: str, labels: dict[str, np.ndarray], bounds: tuple[np.ndarray, np.ndarray], columns: list[Codes]
) -> Rows:
    row = np.repeat(np.arange(len(columns)), [len(found) for found in columns])
    flat = np.fromiter(chain.from_iterable(columns), dtype=np.int64)
    return RowBuilder(family, "1", labels, *bounds).add(row, flat, 1.0).rows()


class Matcher:
    """Finds the options and sales that a lock or a ban speaks of."""

    def __init__(self, layout: Layout) -> None:
        candidates, sales = layout.options.candidates, layout.options.sales
        self.decision = candidates.decision
        self.org = layout.labels("organizations", "org_id", candidates.org)
        self.pool = layout.labels("pools", "pool_id", candidates.pool)
        self.chosen, self.sold = layout.chosen, layout.columns["sell"].columns
        self.buyer = layout.labels("sales", "org_id", sales.sale)
        self.sold_service = sales.service
        services = layout.case.county.frame("services")["service_id"]
        self.service_row = {service_id: row for row, service_id in enumerate(services)}
        self.starts = np.searchsorted(candidates.service, np.arange(len(services) + 1))

    def options(self, service_id: str | None, provider: str | None, decision: str) -> Codes:
        """Columns of options of the service (or of all) with that decision, at that provider (or at any)."""
        first, last = 0, len(self.decision)
        if service_id is not None:
            row = self.service_row[service_id]
            first, last = self.starts[row], self.starts[row + 1]
        fits: npt.NDArray[np.bool_] = self.decision[first:last] == decision
        if provider is not None:
            fits &= (self.org[first:last] == provider) | (self.pool[first:last] == provider)
        return self.chosen[np.flatnonzero(fits) + first]

    def sales(self, service_id: str | None, buyer: str | None) -> Codes:
        """Columns of sales of the service (or of all) to that buyer (or to any)."""
        fits = np.ones(len(self.sold), dtype=bool)
        if service_id is not None:
            fits &= self.sold_service == self.service_row[service_id]
        if buyer is not None:
            fits &= self.buyer == buyer
        return self.sold[fits]
