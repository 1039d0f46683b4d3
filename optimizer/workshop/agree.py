"""What the returned worksheets say together: one answer per organization and service, or what contradicts itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from optimizer.county.terms import Stance
from optimizer.errors import Finding
from optimizer.workshop.form import HEADS, OWN_SHEET, Own
from optimizer.workshop.given import Given, plainly
from optimizer.workshop.returned import Returned


@dataclass(frozen=True)
class Said:
    """The answer of an organization on a service."""

    org_id: str
    service_id: str
    stance: Stance
    terms: Mapping[str, Any]
    """Terms that were given, by their name in the offers table."""
    first: Given
    """Where it stands first."""


def said_by_all(sheets: Sequence[Returned], findings: list[Finding], told: list[Finding]) -> list[Said]:
    """Answers that agree, in the order of the files. Answers that do not are among the findings, and none of them is
    taken; those that stand there twice and agree are told.
    """
    groups: dict[tuple[str, str], list[Given]] = defaultdict(list)
    for sheet in sheets:
        left_out = {finding.where for finding in sheet.wrong}
        for given in sheet.given:
            at = f"{given.place} row {given.row} "
            if sheet.own is not None and not any(where.startswith(at) for where in left_out):
                groups[sheet.org_id, given.answer.service_id].append(given)
    said = [_joined(org_id, service_id, group, findings, told) for (org_id, service_id), group in groups.items()]
    return [one for one in said if one is not None]


def _joined(
    org_id: str, service_id: str, group: Sequence[Given], findings: list[Finding], told: list[Finding]
) -> Said | None:
    """One answer of several rows on the same service; None if they contradict each other, or only remark."""
    conflicts = [conflict for one, other in combinations(group, 2) for conflict in _conflicts(one, other)]
    findings += conflicts
    if conflicts:
        return None
    if len(group) > 1:
        fix = "They agree, and are taken as one; remove one of them."
        again = f"{service_id} again, as in {group[0].where('stance')}"
        told.append(Finding(group[1].where("stance"), again, "every service once", fix))
    stance = next((given.answer.stance for given in group if given.answer.stance is not None), None)
    if stance is None:
        return None
    terms = {name: value for given in group for name, value in given.terms.items()}
    return Said(org_id, service_id, stance, terms, group[0])


def _conflicts(one: Given, other: Given) -> Iterator[Finding]:
    for name in ("stance", *HEADS):
        if name != "stance" and name not in (*one.terms, *other.terms):
            continue
        before, after = getattr(one.answer, name), getattr(other.answer, name)
        if before is not None and after is not None and before != after:
            found = f"{plainly(after)} for {one.answer.service_id}, and {plainly(before)} in {one.where(name)}"
            fix = "Ask which of them holds, and clear the other."
            yield Finding(other.where(name), found, "one answer of an organization on a service", fix)
            return


def own_by_all(sheets: Sequence[Returned], findings: list[Finding]) -> dict[str, Own]:
    """What each organization says of itself; where two of its files differ, neither counts."""
    groups: dict[str, list[Returned]] = defaultdict(list)
    for sheet in sheets:
        if sheet.own is not None:
            groups[sheet.org_id].append(sheet)
    return {org_id: _own_joined(group, findings) for org_id, group in groups.items()}


def _own_joined(group: Sequence[Returned], findings: list[Finding]) -> Own:
    values: dict[str, Any] = {}
    for name in Own.model_fields:
        given = [(sheet, getattr(sheet.own, name)) for sheet in group if getattr(sheet.own, name) is not None]
        if len({value for _, value in given}) > 1 and name not in ("remark", "contact"):
            (first, before), (second, after) = given[0], given[-1]
            where, found = (
                f"{second.file} sheet {OWN_SHEET} field {name}",
                f"{plainly(after)}, and {plainly(before)} in {first.file}",
            )
            fix = "Ask which of them holds, and clear the other."
            findings.append(Finding(where, found, "one answer of an organization", fix))
        elif given:
            values[name] = given[0][1]
    return Own.model_construct(**values)


def several_files(sheets: Sequence[Returned]) -> Iterator[Finding]:
    """Organizations of which more than one file came back."""
    files: dict[str, list[Returned]] = defaultdict(list)
    for sheet in sheets:
        if sheet.own is not None:
            files[sheet.org_id].append(sheet)
    for org_id, group in files.items():
        if len(group) > 1:
            names = ", ".join(sheet.file.name for sheet in group)
            fix = "Their answers are joined as far as they agree; keep the one that holds."
            yield Finding(str(group[1].file), f"{len(group)} files of {org_id} ({names})", "one file of each", fix)
