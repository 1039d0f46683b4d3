"""The counties that the files of a region name, and whether what is said of single ones can be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from optimizer.errors import Finding
from optimizer.scenario.entries import Entries
from optimizer.scenario.includes import Family
from optimizer.scenario.nodes import Mark
from optimizer.scenario.places import counties_in, county_at, county_name
from optimizer.scenario.what_if import WhatIf
from optimizer.scenario.wording import nearest, shown

SHARED = ("region", "solver")
"""Sections of settings that a county of a region has no use for."""


def counties_of(family: Family, findings: list[Finding]) -> dict[str, Path]:
    """The counties of a region by name, in the order of the first file that names them; all have to name the same."""
    naming = [what_if for what_if in family.files.values() if what_if.counties is not None]
    findings.extend(_about_one_county(family, bool(naming)))
    if not naming:
        files = family.files.values()
        if all(what_if.is_read and what_if.county is None for what_if in files):
            needs, fix = "counties: [NAME, NAME], here or in a file it includes", nearest("", counties_in(family.root))
            findings.append(Finding(family.files[family.top].file, "no counties", needs, fix))
        return {}
    first, *others = [(_mark(what_if), _located(what_if, family.root, findings)) for what_if in naming]
    for mark, places in others:
        if set(places.values()) != set(first[1].values()):
            found = f"{', '.join(places)}, while {first[0].origin} names {', '.join(first[1])}"
            findings.append(Finding(f"{mark} counties", found, "the same counties", "Remove one of the two."))
    return first[1]


def _about_one_county(family: Family, is_region: bool) -> Iterator[Finding]:
    for what_if in family.sorted_files():
        if what_if.county is not None:
            found = f"one county, {shown(what_if.county.text)}"
            needs = "a question about the whole region" if is_region else "counties: [NAME, NAME]"
            fix = "Remove it, or leave this file out." if is_region else "Ask it as a question about one county."
            yield Finding(f"{what_if.county.mark} county", found, needs, fix)


def _mark(what_if: WhatIf) -> Mark:
    return Mark(what_if.file) if what_if.counties is None else what_if.counties.mark


def _located(what_if: WhatIf, root: Path, findings: list[Finding]) -> dict[str, Path]:
    """The counties that one file names; unknown ones and second ones of a name are added to `findings`."""
    places: dict[str, Path] = {}
    for scalar in () if what_if.counties is None else what_if.counties.names:
        path = county_at(what_if.path, scalar, root, findings)
        if path is not None and county_name(path) in places:
            fix = "Remove one of the two, or give its folder another name."
            findings.append(Finding(f"{scalar.mark} counties", f"{county_name(path)} again", "each county once", fix))
        elif path is not None:
            places[county_name(path)] = path
    return places


def scope_findings(layers: Sequence[Entries], counties: Mapping[str, Path]) -> Iterator[Finding]:
    """A finding per entry for a county that is not of the region, or for one that could only be for all."""
    for entries in layers:
        for scope in entries.scopes if counties else ():
            if scope.text not in counties:
                fix = nearest(scope.text, counties)
                yield Finding(f"{scope.mark} county", shown(scope.text), "a county of the region", fix)
        for assignment in entries.assignments:
            if assignment.county is not None and assignment.path[0] in SHARED:
                where, fix = f"{assignment.mark} {assignment.dotted}", f"Write {'.'.join(assignment.path)}."
                yield Finding(where, "a setting for one county", f"the same {assignment.path[0]} for all of them", fix)
