"""Settings laid over each other: who set what, what that overrides, and whether two what-ifs disagree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from optimizer.errors import Finding
from optimizer.scenario.nodes import Group, Listing, Mark, Node, plain
from optimizer.scenario.sections import Disagreement
from optimizer.scenario.settings import Settings
from optimizer.scenario.shapes import Keyed, Leaf, Path, Section, shape_at
from optimizer.scenario.wording import needs_of, shown

COUNTIES = "counties"
"""First part of a path that is set for one county of a region: counties.<county>.<setting>."""


@dataclass(frozen=True)
class Assignment:
    """One setting that a layer sets; whatever was at its path is replaced, all of it."""

    path: Path
    node: Node
    mark: Mark
    """Where its path is written."""
    county: str | None = None
    """The one county of a region that it is for; None: all."""

    @property
    def dotted(self) -> str:
        scope = () if self.county is None else (COUNTIES, self.county)
        return ".".join((*scope, *self.path))


@dataclass(frozen=True)
class Setters:
    """Where every setting comes from, by dotted path."""

    origins: Mapping[str, str]
    """`file:line`, or `--set`."""
    remarks: Mapping[str, str]
    """What the file says of it, where it says anything: its source."""


@dataclass
class Layers:
    """The tree of settings so far, and per path what was overridden there, the latest last."""

    tree: Group
    overridden: dict[Path, Mark] = field(default_factory=dict)

    def lay(self, assignments: Iterable[Assignment]) -> None:
        """Lay assignments over the tree, in their order."""
        for assignment in assignments:
            below = _at(self.tree, assignment.path)
            self.overridden.pop(assignment.path, None)
            if below is not None:
                self.overridden[assignment.path] = below.mark
            self.tree = _placed(self.tree, assignment.path, assignment)


def _at(tree: Node, path: Path) -> Node | None:
    node: Node | None = tree
    for name in path:
        node = node.entries.get(name) if isinstance(node, Group) else None
    return node


def _placed(tree: Group, path: Path, assignment: Assignment) -> Group:
    """A copy of the tree with the assignment's node at `path`."""
    name, deeper = path[0], path[1:]
    inner = tree.entries.get(name)
    if not deeper:
        node = assignment.node
    else:
        # Only a broken lower value is no group here; what is set below it then stands alone and is refused.
        group = inner if isinstance(inner, Group) else Group(assignment.mark, {}, {})
        node = _placed(group, deeper, assignment)
    mark = tree.marks.get(name, assignment.mark) if deeper else assignment.mark
    return Group(tree.mark, {**tree.entries, name: node}, {**tree.marks, name: mark})


def conflicts(what_ifs: Iterable[tuple[Assignment, ...]]) -> list[Finding]:
    """Findings for settings that two different what-ifs touch: the same path, or one inside the other."""
    by_path: dict[Path, list[tuple[int, Assignment]]] = {}
    for number, assignments in enumerate(what_ifs):
        for assignment in assignments:
            by_path.setdefault(assignment.path, []).append((number, assignment))
    findings = []
    for path, here in by_path.items():
        others = [other for end in range(1, len(path)) for other in by_path.get(path[:end], ())]
        for place, (number, assignment) in enumerate(here):
            rivals = [*others, *here[:place]]
            findings += [_conflict(assignment, rival) for owner, rival in rivals if owner != number]
    return sorted(findings, key=lambda finding: (finding.where, finding.found))


def _conflict(one: Assignment, two: Assignment) -> Finding:
    first, second = sorted((one, two), key=lambda assignment: (assignment.mark.origin, assignment.dotted))
    return Finding(
        f"{second.mark} {second.dotted}",
        f"a setting that {first.mark} sets too ({first.dotted})",
        "one what-if at the most that touches a setting",
        "Leave one of the two out, or write a what-if of its own that says what both mean together.",
    )


_FORM = frozenset({"missing", "extra_forbidden", "model_type", "dict_type"})
"""Errors of form, not of value: `misfits` tells them file by file, in better words."""


def validated(layers: Layers, findings: list[Finding]) -> Settings | None:
    """The settings, or None with a finding per value that is wrong, its setter and what it overrides."""
    try:
        return Settings.model_validate(plain(layers.tree))
    except ValidationError as error:
        findings.extend(_wrong(layers, detail) for detail in error.errors() if not _is_form(detail))
        return None


