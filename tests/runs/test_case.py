"""A run folder holds its whole case: asked again, it is the same question and has the same answer."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.ask import Search, answer, load_case, program_of
from optimizer.ask_region import answer_region, load_region_case
from optimizer.errors import Refused
from optimizer.runs.case import case_of_run
from optimizer.runs.folder import read_run
from optimizer.runs.manifest import flat_settings, input_hashes
from optimizer.scenario.scenario import Case
from tests.cases import ROOT

WHAT_IFS = ROOT / "scenarios" / "whatifs"
ON_PAPER = WHAT_IFS / "pocket" / "on_paper.yaml"


def bound(case: Case) -> Case:
    """The case with a lock and a ban, as a what-if would set them."""
    from optimizer.county.terms import Decision
    from optimizer.scenario.scenario import Forbid, Lock

    first, second = (service.service_id for service in case.county.services[:2])
    org = case.county.organizations[0].org_id
    locks = (Lock(first, Decision.KEEP, None, "here:1"),)
    return replace(
        case,
        locks=locks,
        forbids=(Forbid(second, None, Decision.OUTSOURCE, "here:2"), Forbid(None, org, Decision.PARTNER, "here:3")),
    )


@pytest.mark.parametrize("change", [lambda case: case, bound], ids=["as it is", "with lock and bans"])
def test_a_run_gives_back_its_case(tmp_path: Path, change: object) -> None:
    case = change(load_case(ON_PAPER, ["limits.agreements=3"]))  # type: ignore[operator]
    run = read_run(answer(case, tmp_path, Search()).folder)
    again = case_of_run(run)
    assert input_hashes(again) == input_hashes(case)
    assert flat_settings(again) == flat_settings(case)
    assert (again.locks, again.forbids) == (case.locks, case.forbids)
    one, other = program_of(case), program_of(again)
    assert one.row_names() == other.row_names()
    assert (one.matrix() != other.matrix()).nnz == 0
    assert np.array_equal(one.columns.cost_usd, other.columns.cost_usd)


def test_a_run_with_own_rules_is_no_case(tmp_path: Path) -> None:
    rules = tmp_path / "my_rules.py"
    rules.write_text("def add_rules(model, case):\n    pass\n", encoding="utf-8")
    run = answer(load_case(ON_PAPER), tmp_path / "runs", Search(rules=rules))
    with pytest.raises(Refused, match="a run with rules of one's own"):
        case_of_run(run)


def test_a_part_of_a_region_is_no_case(tmp_path: Path) -> None:
    region = answer_region(load_region_case(WHAT_IFS / "washington_ozaukee.yaml"), tmp_path)
    part = next((region.folder / "counties").iterdir())
    with pytest.raises(Refused, match="part of a region's plan"):
        case_of_run(read_run(part))
