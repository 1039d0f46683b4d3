"""What strategies for whole counties are put together from."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st


def dollars(most: int = 900_000) -> st.SearchStrategy[float]:
    """Whole dollars, or cents."""
    return st.integers(0, most).map(float) | st.integers(0, most * 100).map(lambda cents: cents / 100)


def shares() -> st.SearchStrategy[float]:
    """Shares in hundredths."""
    return st.integers(0, 100).map(lambda percent: percent / 100)


def some(rows: list[Any]) -> st.SearchStrategy[list[Any]]:
    """Some of the rows, in their order; perhaps none."""
    picks = st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))
    return picks.map(lambda taken: [row for row, take in zip(rows, taken, strict=True) if take])
