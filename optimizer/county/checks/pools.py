"""Rules on pools: their members, the tiers of their volume, and how their cost is shared."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from optimizer.county.checks.tables import groups
from optimizer.county.county import County
from optimizer.county.records import Offer
from optimizer.county.terms import ShareRule
from optimizer.errors import Finding


def member_range(county: County) -> Iterator[Finding]:
    """A pool can take a member, and its fewest members are no more than its most."""
    for index, pool in enumerate(county.pools):
        if pool.max_members < 1:
            where = county.where("pools", index, "max_members")
            yield Finding(where, "0", "1 or more", "Let it take a member, or remove the pool.")
        elif pool.min_members > pool.max_members:
            where, needs = county.where("pools", index, "min_members"), f"at most max_members, {pool.max_members}"
            yield Finding(where, str(pool.min_members), needs, "Correct one of the two.")


def tiers_need_resource(county: County) -> Iterator[Finding]:
    """A tier is a range of volume, so its pool says in what volume is measured."""
    bare = {pool.pool_id for pool in county.pools if pool.resource is None}
    for index, tier in enumerate(county.pool_tiers):
        if tier.pool_id in bare:
            where, found = (
                county.where("pool_tiers", index, "pool_id"),
                f"a tier of {tier.pool_id}, which has no resource",
            )
            yield Finding(where, found, "a pool with a resource", "Fill in resource in pools, or remove its tiers.")


def tiers_are_ranges(county: County) -> Iterator[Finding]:
    """A tier ends above where it begins."""
    for index, tier in enumerate(county.pool_tiers):
        if tier.from_volume >= tier.to_volume:
            where, found = county.where("pool_tiers", index, "to_volume"), f"{tier.to_volume:g}"
            yield Finding(where, found, f"more than from_volume, {tier.from_volume:g}", "Correct one of the two.")


def tiers_join(county: County) -> Iterator[Finding]:
    """Every tier begins where the one before it ends: no volume has two prices or none."""
    tiers = county.pool_tiers
    for indices in groups((tier.pool_id, index) for index, tier in enumerate(tiers)).values():
        ordered = sorted(indices, key=lambda index: tiers[index].tier)
        for before, index in pairwise(ordered):
            begins, needed = tiers[index].from_volume, tiers[before].to_volume
            if begins != needed and tiers[index].tier != tiers[before].tier:
                how = "overlaps" if begins < needed else "leaves a gap after"
                found = f"{begins:g}, which {how} tier {tiers[before].tier}"
                where, needs = county.where("pool_tiers", index, "from_volume"), f"{needed:g}, where that tier ends"
                yield Finding(where, found, needs, "Let every tier begin where the one before it ends.")


def shared_by_use(county: County) -> Iterator[Finding]:
    """Where members share a pool's cost by their use of its resource, it has one, and each of them uses some."""
    by_use = {pool.pool_id: pool for pool in county.pools if pool.share_rule is ShareRule.USE}
    for index, pool in enumerate(county.pools):
        if pool.pool_id in by_use and pool.resource is None:
            where, fix = county.where("pools", index, "share_rule"), "Fill in resource, or share equally."
            yield Finding(where, "use, and no resource", "a pool with a resource", fix)
    use_of = _Uses(county)
    for index, offer in enumerate(county.offers):
        shared = by_use.get(offer.pool_id or "")
        if shared is not None and shared.resource is not None and use_of(offer, shared.resource) == 0:
            where, found = county.where("offers", index, "pool_id"), f"no use of {shared.resource} by {offer.offer_id}"
            needs = f"more than 0, as the members of {shared.pool_id} share its cost by use"
            yield Finding(where, found, needs, "Correct its row in uses, or set share_rule to equal.")


class _Uses:
    """How much of a resource an offer takes, as far as the tables tell before any scenario."""

    def __init__(self, county: County) -> None:
        self._stated = {(use.offer_id, use.resource): use.amount for use in county.uses}
        self._fte = {service.service_id: service.fte for service in county.services}

    def __call__(self, offer: Offer, resource: str) -> float | None:
        """The amount per year; None where it is not known yet, or where another rule tells that it is missing."""
        if resource == "usd":
            usual = offer.price_usd_per_year
        elif resource == "fte" and offer.service_id in self._fte and offer.moved_share is not None:
            usual = offer.moved_share * self._fte[offer.service_id]
        else:
            usual = None
        return self._stated.get((offer.offer_id, resource), usual)
