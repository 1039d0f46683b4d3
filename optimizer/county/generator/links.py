"""Ties between services: what moves together, what must be kept apart, what needs something else to move."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.terms import LinkKind

Ints = npt.NDArray[np.int64]
Group = tuple[str, LinkKind, Ints]
"""Id of a link, its kind, and its services as row numbers in position order."""


def link_groups(services: pd.DataFrame) -> list[Group]:
    """Every link of the catalogue at every place that has a service of each of its activities.

    `needs` gives one link per service of its first activity: that one needs all the others.
    """
    rows_of: dict[tuple[str, int], list[int]] = {}
    for row, key in enumerate(zip(services["activity"], services["place"], strict=True)):
        rows_of.setdefault(key, []).append(row)
    groups: list[Group] = []
    for link in catalogue.rows("links"):
        activities = catalogue.listed(link["activities"])
        for place in sorted(set(services["place"])):
            found = [np.array(rows_of.get((activity, place), []), dtype=np.int64) for activity in activities]
            if all(len(rows) for rows in found):
                name = f"{link['link']}-place-{place}" if place else link["link"]
                groups += _links(name, LinkKind(link["kind"]), found)
    return groups


def _links(name: str, kind: LinkKind, found: list[Ints]) -> list[Group]:
    if kind is LinkKind.TOGETHER:
        return [(name, kind, np.concatenate(found))]
    if kind is LinkKind.APART:
        return [(name, kind, np.array([rows[0] for rows in found]))]
    others = np.concatenate(found[1:])
    several = len(found[0]) > 1
    return [
        (f"{name}-{turn}" if several else name, kind, np.concatenate([[first], others]))
        for turn, first in enumerate(found[0], start=1)
    ]


def bundles(services: pd.DataFrame, groups: list[Group]) -> list[Ints]:
    """Groups that must move as one, may move, and are not about to join a pool anyway."""
    free = (services["delegable"] & services["pool"].isna()).to_numpy()
    return [rows for _, kind, rows in groups if kind is LinkKind.TOGETHER and free[rows].all()]


def links(services: pd.DataFrame, groups: list[Group]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of links and of link_services."""
    ids = services["service_id"].to_numpy()
    rows = [{"link_id": name, "kind": kind.value} for name, kind, _ in groups]
    members = [
        {"link_id": name, "service_id": ids[row], "position": position}
        for name, _, members_of in groups
        for position, row in enumerate(members_of, start=1)
    ]
    return rows, members
