"""Locks that nothing could keep: known before any search, from the options that there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np
import pandas as pd

from optimizer.county.records import Decision
from optimizer.errors import Finding, raise_if_any
from optimizer.options.candidates import ids_at
from optimizer.options.options import Options
from optimizer.scenario.scenario import Case, Lock

NO_OFFER = "there is no such offer"

Ways = Mapping[tuple[str, Decision], set[str | None]]


def refuse_dead_locks(case: Case, options: Options) -> None:
    """Raise `Refused` for locks of services without an admissible option of that decision and provider.

    One finding per line that locks and reason, with the first such service.
    """
    if not case.locks:
        return
    ways = _ways(case, options)
    pools_of: dict[str | None, list[str]] = {}
    for pool in case.county.pools:
        pools_of.setdefault(pool.host_org_id, []).append(pool.pool_id)
    dead: dict[tuple[str, str, str | None, str], list[str]] = {}
    for lock in case.locks:
        for reason in _reasons(lock, ways, options.left_out, pools_of):
            dead.setdefault((lock.origin, str(lock.decision), lock.provider, reason), []).append(lock.service_id)
    raise_if_any([_finding(*key, services) for key, services in dead.items()])


def _finding(origin: str, decision: str, provider: str | None, reason: str, services: list[str]) -> Finding:
    more = f" (and {len(services) - 1} more)" if len(services) > 1 else ""
    who = f" with {provider}" if provider is not None else ""
    found = f"a lock of {services[0]}{more} to {decision}{who}, which nothing could keep: {reason}"
    fix = f"Remove the lock, or mend what stands against it: `options {services[0]}` tells what there is."
    return Finding(f"{origin} lock", found, "an admissible option", fix)


def _ways(case: Case, options: Options) -> Ways:
    """Who there is for each service and decision: organizations (deliverers, hosts, buyers) and pools; None: nobody."""
    candidates, sales, county = options.candidates, options.sales, case.county
    services, orgs = county.frame("services")["service_id"], county.frame("organizations")["org_id"]
    sold = np.full(len(sales), Decision.INSOURCE, dtype=object)
    rows = chain(
        zip(ids_at(services, candidates.service), candidates.decision, ids_at(orgs, candidates.org), strict=True),
        zip(
            ids_at(services, candidates.service),
            candidates.decision,
            ids_at(county.frame("pools")["pool_id"], candidates.pool),
            strict=True,
        ),
        zip(ids_at(services, sales.service), sold, ids_at(county.frame("sales")["org_id"], sales.sale), strict=True),
    )
    ways: dict[tuple[str, Decision], set[str | None]] = {}
    for service_id, decision, provider in rows:
        ways.setdefault((service_id, Decision(decision)), set()).add(provider)
    return ways


def _reasons(lock: Lock, ways: Ways, left_out: pd.DataFrame, pools_of: Mapping[str | None, list[str]]) -> Iterator[str]:
    """Why nothing could keep the lock; nothing if something could."""
    # what is sold is kept
    wanted = {lock.decision: lock.provider} | ({Decision.KEEP: None} if lock.decision is Decision.INSOURCE else {})
    for decision, provider in wanted.items():
        found = ways.get((lock.service_id, decision), set())
        if not found or (provider is not None and provider not in found):
            against = left_out[(left_out["service_id"] == lock.service_id) & (left_out["decision"] == str(decision))]
            if provider is not None:
                against = against[against["provider"].isin([provider, *pools_of.get(provider, ())])]
            yield ", ".join(against["reason"].unique()) or NO_OFFER
