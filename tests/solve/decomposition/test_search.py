"""The decomposition against proven optima: plans as good as asked for, and a bound that no plan is below."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from benchmarks.instances import family_program
from benchmarks.instances.assembly import program_of as assembled
from benchmarks.instances.dense import dense_assignment
from optimizer.ask import load_case, program_of
from optimizer.county import records
from optimizer.program.program import Program
from optimizer.program.rows import Floats
from optimizer.solve import highs
from optimizer.solve.decomposition import bounding, branch_search, core, openings, plans, search, stage
from optimizer.solve.decomposition.branching import Branch, Branches
from optimizer.solve.decomposition.kernels import KERNELS, KernelSearch
from optimizer.solve.decomposition.memory import Memory
from optimizer.solve.decomposition.model import Flags, model_of
from optimizer.solve.decomposition.relaxation import Relaxation
from optimizer.solve.decomposition.remainder import Remainder
from optimizer.solve.decomposition.standing import Standing
from optimizer.solve.engines import search_decomposed, search_highs
from optimizer.solve.outcome import Outcome, Progress, Stopped
from tests.cases import ROOT, case_of, offer, organization, sampled, service
from tests.properties.trials import judged, program_of_seed
from tests.solve.decomposition.optima import EXACT, best_of

FAMILIES = ("county-40x6x3", "county-60x8x4", "gap-c-4x20", "gap-e-5x20", "sscflp-6x20", "gap-d-4x12")
SHIPPED = sorted((ROOT / "scenarios" / "whatifs" / "clear_creek").glob("*.yaml"))
WITHOUT_A_PLAN = [path for path in SHIPPED if path.stem == "dispatch_goes_nobody_leaves"]


@pytest.fixture(autouse=True)
def _takes_small_programs_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part of the search is used, though small programs would go to HiGHS whole."""
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
    monkeypatch.setattr(bounding, "GUESS_GROUPS", 2)
    monkeypatch.setattr(stage, "FEW_GROUPS", 5)
    monkeypatch.setattr(stage, "LOOSE_GAPS", np.inf)
    monkeypatch.setattr(plans, "MOST_STALE", 10)
    monkeypatch.setattr(core, "CORE_COLUMNS", 4)


@pytest.mark.parametrize("seed", sampled(range(40), 10))
def test_every_feature_agrees_with_trying_every_plan(seed: int) -> None:
    program, by_hand = program_of_seed(seed), judged(seed)
    settings = program.case.settings.solver.model_copy(update={"gap_usd": 0.0, "gap_share": None})
    outcome = search_decomposed(program, settings, None, None)
    if by_hand.value is None:
        assert outcome.stopped is Stopped.INFEASIBLE
    else:
        expected = highs.search(program, settings)
        _agree(outcome, expected)


@pytest.mark.parametrize("family", sampled(FAMILIES, 5))
@pytest.mark.parametrize("seed", sampled(range(8), 1))
def test_families_agree_with_highs(family: str, seed: int) -> None:
    _agree(search.search(family_program(family, seed), EXACT), best_of(family, seed))


