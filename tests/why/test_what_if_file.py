"""A way out as a file: read back, it is the very case, and `solve` finds the plan that was promised."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.ask import find_plan, load_case
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.runs.manifest import flat_settings, input_hashes
from optimizer.why.no_plan import why_no_plan, write_ways
from optimizer.why.what_if_file import write_what_if

BINDING = """
title: Roads go, with nothing to spend
county: pocket
include: [dear]
set:
  limits.transition_usd: 0
  limits.displaced_fte_by_department.Road and Bridge: 0.5
  organizations.{org}.agreement_usd_per_year: 77
change:
  - in: services
    where: {{service_id: {service}}}
    lock: {decision}
  - in: services
    where: {{service_id: {other}}}
    forbid: [outsource]
"""
DEAR = """
title: Dear
change:
  - in: offers
    where: {organization.kind: private}
    scale: {price_usd_per_year: 1.01}
"""


@pytest.fixture
def question(desk: Path) -> Path:
    """A what-if with an include, settings, cells, a selector, a lock and a ban, that has no plan."""
    case = load_case(desk / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml")
    plan = find_plan(case)[1]
    assert plan is not None
    moved = plan.decisions[plan.decisions["moved"]]
    dear = moved[moved["transition_usd"] > 0].iloc[0]
    kept = plan.decisions[~plan.decisions["moved"]].iloc[0]
    folder = desk / "scenarios" / "whatifs" / "pocket"
    (folder / "dear.yaml").write_text(DEAR, encoding="utf-8")
    text = BINDING.format(
        org=dear["org_id"], service=dear["service_id"], decision=dear["decision"], other=kept["service_id"]
    )
    path = folder / "stuck.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_ways_out_are_files_that_can_be_solved(question: Path) -> None:
    case = load_case(question, ["limits.agreements=2"])
    found = why_no_plan(case)
    assert len(found.ways) >= 2
    paths = write_ways(found, question.parent / "ways_out")
    assert [path.name for path in paths] == [f"stuck_way_out_{number}.yaml" for number in range(1, len(paths) + 1)]
    for path, way in zip(paths, found.ways, strict=True):
        read = load_case(path)
        assert read.settings == way.case.settings
        assert input_hashes(read) == input_hashes(way.case)
        assert flat_settings(read) == flat_settings(way.case)
        plan = find_plan(read)[1]
        assert plan is not None
        assert plan.cost_usd == way.plan.cost_usd


def test_a_lock_of_the_countys_own_file_becomes_one_to_what_the_plan_decides(question: Path) -> None:
    text = question.read_text(encoding="utf-8")
    lock = text[text.index("change:") : text.index("  - in: services", text.index("lock:"))]
    layer = question.parents[2] / "counties" / "pocket.yaml"
    layer.write_text(layer.read_text(encoding="utf-8") + lock if layer.exists() else lock, encoding="utf-8")
    question.write_text(text.replace(lock.removeprefix("change:\n"), ""), encoding="utf-8")
    found = why_no_plan(load_case(question))
    paths = write_ways(found, question.parent / "ways_out")
    kept = [path for path, way in zip(paths, found.ways, strict=True) if any(step.to is None for step in way.steps)]
    (lock_now,) = load_case(kept[0]).locks
    assert lock_now.decision is Decision.KEEP


def test_a_file_that_cannot_say_what_the_case_is_is_not_left_behind(question: Path) -> None:
    """A ban of the county's own file is never taken back."""
    case = load_case(question)
    layer = question.parents[2] / "counties" / "pocket.yaml"
    bound = {rule.service_id for rule in (*case.locks, *case.forbids)}
    service = next(row.service_id for row in case.county.services if row.service_id not in bound)
    ban = f"change:\n  - in: services\n    where: {{service_id: {service}}}\n    forbid: [partner]\n"
    layer.write_text(ban, encoding="utf-8")
    path = question.parent / "free.yaml"
    with pytest.raises(Refused, match="other values of forbid"):
        write_what_if(case, path, "Free", "What if?")
    assert not path.exists()


def test_a_ban_of_the_countys_own_file_is_told_and_not_written(question: Path) -> None:
    """Keeping is forbidden there, and the what-if has nothing to spend on moving."""
    text = question.read_text(encoding="utf-8")
    service = text[text.index("service_id: ") + len("service_id: ") : text.index("}")]
    layer = question.parents[2] / "counties" / "pocket.yaml"
    ban = f"change:\n  - in: services\n    where: {{service_id: {service}}}\n    forbid: [keep]\n"
    layer.write_text(ban, encoding="utf-8")
    question.write_text(text[: text.index("change:")], encoding="utf-8")
    found = why_no_plan(load_case(question))
    bans = [number for number, way in enumerate(found.ways, 1) if any(step.to is None for step in way.steps)]
    assert 0 < len(bans) < len(found.ways)
    told = f"Way {bans[0]} takes back a ban of the county's own file: change it there (scenarios/counties/pocket.yaml:"
    assert any(line.startswith(told) for line in found.told().lines)
    paths = write_ways(found, question.parent / "ways_out")
    assert len(paths) == len(found.ways) - len(bans)
    assert all(path.stem.rpartition("_")[2] not in {str(number) for number in bans} for path in paths)
