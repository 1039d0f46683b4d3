"""What a region's plan proposes to one organization, county by county: nothing of anybody else is in it.

The organization may itself be a county of the region, which serves its neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from optimizer.county.findings import nearest
from optimizer.county.records import Organization
from optimizer.errors import Finding, Refused
from optimizer.plan.region import RegionAnswer
from optimizer.report.brief.partner import Partner, partner_of
from optimizer.report.brief.proposed import volumes
from optimizer.report.region_tables import county_names


@dataclass(frozen=True)
class RegionPartner:
    """An organization, and what each county that knows it has for it in the plan of all."""

    answer: RegionAnswer
    known: Mapping[str, Partner]
    """By the name of every county whose tables list the organization, in the region's order."""

    @property
    def organization(self) -> Organization:
        return next(iter(self.known.values())).organization

    @property
    def org_id(self) -> str:
        return self.organization.org_id

    @cached_property
    def parts(self) -> dict[str, Partner]:
        """By county, those that propose something."""
        return {name: partner for name, partner in self.known.items() if partner.in_the_plan}

    @property
    def in_the_plan(self) -> bool:
        return bool(self.parts)

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Services that it would take on: every part's `moves` with `county` and `volume`; the dearest first."""
        table = self._joined(lambda partner: partner.moves.assign(volume=volumes(partner)))
        return table.sort_values("gross_usd_per_year", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Services that it would buy: every part's `sales` with `county`; the dearest first."""
        table = self._joined(lambda partner: partner.sales)
        return table.sort_values("price_usd_per_year", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def limits(self) -> pd.DataFrame:
        """Its capacities, of which every county tells what all of them use: one row each."""
        table = self._joined(lambda partner: partner.limits)
        return table[table["rule"] == "capacity"].drop_duplicates("subject", ignore_index=True)

    def _joined(self, table: Callable[[Partner], pd.DataFrame]) -> pd.DataFrame:
        return pd.concat([table(partner).assign(county=name) for name, partner in self.parts.items()])


def region_partner_of(answer: RegionAnswer, org_id: str) -> RegionPartner:
    """An organization of a region that holds a plan. Raises `Refused` for one that no county lists."""
    names = county_names(answer)
    listed = {key: {org.org_id for org in part.county.organizations} for key, part in answer.counties.items()}
    known = {names[key]: partner_of(answer.counties[key], org_id) for key, ids in listed.items() if org_id in ids}
    if not known:
        near = nearest(org_id, sorted(set().union(*listed.values())))
        fix = f"Did you mean {near}?" if near else "Look up its id in the organizations table of a county."
        raise Refused([Finding("--organization", repr(org_id), "the id of an organization of the region", fix)])
    return RegionPartner(answer, known)


def region_partners_of(answer: RegionAnswer) -> list[RegionPartner]:
    """Every organization that the plan proposes something to, in the order of the counties and their tables."""
    ids = dict.fromkeys(org.org_id for part in answer.counties.values() for org in part.county.organizations)
    every = [region_partner_of(answer, org_id) for org_id in ids]
    return [partner for partner in every if partner.in_the_plan]
