"""What the tests of the decomposition share."""

from __future__ import annotations

import pytest

from optimizer.solve.decomposition import stage


@pytest.fixture
def taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small programs, too, are taken apart, which would go to HiGHS whole."""
    monkeypatch.setattr(stage, "FEWEST_GROUPS", 0)
