"""The run of a region: one folder with what is the region's, and in it a run folder per county, written whole or not.

Reads the clock for the moment a run was finished.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from optimizer.errors import Finding, Refused
from optimizer.options.region import RegionCase
from optimizer.plan.answer import Answer
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.runs.folder import Engine, Run, new_folder, read_run, write_run
from optimizer.runs.interrupts import interrupts_held
from optimizer.runs.manifest import FORMAT, file_hash, run_key
from optimizer.runs.tables import read_table, write_table
from optimizer.solve.outcome import Outcome, Stopped

MANIFEST = "region.json"
COUNTIES = "counties"
GOVERNING = ("horizon", "region", "solver")
"""Sections of settings that govern a region as a whole."""


class RegionManifest(BaseModel):
    """region.json, written last: a folder without it is no run of a region."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    key: str
    """sha256 over everything that determines the run."""
    name: str
    title: str
    question: str
    what_ifs: tuple[str, ...]
    counties: tuple[str, ...]
    engine: str
    solver: str
    versions: Mapping[str, str]
    stopped: Stopped
    holds_plan: bool
    bound_usd: float | None
    alone_usd: Mapping[str, float]
    """What every county's best plan alone costs, as far as there is one."""
    settings: Mapping[str, Any]
    """Settings that govern the region as a whole, by dotted path."""
    elapsed_s: float
    finished_at: str
    """Moment of writing, UTC; not part of the key."""
    files: Mapping[str, str]
    """sha256 of every other file of the region's own; the counties' runs have their own."""


@dataclass(frozen=True)
class RegionRun:
    """A region's run as its folder tells it."""

    folder: Path
    manifest: RegionManifest
    answer: RegionAnswer
    made_before: bool = False
    """True where nothing was searched now: the folder was there."""
    outcome: Outcome | None = None
    """Of the search that was made now."""


@dataclass(frozen=True)
class Found:
    """What the search of a region brought back."""

    outcome: Outcome
    plan: RegionPlan | None
    """None: no plan is held."""
    alone_usd: Mapping[str, float]
    """What every county's best plan alone costs, as far as there is one."""


def write_region_run(region: RegionCase, engine: Engine, found: Found, root: Path) -> RegionRun:
    """Write a region's run: into a hidden sibling first, then renamed into place."""
    target = region_folder_of(region, engine, root)
    with interrupts_held(target):
        manifest, counties = _write_whole(target, region, engine, found)
    return _run(target, manifest, found.plan, counties)


def region_folder_of(region: RegionCase, engine: Engine, root: Path) -> Path:
    """Where the run of this region belongs, as `folder_of` has it for a county's."""
    return root / f"{region.scenario.name}-{_key(region, engine)[:10]}"


