"""YAML 1.2 files as nodes; nothing that could hide, multiply or overwrite a value is let in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    ScalarEvent,
)

from optimizer.errors import Finding
from optimizer.scenario.nodes import Group, Listing, Mark, Node, Scalar, resolve

MAX_BYTES = 2_000_000
MAX_DEPTH = 24

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")


def read_yaml(path: Path, file: str, findings: list[Finding]) -> Node | None:
    """The one document of a file, or None with the reasons added to `findings`; `file` names it in them."""
    try:
        if not path.is_file():
            findings.append(Finding(file, "no such file", "a file", "Check its name and folder."))
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        found = error.strerror or "an unreadable file"
        findings.append(Finding(file, found, "a file that can be read", "Check its name and who may read it."))
        return None
    if len(data) > MAX_BYTES:
        needs = f"{MAX_BYTES:,} bytes at the most"
        findings.append(Finding(file, "a very large file", needs, "Keep tables in the county's folder."))
        return None
    text = _decoded(data, file, findings)
    return None if text is None else parse(text, Mark(file, 1, 1), findings)


def parse(text: str, start: Mark, findings: list[Finding]) -> Node | None:
    """The one YAML document of a text, or None with the reasons added to `findings`.

    Marks count from `start`; if it has no line (`--set`), every mark is `start` itself.
    """
    root, found = _parsed(text, start)
    findings.extend(found)
    return root


@lru_cache(maxsize=16)
def _parsed(text: str, start: Mark) -> tuple[Node | None, tuple[Finding, ...]]:
    """The document and the reasons against it; whoever asks several scenarios reads the same base for each."""
    findings: list[Finding] = []
    builder = _Builder(start, findings, remarks_in(text))
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            if not builder.take(event):
                break
    except MarkedYAMLError as error:
        mark = builder.mark(error.problem_mark or error.context_mark)
        problem = (error.problem or "broken YAML").removeprefix("found ")
        tab = r"'\t'" in problem
        fix = "Indent with spaces, not with tabs." if tab else "Check indents, colons and quotes."
        builder.refuse(problem, "YAML 1.2", fix, mark)
    except (YAMLError, ValueError, OverflowError) as error:
        # Escapes and directives with absurd numbers end in errors of their own, without a place.
        builder.refuse(f"{type(error).__name__}", "YAML 1.2", "Check the text that follows this place.")
    if not findings and builder.root is None:
        builder.refuse("nothing", "names with values", "Fill it in.", start)
    return None if findings else builder.root, tuple(findings)


def remarks_in(text: str) -> dict[int, str]:
    """By line (from 1) the comment that stands below it, as scenario files give the source of a value."""
    remarks: dict[int, str] = {}
    above = 0
    for number, line in enumerate(text.splitlines(), start=1):
        comment = line.strip()
        if not comment.startswith("#"):
            above = number if comment else 0
        elif above:
            remarks[above] = f"{remarks.get(above, '')} {comment.lstrip('#').strip()}".strip()
    return remarks


def _decoded(data: bytes, file: str, findings: list[Finding]) -> str | None:
    fix = "Save the file as UTF-8."
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        findings.append(Finding(file, "UTF-16 text", "UTF-8 text", fix))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        mark = _mark_at(file, data[: error.start].decode("utf-8", "replace"))
        findings.append(Finding(str(mark), "a byte that is not UTF-8", "UTF-8 text", fix))
        return None
    strange = _UNPRINTABLE.search(text)
    if strange is None:
        return text
    mark = _mark_at(file, text[: strange.start()])
    findings.append(
        Finding(str(mark), f"the character U+{ord(strange.group()):04X}", "plain text", f"Remove it. {fix}")
    )
    return None


def _mark_at(file: str, before: str) -> Mark:
    return Mark(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


@dataclass
class _Open:
    """A list or a group that has begun and not ended."""

    mark: Mark
    is_group: bool
    items: list[Node] = field(default_factory=list)
    entries: dict[str, Node] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    key: Node | None = None

    def closed(self) -> Node:
        return Group(self.mark, self.entries, self.marks) if self.is_group else Listing(self.mark, tuple(self.items))


class _Builder:
    """Turns parser events into nodes, without recursion: depth costs nothing until it is refused."""

    def __init__(self, start: Mark, findings: list[Finding], remarks: Mapping[int, str]) -> None:
        self.start = start
        self.remarks = remarks
        self.findings = findings
        self.last = start
        self.root: Node | None = None
        self.stack: list[_Open] = []
        self.documents = 0

    def mark(self, mark: Any) -> Mark:
        if mark is None or not self.start.line:
            return self.start
        return Mark(self.start.file, mark.line + 1, mark.column + 1, self.remarks.get(mark.line + 1, ""))

    def refuse(self, found: str, needs: str, fix: str, mark: Mark | None = None) -> None:
        self.findings.append(Finding(str(mark or self.last), found, needs, fix))

    def take(self, event: Event) -> bool:
        """Take in one event; False if reading on makes no sense."""
        self.last = self.mark(event.start_mark)
        if isinstance(event, DocumentStartEvent):
            return self._begin_document(event)
        if isinstance(event, CollectionStartEvent):
            return self._begin(event)
        if isinstance(event, CollectionEndEvent):
            self._place(self.stack.pop().closed())
        elif isinstance(event, AliasEvent):
            self.refuse(f"the alias *{event.anchor}", "a value", "Write the value itself.")
            self._place(Scalar(self.last, None, ""))
        elif isinstance(event, ScalarEvent):
            self._refuse_extras(event)
            self._place(self._scalar(event))
        return True

    def _begin_document(self, event: DocumentStartEvent) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.refuse("a second document (---)", "one document", "Put it into a file of its own.")
            return False
        if event.version not in (None, (1, 2)) or event.tags:
            self.refuse("a % directive", "YAML 1.2 without directives", "Remove it.")
        return True

    def _begin(self, event: CollectionStartEvent) -> bool:
        self._refuse_extras(event)
        self.stack.append(_Open(self.last, isinstance(event, MappingStartEvent)))
        if len(self.stack) > MAX_DEPTH:
            self.refuse("very deep nesting", f"{MAX_DEPTH} levels at the most", "Write it flatter.")
            return False
        return True

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor is not None:
            self.refuse(f"the anchor &{event.anchor}", "a plain value", "Remove the anchor.")
        if event.ctag is not None:
            self.refuse(f"the tag {event.ctag}", "a value without a tag", "Remove the tag.")

    def _scalar(self, event: ScalarEvent) -> Scalar:
        if event.style:
            return Scalar(self.last, event.value, event.value)
        mark = self.last
        if not event.value and self.stack and self.stack[-1].key is not None:
            # A blank has no place of its own: the parser gives that of whatever follows.
            mark = self.stack[-1].key.mark
        return Scalar(mark, resolve(event.value), event.value)

    def _place(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if not top.is_group:
            top.items.append(node)
        elif top.key is None:
            top.key = node
        else:
            self._enter(top, top.key, node)
            top.key = None

    def _enter(self, group: _Open, key: Node, node: Node) -> None:
        if not isinstance(key, Scalar) or not key.text.strip():
            self.refuse("a name that is not a plain word", "a name", "Write name: value.", key.mark)
        elif key.text in group.entries:
            found = f"'{key.text}' a second time (first in {group.marks[key.text].origin})"
            self.refuse(found, "each name once", "Remove one of the two.", key.mark)
        else:
            group.entries[key.text] = node
            group.marks[key.text] = key.mark
