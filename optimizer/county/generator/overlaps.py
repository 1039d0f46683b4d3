"""The Program Mapping workshop: who says that it delivers which service too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.generator.costs import normal
from optimizer.county.generator.spec import CountySpec
from optimizer.county.terms import Stance

Ints = npt.NDArray[np.int64]

STANCES = (Stance.DELIVERS, Stance.WOULD_PARTNER, Stance.WOULD_TAKE_OVER, Stance.WOULD_BUY)
_STANCE_SHARES = {"private": (0.0, 0.0, 1.0, 0.0), "nonprofit": (0.6, 0.25, 0.15, 0.0)}
_PUBLIC_SHARES = (0.7, 0.18, 0.06, 0.06)


def overlaps(
    services: pd.DataFrame,
    organizations: pd.DataFrame,
    bundles: list[Ints],
    spec: CountySpec,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Columns service, org (row numbers), stance, bundle (number of a bundle that is offered as one, or -1).

    Services that hold `overlap_share_of_cost` have at least one overlap, the others none.
    """
    if organizations.empty:
        return pd.DataFrame({"service": [], "org": [], "stance": [], "bundle": []}).astype(np.int64)
    works_in = _members(services, organizations)
    shared = _shared(services, works_in, bundles, spec, rng)
    pairs = _draw(shared, works_in, organizations, rng)
    pairs += _uncovered(shared, pairs, services, organizations, rng)
    together = _bundled(bundles, shared, services, organizations, rng)
    frame = pd.DataFrame(pairs, columns=["service", "org"], dtype=np.int64).assign(bundle=-1)
    frame = pd.concat([together, frame]).drop_duplicates(["service", "org"], ignore_index=True)
    frame = frame.sort_values(["org", "service"], ignore_index=True)
    frame["stance"] = _stances(frame, organizations, rng)
    return frame


def _members(services: pd.DataFrame, organizations: pd.DataFrame) -> list[Ints]:
    """Per organization, the services of the classes it works in."""
    by_class = {
        name: np.asarray(rows, dtype=np.int64) for name, rows in services.groupby("service_class").indices.items()
    }
    classes = catalogue.classes_of_types()
    none = np.zeros(0, dtype=np.int64)
    return [
        np.sort(np.concatenate([by_class.get(name, none) for name in classes[kind]])) for kind in organizations["type"]
    ]


def _shared(
    services: pd.DataFrame, works_in: list[Ints], bundles: list[Ints], spec: CountySpec, rng: np.random.Generator
) -> npt.NDArray[np.bool_]:
    """Services that somebody else delivers too: the likeliest, until their cost reaches the specified share."""
    size = len(services)
    possible = np.zeros(size, dtype=np.bool_)
    for rows in works_in:
        possible[rows] = True
    odds = np.clip(np.asarray(services["overlap"], dtype=np.float64), 0.02, 0.98)
    score = np.log(odds / (1 - odds)) + 0.8 * normal(rng, size)
    for rows in bundles:
        score[rows] += 3.0
    cost = np.asarray(services["gross_usd"], dtype=np.float64)
    room = spec.overlap_share_of_cost * cost.sum()
    shared = np.zeros(size, dtype=np.bool_)
    for row in np.argsort(-score, kind="stable"):
        if possible[row] and cost[row] <= room:
            shared[row] = True
            room -= cost[row]
    return shared


def _draw(
    shared: npt.NDArray[np.bool_], works_in: list[Ints], organizations: pd.DataFrame, rng: np.random.Generator
) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for org, (rows, count) in enumerate(zip(works_in, organizations["overlaps"], strict=True)):
        open_to = rows[shared[rows]]
        chosen = open_to[np.argsort(rng.random(len(open_to)), kind="stable")[:count]]
        pairs += zip(chosen.tolist(), [org] * len(chosen), strict=True)
    return pairs


def _uncovered(
    shared: npt.NDArray[np.bool_],
    pairs: list[tuple[int, int]],
    services: pd.DataFrame,
    organizations: pd.DataFrame,
    rng: np.random.Generator,
) -> list[tuple[int, int]]:
    """One overlap for each shared service that nobody drew, never from the broadest organization if another can."""
    covered = np.zeros(len(services), dtype=np.bool_)
    if pairs:
        covered[np.array(pairs)[:, 0]] = True
    left = services.loc[shared & ~covered]
    able = _able(organizations)
    weight = np.asarray(organizations["breadth"], dtype=np.float64)
    added: list[tuple[int, int]] = []
    for name, rows in left.groupby("service_class").indices.items():
        orgs = able[str(name)]
        ladder = np.cumsum(weight[orgs])
        picks = np.searchsorted(ladder, rng.random(len(rows)) * ladder[-1], side="right")
        added += zip(left.index[rows].tolist(), orgs[picks].tolist(), strict=True)
    return added


def _able(organizations: pd.DataFrame) -> dict[str, Ints]:
    """Per class the organizations that work in it, without the broadest where others are left."""
    broadest = int(np.argmax(organizations["overlaps"]))
    classes = catalogue.classes_of_types()
    able: dict[str, list[int]] = {}
    for org, kind in enumerate(organizations["type"]):
        for name in classes[kind]:
            able.setdefault(name, []).append(org)
    return {
        name: np.array([org for org in orgs if org != broadest] or orgs, dtype=np.int64) for name, orgs in able.items()
    }


def _bundled(
    bundles: list[Ints],
    shared: npt.NDArray[np.bool_],
    services: pd.DataFrame,
    organizations: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Somebody who delivers every service of a bundle that has to move as one."""
    able = _able(organizations)
    rows: list[tuple[int, int, int]] = []
    for number, members in enumerate(bundles):
        classes = sorted(set(services["service_class"].iloc[members]))
        orgs = set.intersection(*(set(able.get(name, np.zeros(0, np.int64)).tolist()) for name in classes))
        if orgs and shared[members].all():
            org = sorted(orgs)[int(rng.integers(len(orgs)))]
            rows += [(int(member), org, number) for member in members]
    return pd.DataFrame(rows, columns=["service", "org", "bundle"], dtype=np.int64)


def _stances(frame: pd.DataFrame, organizations: pd.DataFrame, rng: np.random.Generator) -> npt.NDArray[np.object_]:
    kinds = organizations["kind"].to_numpy()[frame["org"]]
    ladder = np.array([np.cumsum(_STANCE_SHARES.get(kind, _PUBLIC_SHARES)) for kind in organizations["kind"]])
    place = (rng.random(len(frame))[:, None] >= ladder[frame["org"]]).sum(axis=1)
    values = np.array([stance.value for stance in STANCES], dtype=object)
    said: npt.NDArray[np.object_] = values[np.minimum(place, len(STANCES) - 1)]
    said[(frame["bundle"] >= 0) & (kinds != "private")] = Stance.WOULD_PARTNER.value
    return said
