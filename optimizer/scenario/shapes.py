"""Which settings there are: their dotted paths, and what each group of them takes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeAlias, get_args, get_origin

from pydantic import BaseModel

from optimizer.county.field_texts import texts_of
from optimizer.errors import Finding
from optimizer.scenario.nodes import Group, Mark, Node, plain
from optimizer.scenario.settings import Settings
from optimizer.scenario.wording import nearest, shown

Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Leaf:
    """One value or one list."""

    about: str
    null: bool
    """Whether null is a value here."""


@dataclass(frozen=True)
class Section:
    """A group with fixed names."""

    about: str
    fields: Mapping[str, Shape]


@dataclass(frozen=True)
class Keyed:
    """A group whose names are free, whole numbers, or one of a set."""

    about: str
    value: Shape
    names: tuple[str, ...] | None
    """The only names there are; None: free."""
    whole: bool
    """Names are whole numbers."""


Shape: TypeAlias = Leaf | Section | Keyed


@cache
def settings_shape() -> Section:
    """The shape of the whole tree of settings."""
    shape = _shape(Settings, "")
    assert isinstance(shape, Section)
    return shape


def _shape(annotation: Any, about: str) -> Shape:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        fields, texts = annotation.model_fields, texts_of(annotation)
        return Section(about, {name: _shape(info.annotation, texts.get(name, "")) for name, info in fields.items()})
    if get_origin(annotation) is dict:
        key, value = get_args(annotation)
        bare = get_args(key)[0] if get_args(key) else key
        names = tuple(str(member) for member in bare) if issubclass(bare, StrEnum) else None
        return Keyed(about, _shape(value, about), names, bare is int)
    return Leaf(about, NoneType in get_args(annotation))


def locate(dotted: str) -> Path | None:
    """The path a dotted text names, or None; whatever follows a table of single values is one name, dots and all."""
    shape: Shape = settings_shape()
    path: list[str] = []
    rest: str | None = dotted
    while rest is not None:
        if isinstance(shape, Keyed) and isinstance(shape.value, Leaf):
            name, rest = rest, None
        else:
            name, dot, tail = rest.partition(".")
            rest = tail if dot else None
        below = step(shape, name)
        if below is None:
            return None
        path.append(name)
        shape = below
    return tuple(path)


def step(shape: Shape, name: str) -> Shape | None:
    """The shape below one name, or None if there is none."""
    if isinstance(shape, Section):
        return shape.fields.get(name)
    if isinstance(shape, Keyed):
        if shape.names is not None:
            return shape.value if name in shape.names else None
        fits = re.fullmatch(r"0|[1-9][0-9]{0,8}", name) if shape.whole else name == name.strip() and name
        return shape.value if fits else None
    return None


def shape_at(path: Path) -> Shape | None:
    """The shape at a path."""
    shape: Shape | None = settings_shape()
    for name in path:
        shape = step(shape, name) if shape is not None else None
    return shape


@cache
def known_paths() -> tuple[str, ...]:
    """Every dotted path there is, without names that are free."""
    return tuple(_paths(settings_shape(), ()))


def _paths(shape: Shape, path: Path) -> Iterator[str]:
    if path:
        yield ".".join(path)
    if isinstance(shape, Section):
        for name, below in shape.fields.items():
            yield from _paths(below, (*path, name))
    elif isinstance(shape, Keyed):
        for name in shape.names or ():
            yield from _paths(shape.value, (*path, name))


def misfits(node: Node, path: Path) -> Iterator[Finding]:
    """What below `node`, set at `path`, does not have the form of the settings: names unknown, lacking or misplaced."""
    shape = shape_at(path)
    if shape is None or isinstance(shape, Leaf):
        return
    if not isinstance(node, Group):
        found = shown(plain(node))
        yield Finding(_where(node.mark, path), found, "a group of settings", "Write name: value below it.")
        return
    if isinstance(shape, Section):
        yield from _lacking(shape, node, path)
    for name, value in node.entries.items():
        if step(shape, name) is None:
            yield _unknown(shape, name, path, node)
        else:
            yield from misfits(value, (*path, name))


def _lacking(shape: Section, node: Group, path: Path) -> Iterator[Finding]:
    lacking = [name for name in shape.fields if name not in node.entries]
    if lacking:
        found, fix = f"no {', '.join(lacking)}", "Add what is lacking."
        if path and node.entries:
            one = ".".join((*path, next(iter(node.entries))))
            fix = f"To change one setting alone, write its dotted path: {one}."
        yield Finding(_where(node.mark, path), found, "every setting of a group that is set whole", fix)


def _unknown(shape: Section | Keyed, name: str, path: Path, node: Group) -> Finding:
    where = _where(node.marks[name], (*path, name))
    if isinstance(shape, Keyed) and shape.names is None:
        needs = "a whole number as name" if shape.whole else "a name without blanks around it"
        return Finding(where, shown(name), needs, "Correct the name.")
    known = shape.fields if isinstance(shape, Section) else shape.names or ()
    return Finding(where, shown(name), "a setting that exists", nearest(name, known))


def _where(mark: Mark, path: Path) -> str:
    return f"{mark} {'.'.join(path)}".strip()