def _is_form(detail: ErrorDetails) -> bool:
    unknown_name = detail["loc"][-1:] == ("[key]",) and detail["type"] in ("enum", "int_parsing")
    return unknown_name or detail["type"] in _FORM


def _wrong(layers: Layers, detail: ErrorDetails) -> Finding:
    path = tuple(str(part) for part in detail["loc"] if part != "[key]")
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, Disagreement):
        return _disagreement(layers, path, error)
    node = _deepest(layers.tree, path)
    setting = _setting(path)
    null = ", or null" if isinstance(setting, Leaf) and setting.null else ""
    found = _found(layers, path, detail["input"]) + _override(layers, path)
    fix = setting.about if setting is not None and setting.about else "Correct it."
    return Finding(f"{node.mark} {'.'.join(path)}".strip(), found, needs_of(detail) + null, fix)


def _disagreement(layers: Layers, path: Path, error: Disagreement) -> Finding:
    """Settings that do not go together, each with its setter, told where the latest of them was set."""
    nodes = {name: _deepest(layers.tree, (*path, name)) for name in error.names}
    latest = max(error.names, key=lambda name: _rank(layers, (*path, name)))
    found = ", ".join(f"{name} {shown(plain(node))} ({node.mark.origin})" for name, node in nodes.items())
    where = f"{nodes[latest].mark} {'.'.join((*path, latest))}"
    return Finding(where, found, str(error), "Change one of them.")


def _rank(layers: Layers, path: Path) -> int:
    """How late a setting, or a group around it, was overridden; -1 if never."""
    ranks = (rank for rank, over in enumerate(layers.overridden) if path[: len(over)] == over)
    return max(ranks, default=-1)


def _found(layers: Layers, path: Path, given: Any) -> str:
    """The value that is wrong; of a whole group, what was set in it above the base, and by whom."""
    node = _at(layers.tree, path)
    if not isinstance(node, Group) or isinstance(_setting(path), Leaf):
        return shown(given if node is None else plain(node))
    inside = [over for over in layers.overridden if over[: len(path)] == path and over != path]
    told = []
    for over in inside:
        value = _at(layers.tree, over)
        if value is not None:
            told.append(f"{'.'.join(over[len(path) :])} {shown(plain(value))} ({value.mark.origin})")
    return ", ".join(told or node.entries) or "{}"


def _override(layers: Layers, path: Path) -> str:
    for end in range(len(path), 0, -1):
        if path[:end] in layers.overridden:
            return f" (overrides {layers.overridden[path[:end]].origin})"
    return ""


def _deepest(tree: Group, path: Path) -> Node:
    """The node at a path, or the last one on the way to it."""
    node: Node = tree
    for name in path:
        if isinstance(node, Group) and name in node.entries:
            node = node.entries[name]
        elif isinstance(node, Listing) and name.isdigit():
            node = node.items[int(name)]
        else:
            break
    return node


def _setting(path: Path) -> Leaf | Section | Keyed | None:
    """The shape of the setting a path leads to, or into; list items count as their list."""
    for end in range(len(path), 0, -1):
        shape = shape_at(path[:end])
        if shape is not None:
            return shape
    return None


def setters_of(tree: Group) -> Setters:
    """Who set each leaf setting of a tree, and what is said of it."""
    return Setters(_origins(tree), _remarks(tree))


def _origins(tree: Group) -> dict[str, str]:
    """Per leaf setting, by dotted path, the `file:line` that set it; an empty group is a leaf."""
    return dict(sorted((".".join(path), node.mark.origin) for path, node in leaves(tree, ())))


def _remarks(tree: Group) -> dict[str, str]:
    """Per leaf setting, by dotted path, what its file says of it: below its line, or else below that of the nearest
    group that the same file begins. Settings of which nothing is said are left out.
    """
    told = {path: node.mark.remark or _of_group(tree, path, node.mark.file) for path, node in leaves(tree, ())}
    return {".".join(path): remark for path, remark in sorted(told.items()) if remark}


def _of_group(tree: Group, path: Path, file: str) -> str:
    remark, node = "", tree
    for name in path[:-1]:
        mark, inner = node.marks[name], node.entries[name]
        remark = mark.remark if mark.remark and mark.file == file else remark
        assert isinstance(inner, Group)
        node = inner
    return remark


def leaves(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """The values below a node, each with its path; an empty group is one."""
    if isinstance(node, Group) and (node.entries or not path):
        for name, value in node.entries.items():
            yield from leaves(value, (*path, name))
    else:
        yield path, node
