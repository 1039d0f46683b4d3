"""Choice: every service takes exactly one option.

sum_{o of service i} x_o = 1        [1]        every service i
"""

from __future__ import annotations

import numpy as np

from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, exactly
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """One row per service, also for a service without any option: that row says that no plan exists."""
    service_id = case.county.frame("services")["service_id"].to_numpy(dtype=object)
    family = RowBuilder("choice", "1", {"service_id": service_id}, *exactly(np.ones(len(service_id))))
    family.add(options.candidates.service, np.arange(columns.options), 1.0)
    return [family.rows()]
