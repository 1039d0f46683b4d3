"""What a generated county is made to: every parameter with its source, or the word assumption."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from optimizer.county.generator import catalogue
from optimizer.county.records import District

Share = Annotated[float, Field(ge=0, le=1)]


class CountySpec(BaseModel):
    """A county to generate. Only the first eight fields have no default."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    """Name of the county."""
    state: str
    """State; the duties cite Colorado law whatever it says."""
    population: Annotated[int, Field(ge=1)]
    """Residents."""
    fiscal_year: Annotated[int, Field(ge=1900, le=2200)]
    """Year of the budget."""
    services: Annotated[int, Field(ge=1, le=200_000)]
    """Services in the inventory."""
    budget_usd: Annotated[float, Field(gt=0, le=1e11)]
    """Gross cost of all services: personnel, nonpersonnel and overhead, to the cent."""
    fte: Annotated[float, Field(gt=0, le=1e6)]
    """Full-time staff of all services."""
    organizations: Annotated[int, Field(ge=0, le=2000)]
    """Organizations that may deliver something."""

    districts: tuple[District, ...] = ()
    """Districts; none: three are made from the population."""
    groups: tuple[str, ...] = ()
    """Population groups of the catalogue that are looked at on their own."""
    towns: tuple[str, ...] = ()
    """Places that service names speak of; none: names from the catalogue."""
    organization_table: str | None = None
    """Catalogue table with the organizations' names; None: names are made from types and places."""
    absent_divisions: tuple[str, ...] = ()
    """Divisions that this county does not have."""

    cost_sigma: Annotated[float, Field(gt=0, le=4)] = 1.9
    """Standard deviation of ln(cost); 1.85 to 2.0 in a published city inventory (Missoula FY24)."""
    cost_floor_usd: Annotated[float, Field(gt=0)] = 1000.0
    """Least cost of a service; assumption."""
    cost_tail_z: Annotated[float, Field(gt=0, le=5)] = 2.3
    """Where the upper tail is cut [standard deviations], so that the top tenth holds about 60 % (Missoula: 58-63 %)."""
    personnel_share: Annotated[float, Field(gt=0, lt=0.85)] = 0.56
    """Share of gross cost that is personnel (Missoula)."""
    overhead_rate: Share = 0.12
    """Overhead on personnel of services that are not themselves central (OMB A-76)."""
    mandated_share_of_services: Share = 0.38
    """Services with mandate level 3 or 4 (Missoula: 33-42 %)."""
    mandated_share_of_cost: Share = 0.515
    """Their share of gross cost (Missoula: 47-56 %)."""
    ruled_share_of_services: Share = 0.14
    """Services without a mandate that stand under an external rule, level 2 (Missoula)."""
    high_reliance_share: Share = 0.556
    """Reliance level 3 or 4; 50 of the 90 % that Missoula scored."""
    medium_reliance_share: Share = 0.211
    """Reliance level 2; 19 of the 90 % that Missoula scored."""
    overlap_share_of_cost: Share = 0.78
    """Gross cost that somebody else also delivers: Clear Creek 0.78, Moffat 0.59 (published)."""
    largest_partner_share: Share = 0.1525
    """Services that the largest partner overlaps; 122 of 800 (Moffat's school district: 122)."""
    overlaps_per_service: Annotated[float, Field(ge=0, le=20)] = 1.9
    """Overlaps per service of the whole inventory; assumption."""
    quoted_share: Share = 0.5
    """Overlaps that came with a price; assumption."""
    incomplete_share: Share = 0.2
    """Quotes that leave some terms open; assumption."""
    avoidable_personnel_share: Share = 0.67
    """Personnel avoided by a whole move (GFOA make-or-buy example)."""
    avoidable_nonpersonnel_share: Share = 1.0
    """Nonpersonnel cost avoided by a whole move (GFOA make-or-buy example)."""
    spare_capacity_share: Share = 0.14
    """Quotes from providers with spare capacity, who ask little more than what it costs them; assumption."""
    spare_capacity_effect: Annotated[float, Field(ge=-1, le=0)] = -0.24
    """How much lower they are, as a share of the avoidable cost; assumption."""
    competition_effect: Annotated[float, Field(ge=-1, le=0)] = -0.08
    """How much lower firms bid where three or more do; assumption."""
    capacity_share: Share = 0.4
    """What an organization can take on, of all it overlaps, on average; assumption (thin)."""
    transferred_share: Share = 0.58
    """Staff hired by the provider (NCEP 1989)."""
    displaced_share: Share = 0.07
    """Staff who lose their position (NCEP 1989: 7 %)."""

    @model_validator(mode="after")
    def _fits(self) -> CountySpec:
        if self.budget_usd < 2 * self.services * self.cost_floor_usd:
            raise ValueError("a budget_usd of at least twice cost_floor_usd for every service")
        known = set(catalogue.table("groups")["group"])
        if not known.issuperset(self.groups):
            raise ValueError(f"groups among {', '.join(sorted(known))}")
        if self.districts and sum(district.population for district in self.districts) != self.population:
            raise ValueError("districts whose populations add up to population")
        return self
