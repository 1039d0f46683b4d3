"""Why each kept service is kept, from what was left out, what was forbidden, and what nobody offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.county.records import Sale
from optimizer.options.admissible import (
    COVERAGE,
    DUTY,
    HURDLE,
    NOT_CONSIDERED,
    NOT_DELEGABLE,
    PAYBACK,
    QUALITY,
    UNLAWFUL,
)
from optimizer.plan.answer import Answer
from optimizer.plan.spare import short_of_staff, staff_it_takes
from optimizer.report.reasons.duties import duties_of
from optimizer.report.reasons.terms import FORBIDDEN, LEFT_OUT, OPEN, offer_terms
from optimizer.report.rows import rows_of
from optimizer.report.words import exact_usd, listed
from optimizer.solve.outcome import Stopped

LOCKED = "locked by the scenario"
LEFT_TO_THE_COUNTY = "not delegable"
NOBODY = "nobody else offers it"
UNSOLD = "could be sold too, but is not"
NO_TERMS = "overlaps, but no offer"
ALL_CLOSED = "no offer may be taken"
NOT_WORTH_IT = "an offer may be taken, but the plan is cheaper without it"
RULE = "a rule decided"
BECAUSE = (LOCKED, LEFT_TO_THE_COUNTY, NOBODY, UNSOLD, NO_TERMS, ALL_CLOSED, NOT_WORTH_IT, RULE)
"""Why a service is kept, in a few words; the first that applies is told."""

CLOSED_WORDS = {
    NOT_CONSIDERED: "the scenario does not consider that decision",
    NOT_DELEGABLE: "the law leaves the service to the county itself",
    UNLAWFUL: "the law does not allow it",
    DUTY: "a duty may not be ended",
    COVERAGE: "it would serve some place less than its mandate level allows",
    QUALITY: "its quality is below the least that the county accepts",
    PAYBACK: "it does not pay back in time",
    HURDLE: "it does not beat keeping by the hurdle",
}
STANCES = {
    "delivers": "delivers it too",
    "would_partner": "would partner for it",
    "would_take_over": "would take it over",
    "would_buy": "would buy it",
}


def kept_reasons(answer: Answer) -> pd.DataFrame:
    """One row per kept service that is not sold: service_id, name, department, gross_usd_per_year,
    today_usd_per_year, offers (how many there are), because (one of `BECAUSE`) and why, the sentences.

    The dearest service comes first. Nothing where no plan is held.
    """
    columns = ["service_id", "name", "department", "gross_usd_per_year", "today_usd_per_year"]
    plan = answer.plan
    if plan is None:
        return pd.DataFrame(columns=[*columns, "offers", "because", "why"])
    kept = plan.decisions[plan.decisions["decision"] == "keep"]
    kept = kept.sort_values(["gross_usd_per_year", "service_id"], ascending=[False, True], ignore_index=True)
    about = _About(answer)
    told = [about.reason(service) for service in kept["service_id"]]
    return kept[columns].assign(
        offers=[len(about.offers.get(service, ())) for service in kept["service_id"]],
        because=pd.Series([because for because, _ in told], dtype="object"),
        why=pd.Series([why for _, why in told], dtype="object"),
    )


class _About:
    """What the run knows of each service, looked up once."""

    def __init__(self, answer: Answer) -> None:
        plan = answer.plan
        assert plan is not None
        self.settings, self.stopped, self.limits = answer.settings, answer.stopped, plan.limits[plan.limits["binds"]]
        self.not_taken = _not_taken(answer)
        self.services = {service.service_id: service for service in answer.county.services}
        self.names = {org.org_id: org.name for org in answer.county.organizations}
        self.agreements = {org.org_id: org.agreement_usd_per_year or 0.0 for org in answer.county.organizations}
        self.signed = set(plan.roadmap.loc[plan.roadmap["step"] == "agreement", "id"])
        self.opened = set(plan.roadmap.loc[plan.roadmap["step"] == "pool", "id"])
        self.pools = {pool.pool_id: pool for pool in answer.county.pools}
        self.duties = duties_of(answer)
        self.offers = _by_service(rows_of(offer_terms(answer)))
        said = [overlap.model_dump() for overlap in answer.county.overlaps]
        # who says no was asked, and is no overlap
        self.overlaps = _by_service([row for row in said if row["stance"] in STANCES])
        self.links = _links(answer)
        self.county, self.sales = answer.county, dict[str, list[Sale]]()
        for sale in answer.county.sales:
            self.sales.setdefault(sale.service_id, []).append(sale)
        self.left_out = dict(zip(plan.left_out["offer_id"], plan.left_out["reason"], strict=True))

    def reason(self, service_id: str) -> tuple[str, str]:
        """Why a service is kept: in a few words, and in sentences."""
        if self.stopped is None:
            return RULE, "Nothing was searched for: a rule decided to keep it."
        if str(self.settings.get(f"lock.{service_id}", "")).startswith("keep"):
            return LOCKED, "The scenario locks it to be kept."
        if not self.services[service_id].delegable:
            return LEFT_TO_THE_COUNTY, f"The law leaves it to the county itself.{self._duty(service_id)}"
        offers = self.offers.get(service_id, [])
        if not offers:
            return self._without_offer(service_id)
        open_ = [offer for offer in offers if offer["state"] == OPEN]
        if open_:
            return NOT_WORTH_IT, self._open(service_id, open_, offers)
        return ALL_CLOSED, f"{_closed(offers)}{self._duty(service_id)}"

    def _duty(self, service_id: str) -> str:
        duties = self.duties.get(service_id)
        return f" Duties that name it: {'; '.join(duties)}." if duties else ""

    def _without_offer(self, service_id: str) -> tuple[str, str]:
        sales = self.sales.get(service_id, [])
        if sales:
            return UNSOLD, " ".join(self._unsold(sale) for sale in sales)
        overlaps = self.overlaps.get(service_id, [])
        if not overlaps:
            return NOBODY, "No other organization in the county's tables delivers it or offers to."
        said = [f"{self.names[row['org_id']]} {STANCES[row['stance']]}" for row in overlaps]
        return NO_TERMS, f"{listed(said)}, but there is no offer that the scenario could take up."

    def _unsold(self, sale: Sale) -> str:
        """Why a sale is not made."""
        price = exact_usd(sale.price_usd_per_year or 0.0)
        would = f"{self.names[sale.org_id]} would buy it for {price} a year"
        if sale.sale_id in self.left_out:
            return f"{would}, which is left out: {self.left_out[sale.sale_id]}."
        if short_of_staff(self.county, sale):
            return f"{would}; that {staff_it_takes(self.county, sale)}."
        return f"{would}. {self.not_taken}"

    def _open(self, service_id: str, open_: Sequence[Mapping[str, Any]], offers: Sequence[Mapping[str, Any]]) -> str:
        best = max(open_, key=lambda offer: float(offer["promised_usd_per_year"]))
        may = f"{count_of(len(open_), 'offer')} may be taken; the one that promises most is"
        parts = [f"{may} {best['decision']} with {best['provider']}, {_promise(best)}."] if best["provider"] else []
        parts = parts or [f"It could be ended, {_promise(best)}."]
        parts += self._shared(best)
        parts += [*self._limits(service_id, best), *self.links.get(service_id, []), self.not_taken]
        closed = [offer for offer in offers if offer["state"] != OPEN]
        return " ".join([*parts, *([_closed(closed, "The rest: ")] if closed else [])])

    def _shared(self, offer: Mapping[str, Any]) -> list[str]:
        """What taking the offer needs besides, as far as the plan does not have it."""
        told = []
        org, pool = offer["org_id"], self.pools.get(offer["provider_id"])
        if org and org not in self.signed and self.agreements.get(org):
            told.append(f"It needs an agreement that the plan does not sign, {exact_usd(self.agreements[org])} a year.")
        if pool is not None and pool.pool_id not in self.opened:
            told.append(
                f"It needs {pool.name}, which the plan does not open: {exact_usd(pool.setup_usd)} once, "
                f"{exact_usd(pool.fixed_usd_per_year)} a year, and {count_of(pool.min_members, 'member')} at the least."
            )
        return told

    def _limits(self, service_id: str, offer: Mapping[str, Any]) -> list[str]:
        """Limits that bind and that taking the offer would use more of, or could."""
        service = self.services[service_id]
        named = {service.department, service.service_class, service.consent_owner, offer["org_id"], "county"} - {""}
        own = [subject in named or subject.split(" ")[0] == offer["org_id"] for subject in self.limits["subject"]]
        texts = self.limits.loc[own, "text"].tolist()
        return [f"Limits that bind and that it may touch: {'; '.join(texts)}."] if texts else []


def _not_taken(answer: Answer) -> str:
    """What is known of plans that would take an offer which this one does not."""
    plan = answer.plan
    assert plan is not None
    if answer.stopped is not Stopped.PROVED or plan.bound_usd is None:
        return "The plan that was found does not take it; that no better plan does is not proved."
    if plan.reached or plan.reinvested_usd:
        return "By all that this search puts before or beside cost, no plan that takes it is better."
    gap = plan.sought_usd - plan.bound_usd
    return f"No plan that takes it costs {'less' if gap < 0.01 else f'over ${gap:,.2f} less'} as a whole."


def _closed(offers: Sequence[Mapping[str, Any]], lead: str = "") -> str:
    """Why offers cannot be taken, those with one reason together, with the one that promises most for each."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for offer in offers:
        reason = offer["reason"] if offer["state"] == LEFT_OUT else FORBIDDEN
        groups.setdefault(reason, []).append(offer)
    told = []
    for reason, alike in sorted(groups.items(), key=lambda item: -len(item[1])):
        best = max(alike, key=lambda offer: float(offer["promised_usd_per_year"]))
        word = CLOSED_WORDS.get(reason, "the scenario forbids it")
        who = f"{best['decision']} with {best['provider']}" if best["provider"] else "ending it"
        promise = f" ({_promise(best)})" if reason in (PAYBACK, HURDLE) else ""
        others = f", and {count_of(len(alike) - 1, 'other offer')} for the same reason" if len(alike) > 1 else ""
        told.append(f"{who}: {word}{promise}{others}")
    text = f"{lead}{'; '.join(told)}."
    return text[:1].upper() + text[1:]


