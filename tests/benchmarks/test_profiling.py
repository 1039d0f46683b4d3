"""Where time and memory of a search go."""

from __future__ import annotations

from importlib import import_module

import pytest

from benchmarks.profiling import PARTS, markdown, profile


def test_parts_add_up_to_the_whole() -> None:
    found = profile("county-320x16x4", 1e-3, 0)
    assert sum(found.parts_s.values()) == pytest.approx(found.search_s)
    assert found.parts_s["all else"] >= 0.0
    assert found.parts_s["linear programs"] > 0.0
    assert found.peak_mb >= found.built_mb > 0.0
    assert markdown(found).startswith("county-320x16x4 to 0.001: built in ")


def test_every_part_names_functions_that_there_are() -> None:
    for places in PARTS.values():
        for file, function in places:
            rooms = ("optimizer.solve", "optimizer.solve.decomposition")
            assert any(_has(f"{room}.{file.removesuffix('.py')}", function) for room in rooms), function


def _has(module: str, function: str) -> bool:
    try:
        found = import_module(module)
    except ModuleNotFoundError:
        return False
    owners = [found, *(owner for owner in vars(found).values() if isinstance(owner, type))]
    return any(callable(getattr(owner, function, None)) for owner in owners)
