"""All that could be decided before any rule is asked: keep for each service, each offer in each start year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.county import County
from optimizer.county.facts import WHOLE_COUNTY
from optimizer.county.once import once
from optimizer.county.terms import Decision
from optimizer.options.money import Terms
from optimizer.options.shared import escalation_of_orgs
from optimizer.scenario.scenario import Case

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def codes_of(ids: Iterable[object], known: Iterable[object]) -> Codes:
    """Position of each id in `known`; -1 for blanks and strangers."""
    place = {name: number for number, name in enumerate(known)}
    return np.fromiter(map(place.get, ids, repeat(-1)), dtype=np.int64)


def numbered(*parts: Codes) -> tuple[Codes, tuple[Codes, ...]]:
    """A number per entry from 0, equal where all parts are equal, in the order in which they come; and the parts of
    each number. Parts are 0 or more.
    """
    shape = tuple(int(part.max(initial=0)) + 1 for part in parts)
    number, codes = pd.factorize(np.ravel_multi_index(parts, shape))
    return number.astype(np.int64), tuple(part.astype(np.int64) for part in np.unravel_index(codes, shape))


def matched(left: Codes, right: Codes) -> tuple[Codes, Codes]:
    """Every pair of equal codes, by their places in both, in the order of the first and then of the second."""
    order = np.argsort(right, kind="stable")
    first, after = (np.searchsorted(right[order], left, side=side) for side in ("left", "right"))
    count = after - first
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(np.arange(len(left)), count), order[np.repeat(first, count) + within]


def ids_at(ids: pd.Series, codes: Codes, blank: str | None = None) -> npt.NDArray[np.object_]:
    """The id at each code; `blank` at -1."""
    padded = np.empty(len(ids) + 1, dtype=object)
    padded[:-1], padded[-1] = ids, blank
    return padded[codes]


@dataclass(frozen=True)
class Candidates:
    """Keep for every service, then every offer once per start year, as parallel arrays with one entry each."""

    service: Codes
    """Row of the service in the services table."""
    offer: Codes
    """Row of the offer in the offers table; -1 for keep."""
    decision: npt.NDArray[np.object_]
    org: Codes
    """Row of the provider organization (a pool's is its host); -1 for the county itself, and for nobody."""
    pool: Codes
    """Row of the pool; -1 if none."""
    terms: Terms
    coverage: Floats
    """Coverage by place [candidates x places], places as in `places_of`."""
    quality: Floats
    fte_transferred: Floats
    fte_displaced: Floats

    def __len__(self) -> int:
        return len(self.service)

    @property
    def moved(self) -> Flags:
        return self.terms.moved

    @property
    def start(self) -> Codes:
        """Year in which it starts, from 0; 0 for keep."""
        return self.terms.start

    @property
    def ended(self) -> Flags:
        """Exit: nobody delivers the service any more."""
        ended: Flags = self.decision == str(Decision.EXIT)
        return ended

    @property
    def taker(self) -> Codes:
        """One code per provider as links see it: organizations, then pools after them; -1 for keep and exit."""
        organizations = int(self.org.max(initial=-1)) + 1
        return np.where(self.pool >= 0, organizations + self.pool, np.where(self.moved, self.org, -1))


def places_of(case: Case) -> list[str]:
    """Districts, or the county as a whole if it has none; then population groups."""
    facts = case.county.facts
    districts = [district.district for district in facts.districts] or [WHOLE_COUNTY]
    return districts + [group.group for group in facts.groups]


def all_candidates(case: Case) -> Candidates:
    """Keep and every offer of the case in every start year, whether admissible or not."""
    services, offers = case.county.frame("services"), case.county.frame("offers")
    orgs, pools = case.county.frame("organizations"), case.county.frame("pools")
    n_keep, starts = len(services), case.settings.horizon.start_years
    offer = np.concatenate([np.full(n_keep, -1), np.tile(np.arange(len(offers)), starts)])
    start = np.concatenate([np.zeros(n_keep, dtype=np.int64), np.repeat(np.arange(starts), len(offers))])
    service = np.where(offer >= 0, np.append(service_of_offers(case.county), -1)[offer], np.arange(len(offer)))
    pool = np.append(codes_of(offers["pool_id"], pools["pool_id"]), -1)[offer]
    direct = np.append(codes_of(offers["org_id"], orgs["org_id"]), -1)[offer]
    hosts = np.append(codes_of(pools["host_org_id"], orgs["org_id"]), -1)
    org = np.where(pool >= 0, hosts[pool], direct)

    def of_offers(column: str, keep: float = 0.0) -> Floats:
        cells: Floats = np.append(offers[column].to_numpy(dtype=np.float64), keep)[offer]
        return cells

    return Candidates(
        service=service,
        offer=offer,
        decision=ids_at(offers["decision"], offer, str(Decision.KEEP)),
        org=org,
        pool=pool,
        terms=_terms(case, service, offer, org, start),
        coverage=np.vstack([_coverage(case), np.ones(len(places_of(case)))])[offer],
        quality=of_offers("quality", 1.0),
        fte_transferred=of_offers("fte_transferred"),
        fte_displaced=of_offers("fte_displaced"),
    )


def _terms(case: Case, service: Codes, offer: Codes, org: Codes, start: Codes) -> Terms:
    services, offers, share = (
        case.county.frame("services"),
        case.county.frame("offers"),
        case.settings.economics.avoidable_share,
    )
    cost = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].to_numpy(dtype=np.float64)[service]
    shares = np.array([share.personnel, share.nonpersonnel, share.overhead])

    def of_offers(column: str) -> Floats:
        return np.append(offers[column].to_numpy(dtype=np.float64), 0.0)[offer]

    kinds = case.county.frame("organizations")["kind"]
    rates = np.append([case.settings.kinds[kind].administration_share for kind in kinds], 0.0)
    return Terms(
        moved=offer >= 0,
        start=start,
        cost=cost,
        avoided=of_offers("moved_share")[:, None] * shares[None, :] * cost,
        revenue=services["revenue_usd"].to_numpy(dtype=np.float64)[service],
        price=of_offers("price_usd_per_year"),
        price_escalation=escalation_of_orgs(case)[org],
        administration_share=rates[org],
        retained_revenue=of_offers("retained_revenue_usd"),
        transition=of_offers("transition_usd"),
        lead_time_months=of_offers("lead_time_months"),
        pool_rate_cost=np.append(_pool_rate_cost(case.county), 0.0)[offer],
    )


