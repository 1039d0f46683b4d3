"""A resolved scenario, and a county as it stands under one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from optimizer.county.county import County
from optimizer.county.records import Decision
from optimizer.scenario.settings import Settings


@dataclass(frozen=True)
class Change:
    """A selector that scales or overrides cells of one table."""

    table: str
    where: Mapping[str, Any]
    scale: Mapping[str, float]
    override: Mapping[str, Any]
    origin: str
    """File and line that set it."""
    what_if: str
    """The what-if file it comes from, or `county` or `--set`; two what-ifs may not touch one cell."""


@dataclass(frozen=True)
class Rule:
    """A selector that locks services to a decision, or forbids decisions to services or organizations."""

    table: str
    """services or organizations."""
    where: Mapping[str, Any]
    lock: Decision | None
    provider: str | None
    """Organization or pool a lock names; None: any."""
    forbid: tuple[Decision, ...]
    origin: str
    what_if: str


@dataclass(frozen=True)
class Scenario:
    """A whole question about one county, with every value resolved."""

    name: str
    """Stem of the scenario file."""
    title: str
    question: str
    county: Path
    """Folder or workbook of the county."""
    what_ifs: tuple[str, ...]
    """Names of the included what-if files, in the order in which they were found."""
    settings: Settings
    changes: tuple[Change, ...]
    rules: tuple[Rule, ...]
    origins: Mapping[str, str]
    """Who set each setting: dotted path to `file:line`, or `--set`."""


@dataclass(frozen=True)
class Lock:
    """One service is bound to one decision."""

    service_id: str
    decision: Decision
    provider: str | None
    """Organization (as deliverer or as host) or pool; None: any."""
    origin: str


@dataclass(frozen=True)
class Forbid:
    """One decision is closed, for one service or for one provider."""

    service_id: str | None
    provider: str | None
    decision: Decision
    origin: str


@dataclass(frozen=True)
class CellChange:
    """One cell that the scenario changed."""

    table: str
    key: tuple[Any, ...]
    column: str
    before: Any
    after: Any
    origin: str


@dataclass(frozen=True)
class Case:
    """A county under a scenario: tables changed, blank terms filled, rules resolved to ids."""

    scenario: Scenario
    county: County
    locks: tuple[Lock, ...]
    forbids: tuple[Forbid, ...]
    changed: tuple[CellChange, ...]

    @property
    def settings(self) -> Settings:
        return self.scenario.settings
