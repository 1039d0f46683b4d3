"""Counts of work are as the table of the project says; seconds are nowhere in it."""

from __future__ import annotations

from dataclasses import replace

from benchmarks import work_counts
from benchmarks.work_counts import Counts

LINE = Counts("i", "s", 5, 4, 9, 3, 100, None, "1.0, here")


def test_work_is_as_before():
    changes = work_counts.differences(work_counts.stored(), work_counts.counted())
    assert not changes, "if this is meant: python -m benchmarks count --update"


def test_every_instance_is_in_the_table():
    assert {line.instance for line in work_counts.stored()} == set(work_counts.INSTANCES)


def test_changes_are_told():
    assert work_counts.differences([LINE], [LINE]) == []
    assert work_counts.differences([LINE], [replace(LINE, rows=6)]) == ["i, s: rows 5 -> 6"]
    assert work_counts.differences([LINE], [replace(LINE, nodes=4)]) == ["i, s: nodes 3 -> 4"]
    assert work_counts.differences([], [LINE]) == ["i, s: not in the table"]


def test_work_of_another_version_is_not_compared_but_sizes_are():
    other = replace(LINE, version="2.0, here", nodes=7)
    assert work_counts.differences([LINE], [other]) == []
    assert work_counts.differences([LINE], [replace(other, columns=3)]) == ["i, s: columns 4 -> 3"]


def test_the_table_is_written_and_read_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(work_counts, "FILE", tmp_path / "counts.csv")
    absent = replace(LINE, instance=work_counts.INSTANCES[0], solver="gone")
    work_counts.store([absent, LINE])
    assert work_counts.stored() == sorted([absent, LINE], key=lambda line: line.key)
    work_counts.store([replace(LINE, nodes=9)])
    assert {line.solver: line.nodes for line in work_counts.stored()} == {"gone": 3, "s": 9}
