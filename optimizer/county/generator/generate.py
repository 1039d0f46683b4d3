"""From a specification and a seed to a whole county."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from optimizer.county import records
from optimizer.county.county import County
from optimizer.county.generator import duties, facts, links
from optimizer.county.generator.capacities import capacities, work_uses
from optimizer.county.generator.communication import communication, communication_costs
from optimizer.county.generator.costs import costs
from optimizer.county.generator.inventory import inventory
from optimizer.county.generator.levels import mandate_levels, other_levels, recovery_levels, reliance_levels
from optimizer.county.generator.organizations import organizations
from optimizer.county.generator.overlaps import overlaps
from optimizer.county.generator.pools import Pools, pools
from optimizer.county.generator.quotes import coverages, group_coverages, quotes
from optimizer.county.generator.sales import sales, spare_staff
from optimizer.county.generator.spec import CountySpec

R = TypeVar("R", bound=records.Record)

_STREAMS = (
    "inventory",
    "costs",
    "levels",
    "organizations",
    "overlaps",
    "quotes",
    "pools",
    "coverages",
    "capacities",
    "sales",
    "groups",
    "communication",
)
"""Random streams, one per part; a new one comes last, so that the others stay what they were."""


def generate(spec: CountySpec, seed: int) -> County:
    """A county made to the specification; the same specification and seed give the same county."""
    children = np.random.SeedSequence(seed).spawn(len(_STREAMS))
    rng = {name: np.random.Generator(np.random.PCG64(child)) for name, child in zip(_STREAMS, children, strict=True)}
    services = _services(spec, rng)
    groups = links.link_groups(services)
    orgs = organizations(spec, rng["organizations"])
    mapped = overlaps(services, orgs, links.bundles(services, groups), spec, rng["overlaps"])
    _finish_services(services, mapped, orgs, spec, rng["levels"])
    asked = quotes(services, orgs, mapped, spec, rng["quotes"])
    joined = pools(services, orgs, spec, rng["pools"])
    work = work_uses(asked, services)
    rows = _rows(services, orgs, mapped, asked, joined)
    rows["uses"] = [*work, *joined.uses]
    rows["capacities"] = capacities(orgs, services, mapped, asked, work, spec, rng["capacities"])
    parts = facts.districts(spec)
    uneven = coverages(asked, tuple(part.district for part in parts), rng["coverages"])
    unequal = group_coverages(asked, services, spec.groups, rng["groups"])
    rows["coverages"] = _dicts(uneven, records.Coverage) + _dicts(unequal, records.Coverage)
    rows["mandates"], rows["mandate_services"] = duties.mandates(services, parts)
    rows["links"], rows["link_services"] = links.links(services, groups)
    rows |= _trade(services, orgs, mapped, rng["sales"])
    talks, talkers = communication(services, rng["communication"])
    takers = pd.concat([asked[["service_id", "org_id"]], joined.hosted()], ignore_index=True)
    rows["communication_costs"] = communication_costs(talkers, takers, rng["communication"])
    rows["links"], rows["link_services"] = rows["links"] + talks, rows["link_services"] + talkers
    rows["proposals"] = facts.proposals(spec)
    return _county(facts.facts(spec, services), rows)


def _services(spec: CountySpec, rng: dict[str, np.random.Generator]) -> pd.DataFrame:
    """Services with their costs and mandates, and the catalogue's columns beside them."""
    services = inventory(spec, rng["inventory"])
    services[["personnel_usd", "nonpersonnel_usd", "overhead_usd", "revenue_usd", "fte"]] = costs(
        services, spec, rng["costs"]
    )
    services["gross_usd"] = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].sum(axis=1)
    bound = duties.bound_by_duty(services)
    services["mandate_level"] = mandate_levels(services, services["gross_usd"], bound, spec, rng["levels"])
    return services


