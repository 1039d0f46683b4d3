"""Links: services that move together, may not share a provider, or need each other.

    together   sum_{o of i, key} x_o = sum_{o of j, key} x_o        [1]    neighbours i, j of the link, every key
    apart      sum_{o of the link's services, provider k} x_o <= 1  [1]    every organization k
    needs      sum_{o moves i_1, n <= t} x_on <= sum_{o moves j, n <= t} x_on
                                                                    [1]    every other service j, every start year t

A key is a decision with its organization or pool and its start year.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.county import County
from optimizer.county.once import once
from optimizer.county.terms import LinkKind
from optimizer.options.candidates import codes_of
from optimizer.program.layout import Layout
from optimizer.program.rows import Codes, RowBuilder, Rows, at_most, exactly


def rows(layout: Layout) -> list[Rows]:
    """The rows of the three kinds of link that tie decisions; those that communicate have a family of their own."""
    members = linked_services(layout.case.county)
    ties = {LinkKind.TOGETHER: _together, LinkKind.APART: _apart, LinkKind.NEEDS: _needs}
    tied = {kind: members[members["kind"] == str(kind)] for kind in ties}
    if all(of_kind.empty for of_kind in tied.values()):
        return []
    options = _options(layout)
    return [ties[kind](of_kind, layout, options) for kind, of_kind in tied.items() if len(of_kind)]


@once
def linked_services(county: County) -> pd.DataFrame:
    """Services of every link in its order: link_id, kind, service (row), service_id."""
    members = county.frame("link_services").merge(county.frame("links"), on="link_id")
    members["service"] = codes_of(members["service_id"], county.frame("services")["service_id"])
    return members.sort_values(["link_id", "position"], kind="stable").reset_index(drop=True)


def _options(layout: Layout) -> pd.DataFrame:
    """Every option: service (row), column, moved, key, org, start."""
    candidates = layout.options.candidates
    sides = {"decision": candidates.decision, "taker": candidates.taker, "start": candidates.start}
    key, _ = _numbered(pd.DataFrame(sides))
    return pd.DataFrame(
        {
            "service": candidates.service,
            "column": layout.chosen,
            "moved": candidates.moved,
            "key": key,
            "org": candidates.org,
            "start": candidates.start,
        }
    )


def _numbered(keys: pd.DataFrame) -> tuple[Codes, pd.DataFrame]:
    """A row number per entry, equal for equal keys, and the key of each number."""
    row = keys.groupby(list(keys.columns), sort=False).ngroup().to_numpy()
    return row.astype(np.int64), keys.drop_duplicates().reset_index(drop=True)


def _together(members: pd.DataFrame, _: Layout, options: pd.DataFrame) -> Rows:
    following = members.groupby("link_id")["service"].shift(-1)
    pairs = members.assign(other=following).dropna(subset="other").reset_index(drop=True)
    pairs = pairs.assign(pair=np.arange(len(pairs)), other=pairs["other"].astype("int64"))
    first = pairs[["pair", "service"]].merge(options, on="service").assign(sign=1.0)
    second = pairs[["pair", "other"]].merge(options, left_on="other", right_on="service").assign(sign=-1.0)
    entries = pd.concat([first, second], ignore_index=True)
    row, keys = _numbered(entries[["pair", "key"]])
    pair = pairs.iloc[keys["pair"]]
    labels = {
        "link_id": pair["link_id"].to_numpy(dtype=object),
        "service_id": pair["service_id"].to_numpy(dtype=object),
        "key": keys["key"].to_numpy(dtype=object),
    }
    family = RowBuilder("together", "1", labels, *exactly(np.zeros(len(keys))))
    return family.add(row, entries["column"].to_numpy(), entries["sign"].to_numpy()).rows()


def _apart(members: pd.DataFrame, layout: Layout, options: pd.DataFrame) -> Rows:
    entries = members.merge(options, on="service")
    entries = entries[entries["org"] >= 0]
    row, keys = _numbered(entries[["link_id", "org"]])
    labels = {
        "link_id": keys["link_id"].to_numpy(dtype=object),
        "org_id": layout.labels("organizations", "org_id", keys["org"].to_numpy()),
    }
    family = RowBuilder("apart", "services", labels, *at_most(np.ones(len(keys))))
    return family.add(row, entries["column"].to_numpy(), 1.0).rows()


def _needs(members: pd.DataFrame, layout: Layout, options: pd.DataFrame) -> Rows:
    first = members.drop_duplicates("link_id")
    needed = members[members["link_id"].duplicated()].reset_index(drop=True)
    needed = needed.assign(row=np.arange(len(needed)) * layout.starts)
    mover = needed[["link_id", "row"]].merge(first[["link_id", "service"]], on="link_id")
    labels = {
        "link_id": needed["link_id"].repeat(layout.starts).to_numpy(dtype=object),
        "service_id": needed["service_id"].repeat(layout.starts).to_numpy(dtype=object),
        "year": np.tile(np.arange(layout.starts) + 1, len(needed)),
    }
    family = RowBuilder("needs", "1", labels, *at_most(np.zeros(len(needed) * layout.starts)))
    for sign, services in ((1.0, mover[["row", "service"]]), (-1.0, needed[["row", "service"]])):
        moves = services.merge(options[options["moved"]], on="service")
        for later in range(layout.starts):
            begun = moves[moves["start"] <= later]
            family.add(begun["row"].to_numpy() + later, begun["column"].to_numpy(), sign)
    return family.rows()
