"""From a point that breaks rows to a plan: by single shifts, or neighbourhood by neighbourhood."""

from __future__ import annotations

import time

import numpy as np

from optimizer.solve.decomposition.neighbourhoods import Neighbourhoods
from optimizer.solve.decomposition.point import Point
from optimizer.solve.decomposition.shifts import descend, repair_by_shifts

TRIES_PER_ROW = 10
WHOLE = 1e6
"""Penalties are raised by this once nothing is broken."""


def shifted_whole(point: Point, deadline: float) -> bool:
    """Mend by single shifts, then make those that save; False: some row is still broken."""
    if not repair_by_shifts(point, point.model.cost, deadline):
        return False
    _descend_whole(point, deadline)
    return True


def mend(point: Point, neighbourhoods: Neighbourhoods, deadline: float) -> None:
    """Mend row by row, what resists by single shifts; what is still broken then stays so."""
    tries = TRIES_PER_ROW * (1 + len(point.broken()))
    while tries and (left_s := deadline - time.monotonic()) > 0.0 and neighbourhoods.repair_once(left_s):
        tries -= 1
    if len(point.broken()) and repair_by_shifts(point, point.model.cost, deadline):
        neighbourhoods.free_alone(max(0.0, deadline - time.monotonic()))
    point.settle()
    if not len(point.broken()):
        _descend_whole(point, deadline)


def _descend_whole(point: Point, deadline: float) -> None:
    """Make the shifts that save; nothing is broken, and nothing will be."""
    point.penalize(np.arange(len(point.penalty)), WHOLE)
    descend(point, deadline)
