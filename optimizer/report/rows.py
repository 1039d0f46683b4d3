"""A frame as rows, each with its cells by the column's name."""

from __future__ import annotations

from typing import Any

import pandas as pd

Row = dict[str, Any]


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """The rows of a frame in its order."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
