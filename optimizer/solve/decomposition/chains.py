"""Ejection chains: a group leaves a dear column though that breaks a row, others follow until every row fits again.

A chain begins with a move to a column that is cheaper at the prices. While it breaks a row, each way to relieve that
row by a move of another group is a longer chain; one that breaks nothing and costs less in truth is made. Chains of
many beginnings grow together, move by move, and of each beginning only the best few are kept (Glover 1996, "Ejection
chains, reference structures and alternating path methods"; Yagiura, Ibaraki, Glover 2004, "An ejection chain approach
for the generalized assignment problem").
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from optimizer.program.rows import Codes, Flags, Floats
from optimizer.solve.decomposition.model import spans
from optimizer.solve.decomposition.moves import Moves

DEPTH = 12
"""Most moves in a chain."""
BEAM = 16
"""Chains kept of each beginning."""
RELIEFS = 50
"""Moves tried to relieve a row, cheapest first at the prices."""
MOST_BROKEN = 1
"""Rows that a chain may break at a time."""
LEAST_GAIN = 1e-7
"""Of a chain, in the unit of cost, so that rounding is no gain."""


@dataclass
class Work:
    """What a search may spend: entries of rows looked at, and a time [s, monotonic]."""

    entries: int
    deadline: float

    @property
    def over(self) -> bool:
        return self.entries <= 0 or time.monotonic() >= self.deadline


@dataclass(frozen=True)
class _Table:
    """How each chain changes each row that it touches, sorted by chain and row."""

    key: Codes
    """Chain x rows + row [entries]."""
    change: Floats
    opened: Flags
    """Whether the first move made room in the row, which a later one is to fill."""
    priced: Floats
    broken: Flags


@dataclass(frozen=True)
class Chains:
    """Chains of the same length; `score` is the cost once the broken rows are relieved at their prices."""

    begin: Codes
    """Number of the beginning [chains]."""
    moves: Codes
    """[chains x length]."""
    cost: Floats
    score: Floats
    broken: Codes
    """Number of rows broken [chains]."""


@dataclass
class Found:
    """The best chain of every beginning."""

    cost: list[float] = field(default_factory=list)
    moves: list[Codes] = field(default_factory=list)


def beginnings(moves: Moves) -> Chains:
    """Chains of one move that would pay if what they break were relieved, and what they leave filled, at the prices."""
    number = np.arange(len(moves.column))
    gained = np.maximum(0.0, moves.prices[moves.row] * moves.change)
    off = _off(moves, moves.row, moves.change)
    priced = np.abs(moves.prices[moves.row]) * off - gained
    score = moves.cost + np.bincount(moves.of_entry, weights=priced, minlength=len(number))
    broken = np.bincount(moves.of_entry, weights=off > 0.0, minlength=len(number)).astype(np.int64)
    worth = (broken <= MOST_BROKEN) & ((broken > 0) | (moves.cost < 0.0)) & (score < -LEAST_GAIN)
    kept = np.flatnonzero(worth)
    return Chains(np.arange(len(kept)), kept[:, np.newaxis], moves.cost[kept], score[kept], broken[kept])


def in_turn(moves: Moves, chains: Chains, looks: Codes) -> Codes:
    """Places of beginnings: least `looks` [columns] first, then the best of every group, then the second best."""
    move = chains.moves[:, 0]
    rank = _rank(moves.group[move], chains.score)
    order: Codes = np.lexsort((chains.score, rank, looks[moves.column[move]]))
    return order


def follow(moves: Moves, chains: Chains, random: np.random.Generator, work: Work, most: float) -> Found:
    """Lengthen the chains move by move; those that break nothing and cost less than `most`."""
    found = Found()
    _note(chains, most, found)
    for _ in range(DEPTH - 1):
        chains = picked(chains, np.flatnonzero(chains.broken > 0))
        if not len(chains.begin) or work.over:
            break
        longer = _longer(moves, chains, work)
        _note(longer, most, found)
        chains = _best(longer, random)
    return found


def _longer(moves: Moves, chains: Chains, work: Work) -> Chains:
    """Every way to relieve a broken row of each chain by one more move."""
    table = _table(moves, chains)
    chain, move = _reliefs(moves, chains, table)
    entry = spans(moves.start[move], moves.start[move + 1])
    work.entries -= len(entry)
    pair = np.repeat(np.arange(len(move)), moves.start[move + 1] - moves.start[move])
    row = moves.row[entry]
    key = chain[pair] * moves.rows + row
    at = np.minimum(np.searchsorted(table.key, key), len(table.key) - 1)
    known = table.key[at] == key
    change = moves.change[entry] + np.where(known, table.change[at], 0.0)
    priced, off = _priced(moves, row, change, known & table.opened[at])
    priced -= np.where(known, table.priced[at], 0.0)
    breaks = (off > 0.0).astype(np.float64) - (known & table.broken[at])
    cost = chains.cost[chain] + moves.cost[move]
    score = np.bincount(pair, weights=priced, minlength=len(move)) + chains.score[chain] + moves.cost[move]
    broken = chains.broken[chain] + np.rint(np.bincount(pair, weights=breaks, minlength=len(move))).astype(np.int64)
    kept = np.flatnonzero((broken <= MOST_BROKEN) & (score < 0.0))
    chain, move = chain[kept], move[kept]
    grown = np.column_stack([chains.moves[chain], move])
    return Chains(chains.begin[chain], grown, cost[kept], score[kept], broken[kept])


def _table(moves: Moves, chains: Chains) -> _Table:
    count, length = chains.moves.shape
    move = chains.moves.ravel()
    sizes = moves.start[move + 1] - moves.start[move]
    entry = spans(moves.start[move], moves.start[move + 1])
    key = np.repeat(np.repeat(np.arange(count), length), sizes) * moves.rows + moves.row[entry]
    first = np.repeat(np.tile(np.arange(length) == 0, count), sizes)
    makes_room = first & (moves.change[entry] * moves.prices[moves.row[entry]] > 0.0)
    key, place = np.unique(key, return_inverse=True)
    change = np.bincount(place, weights=moves.change[entry], minlength=len(key)).astype(np.float64)
    opened = np.bincount(place, weights=makes_room, minlength=len(key)) > 0.0
    priced, off = _priced(moves, key % moves.rows, change, opened)
    return _Table(key, change, opened, priced, off > 0.0)


def _reliefs(moves: Moves, chains: Chains, table: _Table) -> tuple[Codes, Codes]:
    """Pairs of a chain and a move of a group not in it that relieves its first broken row."""
    at = np.flatnonzero(table.broken)
    chain, first = np.unique(table.key[at] // moves.rows, return_index=True)
    at = at[first]
    end = table.key[at] % moves.rows + np.where(table.change[at] > 0.0, 0, moves.rows)
    listed, begins = moves.relief
    stop = np.minimum(begins[end + 1], begins[end] + RELIEFS)
    move = listed[spans(begins[end], stop)]
    chain = np.repeat(chain, stop - begins[end])
    other = (moves.group[chains.moves[chain]] != moves.group[move][:, np.newaxis]).all(axis=1)
    return chain[other], move[other]


def _priced(moves: Moves, row: Codes, change: Floats, opened: Flags) -> tuple[Floats, Floats]:
    """What relieving these rows costs, less what room made by the first move is worth; how far they are broken."""
    off = _off(moves, row, change)
    price = moves.prices[row]
    return np.abs(price) * off - np.where(opened, np.maximum(0.0, price * change), 0.0), off


def _off(moves: Moves, row: Codes, change: Floats) -> Floats:
    off: Floats = np.maximum(0.0, np.maximum(change - moves.above[row], moves.below[row] - change))
    return off


def _best(chains: Chains, random: np.random.Generator) -> Chains:
    """The best few of every beginning, a little shuffled."""
    key = chains.score * (0.7 + 0.6 * random.random(len(chains.score)))
    return picked(chains, np.flatnonzero(_rank(chains.begin, key) < BEAM))


def _note(chains: Chains, most: float, found: Found) -> None:
    """Keep of every beginning the cheapest chain that breaks nothing."""
    pays = np.flatnonzero((chains.broken == 0) & (chains.cost < most - LEAST_GAIN))
    pays = pays[_rank(chains.begin[pays], chains.cost[pays]) == 0]
    found.cost += chains.cost[pays].tolist()
    found.moves += list(chains.moves[pays])


def picked(chains: Chains, places: Codes) -> Chains:
    """The chains at these places."""
    return Chains(
        chains.begin[places], chains.moves[places], chains.cost[places], chains.score[places], chains.broken[places]
    )


def _rank(group: Codes, key: Floats) -> Codes:
    """Place of every one in its group, least key first."""
    order = np.lexsort((key, group))
    ordered = group[order]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    return rank
