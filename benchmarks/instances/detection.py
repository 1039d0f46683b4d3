"""Which published layout a file has, told from how many numbers it holds and where its lines end."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.instances.numbers import Numbers
from optimizer.errors import Finding, Refused


def layout_of(numbers: Numbers) -> str:
    """Name of the only layout that fits. Raises `Refused` where none does or several do.

    A layout fits where the file has as many numbers as it needs, or one more (some state an optimum at the end), and
    each of its rows ends where a line ends; a row may go over several lines of one length and a last, shorter one.
    holmberg, cap, diaz and tbed1 need equally many numbers, so that only their lines tell them apart. Where no lines
    fit, the number of numbers decides if it can.
    """
    needed = {name: rows for name, layout in _LAYOUTS.items() if len(rows := layout(numbers))}
    lines = np.array(numbers.words_by_line, dtype=np.int64)
    fitting = [name for name, rows in needed.items() if len(numbers) - rows.sum() in (0, 1) and _in_lines(rows, lines)]
    fitting = fitting or [name for name, rows in needed.items() if rows.sum() == len(numbers)]
    if len(set(numbers.head(2))) == 1 and "tbed1" in fitting and "tbed1-swapped" in fitting:
        fitting.remove("tbed1-swapped")
    if len(fitting) == 1:
        return fitting[0]
    found = f"{len(numbers)} numbers that begin {' '.join(f'{value:g}' for value in numbers.head(2))}"
    sizes = ", ".join(f"{name} {rows.sum():,}" for name, rows in needed.items())
    needs = f"as many numbers and such lines as one published layout has ({sizes or 'none begins so'})"
    if fitting:
        needs = f"one layout; {' and '.join(fitting)} fit"
    raise Refused([Finding(str(numbers.path), found, needs, f"Name the format: {', '.join(_LAYOUTS)}.")])


def _in_lines(rows: np.ndarray, lines: np.ndarray) -> bool:
    """Whether each row ends with a line and goes over lines of one length, the last one shorter or alike."""
    ends = np.cumsum(lines)
    last = np.searchsorted(ends, np.cumsum(rows))
    if (last >= len(ends)).any() or (ends[last] != np.cumsum(rows)).any():
        return False
    first = np.append(0, last[:-1] + 1)
    longest = np.repeat(lines[first], last - first + 1)
    inner = np.ones(last[-1] + 1, dtype=bool)
    inner[last] = False
    used = lines[: last[-1] + 1]
    return bool((used <= longest).all() and (used == longest)[inner].all())


_Rows = np.ndarray
"""How many numbers each row of a layout has, the first line included; empty where the file cannot be of it."""


def _after(first_line: list[int], *rows: tuple[int, int]) -> _Rows:
    """Row lengths from (length, times) pairs."""
    return np.concatenate([first_line, *(np.full(times, length) for length, times in rows)]).astype(np.int64)


def _of_two(rows: Callable[[int, int], _Rows]) -> Callable[[Numbers], _Rows]:
    """A layout whose first line has two whole numbers; too large ones are no sizes of this file."""

    def layout(numbers: Numbers) -> _Rows:
        head = numbers.head(2).tolist()
        if len(head) < 2 or any(value != int(value) or not 1 <= value <= len(numbers) for value in head):
            return np.empty(0, dtype=np.int64)
        return rows(int(head[0]), int(head[1]))

    return layout


def _set_rows(numbers: Numbers) -> _Rows:
    """Rows of a file of several problems, as its numbers lead from one to the next."""
    values, rows = numbers.head(len(numbers)), [np.array([1])]
    place = 1
    for _ in range(int(min(values[0], len(values))) if len(values) else 0):
        sizes = values[place : place + 2]
        if len(sizes) < 2 or (sizes < 1).any() or (sizes != np.rint(sizes)).any() or sizes.prod() > len(values):
            return np.empty(0, dtype=np.int64)
        agents, jobs = int(sizes[0]), int(sizes[1])
        rows.append(_after([2], (jobs, 2 * agents), (agents, 1)))
        place += int(rows[-1].sum())
    return np.concatenate(rows)


def _cap_rows(sites: int, customers: int) -> _Rows:
    return _after([2], (2, sites), *([(1, 1), (sites, 1)] * customers))


_LAYOUTS: dict[str, Callable[[Numbers], _Rows]] = {
    "gap": _of_two(lambda agents, jobs: _after([2], (jobs, 2 * agents), (agents, 1))),
    "gap-set": _set_rows,
    "holmberg": _of_two(lambda sites, customers: _after([2], (2, sites), (customers, 1 + sites))),
    "cap": _of_two(_cap_rows),
    "diaz": _of_two(lambda customers, sites: _after([2], (sites, customers), (customers, 1), (sites, 2))),
    "tbed1": _of_two(lambda sites, customers: _after([2], (customers, 1), (sites, 2), (customers, sites))),
    "tbed1-swapped": _of_two(lambda customers, sites: _after([2], (customers, 1), (sites, 2), (customers, sites))),
}
