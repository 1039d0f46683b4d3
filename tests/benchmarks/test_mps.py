"""MPS and LP files as programs."""

from __future__ import annotations

import pytest

from benchmarks.instances import family_program, read_instance
from benchmarks.solvers.scip import write_mps
from benchmarks.solvers.trace import Limit
from optimizer.errors import Refused
from optimizer.solve import highs

EXACT = Limit(time_s=20.0, gap_share=0.0).settings()

LP = """\
{sense}
 obj: {objective} + 100
subject to
 limit: 2 x + 3 y + z <= 12
 floor: x + y >= -1
bounds
 -2 <= x <= 4
 0 <= y <= 3
 {third}
general
 x y
end
"""


def written(folder, **parts):
    stated = {"sense": "minimize", "objective": "- 3 x - 4 y - 0.5 z", "third": "1 <= z <= 2.5"} | parts
    path = folder / "model.lp"
    path.write_text(LP.format(**stated))
    return path


def test_lower_bounds_are_shifted_and_the_optimum_is_kept(tmp_path):
    # x = 4, y = 1, z = 1: 8 + 3 + 1 = 12, worth 12 + 4 + 0.5
    program = read_instance(written(tmp_path))
    outcome = highs.search(program, EXACT)
    assert outcome.cost_usd == pytest.approx(100 - 16.5)
    assert program.columns.upper.tolist() == [6, 3, 1.5]
    assert program.row_names() == ["row(limit)", "row(floor)"]
    assert list(program.columns.names) == ["integer(x)", "integer(y)", "continuous(z)"]


def test_a_maximization_is_minimized_negated(tmp_path):
    path = written(tmp_path, sense="maximize", objective="3 x + 4 y + 0.5 z")
    assert highs.search(read_instance(path), EXACT).cost_usd == pytest.approx(-116.5)


@pytest.mark.parametrize("third", ["z free", "z >= 1", "-inf <= z <= 4"])
def test_columns_without_two_finite_bounds_are_refused(tmp_path, third):
    with pytest.raises(Refused, match=r"column z: found bounds .* needs two finite bounds"):
        read_instance(written(tmp_path, third=third))


def test_what_is_no_model_is_refused(tmp_path):
    path = tmp_path / "model.mps"
    with pytest.raises(Refused, match="found no model"):
        read_instance(path)
    path.write_text("this is no model\n")
    with pytest.raises(Refused, match="found no model"):
        read_instance(path)


def test_a_program_comes_back_from_its_file(tmp_path):
    program = family_program("county-pools-20x5x3", 1)
    path = tmp_path / "program.mps"
    write_mps(program, path)
    again = read_instance(path)
    assert again.matrix().shape == program.matrix().shape
    there, back = highs.search(program, EXACT), highs.search(again, EXACT)
    assert back.cost_usd + program.columns.offset_usd == pytest.approx(there.cost_usd, abs=0.01)
