"""The seeded families: their sizes, what their parameters do, and the published formulas."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.checking import contradiction
from benchmarks.instances.assembly import program_of
from benchmarks.instances.county_family import CountyParameters
from benchmarks.instances.draws import distinct
from benchmarks.instances.facility_family import FacilityParameters
from benchmarks.instances.families import SIZES, family_program, parameters_of
from benchmarks.instances.gap_family import GapParameters
from benchmarks.solvers.trace import Limit
from optimizer.errors import Refused
from optimizer.program.program import Program
from optimizer.solve import highs
from optimizer.solve.gate import refuse_unsafe
from tests.benchmarks.enumeration import cheapest
from tests.cases import sampled

ROOM = {"tightness": 2.0, "agreement_share": 0.01, "transition_share": None, "displaced_share": None}
TINY = {
    "county": CountyParameters(5, 4, 3, tightness=2.0, displaced_share=0.3),
    "county, capacity": CountyParameters(5, 3, 3, **(ROOM | {"tightness": 0.6})),
    "county, duties": CountyParameters(5, 4, 3, **ROOM, mandates_per_service=0.2, required_share=0.97),
    "county, transition": CountyParameters(5, 4, 3, **(ROOM | {"transition_share": 0.3})),
    "county, staff": CountyParameters(5, 4, 3, **(ROOM | {"displaced_share": 0.05})),
    "county, overlaps by chance": CountyParameters(
        6, 4, 0, overlap_share=0.6, tightness=2.0, transition_share=None, displaced_share=0.4, agreement_share=0.01
    ),
    "county, pools": CountyParameters(
        5, 3, 1, pools=2, pooled_share=0.9, tightness=2.0, transition_share=0.9, displaced_share=0.4
    ),
    "gap A": GapParameters("A", 3, 6),
    "gap B": GapParameters("B", 3, 6),
    "gap C": GapParameters("C", 3, 7),
    "gap D": GapParameters("D", 3, 7),
    "gap E": GapParameters("E", 3, 7),
    "sites": FacilityParameters(4, 6),
    "sites, scarce": FacilityParameters(4, 6, capacity_ratio=1.3),
}
EXACT = Limit(time_s=20.0, gap_share=0.0).settings()


@cache
def cheapest_of(name: str, seed: int) -> float | None:
    return cheapest(TINY[name].draw(seed))


@pytest.mark.parametrize("name", TINY)
@pytest.mark.parametrize("seed", sampled([0, 1, 2], 1))
def test_the_optimum_is_that_of_trying_every_choice(name, seed):
    outcome, by_hand = highs.search(program_of(TINY[name].draw(seed)), EXACT), cheapest_of(name, seed)
    assert outcome.holds_plan == (by_hand is not None)
    assert by_hand is None or outcome.cost_usd == pytest.approx(by_hand, abs=1e-4)


@pytest.mark.parametrize(
    ("name", "loosened"),
    [
        ("county, capacity", {"tightness": 9.0}),
        ("county, duties", {"required_share": 0.0}),
        ("county, transition", {"transition_share": None}),
        ("county, staff", {"displaced_share": None}),
    ],
)
def test_every_limit_is_seen_to_cost(name, loosened):
    loose = replace(TINY[name], **loosened)
    assert any(cheapest_of(name, seed) > cheapest(loose.draw(seed)) + 1.0 for seed in range(3))


@pytest.mark.slow
def test_tiny_instances_of_every_kind_have_solutions_that_move_something():
    found = {name: [cheapest_of(name, seed) for seed in range(3)] for name in TINY}
    assert all(any(cost is not None for cost in costs) for costs in found.values())
    for name in (name for name in TINY if name.startswith("county")):
        assert any(cost < TINY[name].draw(seed).offset_usd - 1.0 for seed, cost in enumerate(found[name]))


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [("county-700x40x6", 4_977, 4_940), ("region-5000x150x8", 45_402, 45_150), ("state-50000x400x8", 452_902, 450_400)],
)
def test_named_sizes_are_those_measured_before(name, rows, columns):
    program = family_program(name, 0)
    assert (program.row_count, len(program.columns)) == (rows, columns)


@pytest.mark.parametrize("name", [name for name in SIZES if "000x" not in name and "x1600" not in name])
def test_every_named_size_may_go_to_a_solver_and_names_its_rows_apart(name):
    program = family_program(name, 0)
    refuse_unsafe(program)
    assert len(set(program.row_names())) == program.row_count
    assert len(set(program.columns.names)) == len(program.columns)


@pytest.mark.parametrize("name", ["county-700x40x6", "county-pools-700x40x6", "county-tight-700x40x6"])
def test_keeping_everything_is_a_plan_at_the_offset(name):
    program = family_program(name, 3)
    kept = keep(program)
    assert contradiction(program, kept, None) is None
    assert program.cost_usd(kept) == pytest.approx(program.columns.offset_usd)


def keep(program: Program) -> np.ndarray:
    x = np.zeros(len(program.columns))
    chosen = program.columns["choose"]
    x[chosen.columns[(chosen.keys["offer_id"] == "keep").to_numpy()]] = 1.0
    return x


def test_blocks_and_families_are_named_as_in_a_county():
    program = family_program("county-pools-60x8x4", 0)
    assert [block.name for block in program.columns.blocks] == ["choose", "agree", "open_pool", "tier", "volume"]
    assert list(program.columns["choose"].keys) == ["service_id", "offer_id", "start_year"]
    expected = "choice agreement capacity mandate transition displaced_fte membership pool_min pool_max"
    expected += " pool_tier pool_volume tier_from tier_to"
    assert [rows.family for rows in program.families] == expected.split()


def test_the_same_seed_draws_the_same_instance_and_another_another():
    first, again, other = (family_program("county-50x8x4", seed) for seed in (4, 4, 5))
    assert (first.matrix() != again.matrix()).nnz == 0
    assert np.array_equal(first.columns.cost_usd, again.columns.cost_usd)
    assert not np.array_equal(first.columns.cost_usd, other.columns.cost_usd)


def test_every_service_has_its_offers_by_different_organizations():
    instance = CountyParameters(500, 12, 5).draw(0)
    moved = instance.provider >= 0
    pairs = {(s, k) for s, k in zip(instance.service[moved], instance.provider[moved], strict=True)}
    assert len(pairs) == moved.sum() == 2_500
    assert (np.diff(instance.service) >= 0).all()


def test_overlap_share_is_the_chance_that_an_organization_could_take_a_service():
    instance = CountyParameters(2_000, 20, 0, overlap_share=0.3).draw(0)
    assert (instance.provider >= 0).sum() / (2_000 * 20) == pytest.approx(0.3, abs=0.01)


def test_concentration_gives_the_first_organizations_most_offers():
    shares = [
        np.bincount(CountyParameters(2_000, 40, 2, concentration=much).draw(0).organization + 1)[1:6].sum() / 4_000
        for much in (0.0, 1.0)
    ]
    assert shares[0] == pytest.approx(5 / 40, abs=0.02)
    assert shares[1] > 0.4


def test_a_negative_correlation_makes_cheap_offers_take_most():
    def correlation(asked: float) -> float:
        instance = CountyParameters(4_000, 40, 4, cost_load_correlation=asked).draw(0)
        moved = instance.provider >= 0
        staff = instance.offset_usd / 4_000  # only the ratios below matter
        own = np.repeat(np.bincount(instance.service[moved], instance.use[moved]), 4)
        price = instance.cost_usd[moved] / (own * staff)
        return float(np.corrcoef(price, instance.use[moved] / own)[0, 1])

    assert correlation(-0.9) < -0.5 < correlation(0.0) < 0.3 < correlation(0.9)


@pytest.mark.parametrize("count", [2, 9])
def test_draws_are_distinct_and_follow_their_weights(count):
    drawn = distinct(np.random.default_rng(0), 3_000, count, np.array([5.0, *[1.0] * 9]))
    assert (np.diff(np.sort(drawn, axis=1), axis=1) > 0).all()
    assert drawn.min() == 0
    assert drawn.max() == 9
    times = np.bincount(drawn.ravel(), minlength=10)
    assert times[0] > times[1:].max()


@pytest.mark.parametrize("kind", "ABC")
def test_types_a_to_c_draw_costs_and_uses_in_the_published_ranges(kind):
    instance = GapParameters(kind, 10, 400).draw(0)
    assert (instance.use.min(), instance.use.max()) == (5, 25)
    assert (instance.cost_usd.min(), instance.cost_usd.max()) == (10, 50)
    assert abs(np.corrcoef(instance.use, instance.cost_usd)[0, 1]) < 0.05


def test_type_a_and_b_capacities_are_the_published_formula():
    instance = GapParameters("A", 4, 50).draw(7)
    use, cost = (part.reshape(50, 4) for part in (instance.use, instance.cost_usd))
    loads = np.zeros(4)
    for job in range(50):
        loads[cost[job].argmin()] += use[job, cost[job].argmin()]
    every = 9 * 50 / 4 + 0.4 * loads.max()
    assert np.array_equal(instance.capacity, np.full(4, np.floor(every)))
    assert np.array_equal(GapParameters("B", 4, 50).draw(7).capacity, np.full(4, np.floor(0.7 * every)))


@pytest.mark.parametrize("kind", "CDE")
def test_type_c_to_e_capacities_are_four_fifths_of_an_equal_part(kind):
    instance = GapParameters(kind, 5, 60).draw(2)
    expected = [0.8 * instance.use[instance.provider == agent].sum() / 5 for agent in range(5)]
    assert np.array_equal(instance.capacity, np.floor(expected))


def test_type_d_costs_mirror_the_uses():
    instance = GapParameters("D", 10, 400).draw(0)
    rest = instance.cost_usd + instance.use - 111
    assert (rest.min(), rest.max()) == (-10, 10)
    assert (instance.use.min(), instance.use.max()) == (1, 100)


def test_type_e_costs_fall_as_one_over_the_use():
    instance = GapParameters("E", 10, 400).draw(0)
    # the use is rounded after the cost was drawn from it
    most, least = 1000 / (instance.use - 0.5) + 0.5, 1000 / (instance.use + 0.5) - 10.5
    assert (instance.use >= 1).all()
    assert ((instance.cost_usd <= most) & (instance.cost_usd >= least)).all()
    assert instance.use.mean() == pytest.approx(11.0, rel=0.05)  # 1 + 10 E[-ln u]


def test_sites_follow_the_published_distributions():
    instance = FacilityParameters(50, 300, capacity_ratio=3.0).draw(0)
    demand = instance.use.reshape(300, 50)
    assert (demand == demand[:, :1]).all()
    assert (demand.min(), demand.max()) == (5, 35)
    assert instance.capacity.sum() == pytest.approx(3.0 * demand[:, 0].sum(), rel=0.01)
    root = np.sqrt(instance.capacity)
    assert (instance.agreement_usd >= 100 * root - 0.01).all()
    assert (instance.agreement_usd <= 90 + 110 * root + 0.01).all()
    assert instance.cost_usd.max() <= 10 * 35 * np.sqrt(2)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("county-700", "Did you mean county-700x40x6"),
        ("gap-x-5x100", "Did you mean gap-"),
        ("county-9x2x3", "at most 2"),
    ],
)
def test_unknown_names_are_refused(name, said):
    with pytest.raises(Refused, match=said):
        parameters_of(name)


def test_a_type_nobody_has_published_is_refused():
    with pytest.raises(ValueError, match="'F' is not one of A, B, C, D, E"):
        GapParameters("F", 2, 3)
