"""Names of services, organizations, pools and sites, made without a loop."""

from __future__ import annotations

import numpy as np

from optimizer.program.rows import Labels


def numbered(prefix: str, count: int) -> Labels:
    """`prefix` and a number from 1, padded so that names sort as numbers do [count]."""
    if not count:
        return np.empty(0, dtype=object)
    width = len(str(count))
    digits = np.strings.zfill(np.arange(1, count + 1).astype(np.str_), width)
    return np.strings.add(prefix, digits).astype(object)
