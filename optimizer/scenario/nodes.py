"""Values of a scenario file that know their file, line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Mark:
    """A place in a file; line and column count from 1, line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0
    remark: str = field(default="", compare=False)
    """What the comment below that line says: where its value comes from."""

    @property
    def origin(self) -> str:
        """`file:line`, as origins are told."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def __str__(self) -> str:
        return f"{self.origin}:{self.column}" if self.line else self.file


@dataclass(frozen=True)
class Scalar:
    """One value; `text` is what was typed, so that an id 007 can stay one."""

    mark: Mark
    value: bool | int | float | str | None
    text: str


@dataclass(frozen=True)
class Listing:
    """A list."""

    mark: Mark
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Group:
    """Names with values; names are always text."""

    mark: Mark
    entries: Mapping[str, Node]
    marks: Mapping[str, Mark]
    """Where each name is written."""


Node: TypeAlias = Scalar | Listing | Group


def plain(node: Node) -> Any:
    """A node as Python values."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return {name: plain(value) for name, value in node.entries.items()}


_INT = re.compile(r"[-+]?[0-9]{1,64}|0o[0-7]{1,64}|0x[0-9a-fA-F]{1,64}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,64}|[0-9]{1,64}(\.[0-9]{0,64})?)([eE][-+]?[0-9]{1,9})?")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def resolve(text: str) -> bool | int | float | str | None:
    """What an unquoted scalar is in the core schema of YAML 1.2.2, section 10.3.2: `no` and `12:30` are text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return float(text)
    if _SPECIAL.fullmatch(text):
        return float(text.replace(".", ""))
    return text
