"""The priors that apply to an offer: a named service class beats *, then a named kind beats *."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import numpy as np
import pandas as pd

from optimizer.county.records import Prior

ANY = "*"


@cache
def shipped_priors() -> tuple[Prior, ...]:
    """The priors that come with the library, each with its source or the word assumption."""
    text = resources.files("optimizer.options").joinpath("priors.csv").read_text(encoding="utf-8")
    return tuple(Prior.model_validate(row) for row in csv.DictReader(text.splitlines()))


def match_priors(wanted: pd.DataFrame, priors: pd.DataFrame) -> np.ndarray:
    """Row of `priors` for each row of `wanted` (service_class, kind, decision); -1 where none applies."""
    rows = {
        key: place
        for place, key in enumerate(
            zip(priors["service_class"], priors["kind"], priors["decision"], strict=True),
        )
    }
    found = np.full(len(wanted), -1, dtype=np.int64)
    columns = (wanted["service_class"], wanted["kind"], wanted["decision"])
    for place, (service_class, kind, decision) in enumerate(zip(*columns, strict=True)):
        for key in ((service_class, kind), (service_class, ANY), (ANY, kind), (ANY, ANY)):
            row = rows.get((*key, decision))
            if row is not None:
                found[place] = row
                break
    return found
