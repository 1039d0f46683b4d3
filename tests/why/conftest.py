"""A desk on which files may be written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cases import ROOT


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the shipped scenarios and the pocket county."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "data" / "pocket", tmp_path / "data" / "pocket")
    return tmp_path
