"""Locks that nothing could keep: known before any search, from the options that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.errors import Finding, raise_if_any
from optimizer.options.admissible import NOT_CONSIDERED
from optimizer.options.candidates import ids_at
from optimizer.options.options import Options
from optimizer.options.region import RegionCase, Trade
from optimizer.scenario.scenario import Case, Lock

NO_OFFER = "there is no such offer"
ALLOWED = "allowed_decisions"

Ways = Mapping[tuple[str, Decision], set[str | None]]


@dataclass(frozen=True)
class _Dead:
    """What locks of one line have in common that nothing could keep."""

    origin: str
    decision: Decision
    provider: str | None
    lacking: Decision | None
    """Decision that the scenario does not allow at all; None: something else stands against it."""
    reason: str


def refuse_dead_locks(case: Case, options: Options) -> None:
    """Raise `Refused` for locks of services without an admissible option of that decision and provider."""
    raise_if_any(dead_locks(case, options))


def refuse_dead_region_locks(region: RegionCase, options: Mapping[str, Options]) -> None:
    """Raise `Refused` for locks of any county that nothing in the region could keep, named by county.

    A sale to another county of the region, and the offer that it delivers, count only where both are admissible.
    """
    findings = []
    for name, case in region.cases.items():
        if case.locks:
            own = dead_locks(case, options[name], undelivered(region, options, name), f" --county {name}")
            findings += [replace(finding, where=f"{name}, {finding.where}") for finding in own]
    raise_if_any(findings)


def dead_locks(
    case: Case, options: Options, uncounted: pd.DataFrame | None = None, of_county: str = ""
) -> list[Finding]:
    """One finding per line that locks and reason, with the first such service.

    `uncounted` are offers and sales that do not count although they are admissible, as in `Options.left_out`;
    `of_county` is what the command `options` has to be told besides where there are several counties.
    """
    if not case.locks:
        return []
    left_out = options.left_out if uncounted is None else pd.concat([options.left_out, uncounted])
    ways = _ways(case, options, uncounted)
    pools_of: dict[str | None, list[str]] = {}
    for pool in case.county.pools:
        pools_of.setdefault(pool.host_org_id, []).append(pool.pool_id)
    dead: dict[_Dead, list[str]] = {}
    for lock in case.locks:
        for lacking, reason in _reasons(lock, case, ways, left_out, pools_of):
            found = _Dead(lock.origin, lock.decision, lock.provider, lacking, reason)
            dead.setdefault(found, []).append(lock.service_id)
    return [_finding(found, services, of_county) for found, services in dead.items()]


def undelivered(region: RegionCase, options: Mapping[str, Options], name: str) -> pd.DataFrame:
    """The county's part of trades that its partner cannot make, in the columns of `Options.left_out`."""
    rows = []
    for trade in region.trades:
        sale, offer = trade.sale, trade.offer
        if trade.buyer == name and (reason := _unsold(trade, options[trade.seller])):
            told = f"{trade.seller} cannot sell it ({reason})"
            rows.append((offer.service_id, str(offer.decision), trade.seller, offer.offer_id, 1, told))
        elif trade.seller == name and (reason := _unbought(trade, region.cases[trade.buyer], options[trade.buyer])):
            told = f"{trade.buyer} cannot buy it ({reason})"
            rows.append((sale.service_id, str(Decision.INSOURCE), trade.buyer, sale.sale_id, 1, told))
    return pd.DataFrame(rows, columns=options[name].left_out.columns)


def _unsold(trade: Trade, seller: Options) -> str:
    """Why the seller cannot make the sale, nor keep the service it sells; empty if it can."""
    left, sale = seller.left_out, trade.sale
    sold = (left["decision"] == str(Decision.INSOURCE)) & (left["offer_id"] == sale.sale_id)
    kept = (left["decision"] == str(Decision.KEEP)) & (left["service_id"] == sale.service_id)
    return ", ".join(left.loc[sold | kept, "reason"].unique())


def _unbought(trade: Trade, case: Case, buyer: Options) -> str:
    """Why the buyer cannot take the offer in any start year; empty if it can."""
    left = buyer.left_out
    against = left[(left["decision"] != str(Decision.INSOURCE)) & (left["offer_id"] == trade.offer.offer_id)]
    return ", ".join(against["reason"].unique()) if len(against) == case.settings.horizon.start_years else ""


def _finding(dead: _Dead, services: list[str], of_county: str) -> Finding:
    more = f" (and {len(services) - 1} more)" if len(services) > 1 else ""
    who = f" with {dead.provider}" if dead.provider is not None else ""
    found = f"a lock of {services[0]}{more} to {dead.decision}{who}, which nothing could keep: {dead.reason}"
    fix = f"Remove the lock, or mend what stands against it: `options {services[0]}{of_county}` tells what there is."
    if dead.lacking is not None:
        fix = f"Remove the lock, or add {dead.lacking} to allowed_decisions."
    return Finding(f"{dead.origin} lock", found, "an admissible option", fix)


def _ways(case: Case, options: Options, uncounted: pd.DataFrame | None) -> Ways:
    """Who there is for each service and decision: organizations (deliverers, hosts, buyers) and pools; None: nobody."""
    candidates, sales, county = options.candidates, options.sales, case.county
    services, orgs = county.frame("services")["service_id"], county.frame("organizations")["org_id"]
    sold, sale_table = np.full(len(sales), Decision.INSOURCE, dtype=object), county.frame("sales")
    served, offered = ids_at(services, candidates.service), ids_at(county.frame("offers")["offer_id"], candidates.offer)
    pools = ids_at(county.frame("pools")["pool_id"], candidates.pool)
    sellable = ids_at(services, sales.service), sold, ids_at(sale_table["org_id"], sales.sale)
    rows = chain(
        zip(served, candidates.decision, ids_at(orgs, candidates.org), offered, strict=True),
        zip(served, candidates.decision, pools, offered, strict=True),
        zip(*sellable, ids_at(sale_table["sale_id"], sales.sale), strict=True),
    )
    gone = set() if uncounted is None else set(zip(uncounted["decision"], uncounted["offer_id"], strict=True))
    ways: dict[tuple[str, Decision], set[str | None]] = {}
    for service_id, decision, provider, row_id in rows:
        if (str(decision), row_id) not in gone:
            ways.setdefault((service_id, Decision(decision)), set()).add(provider)
    return ways


def _reasons(
    lock: Lock, case: Case, ways: Ways, left_out: pd.DataFrame, pools_of: Mapping[str | None, list[str]]
) -> Iterator[tuple[Decision | None, str]]:
    """Why nothing could keep the lock, with the decision that the scenario does not allow, if it is that."""
    # what is sold is kept
    wanted = {lock.decision: lock.provider} | ({Decision.KEEP: None} if lock.decision is Decision.INSOURCE else {})
    for decision, provider in wanted.items():
        if decision not in case.settings.allowed_decisions:
            setter = case.scenario.origins.get(ALLOWED, "")
            yield decision, f"{NOT_CONSIDERED}, as {ALLOWED}{f' ({setter})' if setter else ''} lacks {decision}"
            continue
        found = ways.get((lock.service_id, decision), set())
        if not found or (provider is not None and provider not in found):
            against = left_out[(left_out["service_id"] == lock.service_id) & (left_out["decision"] == str(decision))]
            if provider is not None:
                against = against[against["provider"].isin([provider, *pools_of.get(provider, ())])]
            yield None, ", ".join(against["reason"].unique()) or NO_OFFER
