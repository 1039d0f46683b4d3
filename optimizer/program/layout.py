"""What every family needs to know of options and columns: who signs, who joins, and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.county.once import still_known
from optimizer.options.candidates import codes_of, ids_at
from optimizer.options.options import Options
from optimizer.program.columns import Columns, by_start
from optimizer.program.rows import Codes, Labels, RowBuilder
from optimizer.scenario.scenario import Case


@dataclass(frozen=True)
class Parts:
    """A case, its options, and the organizations and pools that some option would use."""

    case: Case
    options: Options
    shared_pools: frozenset[str]
    """Ids of pools that the county shares with others of its region: they are not planned here."""

    @property
    def starts(self) -> int:
        """Number of start years."""
        return self.case.settings.horizon.start_years

    @property
    def years(self) -> int:
        return self.case.settings.horizon.years

    @cached_property
    def orgs(self) -> Codes:
        """Rows of the organizations that some option would need an agreement with."""
        org = self.options.candidates.org
        return np.unique(org[org >= 0])

    @cached_property
    def pools(self) -> Codes:
        """Rows of the pools that some option would join, without those shared in a region."""
        pool = self.options.candidates.pool
        own = ~self.case.county.frame("pools")["pool_id"].isin(self.shared_pools).to_numpy()
        return np.unique(pool[(pool >= 0) & np.append(own, False)[pool]])

    def with_columns(self, columns: Columns) -> Layout:
        """The same with the columns laid out; what was worked out of the parts by then stays known."""
        return still_known(self, Layout(self.case, self.options, self.shared_pools, columns))

    def labels(self, table: str, column: str, rows: Codes) -> Labels:
        """Cells of a text column at the rows given."""
        return ids_at(self.case.county.frame(table)[column], rows)

    def codes(self, table: str, column: str, known: str) -> Codes:
        """Row in the table `known` (by its first key) of each cell of a column; -1 for blanks."""
        key = {"services": "service_id", "organizations": "org_id", "pools": "pool_id", "offers": "offer_id"}[known]
        return codes_of(self.case.county.frame(table)[column], self.case.county.frame(known)[key])


@dataclass(frozen=True)
class Layout(Parts):
    """The same with the columns laid out."""

    columns: Columns

    @cached_property
    def agree(self) -> Codes:
        """Column of each organization's agreement by start year [organizations + 1 x starts], -1 if it has none."""
        return by_start(len(self.case.county.organizations), self.orgs, self.columns["agree"].first, self.starts)

    @cached_property
    def open_pool(self) -> Codes:
        """Column of each pool's opening by start year [pools + 1 x starts], -1 if it has none."""
        return by_start(len(self.case.county.pools), self.pools, self.columns["open_pool"].first, self.starts)

    @property
    def chosen(self) -> Codes:
        """Columns of the options."""
        return self.columns["choose"].columns


def add_started(rows: RowBuilder, row: Codes, column: Codes, year: Codes, value: float | np.ndarray) -> None:
    """Add, per entry, the columns [entries x starts] of all starts up to the entry's year (from 0)."""
    values = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
    for start in range(column.shape[1]):
        begun = year >= start
        rows.add(row[begun], column[begun, start], values[begun])
