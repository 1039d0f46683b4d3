"""Rules on offers: who delivers, what it moves, and that it promises no more than there is."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.county.county import County
from optimizer.county.findings import did_you_mean
from optimizer.county.records import Decision, Offer
from optimizer.errors import Finding

FTE_TOLERANCE = 1e-6
USD_TOLERANCE = 0.005


def one_provider(county: County) -> Iterator[Finding]:
    """An organization or a pool delivers, never both and never nobody."""
    for index, offer in enumerate(county.offers):
        if (offer.org_id is None) == (offer.pool_id is None):
            both = offer.org_id is not None
            found = f"both {offer.org_id} and {offer.pool_id}" if both else "neither org_id nor pool_id"
            fix = "Clear one of them." if both else "Name one of them."
            where = county.where("offers", index, "org_id")
            yield Finding(where, found, "exactly one of org_id and pool_id", fix)


def moves_something(county: County) -> Iterator[Finding]:
    """Keeping is not offered by anyone."""
    for index, offer in enumerate(county.offers):
        if offer.decision is Decision.KEEP:
            where, fix = county.where("offers", index, "decision"), "Remove it: every service can be kept anyway."
            yield Finding(where, "'keep'", "partner, consolidate or outsource", fix)


def of_delegable_services(county: County) -> Iterator[Finding]:
    """What the law leaves to the county itself cannot be offered by others."""
    kept = {service.service_id for service in county.services if not service.delegable}
    for index, offer in enumerate(county.offers):
        if offer.service_id in kept:
            where, found = county.where("offers", index, "service_id"), f"{offer.service_id}, which is not delegable"
            yield Finding(where, found, "a delegable service", "Remove the offer, or correct delegable in services.")


def staff_within_service(county: County) -> Iterator[Finding]:
    """Staff hired by the provider and staff who lose their position are among the service's staff."""
    staff = {service.service_id: service.fte for service in county.services}
    for index, offer in enumerate(county.offers):
        named = [fte for fte in (offer.fte_transferred, offer.fte_displaced) if fte is not None]
        most = staff.get(offer.service_id)
        if most is not None and sum(named) > most + FTE_TOLERANCE:
            column = "fte_transferred" if offer.fte_displaced is None else "fte_displaced"
            found, needs = (
                f"{sum(named):g} staff transferred or displaced",
                f"at most the {most:g} of {offer.service_id}",
            )
            yield Finding(county.where("offers", index, column), found, needs, "Correct it here, or fte in services.")


def revenue_within_service(county: County) -> Iterator[Finding]:
    """No more revenue stays with the county than the service brings in today."""
    revenue = {service.service_id: service.revenue_usd for service in county.services}
    for index, offer in enumerate(county.offers):
        stays, most = offer.retained_revenue_usd, revenue.get(offer.service_id)
        if stays is not None and most is not None and stays > most + USD_TOLERANCE:
            where, needs = county.where("offers", index, "retained_revenue_usd"), f"at most {most:g}, today's revenue"
            yield Finding(where, f"{stays:g}", needs, "Correct it here, or revenue_usd in services.")


def estimated_columns_exist(county: County) -> Iterator[Finding]:
    """`estimated` lists columns of the offer itself."""
    for index, offer in enumerate(county.offers):
        for name in offer.estimated:
            if name not in Offer.model_fields:
                fix = did_you_mean(name, Offer.model_fields, "Remove it.")
                yield Finding(county.where("offers", index, "estimated"), repr(name), "columns of offers", fix)
