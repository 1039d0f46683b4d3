"""What one scenario file says: settings, selectors that change cells, selectors that lock or forbid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from optimizer.county.county import TABLES
from optimizer.county.terms import Decision
from optimizer.errors import Finding
from optimizer.scenario.columns import cells_of
from optimizer.scenario.layers import Assignment
from optimizer.scenario.nodes import Group, Listing, Mark, Node, Scalar, plain
from optimizer.scenario.scenario import Change, Rule
from optimizer.scenario.scopes import scope_of, split
from optimizer.scenario.selectors import problems
from optimizer.scenario.shapes import known_paths, locate, misfits
from optimizer.scenario.wording import nearest, shown

SELECTOR = ("in", "where", "scale", "override", "lock", "forbid", "county")
RULE_TABLES = ("services", "organizations")
_BY_NOBODY = {Decision.KEEP: "kept", Decision.EXIT: "ended"}
"""Decisions that take no other organization, and what they do to a service."""


@dataclass(frozen=True)
class Entries:
    """The differences that one layer's file names, each kind in written order."""

    assignments: tuple[Assignment, ...] = ()
    changes: tuple[Change, ...] = ()
    rules: tuple[Rule, ...] = ()
    scopes: tuple[Scalar, ...] = ()
    """Every county that an entry names as the one it is for."""


def read_entries(group: Group, what_if: str, findings: list[Finding]) -> Entries:
    """The `set` and `change` blocks of a file; what cannot be used is added to `findings`."""
    reader = Reader(what_if, findings)
    blocks = [name for name in group.entries if name in ("set", "change")]
    for name in blocks:
        if name == "set":
            reader.read_set(group.entries[name])
        else:
            reader.read_change(group.entries[name])
    return reader.entries()


