"""What was collected, for readers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.told import Told
from optimizer.workshop.collect import Collected


def collected_told(found: Collected, county: Path, record: Path) -> Told:
    """Sentences and tables of what came back."""
    organizations, answers = found.organizations, found.answers
    came = int((organizations["came_back"] == "yes").sum())
    blank = int((organizations["came_back"] == "without an answer").sum())
    taken = int((answers["taken"] == "yes").sum()) if len(answers) else 0
    left = f" {count_of(len(found.wrong), 'finding')} left out." if found.wrong else ""
    lines = [
        f"{came} of {count_of(len(organizations), 'organization')} answered; {blank} more sent a worksheet without an "
        f"answer; of {len(organizations) - came - blank} nothing came back.",
        f"{count_of(int(organizations['answers'].sum()), 'answer')} taken, {int(organizations['offers'].sum())} of "
        f"them with terms, from {taken} of {count_of(len(answers), 'row that says', 'rows that say')} anything.{left}",
        f"Everything as it was typed, with {count_of(len(found.remarks), 'remark')} and all findings: {record}.",
        f"Written: {county}. Ask `workshop summary {county}` next.",
    ]
    if len(found.sales):
        lines.append(
            f"{count_of(len(found.sales), 'service')} would be bought from the county: {record / 'would_buy.csv'}. "
            "A row of sales needs the county's own marginal cost besides."
        )
    told = pd.DataFrame([(one.where, one.found, one.fix) for one in found.told], columns=["where", "found", "fix"])
    left_out = pd.DataFrame([(one.where, one.found, one.fix) for one in found.wrong], columns=["where", "found", "fix"])
    return Told(
        tuple(lines),
        {
            "What came back": organizations.sort_values("answers", ascending=False, kind="stable", ignore_index=True),
            "Left out": left_out,
            "To know": told,
        },
    )
