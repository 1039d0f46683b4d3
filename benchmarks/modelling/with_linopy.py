"""The model in linopy: one variable array per block, rows by grouped sums, and its direct interface to HiGHS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import highspy
import linopy
import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.instances.assignment import Assignment


def state(instance: Assignment) -> Callable[[], highspy.Highs]:
    """Build the model; the returned call gives it to HiGHS."""
    assert instance.agreement_usd is not None
    model = linopy.Model()
    options = pd.RangeIndex(len(instance.service), name="option")
    organizations = pd.RangeIndex(instance.organizations, name="organization")
    choose = model.add_variables(binary=True, coords=[options], name="choose")
    agree = model.add_variables(binary=True, coords=[organizations], name="agree")
    service = xr.DataArray(instance.service, coords=[options], name="service")
    model.add_constraints(choose.groupby(service).sum() == 1, name="choice")
    _add_organizations(model, instance, choose, agree)
    _add_mandates(model, instance, choose)
    _add_limits(model, instance, choose, options)
    cost = xr.DataArray(instance.cost_usd, coords=[options])
    fixed = xr.DataArray(instance.agreement_usd, coords=[organizations])
    model.add_objective((cost * choose).sum() + (fixed * agree).sum())

    def finish() -> highspy.Highs:
        return linopy.io.to_highspy(model)

    return finish


def _add_organizations(model: Any, instance: Assignment, choose: Any, agree: Any) -> None:
    moved = np.flatnonzero(instance.organization >= 0)
    index = pd.Index(moved, name="option")
    organization = xr.DataArray(instance.organization[moved], coords=[index], name="organization")
    chosen = choose.sel(option=moved)
    signed = linopy.Variable(agree.data.isel(organization=organization).drop_vars("organization"), model, "agree")
    model.add_constraints(chosen - signed <= 0, name="agreement")
    use = xr.DataArray(instance.use[moved], coords=[index])
    capacity = xr.DataArray(instance.capacity, coords=[pd.RangeIndex(instance.organizations, name="organization")])
    taken = (use * chosen).groupby(organization).sum()
    model.add_constraints(taken - capacity * agree <= 0, name="capacity")


def _add_mandates(model: Any, instance: Assignment, choose: Any) -> None:
    duties, coverage = instance.mandates, instance.coverage
    if duties is None or coverage is None:
        return
    entries = pd.DataFrame({"service": duties.service, "mandate": duties.mandate, "weight": duties.weight})
    pairs = entries.merge(pd.DataFrame({"service": instance.service, "option": np.arange(len(coverage))}), on="service")
    option = pairs["option"].to_numpy()
    index = pd.Index(option, name="option")
    weighted = xr.DataArray(pairs["weight"].to_numpy() * coverage[option], coords=[index])
    mandate = xr.DataArray(pairs["mandate"].to_numpy(), coords=[index], name="mandate")
    total = np.bincount(duties.mandate, weights=duties.weight)
    needed = xr.DataArray(duties.required_share * total, coords=[pd.RangeIndex(len(total), name="mandate")])
    held = (weighted * choose.sel(option=option)).groupby(mandate).sum()
    model.add_constraints(held >= needed, name="mandate")


def _add_limits(model: Any, instance: Assignment, choose: Any, options: pd.Index) -> None:
    limits = (
        ("transition", instance.transition_usd, instance.transition_limit_usd),
        ("displaced_fte", instance.displaced_fte, instance.displaced_limit_fte),
    )
    for name, amount, limit in limits:
        if amount is not None and limit is not None:
            counted = np.flatnonzero(amount)
            values = xr.DataArray(amount[counted], coords=[options[counted]])
            model.add_constraints((values * choose.sel(option=counted)).sum() <= limit, name=name)
