"""The what-ifs that a scenario file brings along: found by name or by path, each one once, never in a circle."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TypeAlias

from optimizer.errors import Finding
from optimizer.scenario.nodes import Scalar
from optimizer.scenario.places import BASE, NAME, county_name, label, real
from optimizer.scenario.what_if import WhatIf, read_what_if
from optimizer.scenario.wording import nearest, shown

MAX_CHAIN = 8
MAX_LETTERS = 200
_UNSAFE = re.compile(r"[\x00-\x1f\\:]|^/|^~")

Wanted: TypeAlias = tuple[Path, Scalar]
"""An include and the file that asks for it."""


@dataclass
class Family:
    """A scenario file and everything it includes."""

    root: Path
    top: Path
    files: dict[Path, WhatIf] = field(default_factory=dict)
    """In the order in which they were found; the scenario itself is the first."""
    edges: dict[Path, dict[Path, Scalar]] = field(default_factory=dict)
    """Per file what it includes, and where it says so."""

    def sorted_files(self) -> list[WhatIf]:
        """The files in an order that does not depend on how they include each other."""
        return sorted(self.files.values(), key=lambda what_if: what_if.file)


def collect(top: Path, root: Path, county: str | None, findings: list[Finding]) -> Family:
    """Read a scenario file and, recursively, what it includes; all that is wrong is added to `findings`.

    `county` is the county's name if it is known beforehand; otherwise it is the one that the files name.
    """
    family = Family(root, top)
    general = root / "whatifs"
    missing = _follow(family, _read(family, top, findings), [general], findings)
    folders = [general] + [general / name for name in _county_names(family, county)]
    missing = _follow(family, missing, folders, findings)
    findings.extend(_missing(family, wanted, folders) for wanted in missing)
    findings.extend(_twofold(family, folders))
    findings.extend(_circles(family) or _long_chains(family))
    return family


def _county_names(family: Family, county: str | None) -> list[str]:
    named = [what_if.county.text for what_if in family.files.values() if what_if.county is not None]
    names = [county] if county is not None else sorted({county_name(Path(text)) for text in named})
    return [name for name in names if NAME.fullmatch(name)]


def _read(family: Family, path: Path, findings: list[Finding]) -> list[Wanted]:
    """Read one more file; returns what it includes."""
    what_if = read_what_if(path, label(path, family.root), findings)
    family.files[path] = what_if
    family.edges[path] = {}
    return [(path, include) for include in what_if.includes]


def _follow(family: Family, wanted: Iterable[Wanted], folders: list[Path], findings: list[Finding]) -> list[Wanted]:
    """Read includes, breadth first, looking for names in `folders`; returns those that were not found."""
    waiting, missing = deque(wanted), []
    while waiting:
        owner, include = waiting.popleft()
        refusal = _unsafe(include) or _outside(family, owner, include, folders)
        if refusal is not None:
            findings.append(refusal)
            continue
        target = next((real(path) for path in _candidates(owner, include, folders) if path.is_file()), None)
        if target is None:
            missing.append((owner, include))
            continue
        family.edges[owner].setdefault(target, include)
        if target not in family.files:
            waiting.extend(_read(family, target, findings))
    return missing


def _is_name(include: Scalar) -> bool:
    return "/" not in include.text and not include.text.endswith(".yaml")


def _candidates(owner: Path, include: Scalar, folders: list[Path]) -> list[Path]:
    text = include.text if include.text.endswith(".yaml") else f"{include.text}.yaml"
    return [folder / text for folder in folders] if _is_name(include) else [owner.parent / text]


def _unsafe(include: Scalar) -> Finding | None:
    """Whether an include could mean anything but a file here: a drive, a web address, a name nothing can have."""
    is_sound = NAME.fullmatch(include.text) if _is_name(include) else not _UNSAFE.search(include.text)
    if is_sound and len(include.text) <= MAX_LETTERS:
        return None
    fix = "Write the name of a file in whatifs/, or its path from this file with forward slashes."
    return Finding(f"{include.mark} include", shown(include.text), "a name or a relative path", fix)


def _outside(family: Family, owner: Path, include: Scalar, folders: list[Path]) -> Finding | None:
    """Whether an include leads out of the root, or to a layer below the what-ifs; links are followed first."""
    where = f"{include.mark} include"
    for target in (real(path) for path in _candidates(owner, include, folders)):
        if not target.is_relative_to(family.root):
            needs = f"a file in {family.root.name}/"
            return Finding(where, f"{shown(include.text)}, which lies outside", needs, "Move the file there.")
        if target == family.root / BASE or target.parent == family.root / "counties":
            fix = "It is a layer of its own and always there; remove the include."
            return Finding(where, f"{shown(include.text)}, which is no what-if", "a what-if", fix)
    return None


def _missing(family: Family, wanted: Wanted, folders: list[Path]) -> Finding:
    owner, include = wanted
    places = [path.parent for path in _candidates(owner, include, folders)]
    known = [path.stem for place in places if place.is_dir() for path in place.glob("*.yaml")]
    found = f"{shown(include.text)}, which does not exist"
    needs = f"a file in {' or '.join(label(place, family.root) for place in places)}"
    return Finding(f"{include.mark} include", found, needs, nearest(include.text, known))


def _twofold(family: Family, folders: list[Path]) -> list[Finding]:
    """Names that mean a file both for every county and for this one."""
    findings = []
    for owner, edges in family.edges.items():
        for include in edges.values():
            found = [path for path in _candidates(owner, include, folders) if path.is_file()]
            if len(found) > 1:
                both = " and ".join(label(path, family.root) for path in found)
                fix = "Write the path of the one that is meant, or rename the other."
                findings.append(Finding(f"{include.mark} include", both, "one file of that name", fix))
    return findings


def _circles(family: Family) -> list[Finding]:
    """The circle in which files include each other, if there is one, told whole."""
    ordered = {path: sorted(edges) for path, edges in sorted(family.edges.items())}
    try:
        TopologicalSorter(ordered).prepare()
    except CycleError as error:
        circle: list[Path] = list(reversed(error.args[1]))
        # The circle is told from its first file in the alphabet, wherever it was entered.
        start = circle.index(min(circle))
        circle = [*circle[start:-1], *circle[: start + 1]]
        told = " -> ".join(label(path, family.root) for path in circle)
        where = f"{family.edges[circle[0]][circle[1]].mark} include"
        return [Finding(where, f"the circle {told}", "includes that end", "Remove one of these includes.")]
    return []


def _long_chains(family: Family) -> list[Finding]:
    """Files that lie too many includes away from the scenario; counted along the longest way, in an acyclic family."""
    depth = dict.fromkeys(family.edges, 0)
    order = list(TopologicalSorter({path: list(edges) for path, edges in family.edges.items()}).static_order())
    findings = []
    for path in reversed(order):
        for target, include in family.edges[path].items():
            depth[target] = max(depth[target], depth[path] + 1)
            if depth[path] == MAX_CHAIN:
                found, needs = f"an include {MAX_CHAIN + 1} files deep", f"{MAX_CHAIN} at the most"
                findings.append(Finding(f"{include.mark} include", found, needs, "Include the file further up."))
    return findings
