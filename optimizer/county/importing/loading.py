"""Read a mapping file: YAML 1.2, guarded, every refusal with its file and line."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, DocumentStartEvent, NodeEvent

from optimizer.county.files import read_text, refused
from optimizer.county.findings import did_you_mean
from optimizer.county.importing.mapping import NEEDED_FIELDS, SERVICE_FIELDS, ImportMapping
from optimizer.county.importing.parts import YamlPath
from optimizer.errors import Finding, Refused, raise_if_any

MAPPINGS = Path(__file__).parent / "mappings"
MAX_BYTES = 1_000_000
MAX_NODES = 50_000
MAX_DEPTH = 40
ROOMS = ("county", "source", "derive", "columns", "group", "names", "programs")
"""Parts of a mapping that are laid over those of the mapping it extends; every other part replaces it."""


@dataclass(frozen=True)
class Located:
    """A mapping, and where each part of it is written."""

    mapping: ImportMapping
    lines: dict[YamlPath, str]
    """Path in the mapping to `file:line`."""
    name: str
    sha256: str
    """Of the file, and of the mapping it extends."""

    def where(self, path: YamlPath) -> str:
        return _where(self.lines, path, self.name)


def shipped_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with the library."""
    return tuple(sorted(path.stem for path in MAPPINGS.glob("*.yaml")))


def find_mapping(name: str) -> Path:
    """The file of that name, or else the shipped mapping of that name.

    Raises `Refused` if there is neither.
    """
    shipped = shipped_mappings()
    if not Path(name).exists():
        if name not in shipped:
            fix = did_you_mean(name, shipped, f"Name a .yaml file, or one of: {', '.join(shipped)}.")
            raise refused(name, "no file", "a mapping", fix)
        return MAPPINGS / f"{name}.yaml"
    return Path(name)


def load_mapping(path: Path) -> Located:
    """Read a mapping file, or a shipped one by its bare name; `extends` lays it over a shipped one.

    Raises `Refused` with every finding.
    """
    name, text = _text_of(find_mapping(str(path)))
    content, lines = _parse(name, text)
    digest = sha256(text.encode())
    base_name = content.pop("extends", None)
    if base_name is not None:
        base_file, base_text = _base(base_name, _where(lines, ("extends",), name))
        base, base_lines = _parse(base_file, base_text)
        digest.update(base_text.encode())
        content, lines = _lay_over(base, content), base_lines | lines
    try:
        mapping = ImportMapping.model_validate(content)
    except ValidationError as error:
        raise Refused(_findings(error, lines, name)) from error
    located = Located(mapping, lines, name, digest.hexdigest())
    raise_if_any(_field_findings(located))
    return located


def _text_of(path: Path) -> tuple[str, str]:
    return path.name, read_text(path, MAX_BYTES, "Save it as UTF-8 text.", "line")


def _base(name: object, where: str) -> tuple[str, str]:
    if name not in shipped_mappings():
        known = shipped_mappings()
        fix = did_you_mean(name, known, f"Shipped mappings: {', '.join(known)}.")
        raise refused(where, f"extends {name!r}", "the name of a shipped mapping", fix)
    return _text_of(MAPPINGS / f"{name}.yaml")


def _parse(name: str, text: str) -> tuple[dict[str, Any], dict[YamlPath, str]]:
    """The file as plain dicts and lists, and the line of every path in it."""
    yaml = YAML(typ="rt", pure=True)
    try:
        _guard(name, yaml, text)
        document = yaml.load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise refused(
            where, str(error.problem).removeprefix("found "), "YAML 1.2", "Mend the file at this line."
        ) from error
    except YAMLError as error:
        raise refused(name, str(error).splitlines()[0], "YAML 1.2", "Mend the file.") from error
    if not isinstance(document, CommentedMap):
        raise refused(name, "no names at the top", "a mapping", "Begin with `about:` and `county:`.")
    lines: dict[YamlPath, str] = {}
    content = _plain(document, (), name, lines)
    return content, lines


