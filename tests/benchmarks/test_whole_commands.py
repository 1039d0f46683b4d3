"""Whole commands are timed as a user types them, over what-ifs that are the same every time."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.__main__ import main
from benchmarks.whole_commands import CHANGES, LIMIT, Commands, what_ifs
from optimizer.ask import load_case


def test_what_ifs_change_one_setting_each_and_are_the_same_every_time(tmp_path: Path) -> None:
    files = what_ifs(tmp_path / "one", 5, CHANGES)
    again = what_ifs(tmp_path / "two", 5, CHANGES)
    assert [file.read_text(encoding="utf-8") for file in files] == [file.read_text(encoding="utf-8") for file in again]
    settings = [load_case(file).settings for file in files]
    assert len({one.limits.transition_usd for one in settings}) == 3
    assert settings[0].limits.transition_usd != settings[4].limits.transition_usd
    assert len({one.economics.realization_share for one in settings}) == 2
    assert [LIMIT[0] in file.read_text(encoding="utf-8") for file in files] == [True, False, False, False, True]


def test_the_ratio_is_against_as_many_cold_solves() -> None:
    assert Commands(100, [2.0, 1.0, 3.0], 40.0).ratio == pytest.approx(5.0)


@pytest.mark.slow
def test_commands_are_run_and_told() -> None:
    told = CliRunner().invoke(main, ["commands", "--count", "2", "--solves", "3", "--limits-alone"])
    assert told.exit_code == 0, told.output
    assert told.output.splitlines()[-1].startswith("| 2 | 3 | ")
