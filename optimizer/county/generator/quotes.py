"""What providers ask: an offer for about half of the overlaps that could move, most of them with all terms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.generator.costs import normal
from optimizer.county.generator.spec import CountySpec
from optimizer.county.terms import Decision, Stance

Floats = npt.NDArray[np.float64]

_QUOTED_ODDS = {Stance.DELIVERS: 0.8, Stance.WOULD_PARTNER: 1.4, Stance.WOULD_TAKE_OVER: 1.2, Stance.WOULD_BUY: 0.0}
_CONSOLIDATION_SHARE = 0.12
_PARTIAL_SHARE = {Decision.PARTNER: 0.45, Decision.CONSOLIDATE: 0.1, Decision.OUTSOURCE: 0.2}
_LEAD_MONTHS = {Decision.PARTNER: (4, 14), Decision.CONSOLIDATE: (9, 29), Decision.OUTSOURCE: (3, 12)}
_LAYOFF_SHARE = 0.4
"""Offers that displace anybody at all; the others find a place for everybody. Assumption."""
_MAY_BE_OPEN = (
    "transition_usd",
    "retained_revenue_usd",
    "coverage",
    "fte_transferred",
    "fte_displaced",
    "lead_time_months",
    "quality",
)


def quotes(
    services: pd.DataFrame,
    organizations: pd.DataFrame,
    overlaps: pd.DataFrame,
    spec: CountySpec,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Offers of organizations: the columns of table offers, and service, org as row numbers."""
    quoted = _quoted(services, overlaps, spec, rng)
    frame = quoted.reset_index(drop=True)
    frame["service_id"] = services["service_id"].to_numpy()[frame["service"]]
    frame["org_id"] = organizations["org_id"].to_numpy()[frame["org"]]
    frame["pool_id"] = None
    frame["offer_id"] = frame["org_id"].str.cat(frame["service_id"], sep="~")
    frame["decision"] = _decisions(frame, organizations, rng)
    partial = rng.random(len(frame)) < frame["decision"].map(_PARTIAL_SHARE).astype(float)
    frame["moved_share"] = np.where(partial, np.round(0.3 + 0.5 * rng.random(len(frame)), 2), 1.0)
    _price(frame, services, spec, rng)
    return _open_terms(terms(frame, services, spec, rng), spec, rng)


