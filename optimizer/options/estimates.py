"""Blank terms filled from what is usual: organizations by kind, offers from the priors, sales between the two costs.

Also the offers that nobody makes: those to end a service. Whatever is estimated of an offer or a sale is marked.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.county import County
from optimizer.county.once import once_under
from optimizer.county.records import Offer, Organization, Sale
from optimizer.county.terms import EXIT_ID, Decision, Kind
from optimizer.errors import Finding, Refused
from optimizer.options.priors import match_priors
from optimizer.scenario.settings import Settings

TERMS = (
    "moved_share",
    "coverage",
    "lead_time_months",
    "quality",
    "price_usd_per_year",
    "transition_usd",
    "retained_revenue_usd",
    "fte_transferred",
    "fte_displaced",
)
KIND_TERMS = (
    "agreement_usd_per_year",
    "max_term_years",
    "probability_of_failure",
    "price_escalation_share",
    "renewal_usd",
)
USUAL = frozenset(
    {
        "economics.avoidable_share",
        "economics.sale_price_share",
        "kinds",
        "allowed_decisions",
        "program_mapping",
        "exit",
    }
)
"""Settings that estimates follow from."""
EXIT_TERMS = ("transition_usd", "fte_displaced", "lead_time_months")
"""What is estimated of ending a service; its other terms follow from what ending is."""


@once_under(USUAL)
def complete(county: County, settings: Settings) -> County:
    """The county with no blank terms left, by its priors table: docs/model.md, sections 2 and 7.

    Raises `Refused` for an offer with blank terms that no prior fills.
    """
    organizations = tuple(_complete_organization(org, settings) for org in county.organizations)
    county = county.with_tables(organizations=organizations)
    offers = _complete_offers(county, county.offers + _offers_of_overlaps(county, settings), settings)
    if Decision.EXIT in settings.allowed_decisions:
        offers += _exits(county, settings)
    sales = tuple(_complete_sale(sale, settings.economics.sale_price_share) for sale in county.sales)
    return county.with_tables(offers=offers, sales=sales)


def _complete_organization(org: Organization, settings: Settings) -> Organization:
    usual = settings.kinds[org.kind]
    blanks = {name: getattr(usual, name) for name in KIND_TERMS if getattr(org, name) is None}
    return org.model_copy(update=blanks) if blanks else org


def _offers_of_overlaps(county: County, settings: Settings) -> tuple[Offer, ...]:
    """One offer without terms per overlap and opened decision, where no offer was given and a prior exists."""
    given = {(offer.service_id, offer.org_id) for offer in county.offers}
    delegable = {service.service_id for service in county.services if service.delegable}
    opened = settings.program_mapping.decisions_by_stance
    wanted = {
        (overlap.org_id, overlap.service_id, decision): None
        for overlap in county.overlaps
        if overlap.service_id in delegable and (overlap.service_id, overlap.org_id) not in given
        for decision in opened.get(overlap.stance, ())
    }
    offers = tuple(
        Offer.model_construct(
            offer_id=f"est~{org}~{service}~{decision}", service_id=service, org_id=org, decision=decision
        )
        for org, service, decision in wanted
    )
    known = match_priors(_with_classes(county, offers), county.frame("priors")) >= 0
    return tuple(offer for offer, keep in zip(offers, known, strict=True) if keep)


def _exits(county: County, settings: Settings) -> tuple[Offer, ...]:
    """The offer to end each service; nobody delivers it any more."""
    services, usual = county.frame("services"), settings.exit
    gross_usd = services["personnel_usd"] + services["nonpersonnel_usd"] + services["overhead_usd"]
    closing_usd = (usual.closing_share * gross_usd).round(2)
    displaced = (usual.displaced_share * services["fte"]).round(4)
    return tuple(
        Offer.model_construct(
            offer_id=f"{EXIT_ID}{service_id}",
            service_id=service_id,
            decision=Decision.EXIT,
            price_usd_per_year=0.0,
            transition_usd=transition_usd,
            retained_revenue_usd=0.0,
            moved_share=1.0,
            coverage=0.0,
            fte_transferred=0.0,
            fte_displaced=fte,
            lead_time_months=usual.lead_time_months,
            quality=1.0,
            estimated=EXIT_TERMS,
        )
        for service_id, transition_usd, fte in zip(
            services["service_id"], closing_usd.tolist(), displaced.tolist(), strict=True
        )
    )


def _complete_sale(sale: Sale, price_share: float) -> Sale:
    if sale.price_usd_per_year is not None:
        return sale
    margin_usd = sale.buyer_cost_usd_per_year - sale.marginal_usd_per_year
    price_usd = round(sale.marginal_usd_per_year + price_share * margin_usd, 2)
    marks = (*sale.estimated, *({"price_usd_per_year"} - set(sale.estimated)))
    return sale.model_copy(update={"price_usd_per_year": price_usd, "estimated": marks})


def _with_classes(county: County, offers: tuple[Offer, ...]) -> pd.DataFrame:
    """Per offer the three values its prior is looked up by."""
    classes = {service.service_id: service.service_class for service in county.services}
    kinds = {org.org_id: org.kind for org in county.organizations}
    hosts = {pool.pool_id: pool.host_org_id for pool in county.pools}

    def provider(offer: Offer) -> str | None:
        return offer.org_id if offer.pool_id is None else hosts[offer.pool_id]

    return pd.DataFrame(
        {
            "service_class": [classes[offer.service_id] for offer in offers],
            "kind": [str(kinds.get(provider(offer) or "", Kind.COUNTY)) for offer in offers],
            "decision": [str(Decision(offer.decision)) for offer in offers],
        },
        dtype="object",
    )


def _complete_offers(county: County, offers: tuple[Offer, ...], settings: Settings) -> tuple[Offer, ...]:
    blank = [index for index, offer in enumerate(offers) if any(getattr(offer, term) is None for term in TERMS)]
    if not blank:
        return offers
    open_offers = tuple(offers[index] for index in blank)
    priors = county.frame("priors")
    found = match_priors(_with_classes(county, open_offers), priors)
    _refuse_unknown(county, open_offers, found)
    usual = _usual_terms(county, open_offers, priors.iloc[found].reset_index(drop=True), settings)
    filled = list(offers)
    columns = {term: usual[term].tolist() for term in TERMS}
    for place, (index, offer) in enumerate(zip(blank, open_offers, strict=True)):
        terms = {term: columns[term][place] for term in TERMS if getattr(offer, term) is None}
        marks = offer.estimated + tuple(term for term in terms if term not in offer.estimated)
        filled[index] = offer.model_copy(update={**terms, "estimated": marks})
    return tuple(filled)


def _refuse_unknown(county: County, offers: tuple[Offer, ...], found: np.ndarray) -> None:
    lost = {offers[index].offer_id for index in np.flatnonzero(found < 0)}
    findings = [
        Finding(
            county.where("offers", index),
            f"blank terms of offer {offer.offer_id}",
            "a row of priors for its service class, kind of organization and decision",
            "Fill in the terms, or add a prior.",
        )
        for index, offer in enumerate(county.offers)
        if offer.offer_id in lost
    ]
    if findings:
        raise Refused(findings)


def _usual_terms(
    county: County, offers: tuple[Offer, ...], prior: pd.DataFrame, settings: Settings
) -> dict[str, pd.Series]:
    """The priors' terms in dollars and staff; what the offer itself gives is used for the terms that follow from it."""
    given = pd.DataFrame({term: [getattr(offer, term) for offer in offers] for term in TERMS}, dtype="float64")
    service = county.frame("services").set_index("service_id").loc[[offer.service_id for offer in offers]]
    service = service.reset_index(drop=True)
    share = settings.economics.avoidable_share
    avoidable_usd = (
        share.personnel * service["personnel_usd"]
        + share.nonpersonnel * service["nonpersonnel_usd"]
        + share.overhead * service["overhead_usd"]
    )
    moved = given["moved_share"].fillna(prior["moved_share"])
    price_usd = given["price_usd_per_year"].fillna((prior["price_share"] * moved * avoidable_usd).round(2))
    return {
        "moved_share": moved,
        "coverage": prior["coverage"],
        "lead_time_months": prior["lead_time_months"],
        "quality": prior["quality"],
        "price_usd_per_year": price_usd,
        "transition_usd": (prior["transition_share"] * price_usd).round(2),
        "retained_revenue_usd": (prior["retained_revenue_share"] * service["revenue_usd"]).round(2),
        "fte_transferred": (prior["transferred_share"] * moved * service["fte"]).round(4),
        "fte_displaced": (prior["displaced_share"] * moved * service["fte"]).round(4),
    }
