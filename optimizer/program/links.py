"""Links: services that move together, may not share a provider, or need each other.

    together   sum_{o of i, key} x_o = sum_{o of j, key} x_o        [1]    neighbours i, j of the link, every key
    apart      sum_{o of the link's services, provider k} x_o <= 1  [1]    every organization k
    needs      sum_{o moves i_1} x_o <= sum_{o moves j} x_o         [1]    every other service j of the link

A key is a decision with its organization or pool.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.records import LinkKind
from optimizer.options.candidates import codes_of, ids_at
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import Codes, RowBuilder, Rows, at_most, exactly
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """The rows of all three kinds of link."""
    if not case.county.links:
        return []
    members = _members(case)
    return [
        _together(members[members["kind"] == str(LinkKind.TOGETHER)], options),
        _apart(case, members[members["kind"] == str(LinkKind.APART)], options),
        _needs(members[members["kind"] == str(LinkKind.NEEDS)], options),
    ]


def _members(case: Case) -> pd.DataFrame:
    """Services of every link in its order: link_id, kind, service (row), service_id."""
    members = case.county.frame("link_services").merge(case.county.frame("links"), on="link_id")
    members["service"] = codes_of(members["service_id"], case.county.frame("services")["service_id"])
    return members.sort_values(["link_id", "position"], kind="stable").reset_index(drop=True)


def _options_of(services: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Options of linked services: the member's columns and column, moved, key, org."""
    candidates = options.candidates
    key, _ = _numbered(pd.DataFrame({"decision": candidates.decision, "taker": candidates.taker}))
    table = pd.DataFrame(
        {
            "service": candidates.service,
            "column": np.arange(len(options)),
            "moved": candidates.moved,
            "key": key,
            "org": candidates.org,
        }
    )
    return services.merge(table, on="service")


def _numbered(keys: pd.DataFrame) -> tuple[Codes, pd.DataFrame]:
    """A row number per entry, equal for equal keys, and the key of each number."""
    row = keys.groupby(list(keys.columns), sort=False).ngroup().to_numpy()
    return row.astype(np.int64), keys.drop_duplicates().reset_index(drop=True)


def _together(members: pd.DataFrame, options: Options) -> Rows:
    following = members.groupby("link_id")["service"].shift(-1)
    pairs = members.assign(other=following).dropna(subset="other").reset_index(drop=True)
    pairs = pairs.assign(pair=np.arange(len(pairs)), other=pairs["other"].astype("int64"))
    first = _options_of(pairs[["pair", "service"]], options).assign(sign=1.0)
    second = _options_of(pairs[["pair", "other"]].rename(columns={"other": "service"}), options).assign(sign=-1.0)
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


def _apart(case: Case, members: pd.DataFrame, options: Options) -> Rows:
    entries = _options_of(members, options)
    entries = entries[entries["org"] >= 0]
    row, keys = _numbered(entries[["link_id", "org"]])
    labels = {
        "link_id": keys["link_id"].to_numpy(dtype=object),
        "org_id": ids_at(case.county.frame("organizations")["org_id"], keys["org"].to_numpy()),
    }
    family = RowBuilder("apart", "services", labels, *at_most(np.ones(len(keys))))
    return family.add(row, entries["column"].to_numpy(), 1.0).rows()


def _needs(members: pd.DataFrame, options: Options) -> Rows:
    first = members.drop_duplicates("link_id")
    needed = members[members["link_id"].duplicated()].reset_index(drop=True)
    needed = needed.assign(row=np.arange(len(needed)))
    mover = needed[["link_id", "row"]].merge(first[["link_id", "service"]], on="link_id")
    labels = {
        "link_id": needed["link_id"].to_numpy(dtype=object),
        "service_id": needed["service_id"].to_numpy(dtype=object),
    }
    family = RowBuilder("needs", "1", labels, *at_most(np.zeros(len(needed))))
    for sign, services in ((1.0, mover[["row", "service"]]), (-1.0, needed[["row", "service"]])):
        entries = _options_of(services, options)
        entries = entries[entries["moved"]]
        family.add(entries["row"].to_numpy(), entries["column"].to_numpy(), sign)
    return family.rows()
