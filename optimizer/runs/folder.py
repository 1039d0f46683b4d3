"""One folder per run, written whole or not at all. Reads the clock for the moment a run was finished."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError
from ruamel.yaml import YAML

from optimizer.county.county import County
from optimizer.county.reading import read_tables
from optimizer.county.writing import write_county
from optimizer.errors import Finding, Refused
from optimizer.plan.answer import RULES, Answer
from optimizer.plan.plan import TABLES, Plan
from optimizer.runs.interrupts import interrupts_held
from optimizer.runs.manifest import FORMAT, Manifest, file_hash, flat_settings, input_hashes, run_key
from optimizer.runs.tables import read_table, write_table
from optimizer.scenario.layers import Setters
from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.solve.outcome import Outcome

MANIFEST = "manifest.json"
RESOLVED = "scenario.resolved.yaml"
"""Every setting, lock and ban of the run, after all layers."""


@dataclass(frozen=True)
class Run:
    """A run as its folder tells it."""

    folder: Path
    manifest: Manifest
    answer: Answer
    made_before: bool = False
    """True where nothing was searched now: the folder was there."""
    outcome: Outcome | None = None
    """Of the search that was made now."""


@dataclass(frozen=True)
class Engine:
    """What searches, and everything besides the case that can change what it finds."""

    name: str
    versions: Mapping[str, str]
    extra: Mapping[str, str]


def folder_of(case: Case, engine: Engine, root: Path) -> Path:
    """Where the run of this case belongs: the scenario's name and ten letters of the run's key."""
    return root / f"{case.scenario.name}-{run_key(case, engine.name, engine.versions, engine.extra)[:10]}"


def write_run(case: Case, engine: Engine, outcome: Outcome, plan: Plan | None, root: Path) -> Run:
    """Write a run atomically: into a hidden sibling first, the manifest last, then renamed into place."""
    target = folder_of(case, engine, root)
    with interrupts_held(target):
        manifest = _write_whole(target, case, engine, outcome, plan)
    return Run(target, manifest, _answer(manifest, plan, flat_settings(case), case.county))


def _write_whole(target: Path, case: Case, engine: Engine, outcome: Outcome, plan: Plan | None) -> Manifest:
    draft = new_folder(target.parent, target.name)
    try:
        _write_files(draft, case, outcome, plan)
        manifest = _manifest(draft, case, engine, outcome, plan)
        (draft / MANIFEST).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        draft.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return manifest


def new_folder(root: Path, name: str = "try") -> Path:
    """A new hidden folder in the folder of all runs. Raises `Refused` if it cannot be written to."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{name}-", dir=root))
    except OSError as error:
        raise _unwritable(root, error) from error


def _unwritable(root: Path, error: OSError) -> Refused:
    found = f"{error.strerror or error}"
    return Refused([Finding(str(root), found, "a folder that can be written to", "Name another with --runs.")])


def _write_files(draft: Path, case: Case, outcome: Outcome, plan: Plan | None) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    resolved = {
        "title": case.scenario.title,
        "question": case.scenario.question,
        "what_ifs": list(case.scenario.what_ifs),
        "settings": case.settings.model_dump(mode="json"),
        "locks": [_told(lock) for lock in case.locks],
        "forbids": [_told(ban) for ban in case.forbids],
    }
    with (draft / RESOLVED).open("w", encoding="utf-8") as file:
        yaml.dump(resolved, file)
    remarks = case.scenario.remarks
    setters = [(path, set_by, remarks.get(path, "")) for path, set_by in sorted(case.scenario.origins.items())]
    origins = pd.DataFrame(setters, columns=["path", "set_by", "source"])
    changed = pd.DataFrame(
        [
            (change.table, "/".join(map(str, change.key)), change.column, change.before, change.after, change.origin)
            for change in case.changed
        ],
        columns=["table", "key", "column", "before", "after", "set_by"],
    )
    tables = {"origins": origins, "changed": changed}
    if plan is not None:
        tables |= {name: getattr(plan, name) for name in TABLES}
    for name, table in tables.items():
        write_table(table, draft / f"{name}.csv")
    (draft / "settings.json").write_text(json.dumps(flat_settings(case), indent=1) + "\n", encoding="utf-8")
    (draft / "solver.log").write_text(outcome.log, encoding="utf-8")
    write_county(case.county, draft / "county")


