"""Pictures of pages, left empty where words and tables alone are looked at: drawing takes most of a page's time."""

from __future__ import annotations

import pytest

EMPTY = "<svg xmlns='http://www.w3.org/2000/svg'/>"


def leave_empty(patch: pytest.MonkeyPatch) -> None:
    """Pages have empty pictures from now on."""
    patch.setattr("optimizer.report.pictures.drawing._svg", lambda *_: EMPTY)
