"""Capacity: an organization takes on no more work than it can, in each resource and year it names.

    sum_{o of k, n <= t} use_or x_on <= cap_krt sum_{n <= t} y_kn     [unit of r]     every row (k, r, t) of capacities

Work is never given back, so that a row without a year need only hold in the last year that has no row of its own.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from optimizer.options.candidates import matched, uses_of
from optimizer.program.layout import Layout, add_started
from optimizer.program.rows import RowBuilder, Rows, at_most
from optimizer.scenario.scenario import Case


def rows(layout: Layout) -> list[Rows]:
    """One row per capacity in force whose organization some option would use."""
    if not layout.case.county.capacities:
        return []
    limits = in_force(layout.case.county.frame("capacities"), ["org_id", "resource"], layout.years)
    org = pd.Index(layout.case.county.frame("organizations")["org_id"]).get_indexer(pd.Index(limits["org_id"]))
    held = np.isin(org, layout.orgs)
    limits, org = limits[held].reset_index(drop=True), org[held]
    labels = {
        "org_id": limits["org_id"].to_numpy(dtype=object),
        "resource": limits["resource"].to_numpy(dtype=object),
        "year": limits["year"].map(lambda year: "all" if np.isnan(year) else str(int(year))).to_numpy(dtype=object),
    }
    family = RowBuilder("capacity", "unit of the resource", labels, *at_most(np.zeros(len(limits))))
    last_year = limits["last_year"].to_numpy(dtype=np.int64) - 1
    add_started(family, np.arange(len(limits)), layout.agree[org], last_year, -limits["amount"].to_numpy())
    _add_uses(layout, family, limits.assign(org=org))
    return [family.rows()]


def _add_uses(layout: Layout, family: RowBuilder, limits: pd.DataFrame) -> None:
    candidates = layout.options.candidates
    for resource, of_resource in limits.reset_index(names="row").groupby("resource"):
        use = np.append(_uses(layout.case, str(resource)), 0.0)[candidates.offer]
        using = np.flatnonzero(use)
        option, limit = matched(candidates.org[using], of_resource["org"].to_numpy(dtype=np.int64))
        option = using[option]
        begun = candidates.start[option] < of_resource["last_year"].to_numpy()[limit]
        option, limit = option[begun], limit[begun]
        family.add(of_resource["row"].to_numpy(dtype=np.int64)[limit], layout.chosen[option], use[option])


def _uses(case: Case, resource: str) -> np.ndarray:
    return uses_of(case.county, np.full(len(case.county.offers), resource, dtype=object))


def in_force(limits: pd.DataFrame, key: list[str], years: int) -> pd.DataFrame:
    """Rows of a table with a `year` (blank: every other year) that hold in the horizon.

    With last_year, the last year (from 1) in which the row holds.
    """
    year, names = limits["year"].to_numpy(dtype=np.float64), [*zip(*(limits[column] for column in key), strict=True)]
    dated, undated = np.flatnonzero((year >= 1) & (year <= years)), np.flatnonzero(np.isnan(year))
    own_years: dict[tuple[object, ...], set[float]] = defaultdict(set)
    for row in dated.tolist():
        own_years[names[row]].add(float(year[row]))
    every = set(range(1, years + 1))
    last = [max(every - own_years.get(names[row], set()), default=0) for row in undated.tolist()]
    table = limits.iloc[np.concatenate([dated, undated])].reset_index(drop=True)
    table["last_year"] = np.concatenate([year[dated], np.array(last, dtype=np.float64)])
    return table[table["last_year"] > 0].reset_index(drop=True)