def _promise(offer: Mapping[str, Any]) -> str:
    saved, years = float(offer["promised_usd_per_year"]), float(offer["payback_years"])
    if saved <= 0:
        return f"which costs {exact_usd(-saved)} a year more once it runs" if saved < -0.5 else "which saves nothing"
    once = offer["transition_usd"]
    paid = f", paid back in {years:,.1f} years" if once and years != float("inf") else ""
    return f"which promises {exact_usd(saved)} a year for {exact_usd(once)} once{paid}"


def _by_service(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(str(row["service_id"]), []).append(row)
    return found


def _links(answer: Answer) -> dict[str, list[str]]:
    """What ties each service to others, as sentences."""
    names = {service.service_id: service.name for service in answer.county.services}
    members: dict[str, list[tuple[int, str]]] = {}
    for row in answer.county.link_services:
        members.setdefault(row.link_id, []).append((row.position, row.service_id))
    told: dict[str, list[str]] = {}
    for link in answer.county.links:
        ordered = [service for _, service in sorted(members.get(link.link_id, []))]
        for service in ordered:
            others = "; ".join(names[other] for other in ordered if other != service)
            if link.kind == "together":
                told.setdefault(service, []).append(f"It must be decided as these are: {others}.")
            elif link.kind == "needs" and service == ordered[0]:
                told.setdefault(service, []).append(f"It may move only once these have: {others}.")
    return told