def _finish_services(
    services: pd.DataFrame, mapped: pd.DataFrame, orgs: pd.DataFrame, spec: CountySpec, rng: np.random.Generator
) -> None:
    """What depends on who else delivers a service: reliance and the levels that follow it."""
    size = len(services)
    count = np.bincount(mapped["service"], minlength=size)
    private = (orgs["kind"] == "private").to_numpy()[mapped["org"]] if len(orgs) else np.zeros(0, dtype=bool)
    firms = np.bincount(mapped["service"][private], minlength=size)
    services["shared"] = count > 0
    services["reliance_level"] = reliance_levels(count, firms, spec, rng)
    services["cost_recovery_level"] = recovery_levels(services["gross_usd"], services["revenue_usd"])
    more = other_levels(services, services["mandate_level"].to_numpy(), services["reliance_level"].to_numpy(), rng)
    services[["population_level", "demand_level", "quartile"]] = more


def _rows(
    services: pd.DataFrame, orgs: pd.DataFrame, mapped: pd.DataFrame, asked: pd.DataFrame, joined: Pools
) -> dict[str, list[dict[str, Any]]]:
    """Rows of the tables that are frames so far."""
    said = pd.DataFrame(
        {
            "org_id": orgs["org_id"].to_numpy()[mapped["org"]] if len(orgs) else [],
            "service_id": services["service_id"].to_numpy()[mapped["service"]],
            "stance": mapped["stance"].to_numpy(),
        }
    )
    offers = pd.concat([asked, *joined.offers], ignore_index=True)
    return {
        "services": _dicts(services, records.Service),
        "organizations": _dicts(orgs, records.Organization),
        "overlaps": _dicts(said, records.Overlap),
        "offers": _dicts(offers, records.Offer),
        "pools": joined.pools,
        "pool_tiers": joined.tiers,
    }


def _trade(
    services: pd.DataFrame, orgs: pd.DataFrame, mapped: pd.DataFrame, rng: np.random.Generator
) -> dict[str, list[dict[str, Any]]]:
    """Rows of what the county could sell and of the staff it has for it."""
    sold = sales(services, orgs, mapped, rng)
    return {"sales": _dicts(sold, records.Sale), "spare_staff": spare_staff(services, sold, rng)}


def _dicts(frame: pd.DataFrame, record: type[records.Record]) -> list[dict[str, Any]]:
    """A frame's rows, only the record's columns, blanks as None."""
    columns = [name for name in record.model_fields if name in frame]
    plain = frame[columns].astype(object)
    plain = plain.where(plain.notna(), None)
    return [dict(zip(columns, row, strict=True)) for row in plain.itertuples(index=False, name=None)]


def _made(record: type[R], rows: Iterable[dict[str, Any]]) -> tuple[R, ...]:
    return tuple(record(**row) for row in rows)


def _county(known: records.Facts, rows: dict[str, list[dict[str, Any]]]) -> County:
    return County(
        facts=known,
        services=_made(records.Service, rows["services"]),
        organizations=_made(records.Organization, rows["organizations"]),
        capacities=_made(records.Capacity, rows["capacities"]),
        overlaps=_made(records.Overlap, rows["overlaps"]),
        offers=_made(records.Offer, rows["offers"]),
        coverages=_made(records.Coverage, rows["coverages"]),
        uses=_made(records.Use, rows["uses"]),
        pools=_made(records.Pool, rows["pools"]),
        pool_tiers=_made(records.PoolTier, rows["pool_tiers"]),
        mandates=_made(records.Mandate, rows["mandates"]),
        mandate_services=_made(records.MandateService, rows["mandate_services"]),
        links=_made(records.Link, rows["links"]),
        link_services=_made(records.LinkService, rows["link_services"]),
        communication_costs=_made(records.CommunicationCost, rows["communication_costs"]),
        sales=_made(records.Sale, rows["sales"]),
        spare_staff=_made(records.SpareStaff, rows["spare_staff"]),
        proposals=_made(records.Proposal, rows["proposals"]),
    )