def _write_whole(
    target: Path, region: RegionCase, engine: Engine, found: Found
) -> tuple[RegionManifest, dict[str, Answer]]:
    draft, plan = new_folder(target.parent, target.name), found.plan
    try:
        counties = _write_counties(region, engine, found, draft / COUNTIES)
        if plan is not None:
            for name, table in {"by_county": plan.by_county(), "trades": plan.trades, "pools": plan.pools}.items():
                write_table(table, draft / f"{name}.csv")
        (draft / "solver.log").write_text(found.outcome.log, encoding="utf-8")
        manifest = _manifest(region, engine, found, draft)
        (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        draft.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest, counties


def _run(folder: Path, manifest: RegionManifest, plan: RegionPlan | None, counties: Mapping[str, Answer]) -> RegionRun:
    answer = RegionAnswer(
        manifest.name,
        manifest.title,
        manifest.question,
        manifest.stopped,
        plan,
        dict(manifest.alone_usd),
        dict(manifest.settings),
        counties,
    )
    return RegionRun(folder, manifest, answer)


def _key(region: RegionCase, engine: Engine) -> str:
    keys = [name + run_key(case, engine.name, engine.versions, engine.extra) for name, case in region.cases.items()]
    return sha256("".join([*keys, region.settings.model_dump_json()]).encode()).hexdigest()


def _write_counties(region: RegionCase, engine: Engine, found: Found, root: Path) -> dict[str, Answer]:
    """A run folder per county; what is proved is proved of the region as a whole."""
    plan, stopped = found.plan, Stopped.PART if found.plan else found.outcome.stopped
    part = replace(found.outcome, stopped=stopped, x=None, bound_usd=None, log="")
    counties = {}
    for name, case in region.cases.items():
        named = replace(case, scenario=replace(case.scenario, name=name))
        counties[name] = write_run(named, engine, part, plan.plans[name] if plan else None, root).answer
    return counties


def _manifest(region: RegionCase, engine: Engine, found: Found, draft: Path) -> RegionManifest:
    outcome, plan, whole = found.outcome, found.plan, region.settings.model_dump(mode="json")
    scenario = region.scenario
    return RegionManifest(
        format=FORMAT,
        key=_key(region, engine),
        name=scenario.name,
        title=scenario.title,
        question=scenario.question,
        what_ifs=scenario.what_ifs,
        counties=scenario.counties,
        engine=engine.name,
        solver=outcome.solver,
        versions=engine.versions,
        stopped=outcome.stopped,
        holds_plan=plan is not None,
        bound_usd=outcome.bound_usd if plan is None else plan.bound_usd,
        alone_usd=found.alone_usd,
        settings={f"{section}.{name}": value for section in GOVERNING for name, value in whole[section].items()},
        elapsed_s=round(outcome.elapsed_s, 3),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files={path.name: file_hash(path) for path in sorted(draft.iterdir()) if path.is_file()},
    )


def is_region_run(folder: Path) -> bool:
    """Whether a folder is the run of a region."""
    return (folder / MANIFEST).is_file()


def read_region_run(folder: Path) -> RegionRun:
    """Read a region's run back; needs no solver. Raises `Refused` if it is none, or was changed."""
    path = folder / MANIFEST
    try:
        manifest = RegionManifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        needs = f"the {MANIFEST} of a finished run"
        raise Refused([Finding(str(path), "something else", needs, "Run the scenario again.")]) from error
    if manifest.format != FORMAT:
        found, needs = f"format {manifest.format}", f"format {FORMAT}"
        raise Refused([Finding(str(path), found, needs, "Run the scenario again.")])
    changed = [
        Finding(str(folder / name), "a changed or missing file", "the file as it was written", "Run it again.")
        for name, digest in manifest.files.items()
        if not (folder / name).is_file() or file_hash(folder / name) != digest
    ]
    if changed:
        raise Refused(changed)
    counties = {name: run.answer for name, run in _county_runs(folder, manifest).items()}
    if not manifest.holds_plan:
        return _run(folder, manifest, None, counties)
    plan = RegionPlan(
        plans={name: answer.plan for name, answer in counties.items() if answer.plan is not None},
        bound_usd=manifest.bound_usd,
        alone_usd=dict(manifest.alone_usd),
        trades=read_table(folder / "trades.csv"),
        pools=read_table(folder / "pools.csv"),
    )
    return _run(folder, manifest, plan, counties)


def county_runs(run: RegionRun) -> dict[str, Run]:
    """The runs of a region's counties, in its order. Raises `Refused` if one of them was changed."""
    return _county_runs(run.folder, run.manifest)


def _county_runs(folder: Path, manifest: RegionManifest) -> dict[str, Run]:
    runs = {run.manifest.name: run for run in map(read_run, sorted((folder / COUNTIES).iterdir()))}
    return {name: runs[name] for name in manifest.counties}


def find_region_run(region: RegionCase, engine: Engine, root: Path) -> RegionRun | None:
    """The run of this region if it was made before and its folder is whole; another is written over by the next."""
    folder = region_folder_of(region, engine, root)
    if not is_region_run(folder):
        return None
    try:
        made = read_region_run(folder)
    except Refused:
        return None
    # the words of a question do not determine its answer, so they may have changed since
    worded = replace(made.answer, title=region.scenario.title, question=region.scenario.question)
    return replace(made, answer=worded, made_before=True)


def read_county_run(folder: Path) -> Run:
    """Read the run of a single county back. Raises `Refused` if it is none, which the run of a region is not."""
    if is_region_run(folder):
        own = ", ".join(str(path) for path in sorted((folder / COUNTIES).iterdir()))
        needs = "the run of a single county"
        raise Refused([Finding(str(folder), "the run of a region", needs, f"Name one of its counties' runs: {own}.")])
    return read_run(folder)
