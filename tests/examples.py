"""How many examples of a property are tried."""

from __future__ import annotations

from hypothesis import settings

USUAL = 100
"""Examples of a property whose test says no number, where all are tried."""


def examples(most: int) -> int:
    """As many as that with the long tests, and the same share of them as of `USUAL` in every other run."""
    return most * settings().max_examples // USUAL
