"""The record of a run: what determined it, what came of it, and what is in its folder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from optimizer.county.county import TABLES
from optimizer.county.csv_files import csv_bytes
from optimizer.county.once import once
from optimizer.scenario.scenario import Case
from optimizer.solve.outcome import Reached, Stopped

FORMAT = 5
"""Format of a run folder; a reader refuses others."""


class Manifest(BaseModel):
    """manifest.json, the file that is written last: a folder without it is not a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int
    key: str
    """sha256 over everything that determines the run: inputs, settings, rules, engine and versions."""
    name: str
    title: str
    question: str
    what_ifs: tuple[str, ...]
    county: str
    engine: str
    solver: str
    versions: Mapping[str, str]
    extra: Mapping[str, str]
    """Further inputs of the search: rules (file and sha256), start (key of the run that it began from)."""
    stopped: Stopped
    holds_plan: bool
    cost_usd: float | None
    reinvested_usd: float | None
    bound_usd: float | None
    today_usd: float | None
    annuity: float | None
    reached: tuple[Reached, ...]
    """Goals that came before cost."""
    elapsed_s: float
    finished_at: str
    """Moment of writing, UTC; not part of the key."""
    inputs: Mapping[str, str]
    """sha256 of each effective table of the county as a CSV file."""
    files: Mapping[str, str]
    """sha256 of every other file of the folder."""


def flat_settings(case: Case) -> dict[str, Any]:
    """Every setting by dotted path, and locks and bans by what they hold; an empty table of limits has no path."""
    flat: dict[str, Any] = {}
    _flatten("", case.settings.model_dump(mode="json"), flat)
    for lock in case.locks:
        flat[f"lock.{lock.service_id}"] = str(lock.decision) + (f" with {lock.provider}" if lock.provider else "")
    for ban in case.forbids:
        subject = ".".join(part for part in (ban.service_id, ban.provider) if part)
        flat[f"forbid.{subject}.{ban.decision}"] = True
    return flat


def _flatten(path: str, value: Any, flat: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            _flatten(f"{path}.{name}" if path else name, inner, flat)
    else:
        flat[path] = value


def run_key(case: Case, engine: str, versions: Mapping[str, str], extra: Mapping[str, str]) -> str:
    """sha256 of everything that determines a run; `extra` names further inputs (rules file, start)."""
    return _digest(
        {
            "format": FORMAT,
            "facts": case.county.facts.model_dump(mode="json"),
            "inputs": input_hashes(case),
            "settings": flat_settings(case),
            "engine": engine,
            "versions": dict(versions),
            "extra": dict(extra),
        }
    )


@once
def input_hashes(case: Case) -> Mapping[str, str]:
    """sha256 of each table of the county as the scenario sees it, as a CSV file."""
    return {name: _sum_of(case.county.found_of(name, csv_bytes)) for name in TABLES}


def file_hash(path: Path) -> str:
    """sha256 of a file."""
    return _sum_of(path.read_bytes())


def _digest(value: Any) -> str:
    return _sum_of(json.dumps(value, sort_keys=True, separators=(",", ":")).encode())


def _sum_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
