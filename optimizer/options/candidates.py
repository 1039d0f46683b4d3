"""Everything that could be decided before any rule is asked: keep for each service, and each offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.records import Decision
from optimizer.options.money import Terms
from optimizer.scenario.scenario import Case

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def codes_of(ids: Iterable[object], known: Iterable[object]) -> Codes:
    """Position of each id in `known`; -1 for blanks and strangers."""
    index = pd.Index(np.fromiter(known, dtype=object))
    codes: Codes = index.get_indexer(pd.Index(np.fromiter(ids, dtype=object))).astype(np.int64)
    return codes


def ids_at(ids: pd.Series, codes: Codes, blank: str | None = None) -> npt.NDArray[np.object_]:
    """The id at each code; `blank` at -1."""
    padded = np.empty(len(ids) + 1, dtype=object)
    padded[:-1], padded[-1] = ids, blank
    return padded[codes]


@dataclass(frozen=True)
class Candidates:
    """Keep for every service, then every offer, as parallel arrays with one entry each."""

    service: Codes
    """Row of the service in the services table."""
    offer: Codes
    """Row of the offer in the offers table; -1 for keep."""
    decision: npt.NDArray[np.object_]
    org: Codes
    """Row of the provider organization (a pool's is its host); -1 for the county itself."""
    pool: Codes
    """Row of the pool; -1 if none."""
    terms: Terms
    coverage: Floats
    """Coverage by district [candidates x max(1, districts)]."""
    quality: Floats
    fte_transferred: Floats
    fte_displaced: Floats

    def __len__(self) -> int:
        return len(self.service)

    @property
    def moved(self) -> Flags:
        return self.terms.moved

    @property
    def taker(self) -> Codes:
        """One code per provider as links see it: organizations, then pools after them; -1 for keep."""
        organizations = int(self.org.max(initial=-1)) + 1
        return np.where(self.pool >= 0, organizations + self.pool, np.where(self.moved, self.org, -1))


def all_candidates(case: Case) -> Candidates:
    """Keep and every offer of the case, whether admissible or not."""
    services, offers = case.county.frame("services"), case.county.frame("offers")
    orgs, pools = case.county.frame("organizations"), case.county.frame("pools")
    n_keep = len(services)
    service = np.concatenate([np.arange(n_keep), codes_of(offers["service_id"], services["service_id"])])
    pool = np.concatenate([np.full(n_keep, -1), codes_of(offers["pool_id"], pools["pool_id"])])
    direct = np.concatenate([np.full(n_keep, -1), codes_of(offers["org_id"], orgs["org_id"])])
    hosts = np.append(codes_of(pools["host_org_id"], orgs["org_id"]), -1)
    org = np.where(pool >= 0, hosts[pool], direct)

    def per_offer(column: str, keep: float | Floats = 0.0) -> Floats:
        values: Floats = offers[column].to_numpy(dtype=np.float64)
        return np.concatenate([np.broadcast_to(keep, n_keep).astype(np.float64), values])

    return Candidates(
        service=service,
        offer=np.concatenate([np.full(n_keep, -1), np.arange(len(offers))]),
        decision=np.concatenate([np.full(n_keep, str(Decision.KEEP), dtype=object), offers["decision"].to_numpy()]),
        org=org,
        pool=pool,
        terms=_terms(case, service, org, pool, per_offer),
        coverage=_coverage(case, per_offer("coverage", 1.0)),
        quality=per_offer("quality", 1.0),
        fte_transferred=per_offer("fte_transferred"),
        fte_displaced=per_offer("fte_displaced"),
    )


def _terms(case: Case, service: Codes, org: Codes, pool: Codes, per_offer: Callable[[str], Floats]) -> Terms:
    services, settings = case.county.frame("services"), case.settings
    n_keep = len(services)
    share = settings.economics.avoidable_share
    personnel, nonpersonnel, overhead, revenue = (
        services[column].to_numpy()[service]
        for column in ("personnel_usd", "nonpersonnel_usd", "overhead_usd", "revenue_usd")
    )
    avoidable = share.personnel * personnel + share.nonpersonnel * nonpersonnel + share.overhead * overhead
    kinds = case.county.frame("organizations")["kind"]
    rates = np.append([settings.kinds[kind].administration_share for kind in kinds], 0.0)
    return Terms(
        moved=np.arange(len(service)) >= n_keep,
        gross=personnel + nonpersonnel + overhead,
        revenue=revenue,
        avoidable=per_offer("moved_share") * avoidable,
        price=per_offer("price_usd_per_year"),
        administration_share=rates[org],
        retained_revenue=per_offer("retained_revenue_usd"),
        transition=per_offer("transition_usd"),
        lead_time_months=per_offer("lead_time_months"),
        pool_rate_cost=_pool_rate_cost(case, pool, n_keep),
    )


def _pool_rate_cost(case: Case, pool: Codes, n_keep: int) -> Floats:
    """Per candidate its volume in its pool times the pool's lowest rate per unit [USD/year]."""
    tiers, pools = case.county.frame("pool_tiers"), case.county.frame("pools")
    best = tiers.groupby("pool_id")["usd_per_unit"].min().reindex(pools["pool_id"]).fillna(0.0).to_numpy()
    return np.append(best, 0.0)[pool] * pool_volume(case, pool, n_keep)


def pool_volume(case: Case, pool: Codes, n_keep: int) -> Floats:
    """Volume that each candidate brings to its pool, in the pool's resource; 0 without a pool."""
    return uses_of(case, ids_at(case.county.frame("pools")["resource"], pool), n_keep)


def uses_of(case: Case, resource: npt.NDArray[np.object_], n_keep: int) -> Floats:
    """How much each candidate uses of the resource named for it; None: nothing. docs/model.md, section 6."""
    offers, services = case.county.frame("offers"), case.county.frame("services")
    uses = case.county.frame("uses").set_index(["offer_id", "resource"])["amount"]
    wanted = pd.MultiIndex.from_arrays([offers["offer_id"], resource[n_keep:]])
    stated = uses.reindex(wanted).to_numpy(dtype=np.float64)
    fte = services["fte"].to_numpy()[codes_of(offers["service_id"], services["service_id"])]
    usual = np.select(
        [resource[n_keep:] == "usd", resource[n_keep:] == "fte"],
        [offers["price_usd_per_year"].to_numpy(), offers["moved_share"].to_numpy() * fte],
        0.0,
    )
    return np.concatenate([np.zeros(n_keep), np.where(np.isnan(stated), usual, stated)])


def _coverage(case: Case, everywhere: Floats) -> Floats:
    districts = [district.district for district in case.county.facts.districts]
    coverage = np.repeat(everywhere[:, None], max(1, len(districts)), axis=1)
    stated = case.county.frame("coverages")
    if len(stated) and districts:
        n_keep = len(case.county.services)
        row = n_keep + codes_of(stated["offer_id"], case.county.frame("offers")["offer_id"])
        coverage[row, codes_of(stated["district"], districts)] = stated["coverage"].to_numpy()
    return coverage
