"""A scenario file with everything it stands on: base, county, what-ifs and `--set`, laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.scenario.entries import Entries
from optimizer.scenario.includes import Family, collect
from optimizer.scenario.layers import conflicts
from optimizer.scenario.overrides import read_overrides
from optimizer.scenario.places import county_name, county_of, label, real, root_of
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.scopes import refuse_scopes
from optimizer.scenario.stack import calibration_of, read_base, scenario_of, settled


def load_scenario(path: Path, overrides: Sequence[str] = (), county: Path | None = None) -> Scenario:
    """Resolve a scenario file about one county: every setting, every change, and who set it.

    `overrides` are texts `path=value`; `county` replaces the county that the files name.
    Raises `Refused` with every finding: unknown names, wrong values, what-ifs that contradict each other,
    includes that go in circles or outside, files that are not plain YAML 1.2, and files about several counties
    (see `region.load_region`).
    """
    root = root_of(path)
    findings: list[Finding] = []
    base = read_base(root, findings)
    family = collect(real(path), root, county_name(county) if county is not None else None, findings)
    is_one = _names_no_counties(family, findings)
    county = _county(family, findings) if county is None and is_one else county
    calibration = Entries() if county is None else calibration_of(root, county, findings)
    highest = read_overrides(overrides, findings)
    what_ifs = [what_if.entries for what_if in family.sorted_files()]
    for entries in (*what_ifs, highest) if is_one else ():
        refuse_scopes(entries.scopes, findings)
    findings.extend(conflicts([entries.assignments for entries in what_ifs]))
    layers = [calibration, *what_ifs, highest]
    settings, setters = settled(base, layers, findings)
    raise_if_any(findings)
    assert settings is not None
    assert county is not None
    return scenario_of(family, county, settings, layers, setters)


def settings_left_out(path: Path, county: Path) -> str:
    """The settings of the scenario's own county that another folder's name keeps out of force; an empty text: none."""
    root, held = root_of(path), county_name(county)
    try:
        own = county_name(load_scenario(path).county)
    except Refused:
        return ""
    layer = root / "counties" / f"{own}.yaml"
    return label(layer, root) if own != held and layer.exists() and not layer.with_stem(held).exists() else ""


def left_out_sentence(settings: str) -> str:
    """What is said of settings that were left out."""
    return (
        f"The county's own settings, {settings}, are not in force: they are found by the name of the county's folder "
        "or workbook. Give it that name to ask under them."
    )


def _names_no_counties(family: Family, findings: list[Finding]) -> bool:
    """Whether no file is about a region; a finding per file that is."""
    known = len(findings)
    fix = (
        "Ask it of a scenario that says county: NAME. Several counties are for solve, compare, report, workbook, memo "
        "and brief, and with --county for options, baseline and export."
    )
    for what_if in family.sorted_files():
        if what_if.counties is not None:
            where = f"{what_if.counties.mark} counties"
            findings.append(Finding(where, "several counties", "a question about one county", fix))
    return len(findings) == known


def _county(family: Family, findings: list[Finding]) -> Path | None:
    files = family.sorted_files()
    named = [(what_if.path, what_if.county) for what_if in files if what_if.county is not None]
    if not named and not all(what_if.is_read for what_if in files):
        return None  # the file that could not be read may name it
    return county_of(named, family.root, family.files[family.top].file, findings)
