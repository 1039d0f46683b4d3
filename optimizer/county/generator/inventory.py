"""Which services a county has, and what they are called."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from optimizer.county.generator import catalogue
from optimizer.county.generator.spec import CountySpec

_TOWNS = 6
_LONGEST_ID = 28


def inventory(spec: CountySpec, rng: np.random.Generator) -> pd.DataFrame:
    """One row per service in catalogue order, with service_id, a name of its own and what its activity is like.

    Beyond the catalogue's size the same services come again with a place in their name, as they would in a region
    of many counties. Column `place` is the number of that place, 0 for none.
    """
    known = catalogue.variants()
    known = known[~known["division"].isin(spec.absent_divisions)].reset_index(drop=True)
    known = known.assign(order=np.arange(len(known)), name=[_named(name, spec) for name in known["name"]])
    whole, rest = divmod(spec.services, len(known))
    parts = [known.assign(place=place) for place in range(whole)]
    if rest:
        parts.append(_some(known, rest, rng).assign(place=whole))
    rows = pd.concat(parts, ignore_index=True)
    names = catalogue.places()
    suffix = rows["place"].map(lambda place: f", {names[_TOWNS + place]}" if place else "")
    rows["name"] += suffix
    rows = rows.sort_values(["order", "place"], ignore_index=True)
    rows["service_id"] = _ids(rows["department"])
    return rows


def _named(name: str, spec: CountySpec) -> str:
    towns = spec.towns or catalogue.places()
    return name.format(*(towns[index % len(towns)] for index in range(_TOWNS)))


def _some(known: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """A sample that takes an activity's later variants last, and favours what duties, pools and links speak of."""
    spoken_of = {
        activity
        for name in ("duties", "links")
        for row in catalogue.rows(name)
        for activity in catalogue.listed(row["activities"])
    }
    favoured = known["activity"].isin(spoken_of) | known["pool"].notna()
    favour = 0.5 * count / len(known)
    key = known["variant"] * 0.5 - favoured * favour + 1.5 * rng.random(len(known))
    return known.loc[np.sort(np.argsort(np.asarray(key), kind="stable")[:count])]


def _ids(department: pd.Series[str]) -> pd.Series[str]:
    """Short ids a reader recognises: the department and a number, such as road-and-bridge-014."""
    stem = department.map(slug)
    number = stem.groupby(stem).cumcount() + 1
    digits = max(3, len(str(int(number.max()))))
    return stem + "-" + number.map(lambda value: f"{value:0{digits}d}")


def slug(text: str, longest: int = _LONGEST_ID) -> str:
    """Lower-case letters, digits and hyphens; cut between words, so that an estimated offer's id has room for it."""
    words = re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")
    if len(words) <= longest:
        return words
    cut = words[: longest + 1].rpartition("-")[0] or words[:longest]
    return re.sub(r"(-(and|of|the|for))+$", "", cut)
