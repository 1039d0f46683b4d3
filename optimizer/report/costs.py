"""What the plan of every scenario costs and saves, and what is proved of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from optimizer.plan.answer import Answer
from optimizer.plan.compare import one_time_usd
from optimizer.report.words import proof_word


def costs_table(answers: Sequence[Answer]) -> pd.DataFrame:
    """scenario, answer (how sure it is), cost, least (no plan costs less) and saving as usd_per_year, one_time_usd."""
    rows: list[tuple[object, ...]] = []
    for answer in answers:
        plan = answer.plan
        if plan is None:
            rows.append((answer.name, proof_word(answer), *[None] * 4))
            continue
        cost = plan.cost_usd_per_year
        least = cost if answer.stopped is None else plan.least_usd_per_year
        rows.append((answer.name, proof_word(answer), cost, least, plan.saving_usd_per_year, one_time_usd(plan)))
    columns = ["scenario", "answer", "cost_usd_per_year", "least_usd_per_year", "saving_usd_per_year", "one_time_usd"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "float64"))
