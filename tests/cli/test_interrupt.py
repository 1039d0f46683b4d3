"""Ctrl-C in a real process: the best plan found is verified, kept and told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from optimizer.county.writing import write_county
from tests.cases import ROOT, assignment

SCENARIO = """
title: Too hard to finish
question: Is what was found kept?
county: ../county
set:
  horizon.years: 1
  horizon.discount_rate: 0.0
  allowed_decisions: [outsource]
  kinds.municipality.administration_share: 0.0
  solver.gap_usd: 0.0
  solver.time_limit_s: 300.0
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
def test_ctrl_c_keeps_the_plan_and_exits_with_130(tmp_path: Path) -> None:
    write_county(assignment(100, 10, 1, correlated=True).county, tmp_path / "county")
    scenarios = tmp_path / "scenarios"
    scenarios.mkdir()
    (scenarios / "base.yaml").write_bytes((ROOT / "scenarios" / "base.yaml").read_bytes())
    (scenarios / "hard.yaml").write_text(SCENARIO, encoding="utf-8")
    scenario, runs = scenarios / "hard.yaml", tmp_path / "runs"
    (scenarios / "next.yaml").write_text(SCENARIO.replace("300.0", "301.0"), encoding="utf-8")
    solving = _started("solve", scenario, "--runs", runs)
    words = ("compare", scenario, scenarios / "next.yaml", "--json", "--runs")
    comparing = _started(*words, tmp_path / "compared")
    beside = _started(*words, tmp_path / "beside", "--processes", 2)
    for process in (solving, comparing, beside):
        _wait_for_a_plan(process)
        process.send_signal(signal.SIGINT)
    stdout, stderr = solving.communicate(timeout=60)
    assert solving.returncode == 130, stderr
    assert "the search was interrupted; a better one may exist" in " ".join(stdout.split())
    (run,) = runs.iterdir()
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["stopped"] == "interrupted"
    assert manifest["holds_plan"]
    for process, second in ((comparing, "not searched"), (beside, "interrupted")):
        stdout, stderr = process.communicate(timeout=60)  # one Ctrl-C for both scenarios
        assert process.returncode == 130, stderr
        assert not stderr
        assert [one["stopped"] for one in json.loads(stdout)["scenarios"]] == ["interrupted", second]


def _wait_for_a_plan(process: subprocess.Popen[str]) -> None:
    """Long enough for a search that finds plans in its first second, also where others keep the machine busy."""
    stat = Path(f"/proc/{process.pid}/stat")
    if not stat.exists():
        time.sleep(12)
        return
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        used = sum(map(int, stat.read_text(encoding="ascii").rpartition(")")[2].split()[11:13]))
        if used / os.sysconf("SC_CLK_TCK") > 5:
            return
        time.sleep(0.2)


def _started(*words: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "cli.py"), *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
