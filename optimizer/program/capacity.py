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
    dated = limits[limits["year"].between(1, years)]
    dated = dated.assign(last_year=dated["year"])
    undated = limits[limits["year"].isna()]
    taken: dict[tuple[object, ...], set[int]] = defaultdict(set)
    for *name, year in dated[[*key, "year"]].itertuples(index=False):
        taken[tuple(name)].add(int(year))
    own_years = [taken.get(tuple(name), set()) for name in undated[key].itertuples(index=False)]
    last = [max(set(range(1, years + 1)) - own, default=0) for own in own_years]
    undated = undated.assign(last_year=np.array(last, dtype=np.float64))
    return pd.concat([dated, undated[undated["last_year"] > 0]], ignore_index=True)
