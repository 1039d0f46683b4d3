"""Tighter bounds of columns that are in no group and no integers, and tighter rows that switch them on.

A pool's last tier often ends far above all that its members could bring. A relaxation would open a sliver of that tier
and buy everything at its price. What the groups can bring to a row bounds the column there, each group with its largest
entry; and where v <= M w for a binary w, M need be no more than the bound of v (Savelsbergh 1994, "Preprocessing and
probing techniques for mixed integer programming problems").
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from optimizer.program.rows import Codes, Floats
from optimizer.solve.decomposition.model import Model
from optimizer.solve.decomposition.sacks import MARGIN


def tightened(model: Model) -> Model:
    """The same plans, with fewer points between them."""
    columns = model.alone[~model.integer[model.alone]]
    if not len(columns):
        return model
    most = model.most.copy()
    for sign, end in ((1.0, model.upper), (-1.0, -model.lower)):
        rows = _rows_of(model, columns, end)
        least = _least_reached(model, sign, rows)
        for row in np.flatnonzero(np.isfinite(least)).tolist():
            entries = slice(model.rows.indptr[rows[row]], model.rows.indptr[rows[row] + 1])
            column, value = model.rows.indices[entries], sign * model.rows.data[entries]
            up = (value > 0.0) & (model.group[column] < 0) & ~model.integer[column]
            room = (float(end[rows[row]]) - least[row]) / value[up] + model.least[column[up]]
            np.minimum.at(most, column[up], room + MARGIN * (1.0 + np.abs(room)))
    tight = replace(model, most=most)
    return replace(tight, rows=_switched(tight))


def _rows_of(model: Model, columns: Codes, end: Floats) -> Codes:
    """Rows that end somewhere and have one of these columns."""
    rows: Codes = np.unique(model.columns[:, columns].indices).astype(np.int64)
    return rows[np.isfinite(end[rows])]


def _least_reached(model: Model, sign: float, rows: Codes) -> Floats:
    """The least that each of these rows can reach, every group with its smallest entry [rows given]."""
    part = sign * model.rows[rows]
    row = np.repeat(np.arange(len(rows)), np.diff(part.indptr))
    column, value = part.indices, part.data
    group = model.group[column]
    alone = group < 0
    bound = np.where(value[alone] > 0.0, model.least[column[alone]], model.most[column[alone]])
    least: Floats = np.bincount(row[alone], value[alone] * bound, len(rows)).astype(np.float64)
    key = row[~alone].astype(np.int64) * model.groups + group[~alone]
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(key[order]) != 0)) if len(order) else np.empty(0, dtype=np.int64)
    if len(starts):
        # a column that the row does not name has entry 0
        smallest = np.minimum(0.0, np.minimum.reduceat(value[~alone][order], starts))
        least += np.bincount(row[~alone][order][starts], weights=smallest, minlength=len(rows))
    return least


def _switched(model: Model) -> csr_array:
    """The rows, with M no larger than the bound of v where a row says v <= M w."""
    rows = model.rows.copy()
    pairs = np.flatnonzero((np.diff(rows.indptr) == 2) & (model.upper == 0.0) & np.isneginf(model.lower))
    first, second = rows.indptr[pairs], rows.indptr[pairs] + 1
    for held, switch in ((first, second), (second, first)):
        v, w = rows.indices[held], rows.indices[switch]
        fits = (rows.data[held] > 0.0) & (rows.data[switch] < 0.0) & ~model.integer[v] & model.integer[w]
        fits &= (model.group[v] < 0) & (model.group[w] < 0) & (model.most[w] == 1.0)
        needed = -rows.data[held] * model.most[v]
        place = switch[fits & (needed > rows.data[switch])]
        rows.data[place] = needed[fits & (needed > rows.data[switch])]
    return rows
