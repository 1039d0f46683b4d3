"""Communication: services that work together cost more when different organizations deliver them.

    sum_b w_abt = sum_{o of i at place a in year t} x_o       [1]    link (i, j), start year t, every place a of i
    sum_a w_abt = sum_{o of j at place b in year t} x_o       [1]    link (i, j), start year t, every place b of j

w_abt says that in year t the first service is at a and the second at b, and costs volume x usd_per_unit(a, b). This is
the tight linear form of a product of two choices (Adams and Johnson 1994): where the choices are whole, so is w.
A place is an organization, the county itself, or nowhere once a service has ended.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.county import County
from optimizer.county.once import once
from optimizer.county.terms import LinkKind
from optimizer.options.candidates import codes_of, matched, numbered
from optimizer.options.money import annuity
from optimizer.options.shared import per_stage
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts
from optimizer.program.links import linked_services
from optimizer.program.rows import Codes, Floats, RowBuilder, Rows, exactly
from optimizer.scenario.scenario import Case

COUNTY, NOWHERE = -1, -2
"""Places besides the rows of organizations."""
NO_LINKS = pd.DataFrame({"link_id": [], "volume_per_year": [], "service": [], "other": []}).astype(
    {"link_id": "object", "service": "int64", "other": "int64"}
)
NO_PAIRS = pd.DataFrame(
    {"link_id": [], "volume_per_year": [], "link": [], "stage": [], "place": [], "other_place": []}
).astype({"link_id": "object", **dict.fromkeys(("link", "stage", "place", "other_place"), "int64")})


def blocks(parts: Parts) -> list[Block]:
    """One column per link, start year and pair of places."""
    pairs = _pairs(parts)
    stage_worth = per_stage(parts.case, np.ones((1, parts.years)))[0]
    rate = usd_per_unit(parts.case, pairs["place"].to_numpy(), pairs["other_place"].to_numpy())
    stage = pairs["stage"].to_numpy(dtype=np.int64)
    cost = pairs["volume_per_year"].to_numpy(dtype=np.float64) * rate * stage_worth[stage]
    keys = {
        "link_id": pairs["link_id"].to_numpy(dtype=object),
        "from": _names(parts.case, pairs["place"].to_numpy(dtype=np.int64)),
        "to": _names(parts.case, pairs["other_place"].to_numpy(dtype=np.int64)),
        "year": stage + 1,
    }
    return [block("exchange", keys, cost, integer=False)]


def rows(layout: Layout) -> list[Rows]:
    """The rows of both services of every link."""
    if links_that_communicate(layout.case.county).empty:
        return []
    return [_side(layout, *ends) for ends in (("place", "service"), ("other_place", "other"))]


def _side(layout: Layout, place: str, service: str) -> Rows:
    """Places of one of the two services of every link: an exchange per row, and the options that it stands for."""
    pairs, places, links = _pairs(layout), _places(layout), links_that_communicate(layout.case.county)
    at_places = pairs[place].to_numpy() - NOWHERE
    row, (link, stage, at) = numbered(pairs["link"].to_numpy(), pairs["stage"].to_numpy(), at_places)
    labels = {
        "link_id": links["link_id"].to_numpy(dtype=object)[link],
        "place": _names(layout.case, at + NOWHERE),
        "year": stage + 1,
    }
    family = RowBuilder(f"exchange_{'from' if place == 'place' else 'to'}", "1", labels, *exactly(np.zeros(len(link))))
    family.add(row, layout.columns["exchange"].columns, 1.0)
    shape = len(layout.case.county.services), layout.starts, len(layout.case.county.organizations) - NOWHERE
    sides = np.ravel_multi_index((links[service].to_numpy()[link], stage, at), shape)
    taken, option = matched(np.asarray(sides), np.asarray(np.ravel_multi_index(places.T[1:], shape)))
    return family.add(taken, layout.chosen[places[option, 0]], -1.0).rows()


@once
def _pairs(parts: Parts) -> pd.DataFrame:
    """Every link in every start year with every pair of places its services can be at, in this order: link (row),
    link_id, volume_per_year, stage, place, other_place.
    """
    links = links_that_communicate(parts.case.county)
    if links.empty:
        return NO_PAIRS
    service, stage, place = np.unique(_places(parts)[:, 1:], axis=0).T
    link, first = matched(links["service"].to_numpy(dtype=np.int64), service)
    other = links["other"].to_numpy(dtype=np.int64)[link] * parts.starts + stage[first]
    one, second = matched(other, service * parts.starts + stage)
    link, first = link[one], first[one]
    return (
        links[["link_id", "volume_per_year"]]
        .iloc[link]
        .reset_index(drop=True)
        .assign(link=link, stage=stage[first], place=place[first] + NOWHERE, other_place=place[second] + NOWHERE)
    )


@once
def links_that_communicate(county: County) -> pd.DataFrame:
    """One row per link: link_id, volume_per_year, service and other (rows of the services table)."""
    if not any(link.kind is LinkKind.COMMUNICATES for link in county.links):
        return NO_LINKS
    members = linked_services(county)
    members = members[members["kind"] == str(LinkKind.COMMUNICATES)]
    # the services of one link follow one another
    first, last = (~members["link_id"].duplicated(keep=keep) for keep in ("first", "last"))
    links = members.loc[first, ["link_id", "volume_per_year", "service"]].reset_index(drop=True)
    return links.assign(other=members.loc[last, "service"].to_numpy())


@once
def _places(parts: Parts) -> Codes:
    """Where each option of a linked service is in each start year [places x (option, service, stage, place)]; places
    are counted from `NOWHERE`.
    """
    candidates, links = parts.options.candidates, links_that_communicate(parts.case.county)
    linked = np.flatnonzero(np.isin(candidates.service, links[["service", "other"]].to_numpy().ravel()))
    at = np.where(candidates.ended, NOWHERE, candidates.org)
    option, stage = np.tile(linked, parts.starts), np.repeat(np.arange(parts.starts), len(linked))
    place = np.where(candidates.start[option] <= stage, at[option], COUNTY)
    return np.column_stack([option, candidates.service[option], stage, place - NOWHERE])


def usd_per_unit(case: Case, place: Codes, other: Codes) -> Floats:
    """What a unit costs between two places [pairs, USD]; an ended service exchanges nothing."""
    if not len(place):
        return np.empty(0)
    orgs, listed = case.county.frame("organizations")["org_id"], case.county.frame("communication_costs")
    ends = np.sort(np.column_stack([codes_of(listed[end], orgs) for end in ("from_org_id", "to_org_id")]), axis=1)
    wanted = np.sort(np.column_stack([place, other]), axis=1)
    listed_pairs, pairs = (pd.Index((both - NOWHERE) @ (len(orgs) - NOWHERE, 1)) for both in (ends, wanted))
    stated = np.append(listed["usd_per_unit"].to_numpy(dtype=np.float64), np.nan)[listed_pairs.get_indexer(pairs)]
    usual = np.where(place == other, 0.0, case.settings.economics.communication_usd_per_unit)
    rate = np.where(np.isnan(stated), usual, stated)
    return np.where((place == NOWHERE) | (other == NOWHERE), 0.0, rate)


@once
def today_usd(case: Case) -> Floats:
    """Present cost of every link's communication while the county keeps both of its services [links, USD]."""
    links = links_that_communicate(case.county)
    home = np.full(len(links), COUNTY)
    rate = usd_per_unit(case, home, home)
    return links["volume_per_year"].to_numpy(dtype=np.float64) * rate * annuity(case.settings)


def _names(case: Case, place: Codes) -> np.ndarray:
    orgs = case.county.frame("organizations")["org_id"].to_numpy(dtype=object)
    return np.append(orgs, ["nowhere", "county"]).astype(object)[place]
