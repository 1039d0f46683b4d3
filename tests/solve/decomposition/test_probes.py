"""What may be left out for an asked gap, and probes: below a cost there is a plan, or the cost is a bound."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pytest

from benchmarks.instances import family_program
from optimizer.program.program import Program
from optimizer.solve import highs
from optimizer.solve.decomposition import bounding, search, stage
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.kernels import Kernel
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.remainder import Remainder, Sought, search_remainder
from optimizer.solve.decomposition.standing import AIM_SHARE, Standing
from optimizer.solve.outcome import Stopped
from tests.cases import sampled
from tests.solve.decomposition.optima import EXACT, best_of

FAMILIES = ("county-40x6x3", "county-60x8x4", "county-pools-40x6x3", "gap-e-5x20", "sscflp-6x20", "gap-d-4x12")
SHARES = (0.01, 0.001, 0.05)


def test_what_ends_a_search_and_what_is_of_no_use_to_it() -> None:
    program = family_program("county-40x6x3", 0)
    now = _standing(program, gap_usd=100.0)
    assert now.end == now.useless == math.inf
    now.offer(_first_plan(program))
    cost = now.cost
    assert cost is not None
    now.raise_bound(cost - 300.0)
    # a bound 200 higher would do; so would a plan that is 200 cheaper, and none between that and this one
    assert now.end == pytest.approx(cost - AIM_SHARE * 100.0)
    assert now.useless == pytest.approx(cost - AIM_SHARE * 100.0)
    now.raise_bound(cost - 130.0)
    # a plan 30 cheaper would do, which is more than a bound would have to reach
    assert now.useless == pytest.approx(cost - 30.0)
    now.raise_bound(cost - 100.0)
    assert now.useless == pytest.approx(cost)
    assert now.done


def test_no_bound_is_higher_than_plans_that_were_left_out() -> None:
    program = family_program("county-40x6x3", 0)
    told: list[float | None] = []
    now = Standing(model_of(program), EXACT, lambda progress: told.append(progress.bound_usd))
    now.offer(_first_plan(program))
    assert now.cost is not None
    now.raise_bound(now.cost - 500.0)
    now.leave_out(now.cost - 100.0)
    now.leave_out(now.cost - 50.0)
    now.tell(now.cost - 10.0)
    now.raise_bound(now.cost - 10.0)
    assert now.bound == now.cost - 100.0
    assert told[-1] == now.cost - 100.0


@pytest.mark.parametrize("share", sampled(SHARES, 1))
@pytest.mark.parametrize("few_groups", [5, 1000])
@pytest.mark.parametrize("family", sampled(FAMILIES, 5))
@pytest.mark.parametrize("seed", sampled(range(4), 1))
def test_to_any_asked_gap_the_bound_is_one(
    family: str, seed: int, few_groups: int, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is below the optimum, and the plan within the asked gap of the bound."""
    _always_narrows(monkeypatch, few_groups)
    best = best_of(family, seed).cost_usd
    solver = EXACT.model_copy(update={"gap_usd": None, "gap_share": share})
    found = search.search(family_program(family, seed), solver)
    assert best is not None
    assert found.cost_usd is not None
    assert found.bound_usd is not None
    assert found.stopped is Stopped.PROVED
    assert found.bound_usd <= best + 1e-6 <= found.cost_usd + 2e-6
    assert found.cost_usd - found.bound_usd <= solver.asked_usd(found.cost_usd) + 1e-6


@pytest.mark.parametrize("end_share", [0.3, 0.7, 1.1])
@pytest.mark.parametrize("family", sampled(FAMILIES, 5))
@pytest.mark.parametrize("seed", sampled(range(2), 1))
def test_what_is_sought_is_found_or_its_end_is_a_bound(family: str, seed: int, end_share: float) -> None:
    program, best = family_program(family, seed), best_of(family, seed)
    assert best.x is not None
    assert best.cost_usd is not None
    below = _relaxed(program)
    end = below.reached.bound + end_share * (best.cost_usd - below.reached.bound)
    # from the best plan, which has nothing below it
    if end <= best.cost_usd:
        found = _sought(below, best.x, best.cost_usd, end)
        assert found.bound == pytest.approx(end, rel=1e-9)
    # from a dearer one: as near to a plan as asked, and never above the optimum or the end
    start = _first_plan(program)
    cost = program.cost_usd(start)
    end = min(end, cost)
    found = _sought(below, start, cost, end)
    assert found.x is not None
    assert found.bound <= min(end, best.cost_usd) + 1e-6
    assert below.model.value(found.x) - found.bound <= cost - end + 1e-6 * cost


def test_a_probe_raises_the_bound_where_a_kernel_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _always_narrows(monkeypatch, few_groups=1000)
    program, best = family_program("county-60x8x4", 1), best_of("county-60x8x4", 1)
    assert best.x is not None
    assert best.cost_usd is not None
    run = search._Run(program, EXACT, None)
    run.now.offer(best.x)
    assert run.relax()
    gap_usd = 0.9 * (best.cost_usd - run.now.bound)
    assert gap_usd > 1.0
    run.now.solver = EXACT.model_copy(update={"gap_usd": gap_usd})
    assert not run.now.done
    bound = run.now.bound
    run.probe()
    assert bound < run.now.bound <= best.cost_usd + 1e-6
    assert run.now.done


@pytest.mark.parametrize("seeds", sampled([(0, 3, 5), range(6)], 1))
def test_what_ifs_are_probed_and_keep_their_word(seeds: Iterable[int], monkeypatch: pytest.MonkeyPatch) -> None:
    _always_narrows(monkeypatch, few_groups=1000)
    probed: list[float] = []
    probe = stage.Stage.probe

    def counted(own: stage.Stage) -> None:
        probed.append(own.now.elapsed_s)
        probe(own)

    monkeypatch.setattr(stage.Stage, "probe", counted)
    monkeypatch.setattr(search, "KERNELS", (Kernel(0.0, 0.0),) * 2)
    memory = None
    for seed in seeds:
        program = family_program("county-60x8x4", seed)
        found = search.search(program, EXACT.model_copy(update={"gap_usd": None, "gap_share": 1e-3}), memory=memory)
        best = best_of("county-60x8x4", seed).cost_usd
        assert found.stopped is Stopped.PROVED
        assert found.bound_usd is not None
        assert best is not None
        assert found.bound_usd <= best + 1e-6
        assert isinstance(found.memory, Memory | None)
        memory = found.memory or memory
    assert probed


def _always_narrows(monkeypatch: pytest.MonkeyPatch, few_groups: int) -> None:
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(stage, "FEW_GROUPS", few_groups)
    monkeypatch.setattr(stage, "LOOSE_GAPS", np.inf)
    monkeypatch.setattr(bounding, "LEAST_NARROWED", 0.0)


def _standing(program: Program, gap_usd: float) -> Standing:
    return Standing(model_of(program), EXACT.model_copy(update={"gap_usd": gap_usd}), None)


def _relaxed(program: Program) -> Bounding:
    """The relaxation without a plan, solved with one round of cuts."""
    below = Bounding(Standing(model_of(program), EXACT, None))
    assert below.relax(1)
    return below


def _first_plan(program: Program) -> np.ndarray:
    found = highs.search(program, EXACT.model_copy(update={"gap_share": 0.2, "gap_usd": None}))
    assert found.x is not None
    return found.x


def _sought(below: Bounding, start: np.ndarray, cost: float, end: float) -> Remainder:
    sought = Sought(cost, start[below.left], end, -math.inf)
    return search_remainder(below.reached, below.sacks, EXACT, sought, lambda bound, cost: None, {})
