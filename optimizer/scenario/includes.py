"""The what-ifs that a scenario file brings along: found by name or by path, each one once, never in a circle."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from optimizer.errors import Finding
from optimizer.scenario.nodes import Scalar
from optimizer.scenario.what_if import WhatIf, label, read_what_if
from optimizer.scenario.wording import nearest, shown

MAX_CHAIN = 8
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~-]{0,99}")


@dataclass
class Family:
    """A scenario file and everything it includes."""

    root: Path
    files: dict[Path, WhatIf] = field(default_factory=dict)
    """In the order in which they were found; the scenario itself is the first."""
    edges: dict[Path, dict[Path, Scalar]] = field(default_factory=dict)
    """Per file what it includes, and where it says so."""

    def in_order(self) -> list[WhatIf]:
        """The files in an order that does not depend on how they include each other."""
        return sorted(self.files.values(), key=lambda what_if: what_if.file)


def collect(top: Path, root: Path, county: str | None, findings: list[Finding]) -> Family:
    """Read a scenario file and, recursively, its includes.

    `county` is the county's name if the caller already knows it; else it is the one that the files name.
    """
    family = Family(root)
    _read(family, top, findings)
    waiting = deque((top, include) for include in family.files[top].includes)
    later: list[tuple[Path, Scalar]] = []
    while waiting or later:
        folder = None if waiting else _county_folder(family, county)
        owner, include = waiting.popleft() if waiting else later.pop(0)
        target = _target(family, owner, include, folder, findings)
        if target is not None:
            family.edges[owner][target] = include
            if target not in family.files:
                _read(family, target, findings)
                waiting.extend((target, deeper) for deeper in family.files[target].includes)
        elif folder is None and _is_name(include):
            later.append((owner, include))
    _check_shape(family, findings)
    return family
