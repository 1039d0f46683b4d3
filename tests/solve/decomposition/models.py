"""Models of a few columns of 0 or 1, by hand."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from optimizer.solve.decomposition.model import Model


def small_model(rows: list[list[float]], lower: list[float], upper: list[float], group: list[int]) -> Model:
    """Coupling rows over columns in these groups, -1 in none; nothing costs anything."""
    size = len(group)
    return Model(
        cost=np.zeros(size),
        offset=0.0,
        least=np.zeros(size),
        most=np.ones(size),
        integer=np.ones(size, dtype=bool),
        rows=csr_array(np.array(rows)),
        lower=np.array(lower),
        upper=np.array(upper),
        group=np.array(group),
        groups=max(group) + 1,
        of_program=np.arange(len(rows)),
    )
