"""Rules on offers: who delivers, what they move, that they promise no more than there is; and on marks of estimates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from optimizer.county.county import TABLES, County
from optimizer.county.findings import did_you_mean
from optimizer.county.records import Offer, Prior, Sale
from optimizer.county.terms import EXIT_ID, MOVES, Decision, Stance
from optimizer.errors import Finding

FTE_TOLERANCE = 1e-6
USD_TOLERANCE = 0.005

_WITHOUT_OFFER = {
    Decision.KEEP: "every service can be kept anyway",
    Decision.INSOURCE: "a service is sold by a row in sales",
    Decision.EXIT: "a scenario whose allowed_decisions list exit considers it for every service",
}


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
    """Nobody offers, and no prior tells, that a service is kept, sold or ended."""
    tables: dict[str, tuple[Offer | Prior, ...]] = {"offers": county.offers, "priors": county.priors}
    for table, rows in tables.items():
        for index, row in enumerate(rows):
            if row.decision not in MOVES:
                where, fix = county.where(table, index, "decision"), f"Remove it: {_WITHOUT_OFFER[row.decision]}."
                yield Finding(where, repr(row.decision.value), "partner, consolidate or outsource", fix)


def ids_of_exits_are_free(county: County) -> Iterator[Finding]:
    """A scenario that considers exit makes an offer of that name for every service."""
    for index, offer in enumerate(county.offers):
        if offer.decision in MOVES and offer.offer_id.startswith(EXIT_ID):
            where, needs = county.where("offers", index, "offer_id"), f"an id that does not begin with {EXIT_ID}"
            yield Finding(where, repr(offer.offer_id), needs, "Rename it here and in every table that uses it.")


def of_delegable_services(county: County) -> Iterator[Finding]:
    """What the law leaves to the county itself cannot be offered by others."""
    kept = {service.service_id for service in county.services if not service.delegable}
    for index, offer in enumerate(county.offers):
        if offer.service_id in kept:
            where, found = county.where("offers", index, "service_id"), f"{offer.service_id}, which is not delegable"
            yield Finding(where, found, "a delegable service", "Remove the offer, or correct delegable in services.")


def no_means_no(county: County) -> Iterator[Finding]:
    """An organization that said no of a service said nothing else of it, and offers nothing for it."""
    said = defaultdict(set)
    for row in county.overlaps:
        said[row.org_id, row.service_id].add(row.stance)
    offered = {(offer.org_id, offer.service_id): offer.offer_id for offer in county.offers}
    for index, row in enumerate(county.overlaps):
        others = sorted(said[row.org_id, row.service_id] - {Stance.NO})
        offer = offered.get((row.org_id, row.service_id))
        if row.stance is Stance.NO and (others or offer):
            found = f"no, beside {' and '.join([*others, *([f'its offer {offer}'] if offer else [])])}"
            fix = "Remove the one that no longer holds."
            yield Finding(county.where("overlaps", index, "stance"), found, "one answer of an organization", fix)


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
    """`estimated` lists columns of the row itself."""
    tables: dict[str, tuple[Offer | Sale, ...]] = {"offers": county.offers, "sales": county.sales}
    for table, rows in tables.items():
        columns = TABLES[table].columns
        for index, row in enumerate(rows):
            for name in row.estimated:
                if name not in columns:
                    fix = did_you_mean(name, columns, "Remove it.")
                    yield Finding(county.where(table, index, "estimated"), repr(name), f"columns of {table}", fix)
