"""Rows of an assignment problem, under the names that a county's program has for them.

choice         sum_{o of i} x_o = 1                                 every service i
agreement      x_o - y_k <= 0                                       every offer o of organization k
capacity       sum_{o of k} use_o x_o - cap_k y_k <= 0              every organization k; without agreements <= cap
mandate        sum weight coverage_o x_o >= required                every duty
transition     sum transition_o x_o <= budget                       [USD]
displaced_fte  sum displaced_o x_o <= limit                         [FTE]
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.instances.assignment import Assignment
from optimizer.program.columns import Columns
from optimizer.program.rows import Floats, RowBuilder, Rows, at_least, at_most, exactly


def families(instance: Assignment, columns: Columns) -> list[Rows]:
    """Every family but those of pools; some may be empty."""
    return [
        _choice(instance, columns),
        _agreement(instance, columns),
        _capacity(instance, columns),
        _mandates(instance, columns),
        *_total("transition", "USD", instance.transition_usd, instance.transition_limit_usd, columns),
        *_total("displaced_fte", "FTE", instance.displaced_fte, instance.displaced_limit_fte, columns),
    ]


def _choice(instance: Assignment, columns: Columns) -> Rows:
    labels = {"service_id": instance.service_names}
    family = RowBuilder("choice", "1", labels, *exactly(np.ones(instance.services)))
    return family.add(instance.service, columns["choose"].columns, 1.0).rows()


def _agreement(instance: Assignment, columns: Columns) -> Rows:
    moved = np.flatnonzero(instance.organization >= 0)
    moved = moved if instance.agreement_usd is not None else moved[:0]
    labels = {"offer_id": instance.offer_names[moved], "year": np.ones(len(moved), dtype=np.int64)}
    family = RowBuilder("agreement", "1", labels, *at_most(np.zeros(len(moved))))
    row = np.arange(len(moved))
    family.add(row, columns["choose"].columns[moved], 1.0)
    signed = columns["agree"].columns
    return family.add(row, signed[instance.organization[moved]] if len(moved) else row, -1.0).rows()


def _capacity(instance: Assignment, columns: Columns) -> Rows:
    limited = np.isfinite(instance.capacity)
    count = int(limited.sum())
    signs = instance.agreement_usd is not None
    labels = {
        "org_id": instance.organization_names[limited],
        "resource": np.full(count, instance.resource, dtype=object),
        "year": np.full(count, "all", dtype=object),
    }
    capacity = instance.capacity[limited]
    family = RowBuilder("capacity", "unit of the resource", labels, *at_most(np.zeros(count) if signs else capacity))
    row_of = np.full(instance.organizations + 1, -1)
    row_of[:-1][limited] = np.arange(count)
    row = row_of[instance.organization]
    taking = np.flatnonzero(row >= 0)
    family.add(row[taking], columns["choose"].columns[taking], instance.use[taking])
    if signs:
        family.add(np.arange(count), columns["agree"].columns[limited], -capacity)
    return family.rows()


def _mandates(instance: Assignment, columns: Columns) -> Rows:
    duties, coverage = instance.mandates, instance.coverage
    if duties is None or coverage is None:
        return RowBuilder("mandate", "weight", {}, *at_least(np.empty(0))).rows()
    count = len(duties.required_share)
    total = np.bincount(duties.mandate, weights=duties.weight, minlength=count)
    names = np.strings.add("m", np.arange(1, count + 1).astype(np.str_)).astype(object)
    labels = {"mandate_id": names, "district": np.full(count, "all", dtype=object)}
    family = RowBuilder("mandate", "weight", labels, *at_least(duties.required_share * total))
    served = pd.DataFrame({"service": duties.service, "mandate": duties.mandate, "weight": duties.weight})
    options = pd.DataFrame({"service": instance.service, "option": np.arange(len(instance.service))})
    pairs = served.merge(options, on="service")
    option = pairs["option"].to_numpy()
    weighted = pairs["weight"].to_numpy() * coverage[option]
    return family.add(pairs["mandate"].to_numpy(), columns["choose"].columns[option], weighted).rows()


def _total(family: str, unit: str, amount: Floats | None, limit: float | None, columns: Columns) -> list[Rows]:
    if amount is None or limit is None:
        return []
    return [RowBuilder(family, unit, {}, *at_most(limit)).add(0, columns["choose"].columns, amount).rows()]