@once
def _pool_rate_cost(county: County) -> Floats:
    """Per offer its volume in its pool times the pool's lowest rate per unit [offers, USD/year]."""
    tiers, pools = county.frame("pool_tiers"), county.frame("pools")
    best = tiers.groupby("pool_id")["usd_per_unit"].min().reindex(pools["pool_id"]).fillna(0.0).to_numpy()
    pool = codes_of(county.frame("offers")["pool_id"], pools["pool_id"])
    return np.append(best, 0.0)[pool] * pool_volume(county)


@once
def pool_volume(county: County) -> Floats:
    """Volume that each offer brings to its pool, in the pool's resource [offers]; 0 without a pool."""
    pools = county.frame("pools")
    pool = codes_of(county.frame("offers")["pool_id"], pools["pool_id"])
    return uses_of(county, ids_at(pools["resource"], pool))


def uses_of(county: County, resource: npt.NDArray[np.object_]) -> Floats:
    """How much each offer uses of the resource named for it [offers]; None: nothing. docs/model.md, section 6."""
    offers, uses, offer = county.frame("offers"), county.frame("uses"), _offer_of_uses(county)
    stated = np.full(len(offers), np.nan)
    own = np.flatnonzero(offer >= 0)
    own = own[resource[offer[own]] == uses["resource"].to_numpy(dtype=object)[own]]
    stated[offer[own]] = uses["amount"].to_numpy(dtype=np.float64)[own]
    fte = county.frame("services")["fte"].to_numpy()[service_of_offers(county)]
    usual = np.select(
        [resource == "usd", resource == "fte"],
        [offers["price_usd_per_year"].to_numpy(), offers["moved_share"].to_numpy() * fte],
        0.0,
    )
    return np.where(np.isnan(stated), usual, stated)


@once
def _offer_of_uses(county: County) -> Codes:
    """Row of the offer of each use [uses]."""
    return codes_of(county.frame("uses")["offer_id"], county.frame("offers")["offer_id"])


@once
def service_of_offers(county: County) -> Codes:
    """Row of the service of each offer [offers]."""
    return codes_of(county.frame("offers")["service_id"], county.frame("services")["service_id"])


def _coverage(case: Case) -> Floats:
    """Coverage of every offer in every place [offers x places]."""
    offers, places = case.county.frame("offers"), places_of(case)
    coverage = np.repeat(offers["coverage"].to_numpy(dtype=np.float64)[:, None], len(places), axis=1)
    stated = case.county.frame("coverages")
    row, place = codes_of(stated["offer_id"], offers["offer_id"]), codes_of(stated["district"], places)
    coverage[row, place] = stated["coverage"].to_numpy()
    return coverage
