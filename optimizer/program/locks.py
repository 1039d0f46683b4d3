"""Locks: what the scenario binds a service to, or closes.

sum_{o of i that match the lock} x_o  = 1     [1]
sum_{o that match the ban} x_o       <= 0     [1]
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import numpy.typing as npt

from optimizer.options.candidates import ids_at
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, at_most, exactly, texts
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """One row per lock and one per ban; a lock that no option matches says that no plan exists."""
    match = _Matcher(case, options)
    locks, bans = case.locks, case.forbids
    held = [match.columns_of(lock.service_id, lock.provider, str(lock.decision)) for lock in locks]
    closed = [match.columns_of(ban.service_id, ban.provider, str(ban.decision)) for ban in bans]
    locked = RowBuilder(
        "lock", "1", {"service_id": texts(*(lock.service_id for lock in locks))}, *exactly(np.ones(len(locks)))
    )
    forbidden = RowBuilder(
        "forbid",
        "1",
        {
            "service_or_provider": texts(*(ban.service_id or ban.provider for ban in bans)),
            "decision": texts(*(str(ban.decision) for ban in bans)),
        },
        *at_most(np.zeros(len(bans))),
    )
    return [_filled(locked, held), _filled(forbidden, closed)]


def _filled(rows: RowBuilder, columns: list[npt.NDArray[np.int64]]) -> Rows:
    row = np.repeat(np.arange(len(columns)), [len(found) for found in columns])
    return rows.add(row, np.fromiter(chain.from_iterable(columns), dtype=np.int64), 1.0).rows()


class _Matcher:
    """Finds the options that a lock or a ban speaks of."""

    def __init__(self, case: Case, options: Options) -> None:
        services = case.county.frame("services")["service_id"]
        candidates = options.candidates
        self.decision = candidates.decision
        self.org = ids_at(case.county.frame("organizations")["org_id"], candidates.org)
        self.pool = ids_at(case.county.frame("pools")["pool_id"], candidates.pool)
        self.service_row = {service_id: row for row, service_id in enumerate(services)}
        self.starts = np.searchsorted(candidates.service, np.arange(len(services) + 1))

    def columns_of(self, service_id: str | None, provider: str | None, decision: str) -> npt.NDArray[np.int64]:
        """Options of the service (or of all) with that decision, at that provider (or at any)."""
        first, last = 0, len(self.decision)
        if service_id is not None:
            row = self.service_row[service_id]
            first, last = self.starts[row], self.starts[row + 1]
        fits = self.decision[first:last] == decision
        if provider is not None:
            fits &= (self.org[first:last] == provider) | (self.pool[first:last] == provider)
        return np.flatnonzero(fits) + first
