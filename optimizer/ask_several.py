"""From several questions to their answers: runs of counties, or of regions, that are compared.

Each question goes on from what the searches before it left, or several processes have a share of them each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from optimizer.ask import OnProgress, Search, answer
from optimizer.ask_region import answer_region, load_region_case
from optimizer.county.county import County
from optimizer.county.reading import read_county
from optimizer.errors import Finding, Refused, raise_if_any
from optimizer.interrupts import ended_together
from optimizer.options.prepare import prepare
from optimizer.runs.folder import Run
from optimizer.runs.region_folder import COUNTIES, RegionRun, is_region_run, read_county_run, read_region_run
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.region import load_region, names_counties
from optimizer.side_by_side import side_by_side

AnyRun = TypeVar("AnyRun", Run, RegionRun)


@ended_together()
def runs_of(
    paths: Sequence[Path],
    overrides: Sequence[str],
    county: Path | None,
    runs: Path,
    search: Search,
    on_progress: OnProgress | None,
    *,
    fresh: bool,
    processes: int = 1,
) -> list[Run]:
    """Run folders read, and scenario files asked: in turn, or in several processes side by side.

    After Ctrl-C nothing is searched any more: what has no run by then gets one that says so.
    Raises `Refused` if anything would be set in a run that is finished, with everything that is wrong with any of the
    scenario files, and for a scenario that does not fit its county, once its turn comes.
    """
    _refuse_changes_of_runs(paths, overrides, county, search)
    _refuse_unreadable(paths, lambda path: load_scenario(path, overrides, county))
    ask = partial(_county_runs, overrides, county, runs, search, fresh)
    with _told_where_others_are(runs):
        return side_by_side(ask, _spelled_alike(paths), processes, on_progress)


@ended_together()
def region_runs_of(
    paths: Sequence[Path],
    overrides: Sequence[str],
    runs: Path,
    search: Search,
    on_progress: OnProgress | None = None,
    *,
    fresh: bool = False,
    processes: int = 1,
) -> list[RegionRun]:
    """Run folders of regions read, and scenario files about regions asked: in turn, or in several processes.

    After Ctrl-C nothing is searched any more: what has no run by then gets one that says so.
    Raises `Refused` as `runs_of` does.
    """
    _refuse_changes_of_runs(paths, overrides, None, search)
    _refuse_unreadable(paths, lambda path: load_region(path, overrides))
    ask = partial(_region_runs, overrides, runs, search, fresh)
    with _told_where_others_are(runs):
        return side_by_side(ask, _spelled_alike(paths), processes, on_progress)


def are_regions(paths: Sequence[Path]) -> bool:
    """Whether run folders and scenario files are about regions. Raises `Refused` if only some of them are."""
    of_region = [is_region_run(path) if path.is_dir() else names_counties(path) for path in paths]
    if any(of_region) and not all(of_region):
        regions = [path for path, found in zip(paths, of_region, strict=True) if found]
        single = ", ".join(str(path) for path, found in zip(paths, of_region, strict=True) if not found)
        runs = [path for path in regions if path.is_dir()]
        part = f"{runs[0] if runs else 'the run folder of the region'}/{COUNTIES}/"
        fix = f"Compare regions with regions; a county's part of a region's plan is a run of its own in {part}."
        found, needs = f"a region, beside a single county ({single})", "regions alone, or single counties alone"
        raise Refused([Finding(str(path), found, needs, fix) for path in regions])
    return all(of_region)


def _county_runs(
    overrides: Sequence[str],
    county: Path | None,
    runs: Path,
    search: Search,
    fresh: bool,
    paths: Sequence[Path],
    on_progress: OnProgress | None,
) -> list[Run]:
    read: dict[Path, County] = {}

    def asked(path: Path, how: Search) -> Run:
        loaded = load_scenario(path, overrides, county)
        if loaded.county not in read:
            read[loaded.county] = read_county(loaded.county)
        return answer(prepare(read[loaded.county], loaded), runs, how, on_progress, fresh=fresh)

    return _in_turn(paths, read_county_run, asked, search)


def _region_runs(
    overrides: Sequence[str],
    runs: Path,
    search: Search,
    fresh: bool,
    paths: Sequence[Path],
    on_progress: OnProgress | None,
) -> list[RegionRun]:
    def asked(path: Path, how: Search) -> RegionRun:
        return answer_region(load_region_case(path, overrides), runs, how, on_progress, fresh=fresh)

    return _in_turn(paths, read_region_run, asked, search)


def _in_turn(
    paths: Sequence[Path], read: Callable[[Path], AnyRun], asked: Callable[[Path, Search], AnyRun], search: Search
) -> list[AnyRun]:
    """Run folders read, and scenario files asked, each from what the searches before it left."""
    found: list[AnyRun] = []
    for path in paths:
        run = read(path) if path.is_dir() else asked(path, search)
        search = search.after(run.outcome)
        found.append(replace(run, outcome=None))  # what a search remembers is as large as its program
    return found


def _spelled_alike(paths: Sequence[Path]) -> list[Path]:
    """The same files and folders, each by the first path that names it."""
    first: dict[Path, Path] = {}
    return [first.setdefault(path.resolve(), path) for path in paths]


def _refuse_unreadable(paths: Sequence[Path], load: Callable[[Path], object]) -> None:
    """Raise `Refused` with everything that is wrong with any of the files, before anything is searched."""
    findings: list[Finding] = []
    for path in paths:
        if path.is_file():
            try:
                load(path)
            except Refused as refusal:
                findings += refusal.findings
    raise_if_any(list(dict.fromkeys(findings)))


@contextmanager
def _told_where_others_are(runs: Path) -> Iterator[None]:
    """Where a scenario is refused in the block, a note says where the runs of others are kept that were made in it."""
    before = _folders(runs)
    try:
        yield
    except Refused as refusal:
        if _folders(runs) - before:
            refusal.add_note(f"What was searched before is kept in {runs}.")
        raise


def _folders(runs: Path) -> set[tuple[str, int, int]]:
    """Runs as they stand there; one that takes the place of another is another one."""
    found = [(path.name, path.stat()) for path in runs.glob("[!.]*")] if runs.is_dir() else []
    return {(name, status.st_ino, status.st_mtime_ns) for name, status in found}


def _refuse_changes_of_runs(
    paths: Sequence[Path], overrides: Sequence[str], county: Path | None, search: Search
) -> None:
    """Raise `Refused` if anything would be set in a run that is finished."""
    asked = [f"--set {override}" for override in overrides]
    asked += [] if county is None else [f"--county {county}"]
    asked += [] if search.rules is None else [f"--constraints {search.rules}"]
    needs, fix = "no changes to a finished run", "Name the scenario files instead, or leave this out."
    raise_if_any([Finding(str(path), ", ".join(asked), needs, fix) for path in paths if asked and path.is_dir()])
