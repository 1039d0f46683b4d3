"""A scenario file with everything it stands on: base, county, what-ifs and `--set`, laid over each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.errors import Finding, raise_if_any
from optimizer.scenario.entries import Entries
from optimizer.scenario.includes import Family, collect
from optimizer.scenario.layers import Layers, conflicts, origins, validated
from optimizer.scenario.nodes import Group
from optimizer.scenario.overrides import read_overrides
from optimizer.scenario.places import BASE, county_name, county_of, label, name_of, real, root_of
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.settings import Settings
from optimizer.scenario.shapes import misfits
from optimizer.scenario.what_if import read_calibration, read_group


def load_scenario(path: Path, overrides: Sequence[str] = (), county: Path | None = None) -> Scenario:
    """Resolve a scenario file: every setting, every change, and who set it.

    `overrides` are texts `path=value`; `county` replaces the county that the files name.
    Raises `Refused` with every finding: unknown names, wrong values, what-ifs that contradict each other,
    includes that go in circles or outside, and files that are not plain YAML 1.2.
    """
    root = root_of(path)
    findings: list[Finding] = []
    base = _base(root, findings)
    family = collect(real(path), root, county_name(county) if county is not None else None, findings)
    county = county if county is not None else _county(family, findings)
    calibration = _calibration(root, county, findings)
    highest = read_overrides(overrides, findings)
    what_ifs = [what_if.entries for what_if in family.sorted_files()]
    findings.extend(conflicts([entries.assignments for entries in what_ifs]))
    layers = [calibration, *what_ifs, highest]
    settings, setters = _settings(base, layers, findings)
    raise_if_any(findings)
    assert settings is not None
    assert county is not None
    return _scenario(family, county, settings, layers, setters)


def _base(root: Path, findings: list[Finding]) -> Group | None:
    """The lowest layer, if it states every setting and each one well."""
    known = len(findings)
    base = read_group(root / BASE, label(root / BASE, root), tuple(Settings.model_fields), findings)
    if base is None:
        return None
    findings.extend(misfits(base, ()))
    validated(Layers(base), findings)
    return base if len(findings) == known else None


def _county(family: Family, findings: list[Finding]) -> Path | None:
    files = family.sorted_files()
    named = [(what_if.path, what_if.county) for what_if in files if what_if.county is not None]
    if not named and not all(what_if.is_read for what_if in files):
        return None  # the file that could not be read may name it
    return county_of(named, family.root, family.files[family.top].file, findings)


def _calibration(root: Path, county: Path | None, findings: list[Finding]) -> Entries:
    if county is None:
        return Entries()
    path = root / "counties" / f"{county_name(county)}.yaml"
    return read_calibration(path, label(path, root), findings) if path.exists() else Entries()


def _settings(
    base: Group | None, layers: Sequence[Entries], findings: list[Finding]
) -> tuple[Settings | None, dict[str, str]]:
    """The settings with every layer laid over the base, and who set each; findings instead where they are wrong."""
    if base is None:
        return None, {}
    pile = Layers(base)
    for entries in layers:
        pile.lay(entries.assignments)
    return validated(pile, findings), origins(pile.tree)


def _scenario(
    family: Family, county: Path, settings: Settings, layers: Sequence[Entries], setters: dict[str, str]
) -> Scenario:
    top = family.files[family.top]
    return Scenario(
        name=top.path.stem,
        title=top.title or top.path.stem,
        question=top.question,
        county=county,
        what_ifs=tuple(name_of(path, family.root) for path in family.files if path != family.top),
        settings=settings,
        changes=tuple(change for entries in layers for change in entries.changes),
        rules=tuple(rule for entries in layers for rule in entries.rules),
        origins=setters,
    )
