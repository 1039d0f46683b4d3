"""Locks and bans of a scenario as ids, with no two of them against each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from optimizer.county.county import County
from optimizer.county.terms import Decision
from optimizer.errors import Finding, raise_if_any
from optimizer.scenario.scenario import Absent, Forbid, Lock, Rule, Scenario
from optimizer.scenario.selectors import nothing_selected, problems, selected
from optimizer.scenario.wording import nearest, shown

_IDS = {"services": "service_id", "organizations": "org_id"}


@dataclass(frozen=True)
class _Picked:
    """A rule with the ids of the rows it selects."""

    rule: Rule
    ids: tuple[str, ...]


def resolve_rules(
    county: County, scenario: Scenario, absent: list[Absent] | None = None
) -> tuple[tuple[Lock, ...], tuple[Forbid, ...]]:
    """The scenario's locks, at most one per service, and its bans, in the order of the county's rows.

    A what-if's lock replaces the county's own; within one file the later one counts. Selectors that match no row of
    this county, and need not, as it is one of a region, are added to `absent`. Raises `Refused` for other selectors
    that match no row, providers the county does not have, what-ifs that lock one service differently, a lock
    to what is forbidden, and a lock to a sale that nobody asks for.
    """
    findings: list[Finding] = []
    absent = [] if absent is None else absent
    picked = [_picked(county, rule, findings, absent) for rule in scenario.rules]
    locks = _locks(county, picked, findings)
    forbids = _forbids(county, picked)
    findings.extend(_contradictions(county, locks, forbids))
    findings.extend(_unsold(county, locks))
    raise_if_any(findings)
    return locks, forbids


def _picked(county: County, rule: Rule, findings: list[Finding], absent: list[Absent]) -> _Picked:
    frame = county.frame(rule.table)
    wrong = problems(rule.table, rule.where, {}, {})
    findings.extend(problem.at(rule.origin) for problem in wrong)
    if wrong:
        return _Picked(rule, ())
    mask = selected(county, rule.table, rule.where, frame)
    if not mask.any():
        finding = nothing_selected(county, rule.table, rule.where, frame, rule.origin)
        if rule.may_be_absent:
            absent.append(Absent(rule, finding))
            return _Picked(rule, ())
        findings.append(finding)
    if rule.provider is not None:
        findings.extend(_unknown_provider(county, rule, rule.provider))
    return _Picked(rule, tuple(frame[_IDS[rule.table]].to_numpy()[np.flatnonzero(mask)]))


def _unknown_provider(county: County, rule: Rule, provider: str) -> Iterator[Finding]:
    known = {org.org_id for org in county.organizations}
    needs = "an organization of the county, which buys"
    if rule.lock is not Decision.INSOURCE:
        known |= {pool.pool_id for pool in county.pools}
        needs = "an organization or a pool of the county"
    if provider not in known:
        yield Finding(f"{rule.origin} lock", f"provider {shown(provider)}", needs, nearest(provider, known))


def _locks(county: County, picked: Iterable[_Picked], findings: list[Finding]) -> tuple[Lock, ...]:
    """The lock that counts for each service: the highest layer's; the what-ifs of one layer have to agree."""
    locking = sorted((one for one in picked if one.rule.lock is not None), key=lambda one: _layer(one.rule))
    held: dict[str, Lock] = {}
    for _, layer in groupby(locking, key=lambda one: _layer(one.rule)):
        agreed: dict[str, Lock] = {}
        by_file = groupby(sorted(layer, key=lambda one: one.rule.what_if), key=lambda one: one.rule.what_if)
        for _, group in by_file:
            own = {lock.service_id: lock for one in group for lock in _locks_of(one)}
            findings.extend(_disagreements(agreed, own))
            agreed = own | agreed
        held |= agreed
    order = [service.service_id for service in county.services]
    return tuple(held[service_id] for service_id in order if service_id in held)


def _layer(rule: Rule) -> int:
    return 0 if rule.what_if == "county" else 1


def _locks_of(picked: _Picked) -> Iterator[Lock]:
    rule = picked.rule
    for service_id in picked.ids:
        if rule.lock is not None:
            yield Lock(service_id, rule.lock, rule.provider, rule.origin)


