"""Answers side by side: what went in differently, what came out differently, and what of it is proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from optimizer.county.county import TABLES
from optimizer.county.records import Decision
from optimizer.plan.answer import Answer
from optimizer.plan.plan import Plan


@dataclass(frozen=True)
class Comparison:
    """Tables of a comparison; every scenario is a column named after it."""

    answers: tuple[Answer, ...]
    measures: pd.DataFrame
    """measure, unit, then one column per scenario."""
    inputs: pd.DataFrame
    """Settings and cells that are not the same in all: input, then one column per scenario."""
    flips: pd.DataFrame
    """Services that are not decided the same in all: service_id, name, department, per scenario `<name>` with the
    decision and its provider and `<name>_usd_per_year` with its yearly cost, worth_usd_per_year (the widest gap)."""
    differences: pd.DataFrame
    """Per pair: from, to, change_usd in present cost, least_usd and most_usd it can truly be, proved."""


def compare(answers: Sequence[Answer]) -> Comparison:
    """Compare answers by what is in their tables alone; no solver is needed."""
    return Comparison(
        tuple(answers), measures(answers), differing_inputs(answers), flips(answers), differences(answers)
    )


def measures(answers: Sequence[Answer]) -> pd.DataFrame:
    """The figures that a board looks at, one row each."""
    columns = {answer.name: _figures(answer) for answer in answers}
    units = {name: unit for figures in columns.values() for name, (_, unit) in figures.items()}
    table = pd.DataFrame({"measure": list(units), "unit": list(units.values())})
    for name, figures in columns.items():
        table[name] = pd.Series([figures.get(measure, (None, ""))[0] for measure in units], dtype="object")
    return table


def _figures(answer: Answer) -> dict[str, tuple[Any, str]]:
    figures: dict[str, tuple[Any, str]] = {"search": (str(answer.stopped or "not searched"), "")}
    plan = answer.plan
    if plan is None:
        return figures
    moved = plan.decisions[plan.decisions["decision"] != str(Decision.KEEP)]
    gross = float(plan.decisions["gross_usd_per_year"].sum())
    figures |= {
        "present cost": (plan.cost_usd, "USD"),
        "no plan costs less than": (plan.bound_usd, "USD"),
        "saving against keeping all": (plan.saving_usd, "USD"),
        "yearly equivalent cost": (plan.cost_usd / plan.annuity, "USD/year"),
        "yearly equivalent saving": (plan.saving_usd_per_year, "USD/year"),
        "one-time cost": (one_time_usd(plan), "USD"),
    }
    figures |= {f"services: {d}": (int((plan.decisions["decision"] == str(d)).sum()), "services") for d in Decision}
    return figures | {
        "budget that changes hands": (100.0 * float(moved["gross_usd_per_year"].sum()) / gross if gross else 0.0, "%"),
        "organizations with an agreement": (int((moved["org_id"].replace("", None)).nunique()), "organizations"),
        "staff hired by providers": (float(moved["fte_transferred"].sum()), "FTE"),
        "staff who lose their position": (float(moved["fte_displaced"].sum()), "FTE"),
        "moves priced by an estimate": (int((moved["estimated"] != "").sum()), "services"),
        "limits that bind": (", ".join(binding(plan)) or "none", ""),
        "rules broken": (len(plan.violations), "rules"),
    }


def one_time_usd(plan: Plan) -> float:
    """Transition of the moves and set-up of the pools [USD]."""
    setup = plan.costs.loc[plan.costs["part"] == "pool_setup_usd", "present_usd"]
    return float(plan.decisions["transition_usd"].sum() + setup.sum())


def binding(plan: Plan) -> list[str]:
    """Limits that bind: the county's own by name, families with many rows by their number."""
    bound = Counter(str(rule) for rule in plan.limits.loc[plan.limits["binds"], "rule"])
    own_first = sorted(bound, key=lambda rule: not rule.startswith("limits."))
    return [rule.removeprefix("limits.") + (f" ({bound[rule]})" if bound[rule] > 1 else "") for rule in own_first]


def differing_inputs(answers: Sequence[Answer]) -> pd.DataFrame:
    """Settings and cells whose value is not the same in all answers."""
    values = [{**answer.settings, **_cells_unlike(answer, answers)} for answer in answers]
    paths = sorted({path for found in values for path in found})
    absent = "-"
    rows = [
        [path, *(found.get(path, absent) for found in values)]
        for path in paths
        if any(found.get(path, absent) != values[0].get(path, absent) for found in values)
    ]
    return pd.DataFrame(rows, columns=["input", *(answer.name for answer in answers)], dtype="object")


def _cells_unlike(answer: Answer, answers: Sequence[Answer]) -> dict[str, Any]:
    """Cells of this answer's county in rows that are not the same in every answer, by `table.key.column`."""
    cells: dict[str, Any] = {}
    for name, table in TABLES.items():
        rows = {row: None for other in answers for row in other.county.table(name)}
        common = set.intersection(*(set(other.county.table(name)) for other in answers))
        if len(common) == len(rows):
            continue
        for row in answer.county.table(name):
            if row not in common:
                key = "/".join(str(getattr(row, part)) for part in table.key)
                for column in table.columns:
                    cells[f"{name}.{key}.{column}"] = getattr(row, column)
    return cells


def flips(answers: Sequence[Answer]) -> pd.DataFrame:
    """Services whose decision or provider differs, the one that is worth most first."""
    held = [(answer.name, answer.plan) for answer in answers if answer.plan is not None]
    columns = ["service_id", "name", "department"]
    if len(held) < 2:
        return pd.DataFrame(columns=[*columns, "worth_usd_per_year"])
    table = pd.concat([plan.decisions[columns] for _, plan in held]).drop_duplicates("service_id")
    for name, plan in held:
        decided = plan.decisions.set_index("service_id")
        label = decided["decision"].where(decided["provider"] == "", decided["decision"] + ": " + decided["provider"])
        table[name] = table["service_id"].map(label).fillna("-")
        table[f"{name}_usd_per_year"] = table["service_id"].map(decided["plan_usd_per_year"])
    usd = table[[f"{name}_usd_per_year" for name, _ in held]]
    table["worth_usd_per_year"] = usd.max(axis=1) - usd.min(axis=1)
    flipped = table[table[[name for name, _ in held]].nunique(axis=1) > 1]
    return flipped.sort_values(["worth_usd_per_year", "service_id"], ascending=[False, True], ignore_index=True)


def _least_usd(answer: Answer, plan: Plan) -> float | None:
    """What the answer's cost is at the least: its bound, or its very cost where nothing was searched for."""
    return plan.cost_usd if answer.stopped is None else plan.bound_usd


def differences(answers: Sequence[Answer]) -> pd.DataFrame:
    """Differences in least cost: proved only where the intervals [bound, cost] do not overlap."""
    rows = []
    for before, after in combinations(answers, 2):
        first, second = before.plan, after.plan
        if first is None or second is None:
            continue
        change = second.cost_usd - first.cost_usd
        low, high = _least_usd(before, first), _least_usd(after, second)
        least = None if high is None else high - first.cost_usd
        most = None if low is None else second.cost_usd - low
        proved = least is not None and most is not None and (least > 0 or most < 0)
        rows.append((before.name, after.name, round(change, 2), least, most, proved))
    return pd.DataFrame(rows, columns=["from", "to", "change_usd", "least_usd", "most_usd", "proved"])
