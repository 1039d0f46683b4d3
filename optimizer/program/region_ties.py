"""The rows that tie the counties of a region: shared organizations, trades, memberships and bills."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from optimizer.options.candidates import uses_of
from optimizer.options.region import RegionCase
from optimizer.program.capacity import in_force
from optimizer.program.columns import Block
from optimizer.program.layout import add_started
from optimizer.program.pool_book import PoolBook
from optimizer.program.program import CountyProgram
from optimizer.program.region_members import Members
from optimizer.program.rows import Codes, Floats, RowBuilder, Rows, at_most, exactly
from optimizer.program.shares import Shares

Counties = Mapping[str, CountyProgram]


def joint_capacity(region: RegionCase, counties: Counties, firsts: Mapping[str, int]) -> Rows:
    """What an organization can do for all counties together, for each of its capacities."""
    years, key = region.settings.horizon.years, ["org_id", "resource"]
    # what one county says of every year holds beside what another says of single ones
    stated = [in_force(case.county.frame("capacities"), key, years) for case in region.cases.values()]
    limits = pd.concat(stated, ignore_index=True).drop_duplicates()
    limits = limits[limits["org_id"].isin(region.shared_orgs)].reset_index(drop=True)
    labels = {
        "org_id": limits["org_id"].to_numpy(dtype=object),
        "resource": limits["resource"].to_numpy(dtype=object),
        "year": limits["year"].map(lambda year: "all" if np.isnan(year) else str(int(year))).to_numpy(dtype=object),
    }
    amount = limits["amount"].to_numpy(dtype=np.float64)
    family = RowBuilder("joint_capacity", "unit of the resource", labels, *at_most(amount))
    numbered = limits.reset_index(names="row")
    for name, program in counties.items():
        for resource, rows in numbered.groupby("resource"):
            row, column, use = _uses(program, str(resource), rows)
            family.add(row, column + firsts[name], use)
    return family.rows()


def _uses(program: CountyProgram, resource: str, limits: pd.DataFrame) -> tuple[Codes, Codes, Floats]:
    """Entries of one county's options in the limits of one resource: row, column, use."""
    candidates, case = program.options.candidates, program.case
    every = np.full(len(case.county.offers), resource, dtype=object)
    taken = pd.DataFrame(
        {
            "org_id": program.layout.labels("organizations", "org_id", candidates.org),
            "column": program.layout.chosen,
            "start": candidates.start,
            "use": np.append(uses_of(case.county, every), 0.0)[candidates.offer],
        }
    )
    pairs = taken[(taken["use"] != 0) & taken["org_id"].notna()].merge(limits[["org_id", "row", "last_year"]])
    pairs = pairs[pairs["start"] < pairs["last_year"]]
    row, column = (pairs[name].to_numpy(dtype=np.int64) for name in ("row", "column"))
    return row, column, pairs["use"].to_numpy(dtype=np.float64)


def trades(region: RegionCase, counties: Counties, firsts: Mapping[str, int]) -> Rows:
    """A sale and the offer that it delivers are one decision, in every start year."""
    starts = region.settings.horizon.start_years
    sales = [f"{trade.seller}.{trade.sale.sale_id}" for trade in region.trades]
    labels = {
        "sale_id": np.repeat(np.array(sales, dtype=object), starts),
        "year": np.tile(np.arange(starts) + 1, len(sales)),
    }
    family = RowBuilder("trade", "1", labels, *exactly(np.zeros(len(sales) * starts)))
    for place, trade in enumerate(region.trades):
        for name, block, key, sign in (
            (trade.seller, "sell", {"sale_id": trade.sale.sale_id}, 1.0),
            (trade.buyer, "choose", {"offer_id": trade.offer.offer_id}, -1.0),
        ):
            columns = counties[name].columns[block]
            (column, value), *_ = key.items()
            held = np.flatnonzero((columns.keys[column] == value).to_numpy())
            start = columns.keys["start_year"].to_numpy(dtype=np.int64)[held] - 1
            family.add(place * starts + start, columns.columns[held] + firsts[name], sign)
    return family.rows()


def memberships(book: PoolBook, members: Members, opening: Codes) -> Rows:
    """Nothing joins a shared pool that is not open; `opening` are its columns [pools x starts]."""
    starts, size = book.starts, len(members.offers)
    offer, year = np.repeat(np.arange(size), starts), np.tile(np.arange(starts), size)
    labels = {"offer_id": members.offers["offer_id"].to_numpy(dtype=object)[offer], "year": year + 1}
    family = RowBuilder("joint_membership", "1", labels, *at_most(np.zeros(len(offer))))
    of_option, column, start = (members.joined[name].to_numpy(dtype=np.int64) for name in ("offer", "column", "start"))
    for later in range(starts):
        begun = start <= later
        family.add(of_option[begun] * starts + later, column[begun], 1.0)
    pool = members.offers["pool"].to_numpy(dtype=np.int64)[offer]
    add_started(family, np.arange(len(offer)), opening[pool], year, -1.0)
    return family.rows()


def charges(
    counties: Counties, firsts: Mapping[str, int], book: PoolBook, shares: Shares, members: Members, share: Block
) -> list[Rows]:
    """What every county is billed for: its members' shares of the whole cost, and of the set-up by start year."""
    billed = [name for name, program in counties.items() if len(program.columns["pool_bill"])]
    place = {name: number for number, name in enumerate(billed)}
    labels = np.array(billed, dtype=object)
    years = np.tile(np.arange(book.starts) + 1, len(billed))
    whole = RowBuilder("bill", "USD", {"county": labels}, *exactly(np.zeros(len(billed))))
    setup_labels = {"county": np.repeat(labels, book.starts), "year": years}
    setup = RowBuilder("setup_bill", "USD", setup_labels, *exactly(np.zeros(len(billed) * book.starts)))
    county = (
        members.offers["county"].map(place).to_numpy(dtype=np.int64)[shares.members["offer"].to_numpy(dtype=np.int64)]
    )
    stage = shares.members["stage"].to_numpy(dtype=np.int64)
    once = np.flatnonzero(shares.members["piece"].to_numpy(dtype=np.int64) == 0)
    whole.add(county, share.columns, 1.0)
    setup.add(county[once] * book.starts + stage[once], share.columns[once], 1.0 / book.worth[stage[once]])
    for name in billed:
        columns = counties[name].columns
        whole.add(place[name], columns["pool_bill"].columns + firsts[name], -1.0)
        row = place[name] * book.starts + np.arange(book.starts)
        setup.add(row, columns["setup_bill"].columns + firsts[name], -1.0)
    return [whole.rows(), setup.rows()]
