"""Columns in no group that go with those in groups: agreements, pools and their volumes, shares, differences."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from optimizer.program.rows import Codes
from optimizer.solve.decomposition.model import Model

FEW = 40
"""A row with at most this many columns that are in no group ties them together."""


class Companions:
    """Which columns that are in no group must be free for a neighbourhood to move at all."""

    def __init__(self, model: Model) -> None:
        self._columns = model.columns
        near = model.rows[:, model.alone].tocsr()
        counts = np.diff(near.indptr)
        small = (counts > 0) & (counts <= FEW)
        tied = near[small]
        pattern = csr_array((np.ones(len(tied.data)), tied.indices, tied.indptr), shape=tied.shape)
        count, label = 0, np.empty(0, dtype=np.int32)
        if len(model.alone):
            count, label = connected_components(pattern.T @ pattern, directed=False)
        order = np.argsort(label, kind="stable")
        ends = np.searchsorted(label[order], np.arange(1, count + 1))
        self._sets = np.split(model.alone[order], ends[:-1]) if count else []
        several = [own for own in self._sets if len(own) > 1]
        ours = np.concatenate([np.empty(0, dtype=np.int64), *several])
        self.tied: Codes = ours[model.integer[ours]]
        """Integer columns in no group that such rows tie to others: openings and tiers of pools."""
        # a set of columns by any one of them, for each row that has few
        self._set_of_row = np.full(len(counts), -1)
        self._set_of_row[small] = label[tied.indices[tied.indptr[:-1]]]

    def of(self, columns: Codes) -> Codes:
        """Columns in no group that share a row of few such with one of these, and all that are tied to them."""
        rows = self._columns[:, columns].indices
        sets = np.unique(self._set_of_row[rows])
        found = [self._sets[place] for place in sets[sets >= 0].tolist()]
        return np.concatenate([np.empty(0, dtype=np.int64), *found])
