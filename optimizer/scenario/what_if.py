"""One scenario file as it is written: its question, its county, what it includes and what it changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.errors import Finding
from optimizer.scenario.entries import Entries, read_entries
from optimizer.scenario.files import read_yaml
from optimizer.scenario.nodes import Group, Listing, Mark, Node, Scalar, plain
from optimizer.scenario.scopes import is_text, refuse_scopes, texts_of
from optimizer.scenario.wording import nearest, shown

KEYS = ("title", "question", "county", "counties", "include", "set", "change")
MAX_LETTERS = 300


@dataclass(frozen=True)
class Counties:
    """The counties of a region, as a file names them."""

    mark: Mark
    names: tuple[Scalar, ...]
    """Names or paths; none if they could not be read."""


@dataclass(frozen=True)
class WhatIf:
    """A what-if file; `file` is how it is named in origins and refusals."""

    path: Path
    file: str
    title: str = ""
    question: str = ""
    county: Scalar | None = None
    counties: Counties | None = None
    includes: tuple[Scalar, ...] = ()
    entries: Entries = field(default_factory=Entries)
    is_read: bool = True
    """False if the file is not there or no YAML."""


def read_what_if(path: Path, file: str, findings: list[Finding]) -> WhatIf:
    """One scenario file; what cannot be used is left out and added to `findings`."""
    group = read_group(path, file, KEYS, findings)
    if group is None:
        return WhatIf(path, file, is_read=False)
    return WhatIf(
        path,
        file,
        _words(group, "title", findings),
        _words(group, "question", findings),
        _name(group, findings),
        _names(group, findings),
        _includes(group, findings),
        read_entries(group, file, findings),
    )


def read_calibration(path: Path, file: str, findings: list[Finding]) -> Entries:
    """A county's own file: the settings and changes that hold in every scenario of it."""
    group = read_group(path, file, KEYS, findings)
    if group is None:
        return Entries()
    for name in ("county", "counties", "include"):
        if name in group.entries:
            fix = "Remove it: this file holds for the county it is named after, below every what-if."
            findings.append(Finding(f"{group.marks[name]} {name}", name, "settings and changes alone", fix))
    _words(group, "title", findings)
    _words(group, "question", findings)
    entries = read_entries(group, "county", findings)
    refuse_scopes(entries.scopes, findings)
    return entries


def read_group(path: Path, file: str, keys: tuple[str, ...], findings: list[Finding]) -> Group | None:
    """A file whose top is a group of the given names, or None."""
    node = read_yaml(path, file, findings)
    if node is None:
        return None
    if not isinstance(node, Group):
        found = "nothing" if plain(node) is None else shown(plain(node))
        findings.append(Finding(str(node.mark), found, "names with values", f"Begin with {keys[0]}:."))
        return None
    for name in node.entries:
        if name not in keys:
            findings.append(Finding(f"{node.marks[name]} {name}", shown(name), "a known name", nearest(name, keys)))
    return node


def _words(group: Group, name: str, findings: list[Finding]) -> str:
    """A text on one line; line breaks of a folded text become spaces, a file without one has ''."""
    node = group.entries.get(name)
    if node is None:
        return ""
    words = " ".join(node.text.split()) if isinstance(node, Scalar) else ""
    if not words or len(words) > MAX_LETTERS or re.search("[\x00-\x1f\x7f-\x9f]", words):
        needs = f"a text of {MAX_LETTERS} letters at the most"
        findings.append(Finding(f"{node.mark} {name}", shown(plain(node)), needs, "Say it in one sentence."))
    return words


def _name(group: Group, findings: list[Finding]) -> Scalar | None:
    node = group.entries.get("county")
    if node is None or (isinstance(node, Scalar) and is_text(node)):
        return node
    found, needs = shown(plain(node)), "the name of a county, or the path of its folder or workbook"
    findings.append(Finding(f"{node.mark} county", found, needs, "Write county: clear_creek or county: ../data/x."))
    return None


def _names(group: Group, findings: list[Finding]) -> Counties | None:
    node = group.entries.get("counties")
    if node is None:
        return None
    fix = "Write counties: [clear_creek, ../data/x], or county: clear_creek for one alone."
    if not isinstance(node, Listing):
        findings.append(Finding(f"{node.mark} counties", shown(plain(node)), "a list of counties", fix))
        return Counties(node.mark, ())
    return Counties(node.mark, texts_of(node, "counties", fix, findings))


def _includes(group: Group, findings: list[Finding]) -> tuple[Scalar, ...]:
    node = group.entries.get("include")
    if node is None:
        return ()
    if not isinstance(node, Listing):
        findings.append(_no_include(node))
        return ()
    findings.extend(_no_include(item) for item in node.items if not _is_include(item))
    return tuple(item for item in node.items if isinstance(item, Scalar) and _is_include(item))


def _is_include(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is not None and bool(node.text.strip())


def _no_include(node: Node) -> Finding:
    fix = "Write include: [name, other_name]."
    return Finding(f"{node.mark} include", shown(plain(node)), "a list of what-ifs", fix)
