"""Seeded families by name: what a benchmark asks for by a word."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from benchmarks.instances.assembly import program_of
from benchmarks.instances.county_family import CountyParameters
from benchmarks.instances.facility_family import FacilityParameters
from benchmarks.instances.gap_family import GapParameters
from optimizer.errors import Finding, Refused
from optimizer.program.program import Program

Parameters = CountyParameters | GapParameters | FacilityParameters

VARIANTS: dict[str, dict[str, Any]] = {
    "pools": {"pools": 5},
    "tight": {"tightness": 0.15},
    "inverse": {"cost_load_correlation": -0.9},
    "concentrated": {"concentration": 1.0},
}
"""What the word after county, region or state changes in the main family."""

SIZES = (
    "county-700x40x6",
    "county-800x40x6",
    "region-5000x150x8",
    "state-50000x400x8",
    "county-pools-700x40x6",
    "county-tight-700x40x6",
    "county-inverse-700x40x6",
    "county-concentrated-700x40x6",
    "gap-c-5x100",
    "gap-c-20x100",
    "gap-d-10x100",
    "gap-e-10x100",
    "gap-d-20x400",
    "gap-e-20x400",
    "gap-e-80x1600",
    "sscflp-20x100",
    "sscflp-50x200",
)
"""Sizes to compare on. Numbers are services x organizations x offers, agents x jobs, and sites x customers."""

_COUNTY = re.compile(rf"(?:county|region|state)-(?:({'|'.join(VARIANTS)})-)?(\d+)x(\d+)x(\d+)")
_GAP = re.compile(r"gap-([a-e])-(\d+)x(\d+)")
_FACILITY = re.compile(r"sscflp-(\d+)x(\d+)")


def parameters_of(name: str) -> Parameters:
    """Parameters by name: `county-700x40x6`, `county-pools-100x10x4`, `gap-d-5x50`, `sscflp-8x30`, of any size.

    Raises `Refused` for a name of another form, and for more offers than there are organizations.
    """
    if found := _COUNTY.fullmatch(name):
        services, organizations, offers = map(int, found.groups()[1:])
        if offers > organizations:
            needs = f"at most {organizations} offers per service"
            raise Refused([Finding("instance", repr(name), needs, "Offers are by different organizations.")])
        return CountyParameters(services, organizations, offers, **VARIANTS.get(found[1], {}))
    if found := _GAP.fullmatch(name):
        return GapParameters(found[1].upper(), int(found[2]), int(found[3]))
    if found := _FACILITY.fullmatch(name):
        return FacilityParameters(int(found[1]), int(found[2]))
    near = get_close_matches(name, SIZES, n=1)
    fix = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(SIZES)}."
    raise Refused([Finding("instance", repr(name), "<family>-<numbers joined by x>", fix)])


def family_program(asked: str | Parameters, seed: int) -> Program:
    """The program of a family's instance, by name or by parameters; the same seed draws the same instance."""
    parameters = parameters_of(asked) if isinstance(asked, str) else asked
    return program_of(parameters.draw(seed))
