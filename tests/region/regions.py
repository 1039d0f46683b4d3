"""Small regions in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from optimizer.options.options import build_options
from optimizer.options.region import RegionCase, without_others
from optimizer.plan.region import RegionPlan, region_plan_of
from optimizer.program.region import RegionProgram, build_region_program
from optimizer.scenario.region import RegionScenario
from optimizer.scenario.scenario import Case, Others
from optimizer.scenario.settings import Settings
from optimizer.solve.engines import search_highs
from optimizer.solve.outcome import Outcome
from tests.cases import plain_money, settings_of, solved


def region_of(cases: Mapping[str, Case], settings: Settings | None = None) -> RegionCase:
    """Cases planned together; each is told who the others are."""
    names = frozenset(cases)
    scenario = RegionScenario(
        name="test",
        title="Test",
        question="What if?",
        counties=tuple(cases),
        scenarios=tuple(case.scenario for case in cases.values()),
        settings=settings or settings_of(plain_money()),
        what_ifs=(),
        origins={},
    )
    told = {name: replace(case, others=Others(counties=names - {name})) for name, case in cases.items()}
    return RegionCase(scenario, told)


def alone_usd(region: RegionCase) -> dict[str, float]:
    """What every county's best plan without the others costs."""
    found = {}
    for name, case in region.cases.items():
        plan = solved(without_others(case))[1]
        assert plan is not None
        found[name] = plan.cost_usd
    return found


def program_of_region(region: RegionCase, limits: Mapping[str, float] | None = None) -> RegionProgram:
    """The program of a region."""
    options = {name: build_options(case) for name, case in region.cases.items()}
    return build_region_program(region, options, limits)


def solved_region(cases: Mapping[str, Case], *, nobody_worse_off: bool = False) -> tuple[Outcome, RegionPlan | None]:
    """The outcome, and the verified plan of the region if one is held."""
    changes: dict[str, Any] = plain_money() | {"region": {"nobody_worse_off": nobody_worse_off}}
    first = next(iter(cases.values())).settings.horizon
    changes["horizon"] = first.model_dump()
    region = region_of(cases, settings_of(changes))
    alone = alone_usd(region)
    program = program_of_region(region, alone if nobody_worse_off else None)
    outcome = search_highs(program, region.settings.solver, None, None)
    return outcome, region_plan_of(program, outcome, alone) if outcome.holds_plan else None
