"""A run folder as the case it answered: the county as the scenario saw it, under every setting, lock and ban."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML

from optimizer.county.records import Decision
from optimizer.errors import Finding, Refused
from optimizer.plan.answer import RULES
from optimizer.runs.folder import RESOLVED, Run
from optimizer.scenario.scenario import Case, Forbid, Lock, Scenario
from optimizer.scenario.settings import Settings

ORIGIN = "the run"


def case_of_run(run: Run) -> Case:
    """The case of a county's run, to be asked again.

    Raises `Refused` for a run with a consultant's own rules: its folder does not hold them.
    """
    if RULES in run.manifest.extra:
        found, needs = "a run with rules of one's own", "a run that the tables and settings determine"
        raise Refused([Finding(str(run.folder), found, needs, "Name a run that was made without --constraints.")])
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
