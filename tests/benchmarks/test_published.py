"""Readers of published files: every layout, how it is told, its traps, and what is refused."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks.best_known import known_value
from benchmarks.instances import read_instance
from benchmarks.instances.orlib import Wanted, read_published
from benchmarks.solvers.trace import Limit
from optimizer.errors import Refused
from optimizer.solve import highs
from tests.benchmarks.enumeration import cheapest
from tests.cases import REAL

# two sites of capacity 5 and 4, three customers of demand 2, 3, 1
COST = np.array([[4.0, 6.0, 2.0], [8.0, 3.0, 5.5]])
SITES = {
    "holmberg": "2 3\n5 10\n4 20\n2 3 1\n4 6 2\n8 3 5.5\n",
    "cap": "2 3\n5 10.\n4 20.\n2\n4 8\n3\n6 3\n1\n2 5.5\n",
    "diaz": "3 2\n4 8\n6 3\n2 5.5\n2 3 1\n10 20\n5 4\n",
    "tbed1": "2 3\n2 3 1\n5 4\n10 20\n2 2 2\n4 1 5.5\n",
    "tbed1-swapped": "3 2\n2 3 1\n5 4\n10 20\n2 2 2\n4 1 5.5\n",
}
GAP = "2 3\n4 6 2\n8 3 5\n2 3 1\n2 2 2\n4 5\n"
GAP_SET = "2\n" + "1 2\n7 8\n1 1\n2\n" + GAP
OPEN_BOTH = 10 + 20 + 4 + 3 + 2
EXACT = Limit(time_s=20.0, gap_share=0.0).settings()


def written(folder: Path, text: str, name: str = "file") -> Path:
    path = folder / name
    path.write_bytes(text.encode("latin-1"))
    return path


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("layout", SITES)
def test_every_location_layout_states_the_same_problem(tmp_path, layout, named):
    instance = read_published(written(tmp_path, SITES[layout]), layout if named else None)
    assert np.array_equal(instance.cost_usd, COST.T.ravel())
    assert np.array_equal(instance.use, [2, 2, 3, 3, 1, 1])
    assert np.array_equal(instance.capacity, [5, 4])
    assert np.array_equal(instance.agreement_usd, [10, 20])
    assert cheapest(instance) == OPEN_BOTH


@pytest.mark.parametrize("layout", SITES)
def test_an_optimum_at_the_end_and_nul_padding_are_not_read(tmp_path, layout):
    path = written(tmp_path, SITES[layout] + "39\r\n\0\0\0\0\x1a")
    assert highs.search(read_instance(path), EXACT).cost_usd == OPEN_BOTH


def test_a_generalized_assignment_file(tmp_path):
    instance = read_published(written(tmp_path, GAP))
    assert np.array_equal(instance.cost_usd, [4, 8, 6, 3, 2, 5])
    assert np.array_equal(instance.use, [2, 2, 3, 2, 1, 2])
    assert instance.agreement_usd is None
    assert cheapest(instance) == 4 + 3 + 2


def test_a_file_of_several_problems(tmp_path):
    path = written(tmp_path, GAP_SET)
    assert cheapest(read_published(path)) == 15
    assert cheapest(read_published(path, wanted=Wanted(problem=2))) == 9
    # maximized, the same problem gains 8 + 6 + 5 less what the capacities 4 and 5 forbid
    gains = read_published(path, "gap-set", Wanted(problem=2, maximize=True))
    assert cheapest(gains) == -(8 + 6 + 5)


def test_the_word_capacity_stands_for_what_the_caller_says(tmp_path):
    path = written(tmp_path, "2 3\ncapacity 10.\ncapacity 20.\n2\n4 8\n3\n6 3\n1\n2 5.5\n")
    instance = read_published(path, wanted=Wanted(capacity=6.0))
    assert np.array_equal(instance.capacity, [6, 6])
    assert cheapest(instance) == 10 + 4 + 6 + 2
    with pytest.raises(Refused, match=r"file:2 \(number 3\): found capacity, needs a number"):
        read_published(path)


@pytest.mark.parametrize(
    ("text", "layout", "said"),
    [
        ("2 3\n4 6 x\n", None, r"file:2 \(number 5\): found x, needs a number"),
        (GAP[:-4], "gap", r"the end after 14 numbers, needs 2 numbers for capacities from number 15 on"),
        (GAP.replace("4 5\n", "4 -5\n"), "gap", r"file:6 \(number 16\): found -5, needs capacities: 0 or more"),
        ("2.5 3\n1 2\n", "gap", r"file:1 \(number 1\): found 2.5, needs number of agents: a whole number"),
        ("2 3\n4 6 nan\n", "gap", r"file:2 \(number 5\): found nan, needs a finite number"),
        ("1 2 3 4 5\n", None, r"5 numbers that begin 1 2, needs as many numbers .* layout has \(gap 7, holmberg 8"),
        ("", None, "0 numbers"),
        (GAP_SET, "gap-set", "2 problems, needs problem 3"),
        (GAP, "gaps", "format 'gaps', needs one of gap, gap-set, holmberg"),
        # on one line it could be any of those that need as many numbers
        (SITES["diaz"].replace("\n", " "), None, "needs one layout; diaz and tbed1-swapped fit"),
    ],
)
def test_malformed_files_are_refused_with_their_place(tmp_path, text, layout, said):
    with pytest.raises(Refused, match=said):
        read_published(written(tmp_path, text), layout, Wanted(problem=3 if layout == "gap-set" else 1))


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(Refused, match="No such file"):
        read_instance(tmp_path / "absent")
    with pytest.raises(Refused, match="needs a text file of numbers"):
        read_instance(written(tmp_path, "2 3 \xff"))


@pytest.mark.parametrize("folder", ["gap", "sscflp"])
def test_published_files_are_told_and_reach_their_optimum(folder):
    if not (REAL / folder).is_dir():
        pytest.skip(f"{REAL / folder} is not there")
    with (REAL / folder / "known.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for place, row in enumerate(rows):
        program = read_instance(REAL / folder / row["name"])
        known = known_value(row["name"], len(program.columns))
        assert known is not None
        assert known.value == float(row["value"])
        if place == 0:
            assert highs.search(program, EXACT).cost_usd == pytest.approx(known.value)


def test_what_is_known_is_told_by_name_and_size():
    assert known_value("e05100", 500).value == 12681
    assert known_value("d20400", 8000) == known_value("d20400", 8020)
    assert not known_value("d20400", 8000).proved
    assert known_value("p1", 510).source.startswith("Holmberg")
    assert known_value("p1", 6000) is None  # another collection's p1
