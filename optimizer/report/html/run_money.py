"""Money of a plan: the bridge from today, where dollars flow, year by year, by department and by fund."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer
from optimizer.plan.fund_cash import saved_by_fund
from optimizer.plan.plan import Plan
from optimizer.report.bridges import PLAN, TODAY, savings_bridge
from optimizer.report.flows import flow_table
from optimizer.report.html.parts import Block, Picture, Section, Table
from optimizer.report.html.tables import ROUNDED, table_of
from optimizer.report.pictures.bars import before_after_picture, bridge_picture
from optimizer.report.pictures.flow import flow_picture
from optimizer.report.pictures.lines import years_picture
from optimizer.report.rows import rows_of
from optimizer.report.words import exact_usd, usd

MOST_BARS = 14
TOTALS = ("services", "gross_usd_per_year", "today_usd_per_year", "plan_usd_per_year", "saving_usd_per_year",
          "one_time_usd")  # fmt: skip


def money_sections(answer: Answer, plan: Plan) -> Iterator[Section]:
    """The sections, those left out in which nothing happens."""
    changes = not plan.decisions["decision"].eq("keep").all()
    if changes:
        yield _bridge(plan)
    if plan.decisions["moved"].any():
        yield _flows(plan)
    yield _years(plan)
    names = {organization.org_id: organization.name for organization in answer.county.organizations}
    yield _by(plan, "department", "Before and after, by department", {})
    funds = _by(plan, "fund", "Before and after, by fund", {})
    yield replace(funds, blocks=(*funds.blocks, _fund_years(plan)))
    if changes:
        yield _by(plan, "organization", "Before and after, by who delivers", names)


def _fund_years(plan: Plan) -> Table:
    saved = saved_by_fund(plan.fund_cash)
    heads = {f"year_{year}_saving_usd": f"Year {year} ($)" for year in saved.columns}
    table = saved.set_axis([*heads], axis=1).assign(saving_usd=saved.sum(axis=1)).reset_index()
    return table_of(table, "fund-years-table", "What every fund saves in every year: cash, not discounted",
                    heads={"fund": "Fund", "saving_usd": "In all ($)"} | heads, total=[*heads, "saving_usd"],
                    note="A minus: the fund pays more. " + ROUNDED)  # fmt: skip


def _bridge(plan: Plan) -> Section:
    bridge = savings_bridge(plan)
    picture = bridge_drawn(bridge, plan.saving_usd_per_year, "today's cost to the plan's")
    by = plan.totals[plan.totals["by"] == "decision"].drop(columns=["by", "fte"])
    return Section(
        "bridge",
        "From today's cost to the plan's",
        (
            "What every kind of cost adds or takes away, as yearly equivalents: present value over the horizon, "
            "divided by that of a dollar a year. One-time costs are in it, spread over the years.",
        ),
        (
            picture,
            table_of(bridge, "bridge-table", "The bridge from today to the plan", heads={"step": "Step"},
                     note="The first row and the steps add up to the last row; a minus costs less."),
            table_of(by, "decision-table", "The same by what is decided", heads={"name": "Decision"},
                     total=(*TOTALS, "fte_transferred", "fte_displaced")),
        ),
    )  # fmt: skip


def bridge_drawn(bridge: pd.DataFrame, saved: float, between: str) -> Picture:
    """A bridge by `step` and usd_per_year, as a picture; `between` says from what to what."""
    steps = bridge[~bridge["step"].isin((TODAY, PLAN))]
    told = "saves" if saved >= 0 else "costs more by"
    ordered = steps.sort_values("usd_per_year", key=abs, ascending=False)
    largest = "; ".join(f"{name}, {exact_usd(usd_)}" for name, usd_ in ordered.head(3).itertuples(index=False))
    return Picture(
        "bridge-picture",
        f"The plan {told} {usd(abs(saved))} a year against today",
        f"A bridge of {count_of(len(steps), 'step')} from {between}, which {told} {exact_usd(abs(saved))} a year. "
        f"The largest steps: {largest}.",
        bridge_picture([(str(name), float(step)) for name, step in steps.itertuples(index=False)], PLAN),
    )


def flow_title(flows: pd.DataFrame) -> str:
    """How much of today's cost is in the streams, some of which may end."""
    changes = "changes hands or ends" if flows["decision"].eq("exit").any() else "changes hands"
    return f"{usd(float(flows['gross_usd_per_year'].sum()))} a year of today's gross cost {changes}"


