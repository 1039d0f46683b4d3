"""MPS and LP files as programs, read by HiGHS.

Columns of a program begin at 0: a finite lower bound is shifted there, with rows and offset moved along; a free column
is refused, and so is whatever a program cannot say or HiGHS passes over. A maximization is minimized with its costs
negated.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csc_array, csr_array

from benchmarks.instances.mps_text import MOST_FINDINGS, findings_in
from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.program.columns import block, laid_out
from optimizer.program.program import Program
from optimizer.program.rows import Floats, Rows

if TYPE_CHECKING:
    import highspy

SUFFIXES = (".mps", ".mps.gz", ".lp", ".lp.gz")


def read_model(path: Path) -> Program:
    """The program of an MPS or LP file: one block `column`, one family `row`, labelled with the file's names.

    Raises `Refused` where HiGHS cannot read the file or would leave out some of it, where something in it is not
    linear, and where a column has no finite lower or upper bound.
    """
    import highspy

    lp = _read(path)
    names = np.array(lp.col_names_ or [f"c{column}" for column in range(lp.num_col_)], dtype=object)
    integer = _integer(path, lp, names)
    # whole numbers lie between whole bounds, so that what is shifted stays whole
    lower, upper = (
        np.where(integer, inward(bound), bound)
        for inward, bound in ((np.ceil, np.array(lp.col_lower_)), (np.floor, np.array(lp.col_upper_)))
    )
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


def _read(path: Path) -> highspy.HighsLp:
    """What HiGHS reads in the file, if it has read all of it."""
    import highspy

    raise_if_any(findings_in(path) if ".mps" in path.suffixes[-2:] else [])
    highs, log = highspy.Highs(), list[str]()
    highs.setOptionValue("log_to_console", False)
    highs.cbLogging.subscribe(lambda event: log.append(event.message))
    status = highs.readModel(str(path))
    troubles = [line for line in "".join(log).splitlines() if line.startswith(("WARNING", "ERROR"))]
    lp: highspy.HighsLp = highs.getLp()
    if status == highspy.HighsStatus.kError or troubles or not lp.num_col_:
        needs = "a file that HiGHS reads whole: .mps, .lp, also .gz"
        raise Refused([Finding(str(path), "; ".join(troubles) or "no model", needs, "Check the path and the format.")])
    if highs.getModel().hessian_.dim_:
        raise Refused([Finding(str(path), "a quadratic objective", "a linear one", "Take another file.")])
    return lp


def _integer(path: Path, lp: highspy.HighsLp, names: np.ndarray) -> np.ndarray:
    """Columns that are integers."""
    import highspy

    kinds = list(lp.integrality_)
    if not kinds:
        return np.zeros(lp.num_col_, dtype=bool)
    plain = (highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous)
    strange = [str(name) for name, kind in zip(names, kinds, strict=True) if kind not in plain]
    if strange:
        needs, fix = "integer and continuous columns", "State it with a binary column."
        raise Refused([Finding(f"{path}: column {strange[0]}", "a semi-continuous column", needs, fix)])
    return np.array([kind == highspy.HighsVarType.kInteger for kind in kinds])


def _refuse_unbounded(path: Path, names: np.ndarray, lower: Floats, upper: Floats) -> None:
    fix = "Give it a finite bound: columns of a program run from 0 to a finite number."
    findings = [
        Finding(f"{path}: column {name}", f"bounds {low:g} to {high:g}", "two finite bounds, the lower one first", fix)
        for name, low, high in zip(names, lower, upper, strict=True)
        if not (np.isfinite(low) and np.isfinite(high) and low <= high)
    ]
    raise_if_any(findings[:MOST_FINDINGS])


def _rows(lp: highspy.HighsLp, lower: Floats, order: np.ndarray) -> tuple[Rows, ...]:
    matrix = _matrix(lp)
    moved = matrix @ lower
    entries = matrix[:, order].tocoo()
    names = np.array(lp.row_names_ or [f"r{row}" for row in range(lp.num_row_)], dtype=object)
    rows = Rows(
        family="row",
        labels={"name": names},
        unit="",
        row=entries.row.astype(np.int32),
        column=entries.col.astype(np.int32),
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
