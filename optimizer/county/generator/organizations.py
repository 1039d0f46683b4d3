"""Who else is there: organizations by type, and how broadly each overlaps the county's services."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.generator.inventory import slug
from optimizer.county.generator.spec import CountySpec

_BROADEST_OTHER = 0.85


def organizations(spec: CountySpec, rng: np.random.Generator) -> pd.DataFrame:
    """One row per organization: org_id, name, kind, its terms, its type, and how many services it overlaps."""
    listed = _listed(spec) if spec.organization_table else _made(spec, rng)
    frame = listed.merge(catalogue.table("organization_types"), on="type", how="left").reset_index(drop=True)
    frame["org_id"] = _ids(frame["name"])
    size = len(frame)
    frame["agreement_usd_per_year"] = _around(frame["agreement_usd"], 0.2, 100.0, rng)
    frame["min_volume_usd_per_year"] = _around(frame["min_volume_usd"], 0.3, 500.0, rng).replace(0.0, np.nan)
    frame["probability_of_failure"] = (frame["failure"] * (0.7 + 0.6 * rng.random(size))).round(3)
    frame["max_term_years"] = np.where(frame["kind"].isin(["private", "nonprofit"]), 1, 5)
    # some of the terms are known only by kind of organization
    for column, share in (("agreement_usd_per_year", 0.15), ("probability_of_failure", 0.3), ("max_term_years", 0.3)):
        frame[column] = frame[column].astype(object).where(rng.random(size) >= share, None)
    frame["overlaps"] = _breadth(frame["breadth"], spec)
    return frame


def _listed(spec: CountySpec) -> pd.DataFrame:
    """Organizations of a named table, one of each type before a second of any; made ones where it is too short."""
    names = catalogue.table(str(spec.organization_table))
    turn = names.groupby("type").cumcount()
    kept = names.loc[np.sort(turn.sort_values(kind="stable").index[: spec.organizations])]
    missing = spec.organizations - len(kept)
    if not missing:
        return kept
    made = _types_of(missing)
    return pd.concat([kept, made.assign(name=_names(made["type"]))], ignore_index=True)


def _made(spec: CountySpec, rng: np.random.Generator) -> pd.DataFrame:
    made = _types_of(spec.organizations)
    return made.assign(name=_names(made["type"], int(rng.integers(100))))


def _types_of(count: int) -> pd.DataFrame:
    """Types in proportion to their weights, the broadest first, so that any count is a plausible region."""
    types = catalogue.table("organization_types")
    weights = np.asarray(types["weight"], dtype=np.float64)
    copies = int(np.ceil(count / weights.sum())) if count else 0
    rows = [
        (turn / weight, -breadth, name)
        for name, weight, breadth in zip(types["type"], weights, types["breadth"], strict=True)
        for turn in range(int(weight) * copies)
    ]
    return pd.DataFrame({"type": [name for *_, name in sorted(rows)[:count]]}, dtype=object)


def _names(types: pd.Series[str], shift: int = 0) -> list[str]:
    """A name per organization; two of one type get different places."""
    template = dict(
        zip(
            catalogue.table("organization_types")["type"],
            catalogue.table("organization_types")["template"],
            strict=True,
        )
    )
    places = catalogue.places()
    turn = types.groupby(types).cumcount()
    kinds = {name: place for place, name in enumerate(template)}
    return [
        template[name].format(places[(shift + 7 * kinds[name] + int(number)) % len(places)])
        for name, number in zip(types, turn, strict=True)
    ]


def _ids(names: pd.Series[str]) -> pd.Series[str]:
    stem = names.map(slug)
    turn = stem.groupby(stem).cumcount()
    return pd.Series([f"{text[:23]}-{number}" if number else text for text, number in zip(stem, turn, strict=True)])


def _around(typical: pd.Series[float], spread: float, step: float, rng: np.random.Generator) -> pd.Series[float]:
    """Amounts around the typical one, in round steps; 0 stays 0."""
    factor = 1.0 - spread + 2.0 * spread * rng.random(len(typical))
    return (typical * factor / step).round() * step


def _breadth(breadth: pd.Series[float], spec: CountySpec) -> list[int]:
    """Services that each overlaps: the broadest exactly as specified, the others scaled to the average."""
    if breadth.empty:
        return []
    largest = int(breadth.to_numpy().argmax())
    others = breadth.drop(index=largest)
    top = spec.largest_partner_share
    room = max(spec.overlaps_per_service - top, 0.0)
    scale = min(1.25, room / others.sum()) if len(others) else 1.0
    shares = (breadth * scale).clip(upper=_BROADEST_OTHER * top)
    shares[largest] = top
    return [int(count) for count in (shares * spec.services).round()]
