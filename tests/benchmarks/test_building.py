"""The ways of stating the model that are compared state the same one."""

from __future__ import annotations

import highspy
import pytest

from benchmarks import building
from benchmarks.instances.families import parameters_of
from benchmarks.modelling import arrays, with_pyomo
from optimizer.errors import Refused

SIZE = "county-40x6x3"


def optimum(highs: highspy.Highs) -> float:
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.run()
    return highs.getInfo().objective_function_value


@pytest.fixture(scope="module")
def instance():
    return parameters_of(SIZE).draw(0)


@pytest.fixture(scope="module")
def expected(instance):
    return optimum(arrays.state(instance)())


@pytest.mark.parametrize("state", [with_pyomo.state_for_appsi, with_pyomo.state_for_matrix])
def test_pyomo_states_the_same_model(instance, expected, state):
    found = optimum(state(instance)())
    # the matrix comes without the constant of the objective
    assert min(abs(found - expected), abs(found + instance.offset_usd - expected)) < 0.01


def test_linopy_states_the_same_model(instance, expected):
    pytest.importorskip("linopy")
    from benchmarks.modelling import with_linopy

    assert optimum(with_linopy.state(instance)()) + instance.offset_usd == pytest.approx(expected, abs=0.01)


def test_a_way_is_measured_in_a_process_of_its_own():
    found = building.compare(SIZE, ways=("arrays",))
    assert (found[0].rows, found[0].columns) == (40 + 120 + 6 + 2 + 2, 160 + 6)
    assert all(one.peak_mb >= one.before_mb > 30 for one in found)
    table = building.markdown(found)
    assert "| arrays |" in table
    assert "| 1.0 |" in table


def test_an_unknown_way_and_pools_are_refused():
    with pytest.raises(Refused, match="'ampl', needs some of arrays, pyomo"):
        building.compare(SIZE, ways=("ampl",))
    with pytest.raises(Refused, match="needs an instance without pools"):
        building.measured("arrays", "county-pools-20x5x3", 0)