def _disagreements(agreed: dict[str, Lock], own: dict[str, Lock]) -> list[Finding]:
    """One finding per pair of origins that lock a service differently, with the first such service."""
    findings: dict[tuple[str, str], Finding] = {}
    for service_id, lock in own.items():
        other = agreed.get(service_id)
        if other is not None and (other.decision, other.provider) != (lock.decision, lock.provider):
            found = f"a lock of {service_id} to {_told(lock)}, which {other.origin} locks to {_told(other)}"
            fix = "Leave one of the two what-ifs out."
            finding = Finding(f"{lock.origin} lock", found, "one lock per service", fix)
            findings.setdefault((other.origin, lock.origin), finding)
    return list(findings.values())


def _told(lock: Lock) -> str:
    return f"{lock.decision}" + (f" with {lock.provider}" if lock.provider is not None else "")


def _forbids(county: County, picked: Iterable[_Picked]) -> tuple[Forbid, ...]:
    """Each ban once; where several rules forbid the same, the lowest layer's stands for them."""
    found: dict[tuple[str | None, str | None, Decision], Forbid] = {}
    for one in sorted(picked, key=lambda one: (_layer(one.rule), one.rule.what_if)):
        for row_id in one.ids:
            service_id, provider = (row_id, None) if one.rule.table == "services" else (None, row_id)
            for decision in one.rule.forbid:
                ban = Forbid(service_id, provider, decision, one.rule.origin)
                found.setdefault((service_id, provider, decision), ban)
    services = [(service.service_id, None) for service in county.services]
    providers = [(None, organization.org_id) for organization in county.organizations]
    keys = [(*row, decision) for row in (*services, *providers) for decision in Decision]
    return tuple(found[key] for key in keys if key in found)


def _contradictions(county: County, locks: Iterable[Lock], forbids: Iterable[Forbid]) -> list[Finding]:
    """One finding per lock and ban that cannot both hold, with the first service they meet at."""
    hosts = {pool.pool_id: pool.host_org_id for pool in county.pools}
    bans: dict[tuple[bool, str | None, Decision], Forbid] = {}
    for ban in forbids:
        bans[ban.service_id is not None, ban.service_id or ban.provider, ban.decision] = ban
    findings: dict[tuple[str, str], Finding] = {}
    for lock in locks:
        for subject in _closing(lock, hosts.get(lock.provider or "")):
            closed = bans.get(subject)
            if closed is not None:
                by = closed.origin if closed.decision is lock.decision else f"{closed.origin} ({closed.decision})"
                found = f"a lock of {lock.service_id} to {_told(lock)}, which {by} forbids"
                finding = Finding(
                    f"{lock.origin} lock", found, "locks that are not forbidden", "Remove one of the two."
                )
                findings.setdefault((lock.origin, closed.origin), finding)
    return list(findings.values())


def _closing(lock: Lock, host: str | None) -> Iterator[tuple[bool, str | None, Decision]]:
    """The bans that a lock cannot stand beside: whether of a service, the service or provider, the decision."""
    for is_service, subject in ((True, lock.service_id), (False, lock.provider), (False, host)):
        yield is_service, subject, lock.decision
    if lock.decision is Decision.INSOURCE:  # what is sold is kept
        yield True, lock.service_id, Decision.KEEP


def _unsold(county: County, locks: Iterable[Lock]) -> list[Finding]:
    """One finding per lock to insource without a sale that it could mean, with the first such service."""
    buyers: dict[str, set[str]] = {}
    for sale in county.sales:
        buyers.setdefault(sale.service_id, set()).add(sale.org_id)
    organizations = {organization.org_id for organization in county.organizations}
    findings: dict[str, Finding] = {}
    for lock in locks:
        known = buyers.get(lock.service_id, set())
        if lock.decision is not Decision.INSOURCE or (known if lock.provider is None else lock.provider in known):
            continue
        if lock.provider is None or lock.provider in organizations:  # one the county does not have is told already
            found = f"a lock of {lock.service_id} to {_told(lock)}, which no sale is for"
            fix = f"It could be sold to {', '.join(sorted(known))}." if known else "Add it to sales, or lock others."
            findings.setdefault(lock.origin, Finding(f"{lock.origin} lock", found, "a sale of the service", fix))
    return list(findings.values())
