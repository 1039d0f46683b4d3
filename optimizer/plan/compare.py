"""Answers side by side: what went in differently, what came out differently, and what of it is proved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Protocol, TypeVar

import pandas as pd

from optimizer.counts import count_of
from optimizer.county.county import TABLES, County
from optimizer.county.terms import Decision
from optimizer.options.money import HALF_A_CENT_USD
from optimizer.plan.answer import Answer, county_label, same_county
from optimizer.plan.cents import CENTS
from optimizer.plan.plan import Plan

Interval = tuple[float | None, float]
"""A cost at the least, None where nothing is proved, and as it was found."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


A = TypeVar("A", bound=_Named)


@dataclass(frozen=True)
class Comparison:
    """Tables of a comparison; every scenario is a column named after it."""

    answers: tuple[Answer, ...]
    measures: pd.DataFrame
    """measure, unit, then one column per scenario."""
    inputs: pd.DataFrame
    """Settings and cells that are not the same in all: input, then one column per scenario."""
    flips: pd.DataFrame
    """Services that are not decided the same in all answers of the first one's county: service_id, name, department,
    per scenario `<name>` with the decision and its provider and `<name>_usd_per_year` with its yearly cost,
    worth_usd_per_year (the widest gap)."""
    differences: pd.DataFrame
    """Per pair: from, to, change_usd_per_year between the yearly equivalents, least_ and most_usd_per_year that it can
    truly be, proved, and unlike: what else the two do not share."""


def compare(answers: Sequence[Answer]) -> Comparison:
    """Compare answers by what is in their tables alone; no solver is needed."""
    return Comparison(
        tuple(answers), measures(answers), differing_inputs(answers), flips(answers), differences(answers)
    )


def measures(answers: Sequence[Answer]) -> pd.DataFrame:
    """The figures that a board looks at, one row each."""
    return measure_table({answer.name: _figures(answer) for answer in answers})


def measure_table(columns: Mapping[str, Mapping[str, tuple[Any, str]]]) -> pd.DataFrame:
    """A row per measure: measure, unit, and a column per scenario, of what each has by measure: value and unit."""
    units = {name: unit for figures in columns.values() for name, (_, unit) in figures.items()}
    told = {
        name: pd.Series([_to_unit(*figures.get(measure, (None, ""))) for measure in units], dtype="object")
        for name, figures in columns.items()
    }
    return pd.DataFrame({"measure": list(units), "unit": list(units.values()), **told})


def _to_unit(value: Any, unit: str) -> Any:
    """Dollars to the cent."""
    return round(value, CENTS) if unit.startswith("USD") and value is not None else value


