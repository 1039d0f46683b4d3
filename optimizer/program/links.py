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
from optimizer.county.terms import Decision, LinkKind
from optimizer.options.candidates import codes_of, matched, numbered
from optimizer.program.layout import Layout
from optimizer.program.rows import RowBuilder, Rows, at_most, exactly


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
    """Services of every link in its order: link_id, kind, volume_per_year, service (row), service_id."""
    members, links = county.frame("link_services"), county.frame("links")
    of_link, service_id = (members[name].to_numpy(dtype=object) for name in ("link_id", "service_id"))
    service = codes_of(service_id, county.frame("services")["service_id"])
    link = codes_of(of_link, links["link_id"])
    order = np.lexsort((members["position"].to_numpy(), pd.factorize(of_link, sort=True)[0]))
    order = order[link[order] >= 0]
    columns = {"link_id": of_link[order], "service_id": service_id[order], "service": service[order]}
    told = {name: links[name].to_numpy()[link[order]] for name in ("kind", "volume_per_year")}
    return pd.DataFrame(columns | told)


def _options(layout: Layout) -> pd.DataFrame:
    """Every option: service (row), column, moved, key, org, start."""
    candidates = layout.options.candidates
    key, _ = numbered(codes_of(candidates.decision, map(str, Decision)), candidates.taker + 1, candidates.start)
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


def _together(members: pd.DataFrame, _: Layout, options: pd.DataFrame) -> Rows:
    service = members["service"].to_numpy(dtype=np.int64)
    link = members["link_id"].to_numpy(dtype=object)
    first = np.flatnonzero(link[1:] == link[:-1])
    pairs, taken, signs = [], [], []
    for sign, member in ((1.0, first), (-1.0, first + 1)):
        pair, option = matched(service[member], options["service"].to_numpy())
        pairs.append(pair)
        taken.append(option)
        signs.append(np.full(len(pair), sign))
    option = np.concatenate(taken)
    row, (pair, key) = numbered(np.concatenate(pairs), options["key"].to_numpy()[option])
    labels = {
        "link_id": link[first[pair]],
        "service_id": members["service_id"].to_numpy(dtype=object)[first[pair]],
        "key": key.astype(object),
    }
    family = RowBuilder("together", "1", labels, *exactly(np.zeros(len(pair))))
    return family.add(row, options["column"].to_numpy()[option], np.concatenate(signs)).rows()


def _apart(members: pd.DataFrame, layout: Layout, options: pd.DataFrame) -> Rows:
    entries = members.merge(options, on="service")
    entries = entries[entries["org"] >= 0]
    link, links = pd.factorize(entries["link_id"])
    row, (of_link, org) = numbered(link.astype(np.int64), entries["org"].to_numpy(dtype=np.int64))
    labels = {
        "link_id": np.asarray(links, dtype=object)[of_link],
        "org_id": layout.labels("organizations", "org_id", org),
    }
    family = RowBuilder("apart", "services", labels, *at_most(np.ones(len(org))))
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
    moved = np.flatnonzero(options["moved"])
    of, start, column = (options[name].to_numpy()[moved] for name in ("service", "start", "column"))
    for sign, services in ((1.0, mover), (-1.0, needed)):
        tied, option = matched(services["service"].to_numpy(dtype=np.int64), of)
        row = services["row"].to_numpy()[tied]
        for later in range(layout.starts):
            begun = start[option] <= later
            family.add(row[begun] + later, column[option[begun]], sign)
    return family.rows()