def _guard(name: str, yaml: YAML, text: str) -> None:
    """Refuse what a mapping never needs and an attack does: aliases, tags, depth, size, several documents."""
    depth = nodes = documents = 0
    for event in yaml.parse(StringIO(text)):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        nodes += isinstance(event, NodeEvent)
        documents += isinstance(event, DocumentStartEvent)
        found = None
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            found = "an alias or an anchor"
        elif getattr(event, "tag", None) is not None:
            found = f"a tag ({event.tag})"
        elif depth > MAX_DEPTH or nodes > MAX_NODES or documents > 1:
            found = "more nesting, entries or documents than a mapping has"
        if found:
            where = f"{name}:{event.start_mark.line + 1}"
            raise refused(where, found, "plain YAML", "Write the values out, in one document.")


def _plain(node: Any, path: YamlPath, name: str, lines: dict[YamlPath, str]) -> Any:
    if isinstance(node, CommentedMap):
        for key in node:
            lines[(*path, str(key))] = f"{name}:{node.lc.key(key)[0] + 1}"
        return {_scalar(key): _plain(value, (*path, str(key)), name, lines) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            lines[(*path, index)] = f"{name}:{node.lc.item(index)[0] + 1}"
        return [_plain(value, (*path, index), name, lines) for index, value in enumerate(node)]
    return _scalar(node)


def _scalar(node: Any) -> Any:
    """A scalar without the wrapper that remembers how it was written."""
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _lay_over(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """The base with the rooms of `over` laid over entry by entry, everything else replaced."""
    result = dict(base)
    for key, value in over.items():
        below = base.get(key)
        if key in ROOMS and isinstance(value, dict) and isinstance(below, dict):
            result[key] = _merge_entries(below, value)
        else:
            result[key] = value
    return result


def _merge_entries(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Entries of both; where both give a rule with the same verb, their `values` are put together."""
    merged = dict(below)
    for key, value in above.items():
        old = below.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and set(value) <= {"values"}:
            merged[key] = old | {"values": old.get("values", {}) | value.get("values", {})}
        else:
            merged[key] = value
    return merged


def _where(lines: dict[YamlPath, str], path: YamlPath, name: str) -> str:
    """`file:line dotted.path`, by the deepest part of the path that is written in a file."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return f"{lines[path[:length]]} {'.'.join(map(str, path[:length]))}"
    return name


def _findings(error: ValidationError, lines: dict[YamlPath, str], name: str) -> list[Finding]:
    found = []
    for problem in error.errors():
        path = _written(problem["loc"], lines)
        place = _where(lines, path, name)
        if problem["type"] == "missing":
            word = str(problem["loc"][-1])
            found.append(Finding(place, f"no {word!r}", f"{word!r}", "Add it."))
        elif problem["type"] == "extra_forbidden":
            word = str(problem["loc"][-1])
            found.append(Finding(place, f"{word!r}", "a word that a mapping knows", "See docs/importing.md."))
        else:
            message = problem["msg"].removeprefix("Value error, ")
            found.append(Finding(place, _shown(problem["input"]), message, "Mend it in the mapping."))
    return found


def _written(loc: YamlPath, lines: dict[YamlPath, str], path: YamlPath = ()) -> YamlPath:
    """The location without the names of chosen alternatives, which stand in no file (or stand for a key there)."""
    if not loc:
        return path
    without = _written(loc[1:], lines, path)
    if (*path, loc[0]) not in lines:
        return without
    return max(without, _written(loc[1:], lines, (*path, loc[0])), key=len)


def _shown(value: object) -> str:
    """A value as the mapping's author wrote it: of a group its names."""
    text = ", ".join(map(str, value)) if isinstance(value, dict) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _field_findings(located: Located) -> list[Finding]:
    """Fields that no service has, and fields that every service needs and the mapping does not give."""
    given = located.mapping.columns
    found = [
        Finding(
            located.where(("columns", field)),
            f"field {field!r}",
            "a field of a service",
            did_you_mean(field, SERVICE_FIELDS, f"Fields: {', '.join(SERVICE_FIELDS)}."),
        )
        for field in given
        if field not in SERVICE_FIELDS
    ]
    found += [
        Finding(
            located.where(("columns",)),
            f"no rule for {field}",
            "a rule for every field that a service needs",
            f"Add {field} under columns; a constant with an assumption will do.",
        )
        for field in NEEDED_FIELDS
        if field not in given
    ]
    return found
