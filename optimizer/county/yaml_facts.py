"""county.yaml as grids: its fields and its lists (districts, groups, funds), each with the line it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optimizer.county.cells import Cell, blank_or
from optimizer.county.county import Table
from optimizer.county.fields import columns_of
from optimizer.county.files import read_text, refused
from optimizer.county.grids import Grid
from optimizer.county.records import Record
from optimizer.errors import Finding

MAX_BYTES = 10_000_000
MAX_DEPTH = 8
_WORDS = ("line", "field")
_FIX = "Write plain `field: value` lines; docs/tables.md names the fields."


def read_yaml(path: Path, lists: Mapping[str, Table], findings: list[Finding]) -> dict[str, Grid]:
    """The fields of a YAML 1.2 file as grid `county`, and each of its lists of mappings as a grid of its own.

    Raises `Refused` if it is not YAML, or holds what a county never needs (aliases, tags, a second document).
    """
    root = _loaded(path)
    grids, fields = {}, []
    for name, value in root.items():
        line = root.lc.key(name)[0] + 1
        if name not in lists:
            fields.append((line, (str(name), _plain(value))))
        elif isinstance(value, list) and all(isinstance(item, dict) for item in value):
            grids[name] = _list_grid(str(path), value, lists[name].record, line)
        elif value is not None:
            where, needs = f"{path} line {line} field {name}", f"a list of {name}, each with its fields"
            findings.append(Finding(where, repr(value)[:80], needs, _FIX))
            grids[name] = _list_grid(str(path), [], lists[name].record, line)
    for table in lists.values():
        if table.required and root.get(table.name) is None:
            needs, fix = f"a list of {table.name}", f"Add the field {table.name}."
            findings.append(Finding(str(path), f"no field {table.name}", needs, fix))
    return {"county": Grid(str(path), ("field", "value"), tuple(fields), _WORDS), **grids}


def _loaded(path: Path) -> Any:
    """The file as ruamel's mapping, which knows its lines."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    text = read_text(path, MAX_BYTES, "Save it as UTF-8 text.", "line")
    try:
        _refuse_all_but_plain(path, text)
        root = YAML().load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path} line {mark.line + 1}" if mark else str(path)
        problem = str(error.problem or error.context).removeprefix("found ")
        raise refused(where, problem, "YAML", _FIX) from error
    except (YAMLError, ValueError) as error:
        raise refused(str(path), (str(error).splitlines() or ["text that does not read"])[0], "YAML", _FIX) from error
    if not isinstance(root, dict):
        raise refused(f"{path} line 1", "no fields", "`field: value` lines", _FIX)
    return root


def _refuse_all_but_plain(path: Path, text: str) -> None:
    """Aliases can blow up, tags and further documents can hide a value, deep nesting can exhaust the stack."""
    from ruamel.yaml import YAML, events

    depth = documents = 0
    for event in YAML().parse(text):
        depth += isinstance(event, events.CollectionStartEvent) - isinstance(event, events.CollectionEndEvent)
        documents += isinstance(event, events.DocumentStartEvent)
        special = getattr(event, "anchor", None) is not None or getattr(event, "tag", None) is not None
        if depth > MAX_DEPTH or documents > 1 or special:
            where = f"{path} line {event.start_mark.line + 1}"
            raise refused(where, "an alias, a tag, deep nesting or a second document", "plain fields", _FIX)


def _list_grid(place: str, items: Any, record: type[Record], line: int) -> Grid:
    header = tuple(dict.fromkeys(key for item in items for key in item)) or tuple(columns_of(record))
    rows = tuple((item.lc.line + 1, tuple(_plain(item.get(key)) for key in header)) for item in items)
    return Grid(place, tuple(map(str, header)), rows, _WORDS, header_row=rows[0][0] if rows else line)


def _plain(value: Any) -> Cell:
    """A scalar without ruamel's own type around it; anything else is left to the field to refuse."""
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    cell: Cell = value
    return blank_or(cell)
