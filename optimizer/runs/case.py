"""A run folder as the case it answered: the county as the scenario saw it, under every setting, lock and ban."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML

from optimizer.county.terms import Decision
from optimizer.errors import Finding, Refused
from optimizer.plan.answer import RULES
from optimizer.runs.folder import RESOLVED, Run
from optimizer.scenario.scenario import Case, Forbid, Lock, Scenario
from optimizer.scenario.settings import Settings
from optimizer.solve.outcome import Stopped

ORIGIN = "the run"


def case_of_run(run: Run) -> Case:
    """The case of a county's run, to be asked again.

    Raises `Refused` for a run that its folder does not determine: one with a consultant's own rules, or a county's part
    of a region's plan, which rests on what its neighbours do.
    """
    needs = "a run that its own tables and settings determine"
    if RULES in run.manifest.extra:
        fix = "Name a run that was made without --constraints."
        raise Refused([Finding(str(run.folder), "a run with rules of one's own", needs, fix)])
    if run.manifest.stopped is Stopped.PART:
        fix = "Plan this county alone, with a scenario that names it by county:, and ask about that."
        raise Refused([Finding(str(run.folder), "a county's part of a region's plan", needs, fix)])
    resolved = YAML(typ="safe", pure=True).load((run.folder / RESOLVED).read_text(encoding="utf-8"))
    manifest = run.manifest
    scenario = Scenario(
        name=manifest.name,
        title=manifest.title,
        question=manifest.question,
        county=run.folder / "county",
        what_ifs=manifest.what_ifs,
        settings=Settings.model_validate(resolved["settings"]),
        changes=(),
        rules=(),
        origins={},
    )
    locks = tuple(Lock(**_rule(told)) for told in resolved["locks"])
    forbids = tuple(Forbid(**_rule(told)) for told in resolved["forbids"])
    return Case(scenario, run.answer.county, locks, forbids, ())


def _rule(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"decision": Decision(told["decision"]), "origin": told["origin"] or ORIGIN}