class Reader:
    """Collects entries in the order in which they are written."""

    def __init__(self, what_if: str, findings: list[Finding]) -> None:
        self.what_if = what_if
        self.findings = findings
        self.assignments: list[Assignment] = []
        self.changes: list[Change] = []
        self.rules: list[Rule] = []
        self.scopes: list[Scalar] = []

    def entries(self) -> Entries:
        return Entries(tuple(self.assignments), tuple(self.changes), tuple(self.rules), tuple(self.scopes))

    def refuse(self, where: object, found: str, needs: str, fix: str) -> None:
        self.findings.append(Finding(str(where), found, needs, fix))

    def read_set(self, node: Node) -> None:
        if not isinstance(node, Group):
            self.refuse(f"{node.mark} set", shown(plain(node)), "dotted paths with values", "Write path: value below.")
            return
        for dotted, value in node.entries.items():
            self.read_assignment(dotted, value, node.marks[dotted])

    def read_assignment(self, dotted: str, node: Node, mark: Mark) -> None:
        """One `path: value`, of a setting or of a table's cell, for all counties or for `counties.<county>.` alone."""
        county, inner = split(dotted)
        if county is not None:
            self.scopes.append(Scalar(mark, county, county))
        if inner.partition(".")[0] in TABLES:
            self._read_cell(dotted, node, mark)
            return
        path = locate(inner)
        if path is None:
            known = (*known_paths(), *TABLES)
            self.refuse(f"{mark} {dotted}", shown(inner), "a setting that exists", nearest(inner, known))
            return
        self.findings.extend(misfits(node, path))
        self.assignments.append(Assignment(path, node, mark, county))

    def _read_cell(self, dotted: str, node: Node, mark: Mark) -> None:
        county, inner = split(dotted)
        table, _, rest = inner.partition(".")
        row, _, name = rest.rpartition(".")
        key = TABLES[table].key
        if len(key) > 1:
            fix = f"Write it under change: in: {table}, with where and override."
            self.refuse(f"{mark} {dotted}", f"a cell of {table}", "a table whose rows have one id", fix)
        elif not row or not name:
            needs = f"{table}.<{key[0]}>.<column>"
            self.refuse(f"{mark} {dotted}", shown(dotted), needs, "Name the row and the column.")
        else:
            where, override = {key[0]: row}, {name: self._cell(table, name, node)}
            wrong = problems(table, where, {}, override)
            self.findings.extend(
                Finding(f"{node.mark} {dotted}", problem.found, problem.needs, problem.fix) for problem in wrong
            )
            if not wrong:
                counties = () if county is None else (county,)
                self.changes.append(Change(table, where, {}, override, mark.origin, self.what_if, counties))

    def read_change(self, node: Node) -> None:
        if not isinstance(node, Listing):
            self.refuse(f"{node.mark} change", shown(plain(node)), "a list of selectors", "Begin each with - in:.")
            return
        for item in node.items:
            if isinstance(item, Group):
                self._read_selector(item)
            else:
                self.refuse(f"{item.mark} change", shown(plain(item)), "a selector", "Write - in: TABLE and its where.")

    def _read_selector(self, group: Group) -> None:
        known = len(self.findings)
        for name in group.entries:
            if name not in SELECTOR:
                self.refuse(f"{group.marks[name]} {name}", shown(name), ", ".join(SELECTOR), nearest(name, SELECTOR))
        table = self._table(group)
        blocks = {name: self._block(group, name) for name in ("where", "scale", "override")}
        if "where" not in group.entries:
            self.refuse(group.mark, "a selector without where", "where", "Write where: {} if every row is meant.")
        if table is None or len(self.findings) > known:
            return
        if not blocks["scale"] and not blocks["override"] and not {"lock", "forbid"} & set(group.entries):
            self.refuse(group.mark, "a selector that changes nothing", "scale, override, lock or forbid", "Add one.")
            return
        where = {name: self._cell(table, name, node) for name, node in blocks["where"].items()}
        counties = self._counties(group)
        self._read_cells(group, table, where, blocks, counties)
        self._read_rule(group, table, where, counties)

    def _counties(self, group: Group) -> tuple[str, ...]:
        """Counties that a selector is for; (): all."""
        scopes = scope_of(group, self.findings)
        self.scopes.extend(scopes)
        return tuple(dict.fromkeys(scope.text for scope in scopes))

    def _table(self, group: Group) -> str | None:
        node = group.entries.get("in")
        if node is None:
            self.refuse(group.mark, "a selector without in", "in: the table that it selects from", "Add it.")
            return None
        table = plain(node)
        if isinstance(table, str) and table in TABLES:
            return table
        self.refuse(f"{node.mark} in", shown(table), "a table of the county", nearest(str(table), TABLES))
        return None

    def _block(self, group: Group, name: str) -> Mapping[str, Node]:
        node = group.entries.get(name)
        if node is None:
            return {}
        if isinstance(node, Group):
            return node.entries
        self.refuse(
            f"{node.mark} {name}", shown(plain(node)), "columns with values", f"Write {name}: {{column: value}}."
        )
        return {}

    def _cell(self, table: str, name: str, node: Node) -> Any:
        """A value, or a list of values, as the column takes it: where it holds text, what was typed (007 stays 007)."""
        known = cells_of(table, name)
        holds_text = known is not None and known.is_text
        if isinstance(node, Listing):
            return [self._cell(table, name, item) for item in node.items]
        if isinstance(node, Scalar) and node.value is not None and holds_text:
            return node.text
        return plain(node)

    def _read_cells(
        self,
        group: Group,
        table: str,
        where: dict[str, Any],
        blocks: Mapping[str, Mapping[str, Node]],
        counties: tuple[str, ...],
    ) -> None:
        scale = {name: plain(node) for name, node in blocks["scale"].items()}
        override = {name: self._cell(table, name, node) for name, node in blocks["override"].items()}
        wrong = problems(table, where, scale, override)
        self.findings.extend(problem.at(str(blocks[problem.block][problem.name].mark)) for problem in wrong)
        if not wrong and (scale or override):
            self.changes.append(Change(table, where, scale, override, group.mark.origin, self.what_if, counties))

    def _read_rule(self, group: Group, table: str, where: dict[str, Any], counties: tuple[str, ...]) -> None:
        if "lock" not in group.entries and "forbid" not in group.entries:
            return
        known = len(self.findings)
        if table not in RULE_TABLES:
            self.refuse(group.mark, f"lock or forbid in {table}", "services or organizations", "Select those instead.")
        lock, provider = self._lock(group.entries["lock"], table) if "lock" in group.entries else (None, None)
        forbid = self._forbid(group.entries["forbid"], table) if "forbid" in group.entries else ()
        if lock is not None and lock in forbid:
            self.refuse(group.mark, f"lock and forbid of {lock}", "one of the two", "Remove one of the two.")
        if len(self.findings) == known:
            self.rules.append(Rule(table, where, lock, provider, forbid, group.mark.origin, self.what_if, counties))

    def _lock(self, node: Node, table: str) -> tuple[Decision | None, str | None]:
        fix = "Write lock: keep, or lock: {decision: partner, provider: ID}."
        if table == "organizations":
            self.refuse(f"{node.mark} lock", "a lock of an organization", "a lock of services", "Write in: services.")
        if isinstance(node, Scalar):
            return self._decision(node, "lock"), None
        if (
            not isinstance(node, Group)
            or "decision" not in node.entries
            or set(node.entries) - {"decision", "provider"}
        ):
            self.refuse(f"{node.mark} lock", shown(plain(node)), "a decision, and a provider if one is meant", fix)
            return None, None
        decision = self._decision(node.entries["decision"], "lock")
        provider = node.entries.get("provider")
        if provider is None:
            return decision, None
        if not isinstance(provider, Scalar) or provider.value is None:
            self.refuse(f"{provider.mark} lock", shown(plain(provider)), "an organization or a pool", fix)
            return decision, None
        if decision in _BY_NOBODY:
            self.refuse(
                f"{provider.mark} lock",
                f"{decision} with a provider",
                f"{decision} alone",
                f"A service that is {_BY_NOBODY[decision]} has no provider.",
            )
        return decision, provider.text

    def _forbid(self, node: Node, table: str) -> tuple[Decision, ...]:
        if not isinstance(node, Listing) or not node.items:
            self.refuse(f"{node.mark} forbid", shown(plain(node)), "a list of decisions", "Write forbid: [outsource].")
            return ()
        decisions = [self._decision(item, "forbid") for item in node.items]
        for decision in _BY_NOBODY if table == "organizations" else ():
            if decision in decisions:
                fix = f"Only services are {_BY_NOBODY[decision]}."
                self.refuse(f"{node.mark} forbid", decision, "partner, consolidate, outsource or insource", fix)
        return tuple(dict.fromkeys(decision for decision in decisions if decision is not None))

    def _decision(self, node: Node, name: str) -> Decision | None:
        value = plain(node)
        if isinstance(value, str) and value in set(Decision):
            return Decision(value)
        known = [str(decision) for decision in Decision]
        self.refuse(f"{node.mark} {name}", shown(value), f"one of {', '.join(known)}", nearest(str(value), known))
        return None
