"""Pages that are told step by step run as they are printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import optimizer
from tests.cases import ROOT


def blocks_of(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the shipped scenarios and the pocket county, where files may be written."""
    shutil.copy(ROOT / "cli.py", tmp_path)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "data" / "pocket", tmp_path / "data" / "pocket")
    return tmp_path


@pytest.mark.slow
def test_the_python_page_runs(desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(desk)
    names: dict[str, Any] = {}
    for block in blocks_of("python.md", "python"):
        exec(block, names)
    assert "there is no agreement with" in capsys.readouterr().out
    (row,) = names["found"].differences.to_dict("records")
    assert row["proved"]
    assert len(names["found"].flips) > 0
    assert names["kept"].settings.limits.agreements == 0


def test_the_python_page_names_what_the_package_does() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)\(", text))
    assert named <= set(optimizer.__all__) | {"Search"}
    assert all(re.search(rf"\b{name}\b", text) for name in optimizer.__all__)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="the page is typed into a shell")
def test_a_county_of_ones_own_step_by_step(desk: Path) -> None:
    script = "\n".join(blocks_of("own_county.md", "sh"))
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        ["bash", "-e"],
        input=script,
        cwd=desk,
        env=os.environ | {"PATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for words in ("Nothing is wrong with these tables", "proved best  ", "Options of payroll", "Rules it breaks"):
        assert words in done.stdout
    report = (desk / "data" / "mine" / "import_report.md").read_text(encoding="utf-8")
    assert "nobody was asked" in report
    assert len(list((desk / "runs").iterdir())) == 2
