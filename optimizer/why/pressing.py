"""Limits that bind in a plan and that the choices of a service count towards."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes
from optimizer.why.dial import Dial
from optimizer.why.dials import dials_of
from optimizer.why.forced import Choice

COLUMNS = ["limit", "used", "of", "unit", "choice_takes", "next_takes"]


def pressing(program: CountyProgram, limits: pd.DataFrame, own: Choice, other: Choice | None) -> pd.DataFrame:
    """A row per limit that binds and in whose rows the choice of the plan, or the next best one, has a part.

    `limits` is the table of the plan. Columns: limit (its text), used, of, unit; choice_takes and next_takes: what a
    row of the limit counts for each at the most, or for the agreement or the pool that it needs.
    """
    binding = limits[limits["binds"]]
    used = dict(zip(zip(binding["rule"], binding["subject"], strict=True), binding.to_dict("records"), strict=True))
    matrix, rows = abs(program.matrix()), []
    for dial in dials_of(program):
        limit = next((used[key] for key in _keys(dial) if key in used), None)
        if limit is not None and dial.rows:
            takes = [0.0 if one is None else _taken(program, matrix[list(dial.rows)], one) for one in (own, other)]
            if any(takes):
                rows.append((dial.text, limit["used"], limit["limit"], limit["unit"], *takes))
    return pd.DataFrame(rows, columns=COLUMNS)


def _keys(dial: Dial) -> list[tuple[str, str]]:
    return [(dial.rule, subject) for subject in dial.subjects]


def _taken(program: CountyProgram, rows: csr_array, choice: Choice) -> float:
    """Of its own columns; where it has none there, of its provider's."""
    return next((most for columns in (choice.columns, _shared(program, choice)) if (most := _most(rows, columns))), 0.0)


def _shared(program: CountyProgram, choice: Choice) -> Codes:
    """Columns of the agreement and of the pool that an offer needs."""
    layout, candidates = program.layout, program.options.candidates
    option = np.flatnonzero(np.isin(layout.chosen, choice.columns))
    org, pool = candidates.org[option], candidates.pool[option]
    columns = np.concatenate([layout.agree[org[org >= 0]].ravel(), layout.open_pool[pool[pool >= 0]].ravel()])
    return np.unique(columns[columns >= 0])


def _most(rows: csr_array, columns: Codes) -> float:
    return float(rows[:, columns].toarray().max(initial=0.0)) if len(columns) else 0.0
