"""Conditions by name: what a plan has to keep and what could be set aside, each with the rows of the program it is in.

Rows that say what a plan is (one option per service, agreements before work, tiers of pools) are no conditions. What
closes options before the program is made (law, hurdle, floors of quality) has no row here: `why.closed`;
`without_options` tells of services that have no option left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
import pandas as pd

from optimizer.county.county import County
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Floats
from optimizer.scenario.scenario import Forbid, Lock
from optimizer.why.dial_rows import RowIndex
from optimizer.why.dials import Dial, dials_of

_LINKS = {
    "together": "move together, alike and to the same provider",
    "apart": "do not share a provider",
    "needs": "the first moves only once the others have moved",
}


@dataclass(frozen=True)
class Closing:
    """What leaves options out before the program is made."""

    reason: str
    """As in `options.admissible`."""
    subject: str = ""
    """The mandate, service, decision or mandate level that it is about; empty: all moves."""


@dataclass(frozen=True)
class Condition:
    """One thing that a plan has to keep."""

    kind: str
    """limit (of the scenario), county (a limit of its tables), lock, ban, rule, link or law."""
    text: str
    """In the county's words, with the citation where there is one."""
    rows: tuple[int, ...]
    """Its rows in the program's matrix."""
    source: Dial | Lock | Forbid | Closing | None
    """What sets it; None: a rule or a link, which are kept or not."""

    @property
    def value(self) -> float | None:
        """The limit [unit]; None: it is no number."""
        return self.source.value if isinstance(self.source, Dial) else None

    @property
    def unit(self) -> str:
        return self.source.unit if isinstance(self.source, Dial) else ""


def conditions_of(program: CountyProgram) -> tuple[Condition, ...]:
    """Every condition of the program that has a row: locks, bans and limits of the scenario first, then the tables'.

    The order is that in which they are looked at for a conflict: of two conflicts the one with later conditions is told
    less readily.
    """
    index = RowIndex(program)
    found = chain(_locks(index), _bans(index), _limits(program), _rules(index), _links(index))
    return tuple(condition for condition in found if condition.rows)


def without(program: CountyProgram, dropped: Iterable[Condition]) -> CountyProgram:
    """The program with some conditions set aside: their rows hold nothing."""
    rows = np.zeros(program.row_count, dtype=bool)
    rows[[row for condition in dropped for row in condition.rows]] = True
    lower, upper = program.row_bounds()
    return with_bounds(program, np.where(rows, -np.inf, lower), np.where(rows, np.inf, upper))


def with_bounds(program: CountyProgram, lower: Floats, upper: Floats) -> CountyProgram:
    """The program with other bounds of its rows [rows]."""
    ends = np.cumsum([0, *(len(rows) for rows in program.families)])
    families = tuple(
        replace(rows, lower=lower[start:end], upper=upper[start:end])
        for rows, start, end in zip(program.families, ends[:-1], ends[1:], strict=True)
    )
    return replace(program, families=families)


def without_options(program: CountyProgram) -> pd.DataFrame:
    """Services that have no option left: service_id, decision, provider, reason of everything that was left out."""
    services = program.case.county.frame("services")["service_id"]
    open_ = np.unique(program.options.candidates.service)
    closed = services[~np.isin(np.arange(len(services)), open_)]
    left_out = program.options.left_out
    return (
        left_out.loc[left_out["service_id"].isin(closed), ["service_id", "decision", "provider", "reason"]]
        .drop_duplicates()
        .reset_index(drop=True)
    )


def named(county: County, service_id: str | None) -> str:
    """A service or an organization as a reader knows it."""
    names = {row.service_id: row.name for row in county.services} | {
        row.org_id: row.name for row in county.organizations
    }
    return f"{names[service_id]} ({service_id})" if service_id in names else f"{service_id}"


def _locks(index: RowIndex) -> Iterator[Condition]:
    county = index.program.case.county
    for lock in index.program.case.locks:
        rows = (*index.at("lock", lock.service_id), *index.at("sold", lock.service_id))
        by = f" with {named(county, lock.provider)}" if lock.provider else ""
        text = f"{named(county, lock.service_id)} is locked to {lock.decision}{by}"
        yield Condition("lock", text, rows, lock)


def _bans(index: RowIndex) -> Iterator[Condition]:
    case, first = index.program.case, _first_row(index.program, "forbid")
    for number, ban in enumerate(case.forbids):
        subject = named(case.county, ban.service_id or ban.provider)
        yield Condition("ban", f"{ban.decision} is forbidden for {subject}", (first + number,), ban)


def _first_row(program: CountyProgram, family: str) -> int:
    """Place of the first row of a family; labels do not tell bans apart that say the same twice."""
    sizes = [0 if rows.family == family else len(rows) for rows in program.families]
    names = [rows.family for rows in program.families]
    return sum(sizes[: names.index(family)]) if family in names else 0


def _rules(index: RowIndex) -> Iterator[Condition]:
    """Rules that either hold or do not."""
    yield Condition("rule", "No department pays more in a shared unit than alone", index.all_of("no_worse_off"), None)


def _limits(program: CountyProgram) -> Iterator[Condition]:
    for dial in dials_of(program):
        kind = "limit" if dial.rule.startswith(("limits.", "equity.")) else "county"
        yield Condition(kind, dial.text, dial.rows, dial)


def _links(index: RowIndex) -> Iterator[Condition]:
    case = index.program.case
    members = case.county.frame("link_services").sort_values(["link_id", "position"])
    for link in case.county.links:
        kind = str(link.kind)
        if kind in _LINKS:
            services = members.loc[members["link_id"] == link.link_id, "service_id"]
            who = ", ".join(named(case.county, service_id) for service_id in services)
            yield Condition(
                "link", f"Link {link.link_id}: {_LINKS[kind]}: {who}", index.all_of(kind, link.link_id), None
            )
