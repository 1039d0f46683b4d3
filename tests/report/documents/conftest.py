"""Runs of a pocket county and of a county of 800 services, each solved once, when a test asks for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.runs.folder import Run, read_run
from tests.cases import ROOT
from tests.report.documents.reading import reallocate

WHATIFS = ROOT / "scenarios" / "whatifs"
COUNTIES = {"on_paper": "pocket", "no_transition_limit": "pocket", "recommended": "clear_creek"}


class _Runs(dict[str, Run]):
    """By the names of their scenarios."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, name: str) -> Run:
        runs = self.folder / name
        assert reallocate("solve", WHATIFS / COUNTIES[name] / f"{name}.yaml", "--runs", runs).exit_code == 0
        (made,) = runs.iterdir()
        self[name] = read_run(made)
        return self[name]


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    return _Runs(tmp_path_factory.mktemp("runs"))
