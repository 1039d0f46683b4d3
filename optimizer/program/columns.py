"""The columns of the program, block by block: what a column stands for, what a unit of it costs, how far it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.program.rows import Codes, Floats, Labels


@dataclass(frozen=True)
class Block:
    """Columns of one kind."""

    name: str
    """What its columns are; in a region the county's name and a point come first."""
    keys: pd.DataFrame
    """What tells a column from its sisters, one row per column; an unlabelled single column has no key columns."""
    cost_usd: Floats
    """Present cost per unit; an option's is against keeping its service [USD]."""
    upper: Floats
    integer: bool = True
    counts: bool = True
    """Whether its cost is part of the plan's cost; what freed money buys is not."""
    billed: bool = False
    """Whether a unit is a present dollar that the county bears of a cost which other columns count."""
    first: int = 0
    """Where its first column stands."""

    def __len__(self) -> int:
        return len(self.cost_usd)

    @property
    def columns(self) -> Codes:
        """Numbers of its columns."""
        return self.first + np.arange(len(self))

    def names(self) -> list[str]:
        """A name per column, such as `agree(jeffco,1)`."""
        if self.keys.columns.empty:
            return [self.name] * len(self)
        keys = zip(*(map(str, self.keys[column].tolist()) for column in self.keys), strict=True)
        return [f"{self.name}({','.join(key)})" for key in keys]


def block(
    name: str,
    keys: Mapping[str, npt.ArrayLike],
    cost_usd: npt.ArrayLike,
    upper: npt.ArrayLike = 1.0,
    *,
    integer: bool = True,
    counts: bool = True,
    billed: bool = False,
) -> Block:
    """A block whose cost and bound may be one number for all of its columns."""
    frame = pd.DataFrame({name: _as_they_are(key) for name, key in keys.items()})
    size = len(frame) if keys else np.size(cost_usd)
    cost = np.broadcast_to(np.asarray(cost_usd, dtype=np.float64), size)
    most = np.broadcast_to(np.asarray(upper, dtype=np.float64), size)
    return Block(name, frame, cost, most, integer, counts, billed)


def _as_they_are(key: npt.ArrayLike) -> npt.ArrayLike | pd.Series:
    """Objects stay objects: as texts of Arrow there would be a second copy of every one."""
    return pd.Series(key, dtype=object) if isinstance(key, np.ndarray) and key.dtype == object else key


@dataclass(frozen=True)
class Columns:
    """All blocks in their order, and what the plan costs where every column is 0."""

    blocks: tuple[Block, ...]
    offset_usd: float
    """Present cost of keeping everything, without communication [USD]."""

    def __getitem__(self, name: str) -> Block:
        return self._by_name[name]

    def __len__(self) -> int:
        return sum(len(part) for part in self.blocks)

    @cached_property
    def _by_name(self) -> dict[str, Block]:
        return {part.name: part for part in self.blocks}

    def all_of(self, name: str) -> Codes:
        """Columns of the block of this name, or in a region of every county's."""
        found = [part.columns for part in self.blocks if part.name.rpartition(".")[2] == name]
        return np.concatenate([np.empty(0, dtype=np.int64), *found])

    @property
    def options(self) -> Codes:
        """Columns that stand for an option of a service."""
        return self.all_of("choose")

    @cached_property
    def names(self) -> Labels:
        return np.array([name for part in self.blocks for name in part.names()], dtype=object)

    @cached_property
    def cost_usd(self) -> Floats:
        return np.concatenate([part.cost_usd for part in self.blocks])

    @cached_property
    def upper(self) -> Floats:
        return np.concatenate([part.upper for part in self.blocks])

    @cached_property
    def integer(self) -> npt.NDArray[np.bool_]:
        return np.concatenate([np.full(len(part), part.integer) for part in self.blocks])

    @cached_property
    def counts(self) -> npt.NDArray[np.bool_]:
        """Columns whose cost is part of the plan's cost."""
        return np.concatenate([np.full(len(part), part.counts) for part in self.blocks])

    @cached_property
    def borne_usd(self) -> Floats:
        """What the county bears per unit of each column: its cost, or a dollar of what it is billed for [USD]."""
        billed = np.concatenate([np.full(len(part), part.billed) for part in self.blocks])
        return np.where(billed, 1.0, np.where(self.counts, self.cost_usd, 0.0))

    def with_costs(self, weights: Floats, offset: float) -> Columns:
        """The same columns with other costs per unit [columns]."""
        blocks = tuple(replace(part, cost_usd=weights[part.columns]) for part in self.blocks)
        return Columns(blocks, offset)


def laid_out(blocks: Iterable[Block], offset_usd: float) -> Columns:
    """The blocks one after the other."""
    placed, first = [], 0
    for part in blocks:
        placed.append(replace(part, first=first))
        first += len(part)
    return Columns(tuple(placed), offset_usd)


def by_start(items: int, used: Codes, first: int, starts: int) -> Codes:
    """Column of each item in each start year [items + 1 x starts], -1 where it has none.

    The block lists the used items of the first start year, then those of the second, and so on.
    """
    column = np.full((items + 1, starts), -1)
    column[used] = first + np.arange(len(used))[:, None] + len(used) * np.arange(starts)[None, :]
    return column