def _figures(answer: Answer) -> dict[str, tuple[Any, str]]:
    figures: dict[str, tuple[Any, str]] = {"search": (str(answer.stopped or "not searched"), "")}
    plan = answer.plan
    if plan is None:
        return figures
    moved = plan.decisions[plan.decisions["moved"]]
    figures |= {
        "present cost": (plan.cost_usd, "USD"),
        "no plan costs less than": (plan.least_usd, "USD"),
        "saving against keeping all": (plan.saving_usd, "USD"),
        "yearly equivalent cost": (plan.cost_usd_per_year, "USD/year"),
        "yearly equivalent saving": (plan.saving_usd_per_year, "USD/year"),
        "one-time cost": (one_time_usd(plan), "USD"),
        "year from which it has paid for itself": (plan.break_even_year, ""),
    }
    figures |= {f"services: {d}": (int((plan.decisions["decision"] == str(d)).sum()), "services") for d in Decision}
    return figures | {
        "budget that changes hands": (_percent(plan.handed_over_share), "%"),
        "budget of services that end": (_percent(plan.ended_share), "%"),
        "organizations with an agreement": (int((moved["org_id"].replace("", None)).nunique()), "organizations"),
        "revenue from sales": (float(plan.sales["price_usd_per_year"].sum()), "USD/year"),
        "freed for other purposes": (float(plan.funds["freed_usd_per_year"].sum()), "USD/year"),
        "reinvested": (float(plan.proposals["spent_usd_per_year"].sum()), "USD/year"),
        "priority score bought": (float(plan.proposals["score_bought"].sum()), "points"),
        "coverage of the worst-off place": (100.0 * float(plan.places["coverage"].min()), "%"),
        "staff hired by providers": (float(moved["fte_transferred"].sum()), "FTE"),
        "staff who lose their position": (float(moved["fte_displaced"].sum()), "FTE"),
        "staff laid off, after attrition": (float(plan.years["laid_off_fte"].sum()), "FTE"),
        "moves priced by an estimate": (int((moved["estimated"] != "").sum()), "services"),
        "limits that bind": (", ".join(binding(plan)) or "none", ""),
        "limits that are broken": (", ".join(broken_limits(plan)) or "none", ""),
        "rules broken": (len(plan.violations), "rules"),
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100.0 * share


def one_time_usd(plan: Plan) -> float:
    """Transition of the moves, set-up of the pools (the county's part) and of the sales, in whichever year [USD]."""
    return float(plan.roadmap["one_time_usd"].sum())


def binding(plan: Plan) -> list[str]:
    """Limits that bind: the county's own by name, families with many rows by their number."""
    return _counted(plan, "binds")


def broken_limits(plan: Plan) -> list[str]:
    """Limits that are broken, likewise."""
    return _counted(plan, "broken")


def _counted(plan: Plan, state: str) -> list[str]:
    bound = Counter(str(rule) for rule in plan.limits.loc[plan.limits[state], "rule"])
    own_first = sorted(bound, key=lambda rule: not rule.startswith("limits."))
    return [rule.removeprefix("limits.") + (f" ({bound[rule]})" if bound[rule] > 1 else "") for rule in own_first]


def differing_inputs(answers: Sequence[Answer]) -> pd.DataFrame:
    """Settings and cells whose value is not the same in all answers; cells only of the first one's county."""
    home = [same_county(answers[0].county, answer.county) for answer in answers]
    common = _common_rows([answer.county for answer, is_home in zip(answers, home, strict=True) if is_home])
    values = [
        {
            **answer.settings,
            "county": county_label(answer.county),
            **(_cells_unlike(answer.county, common) if is_home else {}),
        }
        for answer, is_home in zip(answers, home, strict=True)
    ]
    paths = sorted({path for found in values for path in found})
    absent = "-"
    rows = [
        [path, *(found.get(path, absent) for found in values)]
        for path in paths
        if any(found.get(path, absent) != values[0].get(path, absent) for found in values)
    ]
    return pd.DataFrame(rows, columns=["input", *(answer.name for answer in answers)], dtype="object")


def _common_rows(counties: Sequence[County]) -> dict[str, set[Any]]:
    """Rows that every county has of each table, of which not all have the very same one."""
    common = {}
    for name in TABLES:
        versions = {id(rows): rows for rows in (county.table(name) for county in counties)}
        if len(versions) > 1:
            common[name] = set[Any].intersection(*map(set, versions.values()))
    return common


def _cells_unlike(county: County, common: Mapping[str, set[Any]]) -> dict[str, Any]:
    """Cells of rows that not every county has, by `table.key.column`."""
    cells: dict[str, Any] = {}
    for name, rows in common.items():
        for row in county.table(name):
            if row not in rows:
                key = "/".join(str(getattr(row, part)) for part in TABLES[name].key)
                for column in TABLES[name].columns:
                    cells[f"{name}.{key}.{column}"] = getattr(row, column)
    return cells


def every_decision(answers: Sequence[Answer]) -> pd.DataFrame:
    """What each answer of the first one's county decides for every service; columns as in `Comparison.flips`."""
    home = [answer for answer in answers if same_county(answers[0].county, answer.county)]
    held = [(answer.name, answer.plan) for answer in home if answer.plan is not None]
    columns = ["service_id", "name", "department"]
    if not held:
        return pd.DataFrame(columns=[*columns, "worth_usd_per_year"])
    table = pd.concat([plan.decisions[columns] for _, plan in held]).drop_duplicates("service_id")
    told: dict[str, pd.Series[Any]] = {}
    for name, plan in held:
        decided = plan.decisions.set_index("service_id")
        label = decided["decision"].where(decided["provider"] == "", decided["decision"] + ": " + decided["provider"])
        told[name] = table["service_id"].map(label).fillna("-")
        told[f"{name}_usd_per_year"] = table["service_id"].map(decided["plan_usd_per_year"])
    usd = pd.concat([told[f"{name}_usd_per_year"] for name, _ in held], axis=1)
    worth_usd = (usd.max(axis=1) - usd.min(axis=1)).rename("worth_usd_per_year")
    return pd.concat([table, pd.DataFrame(told), worth_usd], axis=1)


def flips(answers: Sequence[Answer]) -> pd.DataFrame:
    """Services whose decision or provider differs, the one that is worth most first."""
    table = every_decision(answers)
    names = [answer.name for answer in answers if answer.name in table.columns]
    if len(names) < 2:
        return table[["service_id", "name", "department", "worth_usd_per_year"]].iloc[:0]
    flipped = table[table[names].nunique(axis=1) > 1]
    return flipped.sort_values(["worth_usd_per_year", "service_id"], ascending=[False, True], ignore_index=True)


def _interval(answer: Answer, plan: Plan) -> Interval:
    """Cost as a yearly equivalent: at the least, if anything is proved, and as it was found.

    Where nothing was searched for, the least is what the plan costs. Where cost was weighed against what freed money
    buys, the bound is on both together and proves nothing of cost.
    """
    cost = plan.cost_usd_per_year
    return cost if answer.stopped is None else plan.least_usd_per_year, cost


def unlike(one: Answer, other: Answer) -> list[str]:
    """What two answers do not share that makes their figures of different things, said of the other."""
    facts, settings = other.county.facts, other.settings
    said = []
    if not same_county(one.county, other.county):
        said.append(f"another county ({county_label(other.county)})")
    elif facts.fiscal_year != one.county.facts.fiscal_year:
        said.append(f"another fiscal year ({facts.fiscal_year} instead of {one.county.facts.fiscal_year})")
    years, rate = "horizon.years", "horizon.discount_rate"
    if settings[years] != one.settings[years]:
        said.append(f"another horizon ({count_of(settings[years], 'year')} instead of {one.settings[years]})")
    if settings[rate] != one.settings[rate]:
        said.append(f"another discount rate ({settings[rate]:.1%} instead of {one.settings[rate]:.1%})")
    return said


def differences(answers: Sequence[Answer]) -> pd.DataFrame:
    """Differences in yearly equivalents: proved only where the intervals [bound, cost] do not overlap.

    Nothing is proved between two counties.
    """
    held = [(answer, _interval(answer, answer.plan)) for answer in answers if answer.plan is not None]
    return difference_table(held, lambda one, other: same_county(one.county, other.county), unlike)


def difference_table(
    held: Sequence[tuple[A, Interval]], same: Callable[[A, A], bool], unlike: Callable[[A, A], list[str]]
) -> pd.DataFrame:
    """A row per pair of answers, each with its cost at the least and as found; proved only between the same."""
    rows = []
    for (before, (first_least, first_usd)), (after, (second_least, second_usd)) in combinations(held, 2):
        least = None if second_least is None else second_least - first_usd
        most = None if first_least is None else second_usd - first_least
        apart = least is not None and most is not None and (least > HALF_A_CENT_USD or most < -HALF_A_CENT_USD)
        proved, change = apart and same(before, after), round(second_usd - first_usd, 2)
        rows.append((before.name, after.name, change, least, most, proved, "; ".join(unlike(before, after))))
    amounts = [f"{name}_usd_per_year" for name in ("change", "least", "most")]
    return pd.DataFrame(rows, columns=["from", "to", *amounts, "proved", "unlike"])
