"""How likely an organization of a kind is to deliver a class of work, before anybody has been asked."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import Field

from optimizer.county.records import Record
from optimizer.options.priors import ANY


class Likelihood(Record):
    """A row of likelihoods.csv."""

    service_class: str
    """Class of work, or * for any."""
    kind: str
    """Kind of organization, or * for any."""
    likelihood: Annotated[float, Field(ge=0, le=1)]
    """Share of such organizations that are expected to deliver such work."""
    source: str
    """Where the number comes from, or the word assumption."""


@cache
def likelihoods() -> dict[tuple[str, str], Likelihood]:
    """The shipped table, by class and kind."""
    text = resources.files("optimizer.workshop").joinpath("likelihoods.csv").read_text(encoding="utf-8")
    rows = [
        Likelihood.model_validate(row | {"likelihood": float(row["likelihood"])})
        for row in csv.DictReader(text.splitlines())
    ]
    return {(row.service_class, row.kind): row for row in rows}


def likelihood_of(service_class: str, kind: str) -> Likelihood:
    """The row that applies: a named class beats *, then a named kind beats *."""
    table = likelihoods()
    keys = ((service_class, kind), (ANY, kind), (service_class, ANY), (ANY, ANY))
    return next(table[key] for key in keys if key in table)
