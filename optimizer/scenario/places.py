"""Where scenario files and counties lie: the scenarios' root, a county's folder or workbook, names for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from optimizer.errors import Finding, Refused
from optimizer.scenario.nodes import Scalar
from optimizer.scenario.wording import nearest, shown

BASE = "base.yaml"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_~-]{0,99}")
"""Names of what-ifs and counties; a path is told from a name by its slash."""


def real(path: Path) -> Path:
    """The file that a path leads to, links followed; a link that leads nowhere or in a circle is left as it is."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def root_of(path: Path) -> Path:
    """The nearest folder above a scenario file that holds base.yaml, with links resolved."""
    resolved = real(path)
    if not resolved.is_file():
        found, fix = "no such file", "Check its name and folder."
        if resolved.is_dir():
            found, fix = "a folder", "Name a .yaml file; that file names the county."
        raise Refused([Finding(path.as_posix(), found, "a scenario file", fix)])
    folder = _root_above(resolved)
    if folder is None:
        needs = f"a folder above it that holds {BASE}"
        raise Refused(
            [Finding(path.as_posix(), f"no {BASE}", needs, "Put the file into scenarios/ or a folder in it.")]
        )
    if resolved == folder / BASE or resolved.parent == folder / "counties":
        fix = "Write a file of its own that names the county and what you ask."
        raise Refused([Finding(label(resolved, folder), "a layer below the what-ifs", "a scenario", fix)])
    return folder


def refuse_no_place(folder: Path, scenario: Path) -> None:
    """Refuse a folder, which need not be there yet, in which no what-if of the scenario's kind can lie."""
    root, resolved = root_of(scenario), real(folder)
    needs, fix = f"a folder in {root}, for files that can be solved", "Name one there, or leave the option out."
    if folder.exists() and not folder.is_dir():
        raise Refused([Finding(folder.as_posix(), "a file", needs, fix)])
    if _root_above(resolved / BASE) != root:
        raise Refused([Finding(folder.as_posix(), f"a folder outside {root}", needs, fix)])
    if resolved == root / "counties":
        raise Refused([Finding(folder.as_posix(), "the counties' own folder", needs, fix)])


def _root_above(file: Path) -> Path | None:
    return next((folder for folder in file.parents if (folder / BASE).is_file()), None)


def label(path: Path, root: Path) -> str:
    """A file as origins name it: seen from the folder that holds the scenarios' root."""
    base = root.parent
    return path.relative_to(base).as_posix() if path.is_relative_to(base) else path.as_posix()


def name_of(path: Path, root: Path) -> str:
    """A what-if as people name it: its path in whatifs/, without the ending."""
    for folder in (root / "whatifs", root):
        if path.is_relative_to(folder):
            return path.relative_to(folder).with_suffix("").as_posix()
    return path.stem


def county_name(path: Path) -> str:
    """The name of a county's folder or workbook, by which its own settings are found."""
    return path.stem if path.suffix.lower() == ".xlsx" else path.name


def county_of(named: Iterable[tuple[Path, Scalar]], root: Path, top: str, findings: list[Finding]) -> Path | None:
    """The one county that the files name, each given with its own path; None with findings otherwise."""
    known = len(findings)
    located = [(scalar, county_at(owner, scalar, root, findings)) for owner, scalar in named]
    places = {path: scalar for scalar, path in located if path is not None}
    if len(places) == 1 and len(findings) == known:
        return next(iter(places))
    if len(places) > 1:
        (one, first), (two, second) = sorted(places.items(), key=lambda item: str(item[1].mark))[:2]
        found = f"{label(two, root)}, while {first.mark.origin} names {label(one, root)}"
        findings.append(Finding(f"{second.mark} county", found, "one county", "Remove one, or choose other includes."))
    elif len(findings) == known:
        fix = nearest("", counties_in(root))
        findings.append(Finding(top, "no county", "county: NAME, here or in a file it includes", fix))
    return None


def county_at(owner: Path, scalar: Scalar, root: Path, findings: list[Finding]) -> Path | None:
    """The folder or workbook that a file names by name or by path; None with a finding if there is none."""
    where, text = f"{scalar.mark} county", scalar.text
    data = root.parent / "data"
    if "/" in text:
        candidates = [(owner.parent / text)]
    elif NAME.fullmatch(text):
        candidates = [data / text, data / f"{text}.xlsx"]
    else:
        needs = "a name of letters, digits, _ and -, or a path with forward slashes"
        findings.append(Finding(where, shown(text), needs, nearest(text, counties_in(root))))
        return None
    found = [real(path) for path in candidates if _exists(path)]
    if len(found) == 1:
        return found[0]
    if found:
        both = " and ".join(label(path, root) for path in found)
        findings.append(Finding(where, both, "one county of that name", "Write the path of the one that is meant."))
    else:
        needs = f"a county's folder or workbook ({label(candidates[0], root)})"
        findings.append(Finding(where, f"{shown(text)}, which does not exist", needs, nearest(text, counties_in(root))))
    return None


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def counties_in(root: Path) -> list[str]:
    """Names of the counties that lie beside the scenarios' root."""
    data = root.parent / "data"
    entries = data.iterdir() if data.is_dir() else iter(())
    return [county_name(path) for path in entries if path.is_dir() or path.suffix.lower() == ".xlsx"]
