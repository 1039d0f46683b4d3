"""Runs of a pocket county and of a county of 800 services, solved once."""

from __future__ import annotations

import pytest

from optimizer.runs.folder import Run, read_run
from tests.cases import ROOT
from tests.report.documents.reading import reallocate

WHATIFS = ROOT / "scenarios" / "whatifs"


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    """By the names of their scenarios."""
    folder = tmp_path_factory.mktemp("runs")
    names = ("pocket/on_paper", "pocket/no_transition_limit", "clear_creek/recommended")
    assert all(reallocate("solve", WHATIFS / f"{name}.yaml", "--runs", folder).exit_code == 0 for name in names)
    return {run.answer.name: run for run in map(read_run, folder.iterdir())}
