"""MPS and LP files as programs, read by HiGHS.

Columns of a program begin at 0: a finite lower bound is shifted there, with rows and offset moved along; a free column
is refused. A maximization is minimized with its costs negated.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array

from optimizer.errors import Finding, Refused
from optimizer.program.columns import block, laid_out
from optimizer.program.program import Program
from optimizer.program.rows import Floats, Rows

if TYPE_CHECKING:
    import highspy

SUFFIXES = (".mps", ".mps.gz", ".lp", ".lp.gz")


def read_model(path: Path) -> Program:
    """The program of an MPS or LP file: one block `column`, one family `row`, labelled with the file's names.

    Raises `Refused` where HiGHS cannot read the file and where a column has no finite lower or upper bound.
    """
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    if not path.is_file() or highs.readModel(str(path)) == highspy.HighsStatus.kError:
        needs = "a file that HiGHS reads: .mps, .lp, also .gz"
        raise Refused([Finding(str(path), "no model", needs, "Check the path and the format.")])
    lp = highs.getLp()
    names = np.array(lp.col_names_ or [f"c{column}" for column in range(lp.num_col_)], dtype=object)
    lower, upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
    integer = _integer(lp)
    _refuse_unbounded(path, names, lower, upper)
    sign = -1.0 if lp.sense_ == highspy.ObjSense.kMaximize else 1.0
    cost = sign * np.array(lp.col_cost_)
    blocks = [
        block(name, {"name": names[of]}, cost[of], (upper - lower)[of], integer=whole)
        for name, of, whole in (("integer", integer, True), ("continuous", ~integer, False))
        if of.any()
    ]
    columns = laid_out(blocks, float(sign * lp.offset_ + cost @ lower))
    order = np.concatenate([np.flatnonzero(integer), np.flatnonzero(~integer)])
    return Program(columns, _rows(lp, lower, order), (), ())


def _integer(lp: highspy.HighsLp) -> np.ndarray:
    import highspy

    kinds = list(lp.integrality_)
    if not kinds:
        return np.zeros(lp.num_col_, dtype=bool)
    return np.array([kind == highspy.HighsVarType.kInteger for kind in kinds])


def _refuse_unbounded(path: Path, names: np.ndarray, lower: Floats, upper: Floats) -> None:
    fix = "Give it a finite bound: columns of a program run from 0 to a finite number."
    findings = [
        Finding(f"{path}: column {name}", f"bounds {low:g} to {high:g}", "two finite bounds", fix)
        for name, low, high in zip(names, lower, upper, strict=True)
        if not (np.isfinite(low) and np.isfinite(high))
    ]
    if findings:
        raise Refused(findings[:20])


def _rows(lp: highspy.HighsLp, lower: Floats, order: np.ndarray) -> tuple[Rows, ...]:
    matrix = _matrix(lp)
    moved = matrix @ lower
    entries = matrix[:, order].tocoo()
    names = np.array(lp.row_names_ or [f"r{row}" for row in range(lp.num_row_)], dtype=object)
    rows = Rows(
        family="row",
        labels={"name": names},
        unit="",
        row=entries.row.astype(np.int64),
        column=entries.col.astype(np.int64),
        value=entries.data,
        lower=np.array(lp.row_lower_) - moved,
        upper=np.array(lp.row_upper_) - moved,
    )
    return (rows,) if len(rows) else ()


def _matrix(lp: highspy.HighsLp) -> csr_array:
    import highspy

    stored = lp.a_matrix_
    made = csc_array if stored.format_ == highspy.MatrixFormat.kColwise else csr_array
    parts = (np.array(stored.value_), np.array(stored.index_), np.array(stored.start_))
    return made(parts, shape=(lp.num_row_, lp.num_col_)).tocsr()
