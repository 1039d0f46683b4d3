"""claims: what a plan says it costs is what the tables say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, isfinite

from optimizer.plan.verify.costs import PresentCosts, present_costs
from optimizer.plan.verify.exact import TOLERANCE, exact, shown
from optimizer.plan.verify.money import SERVICE_PARTS
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, refusal


@dataclass(frozen=True)
class Claims:
    """What a plan says it costs; None: it does not say."""

    parts_usd: Mapping[str, float] | None
    """Part to present value; a part that is not named is claimed to be nothing."""
    total_usd: float | None


def claims(reading: Reading, claimed: Claims) -> Iterator[Usage]:
    """Each part within a cent per rounded number of the exact one, the total likewise; the parts add up to the total.

    The sum of the claimed parts and the claimed total must agree to the cent: less than half a cent apart.
    """
    if claimed.parts_usd is None and claimed.total_usd is None:
        return
    costs, parts, total = present_costs(reading), claimed.parts_usd, claimed.total_usd
    allowed = _allowed_cents(reading, costs)
    if parts is not None:
        for part in sorted(parts.keys() - costs.cents_by_part.keys()):
            yield refusal("claims", part, f"{part}: the model knows no such part of the cost")
        for part, cents in costs.cents_by_part.items():
            yield _near(part, parts.get(part, 0.0), cents, allowed[part])
    if total is not None:
        yield _near("total", total, costs.total_cents, sum(allowed.values()))
    if parts is not None and total is not None:
        yield from _adds_up(parts, total)


def _near(part: str, claimed_usd: float, cents: int, allowed_cents: int) -> Usage:
    limit = Fraction(allowed_cents * TOLERANCE.claim_cents, 100)
    if not isfinite(claimed_usd):
        return Usage("claims", part, inf, limit, "USD", f"{part}: the plan claims {claimed_usd}, which is no amount")
    found, meant = exact(claimed_usd), Fraction(cents, 100)
    texts = shown(found, meant, "USD")
    text = f"{part}: the plan claims {texts[0]}, the tables give {texts[1]}"
    return Usage("claims", part, abs(found - meant), limit, "USD", text)


def _adds_up(parts: Mapping[str, float], total: float) -> Iterator[Usage]:
    if all(isfinite(usd) for usd in (*parts.values(), total)):
        found, meant = sum((exact(usd) for usd in parts.values()), Fraction(0)), exact(total)
        texts = shown(found, meant, "USD")
        text = f"total: the claimed parts add up to {texts[0]}, the plan claims {texts[1]}"
        yield Usage("claims", "sum of parts", abs(found - meant), Fraction(0), "USD", text)


def _allowed_cents(reading: Reading, costs: PresentCosts) -> dict[str, int]:
    """Numbers behind each part that are rounded to the cent: one per service, sale, agreement, pool or link."""
    moved, services = len(reading.moved), len(reading.chosen)
    allowed = {part: services if part in ("in_house_usd", "revenue_usd") else moved for part in SERVICE_PARTS}
    allowed |= {part: len(sources) for part, sources in costs.cents_by_source.items()}
    # a pool's fixed cost may be rounded apart from that of each tier it runs in, its volume member by member too
    for pool_id, opened in reading.choices.pools.items():
        allowed["pool_fixed_usd"] += len(opened.tiers)
        allowed["pool_volume_usd"] += len(opened.tiers) * len(reading.members.get(pool_id, []))
    return allowed
