"""A county out, to a folder or a workbook that reads back as exactly the same county."""

from __future__ import annotations

import io
import shutil
from functools import lru_cache
from pathlib import Path

from optimizer.county.cells import cell_of
from optimizer.county.county import TABLES, County
from optimizer.county.csv_files import csv_bytes
from optimizer.county.facts import LISTS, fields_of
from optimizer.county.fields import columns_of
from optimizer.county.files import refuse_other_kinds, refused, replacing_file, replacing_folder
from optimizer.county.folder import FACTS_FILE
from optimizer.county.records import Facts, Record
from optimizer.county.workbook_sheets import refuse_other_workbook, refuse_unwritable, sheets_of
from optimizer.county.workbook_writing import write_workbook

_OWN_FILES = frozenset({FACTS_FILE, *(f"{name}.csv" for name in TABLES)})


def write_county(county: County, path: Path) -> None:
    """Write a county to a folder, or to a workbook if the path ends in .xlsx; whole or not at all.

    A county that stands there is replaced; files of its folder that are no tables, such as a README.md, stay.
    Tables without rows are left out, but services. The county is not checked: `check_county` does that.

    Raises `Refused` if something else stands there, the place cannot be written, or a workbook cannot hold it.
    """
    if path.suffix.lower() == ".xlsx":
        _write_workbook(county, path)
    else:
        refuse_other_kinds(path)
        _write_folder(county, path)


def refuse_taken(path: Path) -> None:
    """Raise `Refused` if something stands at a place to write to; an empty folder is nothing."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        fix = "Name a new place; what is there may hold work by hand. --overwrite replaces it."
        raise refused(str(path), "a place that is taken", "a file or folder that is not there yet", fix)


def _write_folder(county: County, path: Path) -> None:
    kept = _files_to_keep(path)
    with replacing_folder(path) as draft:
        for file in kept:
            if file.is_dir() and not file.is_symlink():
                shutil.copytree(file, draft / file.name, symlinks=True)
            else:
                shutil.copy2(file, draft / file.name, follow_symlinks=False)
        (draft / FACTS_FILE).write_text(_facts_yaml(county.facts), encoding="utf-8", newline="\n")
        for name, table in TABLES.items():
            if county.table(name) or table.required:
                (draft / f"{name}.csv").write_bytes(county.found_of(name, csv_bytes))


def _files_to_keep(path: Path) -> list[Path]:
    """What stands in a county's folder besides its tables."""
    if not path.exists():
        return []
    needs, fix = "a county's folder, an empty one or none", "Choose another place."
    if not path.is_dir():
        raise refused(str(path), "a file", needs, fix)
    files = sorted(path.iterdir())
    if files and FACTS_FILE not in {file.name for file in files}:
        raise refused(str(path), f"a folder without {FACTS_FILE}", needs, fix)
    return [file for file in files if file.name not in _OWN_FILES]


@lru_cache(maxsize=8)
def _facts_yaml(facts: Facts) -> str:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 1_000
    out = io.StringIO()
    lists = {name: [_filled(row) for row in getattr(facts, name)] for name in LISTS}
    fields = {name: cell_of(value) for name, value in fields_of(facts).items()}
    yaml.dump(fields | {name: rows for name, rows in lists.items() if rows or LISTS[name].required}, out)
    return out.getvalue()


def _filled(row: Record) -> dict[str, object]:
    return {name: cell_of(getattr(row, name)) for name in columns_of(type(row))}


def _write_workbook(county: County, path: Path) -> None:
    refuse_other_workbook(path)
    sheets = sheets_of(county)
    refuse_unwritable(path, sheets)
    with replacing_file(path) as draft:
        write_workbook(draft, sheets)