def _flows(plan: Plan) -> Section:
    flows = flow_table(plan)
    first = flows.iloc[0]
    picture = Picture(
        "flow-picture",
        flow_title(flows),
        f"Streams from {count_of(flows['department'].nunique(), 'department')} through "
        f"{count_of(flows['decision'].nunique(), 'decision')} to "
        f"{count_of(flows['provider'].nunique(), 'provider')}. The largest: {first['department']}, "
        f"{first['decision']}, {first['provider']}, {exact_usd(float(first['gross_usd_per_year']))} a year.",
        flow_picture(flows),
    )
    return Section(
        "flow",
        "Where the dollars go",
        (
            "What moves or ends, by today's gross cost; services that the county keeps are not drawn. Small names are "
            "gathered in the picture; the table has every one.",
        ),
        (
            picture,
            table_of(flows, "flow-table", "From departments by decision to those who deliver then",
                     heads={"provider": "Delivered by"}, total=("services", "gross_usd_per_year")),
        ),
    )  # fmt: skip


def _years(plan: Plan) -> Section:
    years = plan.years.merge(plan.cash[["year", "today_usd", "plan_usd"]], on="year")
    money = ["today_usd", "plan_usd", "saving_usd", "cumulative_saving_usd"]
    counts = [str(name) for name in plan.years if name not in ("year", *money) and years[name].abs().sum() > 0]
    blocks: list[Block] = []
    if plan.cash["saving_usd"].abs().max() >= 0.5:
        last = float(plan.cash["cumulative_saving_usd"].iloc[-1])
        horizon = count_of(len(plan.cash), "year")
        told = f"saves {usd(last)}" if last >= 0 else f"costs {usd(-last)} more"
        each = "; ".join(f"year {row['year']}, {exact_usd(row['saving_usd'])}" for row in rows_of(plan.cash))
        blocks.append(
            Picture(
                "years-picture",
                f"In {horizon} it {told}, not discounted",
                f"Saved in each year: {each}. In all {exact_usd(last)}.",
                years_picture(
                    plan.cash["year"].tolist(),
                    plan.cash["saving_usd"].tolist(),
                    plan.cash["cumulative_saving_usd"].tolist(),
                ),
            )
        )
    cash = [*(name for name in counts if "usd" in name), *money]
    blocks.append(table_of(years[["year", *cash]], "years-table", "Cash by year, not discounted", total=cash[:-1]))
    if started := [name for name in counts if name not in cash]:
        blocks.append(table_of(years[["year", *started]], "starts-table", "What starts when, and staff",
                               total=started))  # fmt: skip
    if not plan.roadmap.empty:
        heads = {"step": "Step", "with": "With", "start_year": "Starts in year",
                 "delivers_from_year": "Delivers from year", "delivers_from_month": "and month"}  # fmt: skip
        steps = plan.roadmap[["name", "step", "with", *list(heads)[2:], "one_time_usd"]]
        blocks.append(table_of(steps, "roadmap-table", "Every step, in the order in which it starts", heads=heads,
                               total=("one_time_usd",)))  # fmt: skip
    return Section("years", "Year by year", ("What starts when, and cash in the dollars of each year.",), tuple(blocks))


def _by(plan: Plan, by: str, title: str, names: Mapping[str, str]) -> Section:
    table = plan.totals[plan.totals["by"] == by].drop(columns=["by", "fte"]).reset_index(drop=True)
    table["name"] = [names.get(name, name) for name in table["name"]]
    changed = table[table["saving_usd_per_year"].abs() >= 0.5]
    order = changed["saving_usd_per_year"].abs().sort_values(ascending=False, kind="stable").index
    drawn = _gathered(changed.loc[order], by)
    blocks: list[Block] = []
    if drawn:
        name, before, after = max(drawn, key=lambda row: row[1] - row[2])
        blocks.append(
            Picture(
                f"{by}-picture",
                f"What each {by} costs today and in the plan, and what that saves",
                f"Bars for {count_of(len(drawn), 'row')} of the table below. Most is saved by {name}: "
                f"{exact_usd(before - after)} a year, from {exact_usd(before)} to {exact_usd(after)}.",
                before_after_picture(drawn),
            )
        )
    blocks.append(
        table_of(table, f"{by}-table", f"Every {by}: today, the plan, and what is saved",
                 heads={"name": by.capitalize()}, total=(*TOTALS, "fte_transferred", "fte_displaced"), whole=True)
    )  # fmt: skip
    same = len(table) - len(changed)
    lines = (
        [f"Drawn are those whose cost changes; for {count_of(same, 'row')} of the table it does not."] if same else []
    )
    if not drawn:
        lines = ["Nothing changes for any of them."]
    return Section(by, title, tuple(lines), tuple(blocks))


def _gathered(table: pd.DataFrame, by: str) -> list[tuple[str, float, float]]:
    rows = [(row["name"], row["today_usd_per_year"], row["plan_usd_per_year"]) for row in rows_of(table)]
    if len(rows) <= MOST_BARS:
        return rows
    rest = rows[MOST_BARS - 1 :]
    others = (f"{len(rest)} other {by}s", sum(row[1] for row in rest), sum(row[2] for row in rest))
    return [*rows[: MOST_BARS - 1], others]