@pytest.mark.parametrize("kernel_groups", [0, 3_000])
@pytest.mark.parametrize("seed", sampled([1, 0, 2, 3], 1))
def test_kernels_agree_with_highs_before_neighbourhoods_and_between_them(
    seed: int, kernel_groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = _kernels_counted(monkeypatch)
    monkeypatch.setattr(stage, "KERNEL_GROUPS", kernel_groups)
    monkeypatch.setattr(search, "KERNEL_TRIES", 1)
    monkeypatch.setattr(stage, "FEW_COLUMNS", 0)  # HiGHS does not end it before
    _agree(search.search(family_program("gap-d-4x12", seed), EXACT), best_of("gap-d-4x12", seed))
    assert len(searched) == len(KERNELS)


def _kernels_counted(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Widths of the kernels that are searched from now on."""
    searched: list[float] = []
    kernel_near = plans.kernel_near

    def count_kernel(
        found: Relaxation, x: Floats, width: float, also: Flags, seconds: float, target: float, solver_seed: int
    ) -> KernelSearch:
        searched.append(width)
        return kernel_near(found, x, width, also, seconds, target, solver_seed)

    monkeypatch.setattr(plans, "kernel_near", count_kernel)
    return searched


@pytest.mark.parametrize("seed", sampled([1, 0, 2, 3], 1))
def test_highs_has_the_rest_where_the_first_kernel_is_far_from_the_bound(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = _kernels_counted(monkeypatch)
    monkeypatch.setattr(stage, "FEW_GROUPS", 1000)
    monkeypatch.setattr(stage, "LOOSE_GAPS", 0.0)
    _agree(search.search(family_program("gap-d-4x12", seed), EXACT), best_of("gap-d-4x12", seed))
    assert len(searched) == 1


@pytest.mark.parametrize("seed", sampled([2, 0, 1, 3], 1))
def test_kernels_after_the_first_have_what_plans_of_searches_before_use(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "FEW_GROUPS", 1000)
    program = family_program("gap-d-4x12", seed)
    first = search.search(program, EXACT)
    assert isinstance(first.memory, Memory)
    columns = program.columns
    dearer = np.where(first.x > 0.5, 1.5, 1.0) * columns.cost_usd
    changed = replace(program, columns=columns.with_costs(dearer, columns.offset_usd))
    also: list[Flags] = []
    kernel_near = plans.kernel_near

    def note(found: Relaxation, x: Floats, width: float, others: Flags, *rest: Any) -> KernelSearch:
        also.append(others)
        return kernel_near(found, x, width, others, *rest)

    monkeypatch.setattr(plans, "kernel_near", note)
    again = search.search(changed, EXACT, memory=first.memory)
    _agree(again, highs.search(changed, EXACT))
    assert not also[0].any()
    assert len(also) > 1
    assert also[1].any()


@pytest.mark.parametrize(("fewest", "apart"), [(8, False), (7, True)])
def test_services_without_a_choice_do_not_make_a_program_large(
    fewest: int, apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken_apart, take_apart = list[bool](), search._Run.take_apart

    def note(run: search._Run) -> None:
        taken_apart.append(True)
        take_apart(run)

    monkeypatch.setattr(stage, "FEWEST_GROUPS", fewest)
    monkeypatch.setattr(search._Run, "take_apart", note)
    uses = [records.Use(offer_id=f"s{number}-east", resource="load", amount=3.0 + number) for number in range(8)]
    case = case_of(
        [service(f"s{number}") for number in range(30)],
        [organization("east")],
        [offer(f"s{number}", "east", 50 + number) for number in range(8)],
        uses=uses,
        capacities=[records.Capacity(org_id="east", resource="load", amount=20.0)],
    )
    program = program_of(case)
    _agree(search.search(program, EXACT), highs.search(program, EXACT))
    assert bool(taken_apart) == apart


def _dear(monkeypatch: pytest.MonkeyPatch, few_groups: int, long_dive: int) -> None:
    """Turns so short that small programs have several of either kind."""
    monkeypatch.setattr(stage, "FEW_GROUPS", few_groups)
    monkeypatch.setattr(branch_search, "LONG_DIVE_COLUMNS", long_dive)
    monkeypatch.setattr(branch_search, "TURN", 3)


@pytest.mark.parametrize("few_groups", [5, 1000])
@pytest.mark.parametrize("seed", sampled([1, 0, 2, 3], 1))
def test_branches_over_pools_agree_with_highs(seed: int, few_groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEW_GROUPS", few_groups)
    _agree(search.search(family_program("county-pools-20x4x3", seed), EXACT), best_of("county-pools-20x4x3", seed))


def test_branches_are_left_where_highs_does_not_end_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "FEW_GROUPS", 1000)
    visited: list[float] = []
    search_tied, search_remainder = branch_search.BranchSearch.search_tied, plans.search_remainder

    def visit(own: branch_search.BranchSearch, branch: Branch) -> bool:
        visited.append(branch.bound)
        return search_tied(own, branch)

    def search_nothing_in_branches(*asked: Any) -> Remainder:
        within_s = asked[2].time_limit_s
        return Remainder(None, -np.inf, False, "") if within_s <= branch_search.BRANCH_S else search_remainder(*asked)

    monkeypatch.setattr(branch_search.BranchSearch, "search_tied", visit)
    monkeypatch.setattr(stage.Stage, "kernel", lambda own, kernel: own.narrow())
    monkeypatch.setattr(plans, "search_remainder", search_nothing_in_branches)
    program = family_program("county-pools-20x4x3", 0)
    _agree(search.search(program, EXACT), highs.search(program, EXACT))
    assert len(visited) == 1


@pytest.mark.parametrize("long_dive", [0, 1_000_000])
@pytest.mark.parametrize("few_groups", [5, 1000])
@pytest.mark.parametrize("seed", sampled(range(3), 1))
def test_branches_over_dear_openings_agree_with_highs(
    seed: int, few_groups: int, long_dive: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _dear(monkeypatch, few_groups, long_dive)
    _agree(search.search(family_program("sscflp-7x20", seed), EXACT), best_of("sscflp-7x20", seed))


@pytest.mark.parametrize("seed", sampled([2, 1], 1))
def test_highs_has_its_share_of_the_time_in_branches_over_dear_openings(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _dear(monkeypatch, 1000, 1_000_000)
    monkeypatch.setattr(branch_search, "BRANCH_S", 0.0)
    limits_s, finish = list[float](), stage.Stage.finish

    def noted(own: stage.Stage, time_share: float = 1.0, most_s: float = np.inf) -> None:
        limits_s.append(most_s)
        finish(own, time_share, most_s)

    monkeypatch.setattr(stage.Stage, "finish", noted)
    search.search(family_program("sscflp-8x30", seed), EXACT)
    assert limits_s
    assert min(limits_s) == np.inf


@pytest.mark.slow
@pytest.mark.parametrize("few_groups", [5, 1000])
@pytest.mark.parametrize("seed", range(3, 9))
def test_branches_over_dear_openings_agree_with_highs_many_more(
    seed: int, few_groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _dear(monkeypatch, few_groups, 0 if seed % 2 else 1_000_000)
    program = family_program(("sscflp-8x30", "sscflp-12x25", "sscflp-5x40")[seed % 3], seed)
    _agree(search.search(program, EXACT), highs.search(program, EXACT))


@pytest.mark.parametrize("seed", range(2))
def test_a_search_over_dear_openings_goes_on_from_another(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _dear(monkeypatch, 1000, 1_000_000)
    program = family_program("sscflp-7x20", seed)
    first = search.search(program, EXACT)
    random = np.random.default_rng(seed)
    costs = program.columns.cost_usd * random.uniform(1.0, 1.1, len(program.columns))
    changed = replace(program, columns=program.columns.with_costs(costs, program.columns.offset_usd))
    assert isinstance(first.memory, Memory)
    _agree(search.search(changed, EXACT, memory=first.memory), highs.search(changed, EXACT))


@pytest.mark.parametrize("seed", sampled([6, 2, 3, 4], 1))
def test_branches_over_openings_that_hide_the_gap_agree_with_highs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _hiding(monkeypatch)
    offered: list[int] = []
    branches_that_hide = bounding.Bounding.branches_that_hide

    def offer(below: bounding.Bounding) -> Branches | None:
        branches = branches_that_hide(below)
        offered.append(0 if branches is None else len(branches.columns))
        return branches

    monkeypatch.setattr(bounding.Bounding, "branches_that_hide", offer)
    program = family_program("county-60x8x4", seed)
    _agree(search.search(program, EXACT), highs.search(program, EXACT))
    assert offered in ([1], [2])


@pytest.mark.slow
@pytest.mark.parametrize("family", ["county-40x6x3", "county-60x8x4", "county-tight-60x8x4", "county-inverse-50x10x5"])
@pytest.mark.parametrize("seed", range(4, 12))
def test_branches_over_openings_that_hide_the_gap_agree_with_highs_many_more(
    seed: int, family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _hiding(monkeypatch)
    _agree(search.search(family_program(family, seed), EXACT), best_of(family, seed))


def _hiding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every opening that is split makes branches, as none hides a part of a gap of nothing."""
    monkeypatch.setattr(stage, "FEW_GROUPS", 1000)
    monkeypatch.setattr(openings, "HIDING_SHARE", 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("few_groups", [5, 1000])
@pytest.mark.parametrize("seed", range(4, 20))
def test_branches_over_pools_agree_with_highs_many_more(
    seed: int, few_groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "FEW_GROUPS", few_groups)
    _agree(search.search(family_program("county-pools-30x5x3", seed), EXACT), best_of("county-pools-30x5x3", seed))


@pytest.mark.slow
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_scenarios_agree_with_highs(path: object) -> None:
    program = program_of(load_case(str(path)))
    settings = program.case.settings.solver
    one, other = search_decomposed(program, settings, None, None), search_highs(program, settings, None, None)
    assert one.stopped is other.stopped
    if path in WITHOUT_A_PLAN:
        assert one.stopped is Stopped.INFEASIBLE
    else:
        assert one.stopped is Stopped.PROVED
        assert one.cost_usd == pytest.approx(other.cost_usd, abs=1.01)


def test_at_any_moment_the_bound_is_below_the_optimum_and_both_only_get_better() -> None:
    program = family_program("county-80x8x4", 1)
    optimum = highs.search(program, EXACT).cost_usd
    assert optimum is not None
    told: list[Progress] = []
    search.search(program, EXACT, None, told.append)
    costs = [one.cost_usd for one in told if one.cost_usd is not None]
    bounds = [one.bound_usd for one in told if one.bound_usd is not None]
    assert costs == sorted(costs, reverse=True)
    assert min(costs) == pytest.approx(optimum, abs=1e-4)
    assert max(bounds) <= optimum + 1e-4
    assert len(bounds) > 1


def test_what_is_told_is_never_worse_than_what_was_told_before() -> None:
    program = family_program("county-40x6x3", 1)
    best = highs.search(program, EXACT)
    assert best.cost_usd is not None
    told: list[Progress] = []
    now = Standing(model_of(program), EXACT, told.append)
    now.raise_bound(best.cost_usd - 100.0)
    now.offer(best.x)
    # a part of the search that knows less, then one that has left out what cannot be cheaper than the plan
    now.tell(best.cost_usd - 200.0, best.cost_usd + 50.0)
    now.tell(best.cost_usd + 10.0)
    assert [one.cost_usd for one in told] == [None, *[pytest.approx(best.cost_usd)] * 3]
    assert [one.bound_usd for one in told[1:]] == pytest.approx([best.cost_usd - 100.0] * 2 + [best.cost_usd])


def test_highs_at_the_end_tells_nothing_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search._Run, "finish", lambda run, time_share=1.0, most_s=0.0: None)
    monkeypatch.setattr(plans.Plans, "improve", lambda own, most_tries: None)
    told: list[Progress] = []
    outcome = search.search(family_program("gap-d-4x12", 1), EXACT, None, told.append)
    assert outcome.stopped is Stopped.PROVED
    bounds = [one.bound_usd for one in told if one.bound_usd is not None]
    costs = [one.cost_usd for one in told if one.cost_usd is not None]
    assert (bounds, costs) == (sorted(bounds), sorted(costs, reverse=True))


def test_what_highs_finds_at_the_end_is_told_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search._Run, "find_plans", lambda run: None)
    costs: list[tuple[float | None, float | None]] = []
    tell = bounding.Bounding.tell

    def told(below: bounding.Bounding, bound: float | None, cost: float | None) -> None:
        costs.append((cost, below.now.cost))
        tell(below, bound, cost)

    monkeypatch.setattr(bounding.Bounding, "tell", told)
    outcome = search.search(family_program("gap-d-4x12", 1), EXACT, None, lambda now: None)
    assert outcome.stopped is Stopped.PROVED
    assert any(cost is not None and held is None for cost, held in costs)


def test_a_start_is_never_made_worse() -> None:
    program = family_program("county-80x8x4", 2)
    best = highs.search(program, EXACT)
    assert best.x is not None
    outcome = search.search(program, EXACT.model_copy(update={"time_limit_s": 0.001}), best.x)
    assert outcome.cost_usd == pytest.approx(best.cost_usd)
    assert outcome.stopped in (Stopped.TIME, Stopped.PROVED)


def test_a_start_that_breaks_a_row_is_no_plan() -> None:
    program = family_program("county-80x8x4", 2)
    everything_dear = np.zeros(len(program.columns))
    outcome = search.search(program, EXACT.model_copy(update={"time_limit_s": 0.001}), everything_dear)
    assert outcome.stopped is Stopped.TIME
    assert outcome.x is not None
    assert not np.array_equal(outcome.x, everything_dear)


def test_whoever_ends_a_search_before_it_has_a_plan_is_handed_things_as_they_are() -> None:
    program = family_program("county-80x8x4", 2)
    told: list[Progress] = []
    outcome = search.search(program, EXACT.model_copy(update={"time_limit_s": 0.001}), None, told.append)
    kept = np.unique(program.columns["choose"].keys["service_id"], return_index=True)[1]
    assert outcome.stopped is Stopped.TIME
    assert outcome.x is not None
    assert np.flatnonzero(outcome.x).tolist() == np.sort(program.columns["choose"].columns[kept]).tolist()
    assert told[0].cost_usd == pytest.approx(program.cost_usd(outcome.x))
    assert outcome.memory is None


def test_the_asked_gap_ends_the_search_and_is_true() -> None:
    program = family_program("county-150x8x4", 3)
    outcome = search.search(program, EXACT.model_copy(update={"gap_usd": None, "gap_share": 0.005}))
    assert outcome.stopped is Stopped.PROVED
    assert outcome.cost_usd is not None
    assert outcome.gap_usd is not None
    assert outcome.gap_usd <= 0.005 * outcome.cost_usd
    optimum = highs.search(program, EXACT.model_copy(update={"gap_usd": None, "gap_share": 1e-6})).cost_usd
    assert optimum is not None
    assert outcome.bound_usd is not None
    assert outcome.bound_usd <= optimum * (1 + 1e-6)


@pytest.mark.parametrize("service", sampled([7, 0, 11], 1))
def test_a_service_that_fits_nowhere_means_that_no_plan_exists(service: int) -> None:
    random = np.random.default_rng(service)
    use = random.integers(1, 9, (4, 12)).astype(float)
    use[:, service] = 99.0
    program = assembled(dense_assignment(random.uniform(1.0, 9.0, (4, 12)), use, np.full(4, 30.0)))
    outcome = search.search(program, EXACT)
    assert (outcome.stopped, outcome.x, outcome.bound_usd) == (Stopped.INFEASIBLE, None, None)


def test_ctrl_c_keeps_the_best_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-80x8x4", 2)

    def interrupted(self: object, time_share: float = 1.0) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(search._Run, "finish", interrupted)
    outcome = search.search(program, EXACT)
    assert outcome.stopped is Stopped.INTERRUPTED
    assert outcome.x is not None
    assert outcome.cost_usd == pytest.approx(program.cost_usd(outcome.x))


def test_ctrl_c_while_the_start_is_looked_at_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    program = family_program("county-40x6x3", 2)
    best, offer, offered = highs.search(program, EXACT), Standing.offer, list[object]()

    def interrupted_once(now: Standing, x: Floats | None) -> None:
        offered.append(x)
        if len(offered) == 1:
            raise KeyboardInterrupt
        offer(now, x)

    monkeypatch.setattr(Standing, "offer", interrupted_once)
    outcome = search.search(program, EXACT, best.x)
    assert outcome.stopped is Stopped.INTERRUPTED
    assert outcome.cost_usd == pytest.approx(best.cost_usd)


def test_the_same_program_gives_the_same_plan() -> None:
    program = family_program("county-60x8x4", 5)
    one, other = search.search(program, EXACT), search.search(program, EXACT)
    assert one.x is not None
    assert other.x is not None
    assert (one.x == other.x).all()


def _agree(found: Outcome, expected: Outcome) -> None:
    assert found.stopped is expected.stopped
    if expected.cost_usd is None:
        assert found.x is None
        return
    assert found.cost_usd == pytest.approx(expected.cost_usd, rel=1e-9, abs=1e-3)
    assert found.bound_usd is not None
    assert found.bound_usd <= expected.cost_usd + 1e-3


def _rows_kept(program: Program, outcome: Outcome) -> Iterator[bool]:
    assert outcome.x is not None
    lower, upper = program.row_bounds()
    activity = program.matrix() @ outcome.x
    yield from ((activity >= lower - 1e-5) & (activity <= upper + 1e-5)).tolist()


@pytest.mark.parametrize("family", sampled(FAMILIES, 3))
def test_plans_keep_every_row(family: str) -> None:
    program = family_program(family, 7)
    assert all(_rows_kept(program, search.search(program, EXACT)))
