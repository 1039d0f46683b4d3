"""MPS and LP files as programs."""

from __future__ import annotations

import gzip

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
    for name in ("model.mps", "model.lp"):
        path = tmp_path / name
        with pytest.raises(Refused, match=name):
            read_instance(path)
        path.write_text("this is no model\n")
        with pytest.raises(Refused, match=name):
            read_instance(path)


MPS = """\
NAME model
ROWS
 N cost
 G floor
COLUMNS
 M1 'MARKER' 'INTORG'
 x cost 1 floor 1
 M2 'MARKER' 'INTEND'
 y cost 3 floor 1
RHS
 RHS floor 1.2
BOUNDS
 LO BND x 0.5
 UP BND x 3.7
 UP BND y 2
ENDATA
"""


def test_whole_numbers_between_fractional_bounds_stay_whole(tmp_path):
    # x is 1, 2 or 3 and makes up the floor of 1.2 alone from 2 on: 2, or 1 and 0.2 of y for 3 each
    path = tmp_path / "model.mps"
    path.write_text(MPS)
    assert highs.search(read_instance(path), EXACT).cost_usd == pytest.approx(1.6)
    path.write_text(MPS.replace("UP BND x 3.7", "UP BND x 0.9"))
    with pytest.raises(Refused, match="column x: found bounds 1 to 0"):
        read_instance(path)


@pytest.mark.parametrize(
    ("said", "instead", "told"),
    [
        ("x cost 1 floor 1", "x cost one floor 1", r"model\.mps:7: found 'one', needs a number"),
        ("x cost 1 floor 1", "x cost 1 floor", r"model\.mps:7: found 'nothing', needs a number"),
        ("x cost 1 floor 1", "x cost nan floor 1", r"model\.mps:7: found 'nan', needs a number"),
        ("RHS floor 1.2", "floor 1D2", r"model\.mps:11: found '1D2', needs a number"),
        ("UP BND y 2", "UP BND y", r"model\.mps:15: found 'y', needs a number"),
        ("ENDATA\n", "", "an end without ENDATA"),
        ("y cost 3 floor 1", "y cost 3 ceiling 1", 'Row name "ceiling" in COLUMNS section is not defined'),
        ("y cost 3 floor 1", "y cost 3 floor 1\n y floor 2", "duplicate"),
        ("UP BND y 2", "SC BND y 2", "column y: found a semi-continuous column"),
        ("ENDATA", "QUADOBJ\n y y 2\nENDATA", "a quadratic objective"),
        ("ENDATA", "SOS\n S1 SOS s\n s x:1\n s y:2\nENDATA", "SOS not supported"),
    ],
)
def test_what_would_be_read_as_something_else_is_refused(tmp_path, said, instead, told):
    path = tmp_path / "model.mps"
    path.write_text(MPS.replace(said, instead))
    with pytest.raises(Refused, match=told):
        read_instance(path)
    zipped = tmp_path / "model.mps.gz"
    zipped.write_bytes(gzip.compress(path.read_bytes()))
    with pytest.raises(Refused, match=told.replace("model\\.mps:", "model\\.mps\\.gz:")):
        read_instance(zipped)


def test_a_file_without_rows_is_a_program(tmp_path):
    path = tmp_path / "model.mps"
    path.write_text("NAME m\nROWS\n N cost\nCOLUMNS\n x cost -1\nBOUNDS\n UP BND x 3\nENDATA\n")
    assert highs.search(read_instance(path), EXACT).cost_usd == pytest.approx(-3.0)


def test_a_program_comes_back_from_its_file(tmp_path):
    program = family_program("county-pools-20x5x3", 1)
    path = tmp_path / "program.mps"
    write_mps(program, path)
    again = read_instance(path)
    assert again.matrix().shape == program.matrix().shape
    there, back = highs.search(program, EXACT), highs.search(again, EXACT)
    assert back.cost_usd + program.columns.offset_usd == pytest.approx(there.cost_usd, abs=0.01)
