"""A case as one flat what-if file: everything that it has above the base and the county's own file.

Settings that differ, the what-ifs' selectors in their order, cells, and every lock and ban by the services it holds.
The file is read back before it stands: it must give the same county, settings and rules.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from optimizer.ask import load_case
from optimizer.county.county import TABLES
from optimizer.errors import Finding, Refused
from optimizer.runs.manifest import flat_settings, input_hashes
from optimizer.scenario.places import root_of
from optimizer.scenario.scenario import Case, Change, Forbid, Lock
from optimizer.why.dials import Cell

COUNTY_LAYER = "county"
"""Name of the county's own file among the layers."""

CellValue = tuple[Cell, float]


def county_rules(case: Case) -> frozenset[str]:
    """Origins of the locks and bans that the county's own file sets: no what-if takes a ban of these back."""
    return frozenset(rule.origin for rule in case.scenario.rules if rule.what_if == COUNTY_LAYER)


def write_what_if(case: Case, path: Path, title: str, question: str, cells: Sequence[CellValue] = ()) -> Path:
    """Write the case as a what-if file; `cells` are those that it has besides what its selectors say.

    Raises `Refused` if no file says just this, in which case none is left behind.
    """
    bare = {"title": title, "question": question, "county": "?"}
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _dump(bare, path)
        bare["county"] = _county(case, path)
        _dump(bare, path)
        below = load_case(path)
        _dump(bare | _differences(case, below, cells), path)
        _refuse_unlike(case, load_case(path), path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _dump(content: Mapping[str, Any], path: Path) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(dict(content), file)


def _county(case: Case, path: Path) -> str:
    """The county as a scenario file names it: by name, or by a path from the file."""
    place = case.scenario.county
    if place.parent == root_of(path).parent / "data":
        return place.stem if place.suffix.lower() == ".xlsx" else place.name
    return "./" + Path(os.path.relpath(place, path.resolve().parent)).as_posix()


def _differences(case: Case, below: Case, cells: Sequence[CellValue]) -> dict[str, Any]:
    settings = dict(_unlike("", case.settings.model_dump(mode="json"), below.settings.model_dump(mode="json")))
    change = [_selector(one) for one in case.scenario.changes if one.what_if != COUNTY_LAYER]
    change += [_cell(cell, value) for cell, value in cells]
    change += [_lock(lock) for lock in case.locks if lock not in below.locks]
    known = {_closing(ban) for ban in below.forbids}
    change += [_ban(ban) for ban in case.forbids if _closing(ban) not in known]
    return {name: block for name, block in (("set", settings), ("change", change)) if block}


def _unlike(path: str, value: Any, other: Any) -> Iterator[tuple[str, Any]]:
    """Settings that differ, by dotted path; a group whose names are not all still there is written whole."""
    if value == other:
        return
    if isinstance(value, dict) and isinstance(other, dict) and other.keys() <= value.keys() and value:
        for name, inner in value.items():
            below = other.get(name) if name in other else _Missing
            yield from _unlike(f"{path}.{name}" if path else str(name), inner, below)
    else:
        yield path, value


_Missing = object()


def _selector(change: Change) -> dict[str, Any]:
    written: dict[str, Any] = {"in": change.table, "where": dict(change.where)}
    return written | {
        name: dict(block) for name, block in (("scale", change.scale), ("override", change.override)) if block
    }


def _cell(cell: Cell, value: float) -> dict[str, Any]:
    where = dict(zip(TABLES[cell.table].key, cell.key, strict=True))
    return {"in": cell.table, "where": where, "override": {cell.column: int(value) if value == int(value) else value}}


def _lock(lock: Lock) -> dict[str, Any]:
    held: Any = str(lock.decision)
    if lock.provider is not None:
        held = {"decision": held, "provider": lock.provider}
    return {"in": "services", "where": {"service_id": lock.service_id}, "lock": held}


def _ban(ban: Forbid) -> dict[str, Any]:
    if ban.service_id is not None:
        where, table = {"service_id": ban.service_id}, "services"
    else:
        where, table = {"org_id": str(ban.provider)}, "organizations"
    return {"in": table, "where": where, "forbid": [str(ban.decision)]}


def _closing(ban: Forbid) -> tuple[str | None, str | None, str]:
    return ban.service_id, ban.provider, str(ban.decision)


def _refuse_unlike(case: Case, read: Case, path: Path) -> None:
    """Raise `Refused` where the file says something else than the case."""
    asked, told = flat_settings(case), flat_settings(read)
    unlike = sorted(name for name in asked.keys() | told.keys() if asked.get(name) != told.get(name))
    before, after = input_hashes(case), input_hashes(read)
    unlike += [name for name in before if before[name] != after[name]]
    if unlike:
        found = f"other values of {', '.join(unlike[:5])}"
        fix = "Write it by hand, from the table of the way out."
        raise Refused([Finding(str(path), found, "a file that says just what the case is", fix)])
