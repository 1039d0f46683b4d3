"""What of a plan's money depends on how it turns out, by move and sale, from the model's own parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from optimizer.options.money import PARTS, Cents, present_parts, present_sale_parts
from optimizer.options.options import take
from optimizer.options.sales import sales_at
from optimizer.program.rows import Codes, Floats
from optimizer.scenario.settings import Settings
from optimizer.why.asked import Asked

_ONCE, _UNREALIZED = PARTS.index("transition_usd"), PARTS.index("unrealized_usd")
_CHARGES = [PARTS.index("price_usd"), PARTS.index("administration_usd")]


@dataclass(frozen=True)
class Exposure:
    """Moves and sales of one plan; every array has one entry for each [USD, present]."""

    names: npt.NDArray[np.object_]
    """Id of the service."""
    department: npt.NDArray[np.object_]
    partner: Codes
    """Row of the organization; -1: none."""
    promised: Floats
    """Promised saving, as far as a share of it is counted on; the plan counts on `realization` of it."""
    charges: Floats
    """What the partner is paid, administration included; of a sale what it pays, negative."""
    once: Floats
    """One-time cost."""
    running: Floats
    """All that it costs in the plan but the one-time cost."""
    back: Floats
    """What the service costs in house instead; of a sale nothing."""
    realization: float
    """Share of promised savings that the plan counts on."""
    failure: Floats
    """Probability that its partner fails within the horizon."""

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True)
class SharedUnits:
    """Shared units that a plan opens, and what the county bears of them; an entry for each [USD, present]."""

    names: npt.NDArray[np.object_]
    once: Floats
    """Set-up."""
    running: Floats
    """Fixed and volume cost."""


def shared_units_of(asked: Asked) -> SharedUnits:
    """The shared units of the plan in question."""
    costs = asked.plan.costs
    own = costs[costs["scope"] == "pool"]
    names = {pool.pool_id: pool.name for pool in asked.case.county.pools}
    by_part = own.pivot_table(index="id", columns="part", values="present_usd", aggfunc="sum", fill_value=0.0)
    once = by_part.reindex(columns=["pool_setup_usd"], fill_value=0.0).sum(axis=1)
    return SharedUnits(
        np.array([names[pool_id] for pool_id in by_part.index], dtype=object),
        once.to_numpy(dtype=np.float64),
        (by_part.sum(axis=1) - once).to_numpy(dtype=np.float64),
    )


def exposure_of(asked: Asked) -> Exposure:
    """The moves and sales of the plan in question."""
    moves, sales = _moves(asked), _sales(asked)
    both = [np.concatenate([one, other]) for one, other in zip(moves, sales, strict=True)]
    names, department, partner, promised, charges, once, running, back = both
    probability = asked.case.county.frame("organizations")["probability_of_failure"].to_numpy(dtype=np.float64)
    failure = np.append(np.nan_to_num(probability), 0.0)[partner.astype(np.int64)]
    realization = asked.case.settings.economics.realization_share
    return Exposure(
        names, department, partner.astype(np.int64), promised, charges, once, running, back, realization, failure
    )


def _with_realization(settings: Settings, share: float) -> Settings:
    economics = settings.economics.model_copy(update={"realization_share": share})
    return settings.model_copy(update={"economics": economics})


def _usd(amounts: Cents) -> Floats:
    dollars: Floats = amounts / 100.0
    return dollars


def _moves(asked: Asked) -> list[npt.NDArray[Any]]:
    program, settings = asked.program, asked.case.settings
    candidates, services = program.options.candidates, asked.case.county.frame("services")
    chosen = np.flatnonzero((asked.x[program.layout.chosen] > 0.5) & candidates.moved)
    own = take(candidates, chosen)
    parts = _usd(program.options.present_cents[chosen])
    none, full = (_usd(present_parts(own.terms, _with_realization(settings, share))) for share in (0.0, 1.0))
    promised = none[:, _UNREALIZED] - full[:, _UNREALIZED]
    once = parts[:, _ONCE]
    return [
        services["service_id"].to_numpy(dtype=object)[own.service],
        services["department"].to_numpy(dtype=object)[own.service],
        own.org,
        promised,
        parts[:, _CHARGES].sum(axis=1),
        once,
        parts.sum(axis=1) - once,
        _usd(program.options.keep_cents)[own.service],
    ]


def _sales(asked: Asked) -> list[npt.NDArray[Any]]:
    program, settings, sales = asked.program, asked.case.settings, asked.program.options.sales
    services = asked.case.county.frame("services")
    made = np.flatnonzero(asked.x[program.layout.columns["sell"].columns] > 0.5)
    terms = sales_at(asked.case, sales.sale[made], sales.terms.start[made]).terms
    parts, none, full = (
        _usd(present_sale_parts(terms, one))
        for one in (settings, _with_realization(settings, 0.0), _with_realization(settings, 1.0))
    )
    buyers = asked.program.layout.codes("sales", "org_id", "organizations")[sales.sale[made]]
    service = sales.service[made]
    return [
        services["service_id"].to_numpy(dtype=object)[service],
        services["department"].to_numpy(dtype=object)[service],
        buyers,
        none[:, 2] - full[:, 2],
        parts[:, 0],
        parts[:, 3],
        parts[:, :3].sum(axis=1),
        np.zeros(len(made)),
    ]
