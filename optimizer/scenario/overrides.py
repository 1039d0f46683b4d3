"""`--set path=value`: the highest layer, its values read as YAML 1.2."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.errors import Finding
from optimizer.scenario.entries import Entries, Reader
from optimizer.scenario.files import parse
from optimizer.scenario.nodes import Mark
from optimizer.scenario.wording import shown

ORIGIN = "--set"


def read_overrides(overrides: Sequence[str], findings: list[Finding]) -> Entries:
    """Overrides of settings and cells, in their order; what cannot be used is added to `findings`."""
    reader = Reader(ORIGIN, findings)
    mark = Mark(ORIGIN)
    seen: set[str] = set()
    for text in overrides:
        dotted, equals, value = text.partition("=")
        dotted = dotted.strip()
        if not equals or not dotted:
            findings.append(Finding(ORIGIN, shown(text), "path=value", "Write --set limits.displaced_fte=0."))
            continue
        if dotted in seen:
            findings.append(Finding(f"{ORIGIN} {dotted}", "the same path twice", "each path once", "Remove one."))
            continue
        seen.add(dotted)
        wrong: list[Finding] = []
        node = parse(value, mark, wrong)
        findings.extend(Finding(f"{ORIGIN} {dotted}", one.found, _needs(one), one.fix) for one in wrong)
        if node is not None:
            reader.read_assignment(dotted, node, mark)
    return reader.entries()


def _needs(finding: Finding) -> str:
    return "a value (null for none)" if finding.found == "nothing" else finding.needs
