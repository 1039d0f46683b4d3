"""The program of a region: every county's own, and the rows that tie them.

    sum_{c, o of k, n <= t} use_or x_on <= cap_krt             [unit of r]    organization k of several counties
    q_sn = x_on                                                [1]            sale s that delivers another's offer o
    sum_{n <= t} x_on <= sum_{n <= t} z_pn                     [1]            offer o of shared pool p
    bill_c = sum_{o of c, t} c_ot                              [USD]          shares of shared pools, as in shares.py
    kept_c + sum_{columns of c} cost x + bill_c <= alone_c     [USD]          where nobody may be worse off

and the rows of pools.py for the shared pools, whose members are those of all counties.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from optimizer.options.options import Options
from optimizer.options.region import RegionCase
from optimizer.program.columns import Columns, laid_out
from optimizer.program.goals import PREFERENCES, Goal
from optimizer.program.money import borne
from optimizer.program.pool_book import PoolBook
from optimizer.program.pools import POOL_BLOCKS, pool_blocks, pool_rows
from optimizer.program.program import CountyProgram, Program, build_program
from optimizer.program.region_members import Members, book_of_region, members_of_region
from optimizer.program.region_sharing import no_department_worse_off
from optimizer.program.region_ties import charges, joint_capacity, memberships, trades
from optimizer.program.rows import Floats, RowBuilder, Rows, at_most
from optimizer.program.shares import RUNNING, SETUP, Shares, share_blocks, share_rows


@dataclass(frozen=True)
class RegionProgram(Program):
    """The program of a region, with those of its counties and where their columns begin."""

    region: RegionCase
    counties: Mapping[str, CountyProgram]
    """Each with its columns numbered from 0."""
    firsts: Mapping[str, int]
    """Where the columns of each county begin."""
    book: PoolBook
    """The pools that several counties share."""

    @property
    def case(self) -> RegionCase:
        return self.region

    def of_county(self, name: str, x: Floats) -> Floats:
        """The part of a point that is one county's."""
        first = self.firsts[name]
        return x[first : first + len(self.counties[name].columns)]


Planned = CountyProgram | RegionProgram
"""The program of a county, or of a region."""


def build_region_program(
    region: RegionCase, options: Mapping[str, Options], alone_usd: Mapping[str, float] | None = None
) -> RegionProgram:
    """Join the counties' programs; `alone_usd` is what no county's cost may exceed, None: that is not asked."""
    counties = {name: build_program(case, options[name], region.shared_pools) for name, case in region.cases.items()}
    sizes = np.cumsum([0, *(len(program.columns) for program in counties.values())])
    firsts = dict(zip(counties, sizes[:-1].tolist(), strict=True))
    book = book_of_region(region)
    members = members_of_region(region, counties, firsts, book)
    shares = Shares(book, members.offers, ((SETUP,), (RUNNING,)))
    own = [replace(part, name=f"{name}.{part.name}") for name in counties for part in counties[name].columns.blocks]
    offset = sum(program.columns.offset_usd for program in counties.values())
    columns = laid_out([*own, *pool_blocks(book), *share_blocks(shares)], offset)
    families = [
        *(_shifted(rows, name, firsts[name]) for name in counties for rows in counties[name].families),
        joint_capacity(region, counties, firsts),
        trades(region, counties, firsts),
        *_shared_pools(book, members, shares, columns),
        *charges(counties, firsts, book, shares, members, columns["share"]),
        no_department_worse_off(counties, members, shares, columns),
        *([] if alone_usd is None else [_no_worse_off(counties, firsts, alone_usd)]),
    ]
    return RegionProgram(
        columns=columns,
        families=tuple(rows for rows in families if len(rows)),
        goals=(),
        preferences=_preferences(counties, firsts, len(columns)),
        region=region,
        counties=counties,
        firsts=firsts,
        book=book,
    )


def _shifted(rows: Rows, county: str, first: int) -> Rows:
    """A county's rows over the columns of the region, under the county's name."""
    return replace(rows, family=f"{county}.{rows.family}", column=rows.column + first)


def _shared_pools(book: PoolBook, members: Members, shares: Shares, columns: Columns) -> list[Rows]:
    opening, tier, volume = (columns[name] for name in POOL_BLOCKS)
    own = columns["share"], columns["unit_share"]
    by_pool = opening.columns.reshape(book.starts, -1).T
    return [
        memberships(book, members, by_pool),
        *pool_rows(book, members.as_joined(), [part.columns for part in (opening, tier, volume)]),
        *share_rows(shares, members.joined, (opening, tier, volume), own),
    ]


def _no_worse_off(
    counties: Mapping[str, CountyProgram], firsts: Mapping[str, int], alone_usd: Mapping[str, float]
) -> Rows:
    """A county's cost, bills included, is at most that of its own best plan alone.

    That is known in whole cents, each part of a pool's cost rounded; here they are not, so that rounding has room.
    """
    rounding = {name: 3 * 0.005 * len(program.case.county.pools) for name, program in counties.items()}
    room = [alone_usd[name] + rounding[name] - program.columns.offset_usd for name, program in counties.items()]
    labels = {"county": np.array(list(counties), dtype=object)}
    family = RowBuilder("no_county_worse_off", "USD", labels, *at_most(np.array(room)))
    for place, (name, program) in enumerate(counties.items()):
        row, column, usd = borne(program.layout)
        family.add(row + place, column + firsts[name], usd)
    return family.rows()


def _preferences(counties: Mapping[str, CountyProgram], firsts: Mapping[str, int], size: int) -> tuple[Goal, ...]:
    """The counties' preferences, each added up over all of them."""
    goals: dict[str, Goal] = {}
    for name, program in counties.items():
        for goal in program.preferences:
            weights = goals[goal.name].weights if goal.name in goals else np.zeros(size)
            weights[firsts[name] : firsts[name] + len(goal.weights)] += goal.weights
            goals[goal.name] = Goal(goal.name, weights, goal.tolerance)
    return tuple(goals[name] for name in PREFERENCES if name in goals)
