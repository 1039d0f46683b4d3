"""What-ifs between the plans of before and the relaxation: the narrowest kernels, and what is not asked twice."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from benchmarks.instances import family_program
from optimizer.program.program import Program
from optimizer.scenario.settings import Solver
from optimizer.solve.decomposition import search
from optimizer.solve.decomposition.bound import over_cheapest
from optimizer.solve.decomposition.bounding import Bounding
from optimizer.solve.decomposition.kernels import INDUCED, Kernel, kernel_near
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.model import model_of
from optimizer.solve.decomposition.neighbourhoods import rounded
from optimizer.solve.decomposition.stage import Stage
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.outcome import Stopped
from tests.solve.decomposition.optima import EXACT, best_of

ASKED = EXACT.model_copy(update={"gap_usd": None, "gap_share": 1e-3})


def test_the_narrowest_kernel_has_what_plan_and_relaxation_use_and_no_more() -> None:
    below = Bounding(Standing(model_of(family_program("county-60x8x4", 3)), EXACT, None))
    assert below.relax(3)
    found = below.reached
    model = found.model
    x = rounded(model, found.x, found.reduced)
    also = np.zeros(model.size, dtype=bool)
    unused = model.grouped[(x[model.grouped] == 0.0) & (found.x[model.grouped] == 0.0)]
    also[unused[:3]] = True
    free = np.zeros(model.size, dtype=bool)
    free[kernel_near(found, x, None, also, 1.0, -math.inf, 0).free] = True
    wanted = (x > 0.5) | (found.x > 1e-6) | also
    for group in range(model.groups):
        own = model.columns_of(np.array([group]))
        several = np.count_nonzero(wanted[own]) > 1
        assert free[own].tolist() == (wanted[own] & several).tolist()
    assert free[unused[:3]].all()
    # a column that costs no more than the cheapest and is used by neither is not here, but in any other kernel
    over = np.full(model.size, np.inf)
    over[model.grouped] = over_cheapest(model, found.reduced)
    wide = kernel_near(found, x, float(np.sort(over[unused])[5]), also, 1.0, -math.inf, 0).free
    assert np.count_nonzero(free) < len(wide)


@dataclass
class _Kernels:
    """Kernels that were searched, each of which lowers the best plan's cost by so many asked gaps."""

    gains: list[float]
    searched: list[Kernel]

    def search(self, run: Stage, kernel: Kernel) -> None:
        gain = self.gains[len(self.searched)] if len(self.searched) < len(self.gains) else 0.0
        self.searched.append(kernel)
        best = run.now.best
        assert best is not None
        run.now.best = replace(best, cost=best.cost - gain * run.now.asked(best.cost))


@pytest.mark.parametrize(
    ("gains", "searched", "probes"),
    [
        ((0.1,), 1, 0),  # gains too little to go on
        ((0.5, 0.1), 2, 0),
        ((0.5, 0.5, 0.5), 3, 0),  # at most so many
        ((4.0,), 1, 1),  # 1.5 asked gaps are left: cuts and a probe instead
        ((2.0, 2.0), 2, 1),
    ],
)
def test_narrow_kernels_go_on_while_they_gain(
    gains: tuple[float, ...], searched: int, probes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, probed = _what_if_run(ASKED, 5.5), list[float]()
    kernels = _Kernels(list(gains), [])
    monkeypatch.setattr(Stage, "kernel", lambda own, kernel: kernels.search(own, kernel))
    monkeypatch.setattr(Stage, "probe", lambda own: probed.append(own.gaps))
    run.go_between()
    assert kernels.searched == [INDUCED] * searched
    assert len(probed) == probes


def test_without_an_asked_gap_or_a_search_before_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    to_the_dollar, anew = _what_if_run(EXACT, 5.5), _what_if_run(ASKED, 5.5)
    anew.below.recalled = None
    monkeypatch.setattr(Stage, "kernel", None)  # would fail if it were called
    monkeypatch.setattr(Stage, "probe", None)
    to_the_dollar.go_between()
    anew.go_between()


def test_a_plan_far_off_is_made_better_before_highs_has_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that was mended says nothing about how near plans are to the bound."""
    order: list[str] = []
    run = _what_if_run(ASKED, 40.0)
    assert run.loose
    monkeypatch.setattr(run.below, "branches", lambda: None)
    monkeypatch.setattr(Stage, "finish", lambda own: order.append("rest"))
    monkeypatch.setattr(search._Run, "find_plans", lambda own: order.append("plans"))
    kernels = _Kernels([35.0], [])
    monkeypatch.setattr(Stage, "kernel", lambda own, kernel: kernels.search(own, kernel))
    run.take_apart()
    assert kernels.searched
    assert order == ["plans", "rest"]


def test_what_a_probe_did_not_answer_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ends: list[float] = []
    run = _what_if_run(ASKED, 5.5)
    monkeypatch.setattr(Stage, "_hand_over", lambda own, end, *_: ends.append(end))
    run.probe()
    run.probe()
    assert len(ends) == 1
    # a bound that is higher makes another question of it where the end is higher, too, and no new one
    run.now.raise_bound(run.now.floor + 0.4 * run.now.asked(run.now.floor))
    run.probe()
    assert len(ends) == 1
    # a cheaper plan has a lower end, which is a new one
    best = run.now.best
    assert best is not None
    run.now.best = replace(best, cost=run.now.floor + 1.05 * run.now.asked(run.now.floor))
    run.probe()
    assert len(ends) == 2
    assert ends[1] < ends[0]


def test_what_ifs_keep_their_word_by_narrow_kernels_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = replace(INDUCED, seconds=10.0)  # what it finds is not up to the clock
    monkeypatch.setattr(search, "INDUCED", narrow)
    monkeypatch.setattr(search, "KERNELS", (Kernel(0.0, 0.0),) * 2)
    between: list[float] = []
    kernel = Stage.kernel

    def noted(own: Stage, one: Kernel) -> None:
        before = own.gaps
        kernel(own, one)
        between.extend([before - own.gaps] if one is narrow else [])

    monkeypatch.setattr(Stage, "kernel", noted)
    memory = None
    for seed in range(4):
        program = family_program("county-60x8x4", seed)
        found = search.search(program, ASKED.model_copy(update={"gap_share": 3e-4}), memory=memory)
        best = best_of("county-60x8x4", seed).cost_usd
        assert found.stopped is Stopped.PROVED
        assert best is not None
        assert found.bound_usd is not None
        assert found.bound_usd <= best + 1e-6
        assert found.cost_usd is not None
        assert found.cost_usd >= best - 1e-6
        assert isinstance(found.memory, Memory | None)
        memory = found.memory or memory
    assert max(between) > 0.0


def _what_if_run(solver: Solver, gaps: float) -> search._Run:
    """A what-if whose relaxation is solved, and whose plan is so many asked gaps of 1e-3 above the bound."""
    program = family_program("county-60x8x4", 3)
    memory = search.search(program, ASKED).memory
    assert isinstance(memory, Memory)
    run = search._Run(_dearer(program), solver, None)
    run.go_on(memory)
    assert run.relax()
    best = run.now.best
    assert best is not None
    run.now.best = replace(best, cost=run.now.floor + gaps * ASKED.asked_usd(run.now.floor))
    return run


def _dearer(program: Program) -> Program:
    columns = program.columns
    dearer = np.where(np.arange(len(columns)) % 20 == 0, 1.05, 1.0) * columns.cost_usd
    return replace(program, columns=columns.with_costs(dearer, columns.offset_usd))
