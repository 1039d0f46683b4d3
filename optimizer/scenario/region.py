"""A question about several counties that plan together: one resolved scenario for each, and what governs them all.

Every county stands on the base and on its own file, as if it were asked alone; the what-ifs and `--set` are laid over
all of them. An entry that names counties is for these alone and has to fit in each; any other has to fit in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.errors import Finding, raise_if_any
from optimizer.scenario.entries import Entries
from optimizer.scenario.includes import collect
from optimizer.scenario.layers import conflicts, leaves
from optimizer.scenario.overrides import read_overrides
from optimizer.scenario.places import real, root_of
from optimizer.scenario.region_counties import counties_of, scope_findings
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.settings import Horizon, Settings
from optimizer.scenario.shapes import Path as SettingPath
from optimizer.scenario.stack import calibration_of, read_base, scenario_of, settled, title_of, what_ifs_of
from optimizer.scenario.wording import shown


@dataclass(frozen=True)
class RegionScenario:
    """A whole question about several counties, with every value resolved."""

    name: str
    """Stem of the scenario file."""
    title: str
    question: str
    counties: tuple[str, ...]
    """Names of the counties' folders or workbooks, all different, in the order in which the file names them."""
    scenarios: tuple[Scenario, ...]
    """The question about each of them."""
    settings: Settings
    """Without any county's own; `horizon`, `region` and `solver` govern the region."""
    what_ifs: tuple[str, ...]
    """Names of the included what-if files, in the order in which they were found."""
    origins: Mapping[str, str]
    """Who set each of `settings`: dotted path to `file:line`, or `--set`."""


def names_counties(path: Path) -> bool:
    """Whether a scenario file, or one that it includes, names counties: whether it asks about a region.

    Raises `Refused` if there is no such file; what else is wrong with it is left to the loaders.
    """
    family = collect(real(path), root_of(path), None, [])
    return any(what_if.counties is not None for what_if in family.files.values())


def load_region(path: Path, overrides: Sequence[str] = ()) -> RegionScenario:
    """Resolve a scenario file about several counties: every setting, every change, and who set it, county by county.

    `overrides` are texts `path=value`. Raises `Refused` with every finding, as `loading.load_scenario` does, and for
    files about one county, counties that are named twice or unknown, and horizons that differ.
    """
    root = root_of(path)
    findings: list[Finding] = []
    base = read_base(root, findings)
    family = collect(real(path), root, None, findings)
    counties = counties_of(family, findings)
    layers = [*(what_if.entries for what_if in family.sorted_files()), read_overrides(overrides, findings)]
    findings.extend(scope_findings(layers, counties))
    for name in (None, *counties):
        findings.extend(conflicts([_meant_for(entries, name).assignments for entries in layers[:-1]]))
    settings, setters = settled(base, [_meant_for(entries, None) for entries in layers], findings)
    scenarios: dict[str, Scenario] = {}
    for name, county in counties.items():
        own = [calibration_of(root, county, findings), *(_meant_for(entries, name) for entries in layers)]
        resolved, origins = settled(base, own, findings)
        if resolved is not None:
            scenarios[name] = scenario_of(family, county, resolved, own, origins, _set_for_all(own[1:]))
    if settings is not None:
        findings.extend(_other_horizons(settings, scenarios))
    raise_if_any(_told_once(findings))
    assert settings is not None
    return RegionScenario(
        name=family.top.stem,
        title=title_of(family),
        question=family.files[family.top].question,
        counties=tuple(scenarios),
        scenarios=tuple(scenarios.values()),
        settings=settings,
        what_ifs=what_ifs_of(family),
        origins=setters.origins,
    )


def _meant_for(entries: Entries, county: str | None) -> Entries:
    """The entries that hold for a county, those for all counties marked; with None those for all counties alone."""
    return Entries(
        tuple(assignment for assignment in entries.assignments if assignment.county in (None, county)),
        tuple(
            replace(change, may_be_absent=not change.counties)
            for change in entries.changes
            if not change.counties or county in change.counties
        ),
        tuple(
            replace(rule, may_be_absent=not rule.counties)
            for rule in entries.rules
            if not rule.counties or county in rule.counties
        ),
    )


def _set_for_all(layers: Sequence[Entries]) -> frozenset[str]:
    """Paths of the settings that an entry for all counties was the last to set."""
    found: set[SettingPath] = set()
    for assignment in (assignment for entries in layers for assignment in entries.assignments):
        found = {path for path in found if path[: len(assignment.path)] != assignment.path}
        if assignment.county is None:
            found.update(path for path, _ in leaves(assignment.node, assignment.path))
    return frozenset(".".join(path) for path in found)


def _told_once(findings: Sequence[Finding]) -> list[Finding]:
    """What is wrong in several counties is one finding, though each county's layers may have other values below it."""
    once: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        once.setdefault((finding.where, finding.needs), finding)
    return list(once.values())


def _other_horizons(settings: Settings, scenarios: Mapping[str, Scenario]) -> Iterator[Finding]:
    """Counties with another horizon than the region's: what they share could not be counted."""
    fix = "Set it for all of them in the file that names the counties: that lies above every county's own file."
    for field in Horizon.model_fields:
        common, path = getattr(settings.horizon, field), f"horizon.{field}"
        for name, scenario in scenarios.items():
            value = getattr(scenario.settings.horizon, field)
            if value != common:
                found, needs = f"{shown(value)} for {name}", f"{shown(common)}, as in the whole region"
                yield Finding(f"{scenario.origins[path]} {path}", found, needs, fix)
