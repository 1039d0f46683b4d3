"""The Pyomo model is the program: the same rows, the same columns, the same optimum."""

import numpy as np
import pyomo.environ as pyo
import pytest
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.program.program import Program
from optimizer.scenario.scenario import Forbid
from optimizer.solve.pyomo_bridge import to_pyomo
from optimizer.solve.pyomo_model import build_pyomo
from tests.cases import case_of, offer, organization, plain_money, program_of, service
from tests.solve.rich import rich_case


@pytest.fixture(scope="module")
def rich() -> Program:
    return program_of(rich_case())


def test_the_rich_county_has_every_block_that_a_county_alone_can_have(rich: Program):
    empty = {block.name for block in rich.columns.blocks if not len(block)}
    assert empty == {"pool_bill", "setup_bill"}
    assert len(rich.families) > 45


def test_the_matrix_is_the_same_row_by_row(rich: Program):
    built = build_pyomo(rich)
    form = LinearStandardFormCompiler().write(built.model, mixed_form=True, column_order=list(built.variables))
    place = {id(variable): column for column, variable in enumerate(built.variables)}
    order = [place[id(variable)] for variable in form.columns]
    matrix = rich.matrix().toarray()
    stated = np.flatnonzero(matrix.any(axis=1))  # Pyomo's compiler leaves out rows without a variable
    assert [id(row.constraint) for row in form.rows] == [id(built.constraints[row]) for row in stated]
    assert np.array_equal(form.A.toarray(), matrix[stated][:, order])
    lower, upper = (bounds[stated] for bounds in rich.row_bounds())
    kinds = np.array([row.bound_type for row in form.rows])
    assert np.array_equal(kinds, np.where(lower == upper, 0, np.where(upper < np.inf, 1, -1)))
    assert np.array_equal(form.rhs, np.where(upper < np.inf, upper, lower))
    assert np.array_equal(form.c.toarray()[0], rich.columns.cost_usd[order])
    assert form.c_offset[0] == rich.columns.offset_usd


def test_rows_and_columns_have_the_names_of_the_program(rich: Program):
    built = build_pyomo(rich)

    def as_in_the_program(component: object) -> str:
        name = str(component).replace("[", "(").replace("]", ")").replace("_rule", "")
        return name.replace(" ", "_").replace("'", "")

    named = [name.replace("'", "") for name in rich.row_names()]
    assert [as_in_the_program(constraint) for constraint in built.constraints] == named
    assert [as_in_the_program(variable) for variable in built.variables] == rich.columns.names.tolist()


def test_columns_keep_their_bounds_and_kinds(rich: Program):
    variables = build_pyomo(rich).variables
    assert [variable.bounds for variable in variables] == [(0, upper) for upper in rich.columns.upper.tolist()]
    assert [variable.is_integer() for variable in variables] == rich.columns.integer.tolist()


def test_sets_hold_what_can_be_decided():
    pool = records.Pool(
        pool_id="pool", name="Dispatch", host_org_id="east", resource="calls",
        setup_usd=1, fixed_usd_per_year=2, min_members=1, max_members=2,
    )  # fmt: skip
    tier = records.PoolTier(pool_id="pool", tier=1, from_volume=0, to_volume=9, usd_per_unit=3, fixed_usd_per_year=4)
    limits = plain_money(organization_share_of_moved_cost=0.5)
    case = case_of(
        [service("jail"), service("parks")],
        [organization("east"), organization("west"), organization("idle")],
        [offer("jail", "west", 60), offer("parks", "pool", 50)],
        settings=limits,
        pools=[pool],
        pool_tiers=[tier],
    )
    model = to_pyomo(program_of(case))
    assert list(model.CHOOSE_KEYS) == [
        ("jail", "keep", 1), ("jail", "jail-west", 1), ("parks", "keep", 1), ("parks", "parks-pool", 1),
    ]  # fmt: skip
    assert list(model.AGREE_KEYS) == [("east", 1), ("west", 1)]
    assert list(model.OPEN_POOL_KEYS) == [("pool", 1)]
    assert list(model.TIER_KEYS) == list(model.VOLUME_KEYS) == [("pool", 1, 1)]
    assert model.component("SELL_KEYS") is None
    assert model.volume["pool", 1, 1].bounds == (0, 9)
    assert isinstance(model.moved_cost, pyo.Var)
    assert isinstance(model.moved_cost_rule, pyo.Constraint)
    # keeping costs 200; moving the jail saves 100 - 60, joining the pool costs 1 + 2 + 4 + 3 a unit
    model.choose["jail", "keep", 1] = model.choose["parks", "keep", 1] = 0
    model.choose["jail", "jail-west", 1] = model.choose["parks", "parks-pool", 1] = 1
    model.agree["east", 1] = model.agree["west", 1] = model.open_pool["pool", 1] = model.tier["pool", 1, 1] = 1
    model.volume["pool", 1, 1] = 5
    assert pyo.value(model.total_usd) == pytest.approx(60 + 50 + 7 + 15)
    assert pyo.value(model.choice["jail"].body) == 1
    assert pyo.value(model.membership["parks-pool", 1].body) == 0


def test_options_are_there_once_for_every_start_year():
    settings = plain_money() | {"horizon": {"years": 3, "discount_rate": 0.0, "start_years": 2}}
    case = case_of([service("jail")], [organization("west", 5)], [offer("jail", "west", 60)], settings)
    model = to_pyomo(program_of(case))
    assert list(model.CHOOSE_KEYS) == [("jail", "keep", 1), ("jail", "jail-west", 1), ("jail", "jail-west", 2)]
    assert list(model.AGREE_KEYS) == [("west", 1), ("west", 2)]
    # keeping costs 3 x 100; from year 2 on the move saves 40 twice, and the agreement costs 5 twice
    for (service_id, option, year), choose in model.choose.items():
        choose.value = float((service_id, option, year) == ("jail", "jail-west", 2))
    model.agree["west", 1], model.agree["west", 2] = 0, 1
    assert pyo.value(model.total_usd) == pytest.approx(300 - 80 + 10)
    # in year 1 neither has begun; in year 2 both have
    assert [pyo.value(model.agreement["jail-west", year].body) for year in (1, 2)] == [0, 0]


def test_rows_with_the_same_labels_are_numbered():
    bans = [Forbid("jail", org, Decision.OUTSOURCE, "test") for org in ("east", "west")]
    case = case_of(
        [service("jail")],
        [organization("east"), organization("west")],
        [offer("jail", "east", 60), offer("jail", "west", 50)],
        forbids=bans,
    )
    model = to_pyomo(program_of(case))
    assert list(model.forbid) == [("jail", "outsource"), ("jail", "outsource#2")]
    assert pyo.value(model.forbid["jail", "outsource#2"].upper) == 0


def test_a_row_that_no_option_touches_is_still_there():
    case = case_of(
        [service("jail")],
        [organization("east")],
        [offer("jail", "east", 60)],
        settings=plain_money(displaced_fte_by_department={"Clerk, old": 0.0}),
    )
    row = to_pyomo(program_of(case)).displaced_fte_by_department["Clerk, old"]
    assert row.active
    assert pyo.value(row.upper) == 0
