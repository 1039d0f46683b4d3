"""Sharing in a region: in shared pools too no department of a county that asks for it pays more than alone.

    sum_{o of department d, t} c_ot + sum_o (cost_o - keep_o) x_o <= 0  [USD]    county, shared pool p, department d

c_ot is the share of the pool's cost that offer o bears in start year t, as in shares.py.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.program.columns import Columns
from optimizer.program.program import CountyProgram
from optimizer.program.region_members import Members
from optimizer.program.rows import RowBuilder, Rows, at_most
from optimizer.program.shares import Shares


def no_department_worse_off(
    counties: Mapping[str, CountyProgram], members: Members, shares: Shares, columns: Columns
) -> Rows:
    """The rows of every county whose scenario asks for them."""
    asking = [name for name, program in counties.items() if program.case.settings.consolidation.nobody_worse_off]
    party, asked = ["county", "pool", "department"], members.offers["county"].isin(asking).to_numpy()
    parties = members.offers.loc[asked, party]
    named = parties.drop_duplicates()
    labels = {
        "county": named["county"].to_numpy(dtype=object),
        "pool_id": shares.book.pool_ids(named["pool"].to_numpy(dtype=np.int64)),
        "department": named["department"].to_numpy(dtype=object),
    }
    row_of_offer = np.full(len(asked), -1)
    row_of_offer[asked] = parties.groupby(party, sort=False).ngroup().to_numpy()
    family = RowBuilder("no_department_worse_off", "USD", labels, *at_most(np.zeros(len(named))))
    borne = row_of_offer[shares.members["offer"].to_numpy(dtype=np.int64)]
    family.add(borne[borne >= 0], columns["share"].columns[borne >= 0], 1.0)
    row, column = (members.joined[name].to_numpy(dtype=np.int64) for name in ("offer", "column"))
    moved = row_of_offer[row]
    return family.add(moved[moved >= 0], column[moved >= 0], columns.cost_usd[column[moved >= 0]]).rows()
