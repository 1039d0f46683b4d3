"""What-ifs anew and going on: each is searched both ways, and a contradiction is no figure."""

from __future__ import annotations

import pytest

from benchmarks import whatifs
from optimizer.errors import SolverFailed
from optimizer.solve.decomposition import stage
from optimizer.solve.outcome import Outcome, Stopped


@pytest.mark.parametrize("whole", [False, True])
def test_every_kind_of_what_if_has_a_line(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)  # small programs, too, are taken apart
    found = whatifs.compare("county-40x6x3", 4, 1e-3, 0, whole)
    lines = whatifs.markdown(found).splitlines()
    assert [line.split(" | ")[0] for line in lines[2:]] == [
        "| capacities",
        "| some costs",
        "| all prices",
        "| few offers",
        "| all",
    ]
    assert all(("not asked" in line) is not whole for line in lines[2:])
    assert all((one.whole_s is not None) is whole for one in found)


def test_answers_that_contradict_each_other_are_refused() -> None:
    cheaper = Outcome(Stopped.PROVED, None, 90.0, 89.0, "one", 0.0, "")
    dearer = Outcome(Stopped.PROVED, None, 100.0, 95.0, "other", 0.0, "")
    with pytest.raises(SolverFailed, match=r"a bound of 95\.0 where a plan costs 90\.0"):
        whatifs._refuse_contradiction("capacities", cheaper, dearer)