def _told(rule: Lock | Forbid) -> dict[str, str | None]:
    return {name: None if value is None else str(value) for name, value in asdict(rule).items()}


def _manifest(draft: Path, case: Case, engine: Engine, outcome: Outcome, plan: Plan | None) -> Manifest:
    files = sorted(path for path in draft.rglob("*") if path.is_file())
    return Manifest(
        format=FORMAT,
        key=run_key(case, engine.name, engine.versions, engine.extra),
        name=case.scenario.name,
        title=case.scenario.title,
        question=case.scenario.question,
        what_ifs=case.scenario.what_ifs,
        county=case.county.facts.name,
        engine=engine.name,
        solver=outcome.solver,
        versions=engine.versions,
        extra=engine.extra,
        stopped=outcome.stopped,
        holds_plan=plan is not None,
        cost_usd=None if plan is None else plan.cost_usd,
        reinvested_usd=None if plan is None else plan.reinvested_usd,
        bound_usd=outcome.bound_usd if plan is None else plan.bound_usd,
        today_usd=None if plan is None else plan.today_usd,
        annuity=None if plan is None else plan.annuity,
        reached=outcome.reached,
        elapsed_s=round(outcome.elapsed_s, 3),
        finished_at=datetime.now(UTC).isoformat(timespec="seconds"),
        inputs=input_hashes(case),
        files={path.relative_to(draft).as_posix(): file_hash(path) for path in files},
    )


def find_run(case: Case, engine: Engine, root: Path) -> Run | None:
    """The run of this case if it was made before and its folder is whole."""
    folder = folder_of(case, engine, root)
    if not (folder / MANIFEST).is_file():
        return None
    made = read_run(folder)
    # the words of a question do not determine its answer, so they may have changed since
    worded = replace(made.answer, title=case.scenario.title, question=case.scenario.question)
    return replace(made, answer=worded, made_before=True)


def read_run(folder: Path) -> Run:
    """Read a run back; needs no solver. Raises `Refused` if it is no run, or was changed after it was written."""
    manifest = _read_manifest(folder)
    _refuse_changed(folder, manifest)
    plan = None
    if manifest.holds_plan:
        assert manifest.cost_usd is not None
        assert manifest.today_usd is not None
        assert manifest.annuity is not None
        tables: dict[str, Any] = {name: read_table(folder / f"{name}.csv") for name in TABLES}
        plan = Plan(
            cost_usd=manifest.cost_usd,
            reinvested_usd=manifest.reinvested_usd or 0.0,
            bound_usd=manifest.bound_usd,
            today_usd=manifest.today_usd,
            annuity=manifest.annuity,
            reached=manifest.reached,
            **tables,
        )
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    return Run(folder, manifest, _answer(manifest, plan, settings, read_tables(folder / "county")))


def setters_of(run: Run) -> Setters:
    """Who set each setting of a run, and what the file that did says of it; empty where it says nothing."""
    table = read_table(run.folder / "origins.csv")
    paths, remarks = table["path"], table["source"].astype(str)
    return Setters(dict(zip(paths, table["set_by"], strict=True)), dict(zip(paths, remarks, strict=True)))


def changed_of(run: Run) -> pd.DataFrame:
    """Cells that the scenario changed: table, key, column, before, after, set_by."""
    return read_table(run.folder / "changed.csv")


def _answer(manifest: Manifest, plan: Plan | None, settings: Mapping[str, Any], county: County) -> Answer:
    asked = dict(settings) | {name: text for name, text in manifest.extra.items() if name == RULES}
    return Answer(manifest.name, manifest.title, manifest.question, manifest.stopped, plan, asked, county)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError) as error:
        needs = f"the {MANIFEST} of a finished run"
        found = "no such file" if isinstance(error, OSError) else "something else"
        raise Refused([Finding(str(path), found, needs, "Name a folder that `solve` wrote.")]) from error
    if manifest.format != FORMAT:
        needs = f"format {FORMAT}"
        raise Refused([Finding(str(path), f"format {manifest.format}", needs, "Run the scenario again.")])
    return manifest


def _refuse_changed(folder: Path, manifest: Manifest) -> None:
    findings = [
        Finding(str(folder / name), "a changed or missing file", "the file as it was written", "Run it again.")
        for name, digest in manifest.files.items()
        if not (folder / name).is_file() or file_hash(folder / name) != digest
    ]
    if findings:
        raise Refused(findings)