def _quoted(services: pd.DataFrame, overlaps: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> pd.DataFrame:
    """Overlaps with a price: likelier from those who want the work, always for bundles, never where law forbids."""
    odds = spec.quoted_share * overlaps["stance"].map(_QUOTED_ODDS).astype(float)
    odds = odds.where(overlaps["bundle"] < 0, 1.0)
    delegable = services["delegable"].to_numpy()[overlaps["service"]]
    return overlaps[delegable & (rng.random(len(overlaps)) < odds)]


def _decisions(frame: pd.DataFrame, organizations: pd.DataFrame, rng: np.random.Generator) -> list[Decision]:
    """A firm, or whoever would take over, is outsourced to; public bodies partner or now and then merge."""
    public = ~organizations["kind"].isin(["private", "nonprofit"]).to_numpy()[frame["org"]]
    merges = public & (rng.random(len(frame)) < _CONSOLIDATION_SHARE) & (frame["bundle"] < 0)
    take_over = frame["stance"] == Stance.WOULD_TAKE_OVER
    return [
        Decision.OUTSOURCE if out else Decision.CONSOLIDATE if merged else Decision.PARTNER
        for out, merged in zip(take_over, merges, strict=True)
    ]


def _price(frame: pd.DataFrame, services: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> None:
    """Price = (1 + effect) x avoidable cost that moves, in whole dollars.

    The effect is its class's mean and spread, lower with spare capacity and with three or more bidding firms.
    """
    classes = services["service_class"].iloc[frame["service"]]
    outside = (frame["decision"] == Decision.OUTSOURCE).to_numpy()
    mean = np.where(outside, *(catalogue.per_class(f"{way}_effect", classes) for way in ("contract", "sharing")))
    spread = np.where(outside, *(catalogue.per_class(f"{way}_sd", classes) for way in ("contract", "sharing")))
    bidders = frame[outside].groupby("service").size().reindex(frame["service"], fill_value=0).to_numpy()
    draw = pd.DataFrame({"z": normal(rng, len(frame)), "spare": rng.random(len(frame)) < spec.spare_capacity_share})
    # the services of a bundle are priced alike
    first = draw.groupby(frame["bundle"]).transform("first")
    draw = draw.where(frame["bundle"] < 0, first)
    effect = mean + spread * draw["z"] + np.where(outside & (bidders >= 3), spec.competition_effect, 0.0)
    effect += np.where(draw["spare"].astype(bool), spec.spare_capacity_effect, 0.0)
    frame["price_usd_per_year"] = ((1.0 + np.clip(effect, -0.6, 0.6)) * avoidable_usd(frame, services, spec)).round(0)


def avoidable_usd(frame: pd.DataFrame, services: pd.DataFrame, spec: CountySpec) -> Floats:
    """Yearly in-house cost that an offer's move avoids [USD]."""
    rows = frame["service"].to_numpy()
    whole = (
        spec.avoidable_personnel_share * services["personnel_usd"].to_numpy()[rows]
        + spec.avoidable_nonpersonnel_share * services["nonpersonnel_usd"].to_numpy()[rows]
    )
    avoided: Floats = frame["moved_share"].to_numpy(dtype=np.float64) * whole
    return avoided


def terms(frame: pd.DataFrame, services: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> pd.DataFrame:
    """Add transition, revenue, coverage, staff, lead time and quality to offers that have a price."""
    size, rows = len(frame), frame["service"].to_numpy()
    revenue, fte = services["revenue_usd"].to_numpy()[rows], services["fte"].to_numpy()[rows]
    moved_fte = fte * frame["moved_share"].to_numpy(dtype=np.float64)
    months = np.array([_LEAD_MONTHS[Decision(decision)] for decision in frame["decision"]], dtype=float).reshape(-1, 2)
    frame["transition_usd"] = (frame["price_usd_per_year"] * (0.06 + 0.12 * rng.random(size))).round(0)
    keeps_all = rng.random(size) < 0.7
    frame["retained_revenue_usd"] = np.where(keeps_all, revenue, np.round(revenue * (0.6 + 0.4 * rng.random(size)), 2))
    frame["coverage"] = np.where(rng.random(size) < 0.55, 1.0, np.round(1.0 - 0.1 * rng.random(size) ** 2, 3))
    hired = _hundredths(moved_fte * spec.transferred_share * (0.7 + 0.6 * rng.random(size)))
    loses = rng.random(size) < _LAYOFF_SHARE
    lost = loses * moved_fte * spec.displaced_share / _LAYOFF_SHARE * (0.5 + rng.random(size))
    frame["fte_transferred"] = hired
    frame["fte_displaced"] = _hundredths(np.minimum(lost, moved_fte - hired))
    frame["lead_time_months"] = np.round(months[:, 0] + (months[:, 1] - months[:, 0]) * rng.random(size))
    frame["quality"] = np.clip(np.round(1.0 + 0.05 * normal(rng, size), 2), 0.8, 1.2)
    return frame


def _hundredths(staff: Floats) -> Floats:
    """Staff rounded down to 0.01, so that no more are hired or lost than there are."""
    rounded: Floats = np.floor(np.maximum(staff, 0.0) * 100 + 1e-6) / 100
    return rounded


def _open_terms(frame: pd.DataFrame, spec: CountySpec, rng: np.random.Generator) -> pd.DataFrame:
    """Some quotes leave terms open; a price is always given."""
    incomplete = (rng.random(len(frame)) < spec.incomplete_share) & (frame["bundle"] < 0)
    for column in _MAY_BE_OPEN:
        frame[column] = frame[column].astype(object).where(~(incomplete & (rng.random(len(frame)) < 0.35)), None)
    return frame


def coverages(
    frame: pd.DataFrame, districts: tuple[str, ...], rng: np.random.Generator, share: float = 0.12
) -> pd.DataFrame:
    """Districts that some offers serve worse than the rest: columns offer_id, district, coverage."""
    if not districts:
        return pd.DataFrame({"offer_id": [], "district": [], "coverage": []})
    uneven = frame["offer_id"][rng.random(len(frame)) < share]
    which = rng.integers(len(districts), size=len(uneven))
    coverage = np.round(0.75 + 0.2 * rng.random(len(uneven)), 2)
    return pd.DataFrame(
        {"offer_id": uneven.to_numpy(), "district": [districts[index] for index in which], "coverage": coverage}
    )


def group_coverages(
    frame: pd.DataFrame, services: pd.DataFrame, groups: tuple[str, ...], rng: np.random.Generator, share: float = 0.12
) -> pd.DataFrame:
    """Population groups that some offers serve worse, in the classes that matter to them; columns as above."""
    classes, parts = services["service_class"].to_numpy()[frame["service"]], []
    rows = catalogue.table("groups").set_index("group")
    for group in groups:
        matters = np.isin(classes, catalogue.listed(rows["classes"][group]))
        worse = frame["offer_id"][matters & (rng.random(len(frame)) < share)]
        coverage = np.round(0.8 + 0.15 * rng.random(len(worse)), 2)
        parts.append(pd.DataFrame({"offer_id": worse.to_numpy(), "district": group, "coverage": coverage}))
    return pd.concat(parts, ignore_index=True) if parts else coverages(frame, (), rng)
