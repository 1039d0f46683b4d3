"""A resolved scenario, and a county as it stands under one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from optimizer.county.county import County
from optimizer.county.terms import Decision
from optimizer.errors import Finding
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
    counties: tuple[str, ...] = ()
    """Counties of a region that it is for; (): all."""
    may_be_absent: bool = False
    """Whether it may fit no row of this county, as long as it fits one in another county of the region."""


@dataclass(frozen=True)
class Rule:
    """A selector that locks services to a decision, or forbids decisions to services or organizations."""

    table: str
    """services or organizations."""
    where: Mapping[str, Any]
    lock: Decision | None
    provider: str | None
    """Organization or pool a lock names, of insource the buyer; None: any."""
    forbid: tuple[Decision, ...]
    origin: str
    what_if: str
    counties: tuple[str, ...] = ()
    """As for a change."""
    may_be_absent: bool = False


@dataclass(frozen=True)
class Absent:
    """A selector for all counties of a region that fits nothing in this one."""

    selector: Change | Rule
    finding: Finding
    """What is told if it fits nothing in any of them."""


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
    remarks: Mapping[str, str] = field(default_factory=dict)
    """What the file that set it says of a setting: its source. Settings of which nothing is said are left out."""
    may_be_absent: frozenset[str] = frozenset()
    """Paths of settings set for all counties of a region: names in them need not be this county's own."""


@dataclass(frozen=True)
class Lock:
    """One service is bound to one decision."""

    service_id: str
    decision: Decision
    provider: str | None
    """Organization (as deliverer, as host, or of insource as buyer) or pool; None: any."""
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
class Others:
    """What the other counties of a region do in a plan, as far as it touches this one; lists are by year, from 1."""

    counties: frozenset[str] = frozenset()
    """Names of the other counties."""
    members: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Pool to the number of their services in it."""
    volume: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Pool to the volume that they bring, in its resource."""
    weight: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """Pool to the sum of their weights in its cost."""
    uses: Mapping[tuple[str, str], tuple[float, ...]] = field(default_factory=dict)
    """Organization and resource to what they use of it."""


@dataclass(frozen=True)
class Case:
    """A county under a scenario: tables changed, blank terms filled, rules resolved to ids."""

    scenario: Scenario
    county: County
    locks: tuple[Lock, ...]
    forbids: tuple[Forbid, ...]
    changed: tuple[CellChange, ...]
    others: Others = Others()
    """What the county's neighbours do; nothing where it plans alone."""
    absent: tuple[Absent, ...] = ()
    """Selectors for all counties of a region that fit nothing in this one."""

    @property
    def settings(self) -> Settings:
        return self.scenario.settings
