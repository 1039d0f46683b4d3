"""Results as plain data for JSON and as CSV text."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from optimizer.county.program_mapping import ProgramMap
from optimizer.errors import Finding
from optimizer.plan.answer import Answer
from optimizer.plan.cents import CENTS, is_amount
from optimizer.plan.compare import Comparison
from optimizer.plan.plan import TABLES, Plan


def json_text(data: Any) -> str:
    """Plain data as JSON: amounts of dollars to the cent, other floats to ten decimals, more than any of them means."""
    return json.dumps(_rounded(data), indent=1, allow_nan=False)


def _rounded(data: Any) -> Any:
    if isinstance(data, float):
        return round(data, 10)
    if isinstance(data, dict):
        return {name: _amount(value) if is_amount(name) else _rounded(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_rounded(value) for value in data]
    return data


def _amount(value: Any) -> Any:
    return round(value, CENTS) if isinstance(value, float) else _rounded(value)


def findings_table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table: where, found, needs, fix."""
    return pd.DataFrame([asdict(finding) for finding in findings], columns=["where", "found", "needs", "fix"])


def frame_data(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A frame as a list of rows; what JSON has no word for (NaN, infinity) is null."""
    return [{str(name): _plain(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def answer_data(answer: Answer, folder: Path | None = None) -> dict[str, Any]:
    """A run: status, cost and bound, and every table of its plan."""
    return {
        "name": answer.name,
        "title": answer.title,
        "question": answer.question,
        "stopped": None if answer.stopped is None else str(answer.stopped),
        "holds_plan": answer.plan is not None,
        "run": None if folder is None else str(folder),
        "plan": None if answer.plan is None else plan_data(answer.plan),
    }


def plan_data(plan: Plan) -> dict[str, Any]:
    """A plan: cost, bound, saving and its tables."""
    return {
        "cost_usd": plan.cost_usd,
        "bound_usd": plan.bound_usd,
        "gap_usd": None if plan.bound_usd is None else max(0.0, plan.sought_usd - plan.bound_usd),
        "sought_usd": plan.sought_usd,
        "reinvested_usd_per_year": float(plan.proposals["spent_usd_per_year"].sum()),
        "today_usd": plan.today_usd,
        "saving_usd": plan.saving_usd,
        "saving_usd_per_year": plan.saving_usd_per_year,
        "break_even_year": plan.break_even_year,
        "reached": [{"goal": goal.name, "value": goal.value, "bound": goal.bound} for goal in plan.reached],
        **{name: frame_data(getattr(plan, name)) for name in TABLES},
        "violations": [violation.text for violation in plan.violations],
    }


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """A comparison: every table."""
    return {
        "scenarios": [
            {"name": a.name, "question": a.question, "stopped": None if a.stopped is None else str(a.stopped)}
            for a in comparison.answers
        ],
        "measures": frame_data(comparison.measures),
        "inputs": frame_data(comparison.inputs),
        "flips": frame_data(comparison.flips),
        "differences": frame_data(comparison.differences),
    }


def map_data(mapped: ProgramMap) -> dict[str, Any]:
    """The Program Mapping picture: shares and tables."""
    return {
        "total_usd_per_year": mapped.total_usd_per_year,
        "also_delivered_share": mapped.also_delivered_share,
        "leverageable_share": mapped.leverageable_share,
        "by_organization": frame_data(mapped.by_organization),
        "by_department": frame_data(mapped.by_department),
        "by_mandate_level": frame_data(mapped.by_mandate_level),
        "by_providers": frame_data(mapped.by_providers),
    }
