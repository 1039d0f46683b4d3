"""The bound at any prices, and cuts that no plan breaks."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from benchmarks.instances import family_program
from optimizer.solve import highs
from optimizer.solve.decomposition.bound import safe_bound, usable
from optimizer.solve.decomposition.core import Core
from optimizer.solve.decomposition.cuts import Resting
from optimizer.solve.decomposition.knapsacks import knapsacks, too_large
from optimizer.solve.decomposition.model import Model, model_of
from optimizer.solve.decomposition.prices import guess_prices
from optimizer.solve.decomposition.relaxation import solve_relaxation
from tests.cases import sampled
from tests.properties.trials import program_of_seed
from tests.solve.decomposition.optima import EXACT

FAMILIES = ("county-20x4x2", "county-40x6x3", "gap-d-4x12", "sscflp-6x20")


@pytest.mark.parametrize("seed", sampled(range(100), 8))
def test_no_prices_give_a_bound_above_the_optimum(seed: int) -> None:
    program = program_of_seed(seed) if seed % 2 else family_program(FAMILIES[seed // 2 % 4], seed)
    best = highs.search(program, EXACT)
    if best.cost_usd is None:
        return
    model, random = model_of(program), np.random.default_rng(seed)
    for scale in (0.0, 0.1, 10.0, 1e6):
        prices = random.normal(size=len(model.lower)) * scale
        assert safe_bound(model, prices) <= best.cost_usd + 1e-6
    assert safe_bound(model, guess_prices(model)) <= best.cost_usd + 1e-6


def test_rounding_goes_down() -> None:
    """The safe bound is below the exact one, worked out in fractions, and hardly so."""
    model, random = model_of(family_program("county-40x6x3", 0)), np.random.default_rng(0)
    for _ in range(5):
        prices = usable(model, random.normal(size=len(model.lower)) * 1e3)
        exact = _exact(model, prices)
        assert Fraction(safe_bound(model, prices)) <= exact
        assert float(exact) - safe_bound(model, prices) < 1e-9 * abs(float(exact))


@pytest.mark.parametrize("seed", sampled(range(20), 8))
def test_cuts_keep_every_plan_of_a_small_program(seed: int) -> None:
    model = model_of(family_program("county-6x3x2", seed))
    sacks = knapsacks(model)
    random = np.random.default_rng(seed)
    plans = [x for x in _points(model) if not (model.violation(x) > 1e-9).any()]
    assert plans
    for _ in range(30):
        rows, upper, _ = Resting().cuts(sacks, random.random(model.size), random.random(model.size))
        for plan in plans:
            assert (rows @ plan <= upper + 1e-9).all()
    gone = too_large(model, sacks)
    assert not any(plan[gone].any() for plan in plans)


def test_cuts_close_a_good_part_of_the_gap() -> None:
    program = family_program("county-100x10x4", 0)
    best = highs.search(program, EXACT.model_copy(update={"gap_share": 1e-3, "gap_usd": None})).cost_usd
    assert best is not None
    model = model_of(program)
    without = solve_relaxation(Core(model, None, None), [], 0, _no_gap, np.inf)
    cut = solve_relaxation(Core(model, None, None), knapsacks(model), 20, _no_gap, np.inf)
    assert without.exact
    assert without.bound < cut.bound <= best + 1e-6
    assert cut.bound - without.bound > 0.2 * (best - without.bound)


@pytest.mark.parametrize("seed", range(5))
def test_a_core_comes_to_the_whole_relaxation(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(family_program("county-200x10x4", seed))
    whole = solve_relaxation(Core(model, None, None), [], 0, _no_gap, np.inf)
    monkeypatch.setattr("optimizer.solve.decomposition.core.CORE_COLUMNS", 250)
    core = Core(model, guess_prices(model), None)
    assert core.column_in.sum() < model.size / 2
    part = solve_relaxation(core, [], 0, _no_gap, np.inf)
    assert part.exact
    assert part.bound == pytest.approx(whole.bound, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_a_core_goes_on_from_where_it_stands(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.solve.decomposition.core.CORE_COLUMNS", 250)
    model = model_of(family_program("county-200x10x4", seed))
    core, sacks = Core(model, guess_prices(model), None), knapsacks(model)
    bounds = [solve_relaxation(core, sacks, 3, _no_gap, np.inf).bound for _ in range(3)]
    assert bounds == sorted(bounds)
    assert bounds[2] > bounds[0]
    # rows that left and columns that entered in between have left nothing behind
    anew = solve_relaxation(Core(core.model, None, None), [], 0, _no_gap, np.inf)
    here = solve_relaxation(core, [], 0, _no_gap, np.inf)
    assert here.exact
    assert here.bound == pytest.approx(anew.bound, rel=1e-9)


def test_groups_are_the_rows_that_ask_for_one_of_some() -> None:
    program = family_program("county-20x4x2", 0)
    model = model_of(program)
    choice = next(rows for rows in program.families if rows.family == "choice")
    assert model.groups == len(choice)
    assert len(model.lower) == program.row_count - len(choice)
    assert (model.group[program.columns["agree"].columns] == -1).all()


def _no_gap(cost: float) -> float:
    return 0.0 * cost


def _points(model: Model) -> list[np.ndarray]:
    """Every point: one column of each group, and every setting of the others."""
    found = []
    for taken in product(*(model.columns_of(np.array([group])) for group in range(model.groups))):
        for others in product((0.0, 1.0), repeat=len(model.alone)):
            x = np.zeros(model.size)
            x[list(taken)], x[model.alone] = 1.0, others
            found.append(x)
    return found


def _exact(model: Model, prices: np.ndarray) -> Fraction:
    price = [Fraction(float(one)) for one in prices]
    columns = model.rows.tocsc()
    reduced = []
    for column in range(model.size):
        entries = slice(columns.indptr[column], columns.indptr[column + 1])
        named = zip(columns.indices[entries], columns.data[entries], strict=True)
        paid = sum((price[row] * Fraction(float(value)) for row, value in named), Fraction(0))
        reduced.append(Fraction(float(model.cost[column])) - paid)
    ends = [
        one * Fraction(float(model.lower[row] if one > 0 else model.upper[row])) for row, one in enumerate(price) if one
    ]
    least = [min(reduced[column] for column in model.columns_of(np.array([group]))) for group in range(model.groups)]
    alone = [min(Fraction(0), reduced[column] * Fraction(float(model.most[column]))) for column in model.alone]
    return sum((*ends, *least, *alone), Fraction(float(model.offset)))
