"""What is asked of all counties of a region and fits in some of them only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from optimizer.county.county import County
from optimizer.errors import Finding, raise_if_any
from optimizer.scenario.checks import Named, named_settings
from optimizer.scenario.scenario import Absent, Scenario


def absent_everywhere(counties: Sequence[Sequence[Absent]]) -> list[Finding]:
    """A finding per selector that fits nothing in any county: one sequence per county of what was absent there."""
    first, *others = counties
    findings = []
    for entry in first:
        same = [[other.finding for other in county if other.selector == entry.selector] for county in others]
        if all(same):
            told = [entry.finding, *(finding for group in same for finding in group)]
            best = next((finding for finding in told if finding.fix.startswith("Did you mean")), told[0])
            findings.append(Finding(best.where, f"{best.found} in any county", best.needs, best.fix))
    return list(dict.fromkeys(findings))


def names_fitted(scenarios: Sequence[Scenario], counties: Sequence[County]) -> tuple[Scenario, ...]:
    """The scenarios of a region's counties, each without the names that are set for all counties and that it lacks.

    Raises `Refused` for departments, officials, classes, funds, districts and groups that no county has.
    """
    tables = [named_settings(scenario, county) for scenario, county in zip(scenarios, counties, strict=True)]
    raise_if_any([finding for same in zip(*tables, strict=True) for finding in _known_nowhere(scenarios, same)])
    return tuple(_fitted(scenario, named) for scenario, named in zip(scenarios, tables, strict=True))


def _known_nowhere(scenarios: Sequence[Scenario], tables: Sequence[Named]) -> Iterator[Finding]:
    """One table of settings in every county: its names set for all counties that no county knows."""
    held = [_for_all(scenario, named, named.names(scenario)) for scenario, named in zip(scenarios, tables, strict=True)]
    known = {name for named in tables for name in named.known}
    for name in dict.fromkeys(name for names in held for name in names):
        if name not in known:
            scenario = next(scenario for scenario, names in zip(scenarios, held, strict=True) if name in names)
            yield tables[0].finding(scenario, name, known, "a county of the region")


def _for_all(scenario: Scenario, named: Named, names: Sequence[str]) -> list[str]:
    """Those of the names that are set for all counties."""
    return [name for name in names if f"{named.path}.{name}" in scenario.may_be_absent]


def _fitted(scenario: Scenario, tables: Sequence[Named]) -> Scenario:
    settings, origins = scenario.settings, dict(scenario.origins)
    for named in tables:
        gone = _for_all(scenario, named, named.unknown(scenario))
        if not gone:
            continue
        section = getattr(settings, named.section)
        kept = {name: value for name, value in getattr(section, named.field).items() if name not in gone}
        settings = settings.model_copy(update={named.section: section.model_copy(update={named.field: kept})})
        setters = [origins.pop(f"{named.path}.{name}") for name in gone]
        if not kept:
            origins[named.path] = setters[0]
    return replace(scenario, settings=settings, origins=dict(sorted(origins.items())))
