"""What an analysis found, however it is shown: sentences, and tables under their titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Told:
    """Sentences and tables; numbers of a table carry their unit in the column's name, as in `usd` and `share`."""

    lines: tuple[str, ...]
    """What was found, in the order in which it is read."""
    tables: Mapping[str, pd.DataFrame]
    """Tables by their title, the main one first; an empty one is not shown."""
