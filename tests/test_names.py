"""The names that a program may use are there, and lead where they should."""

from pathlib import Path

import pytest

import optimizer
from tests.cases import ROOT


def test_every_public_name_can_be_had() -> None:
    assert all(getattr(optimizer, name) is not None for name in optimizer.__all__)
    with pytest.raises(AttributeError):
        _ = optimizer.nobody_knows_this


def test_the_example_of_the_package_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome, plan = optimizer.find_plan(optimizer.load_case(Path("scenarios/whatifs/pocket/on_paper.yaml")))
    assert plan.cost_usd == outcome.cost_usd == 802_787.50
