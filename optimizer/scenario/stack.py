"""What a scenario stands on: the base, a county's own file, and everything laid over them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from optimizer.errors import Finding
from optimizer.scenario.entries import Entries
from optimizer.scenario.includes import Family
from optimizer.scenario.layers import Layers, Setters, setters_of, validated
from optimizer.scenario.nodes import Group
from optimizer.scenario.places import BASE, county_name, label, name_of
from optimizer.scenario.scenario import Scenario
from optimizer.scenario.settings import Settings
from optimizer.scenario.shapes import misfits
from optimizer.scenario.what_if import read_calibration, read_group


def read_base(root: Path, findings: list[Finding]) -> Group | None:
    """The lowest layer, if it states every setting and each one well."""
    known = len(findings)
    base = read_group(root / BASE, label(root / BASE, root), tuple(Settings.model_fields), findings)
    if base is None:
        return None
    findings.extend(misfits(base, ()))
    validated(Layers(base), findings)
    return base if len(findings) == known else None


def calibration_of(root: Path, county: Path, findings: list[Finding]) -> Entries:
    """What a county's own file says; nothing if there is none."""
    path = root / "counties" / f"{county_name(county)}.yaml"
    return read_calibration(path, label(path, root), findings) if path.exists() else Entries()


def settled(base: Group | None, layers: Iterable[Entries], findings: list[Finding]) -> tuple[Settings | None, Setters]:
    """The settings with every layer laid over the base, and who set each; findings instead where they are wrong."""
    if base is None:
        return None, Setters({}, {})
    pile = Layers(base)
    for entries in layers:
        pile.lay(entries.assignments)
    return validated(pile, findings), setters_of(pile.tree)


def scenario_of(
    family: Family,
    county: Path,
    settings: Settings,
    layers: Sequence[Entries],
    setters: Setters,
    may_be_absent: frozenset[str] = frozenset(),
) -> Scenario:
    """The question of a scenario file about one county, from its layers."""
    return Scenario(
        name=family.top.stem,
        title=title_of(family),
        question=family.files[family.top].question,
        county=county,
        what_ifs=what_ifs_of(family),
        settings=settings,
        changes=tuple(change for entries in layers for change in entries.changes),
        rules=tuple(rule for entries in layers for rule in entries.rules),
        origins=setters.origins,
        remarks=setters.remarks,
        may_be_absent=may_be_absent,
    )


def title_of(family: Family) -> str:
    """The title of a scenario file, or its name."""
    return family.files[family.top].title or family.top.stem


def what_ifs_of(family: Family) -> tuple[str, ...]:
    """Names of the included what-ifs, in the order in which they were found."""
    return tuple(name_of(path, family.root) for path in family.files if path != family.top)
