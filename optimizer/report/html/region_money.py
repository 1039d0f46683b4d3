"""Money of a region's plan: who gains, the bridge from today, where dollars go, and year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.html.parts import Block, Picture, Section
from optimizer.report.html.run_money import bridge_drawn, flow_title
from optimizer.report.html.tables import table_of
from optimizer.report.pictures.bars import before_after_picture
from optimizer.report.pictures.flow import flow_picture
from optimizer.report.pictures.lines import years_picture
from optimizer.report.region_tables import ALL, joined, region_bridge, region_flows, region_years, shares_table
from optimizer.report.rows import rows_of
from optimizer.report.words import exact_usd, usd

MOST_COUNTIES = 8
"""Counties that a picture of streams tells apart."""


def region_money_sections(answer: RegionAnswer, plan: RegionPlan, names: Mapping[str, str]) -> Iterator[Section]:
    """The sections; what does not happen is left out."""
    yield _shares(plan, names)
    decisions = joined(plan, "decisions", names)
    if not decisions["decision"].eq("keep").all():
        yield _bridge(plan, names)
    if decisions["moved"].any():
        yield _flows(plan, names)
    yield _years(plan, names)


def _shares(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    table = shares_table(plan, names)
    drawn = [(row["county"], row["today_usd_per_year"], row["together_usd_per_year"]) for row in rows_of(table)]
    most, before, after = max(drawn, key=lambda row: row[1] - row[2])
    picture = Picture(
        "shares-picture",
        "What each county pays today and in the plan, and what that saves",
        f"Bars for {count_of(len(drawn), 'county', 'counties')}. Most is saved by {most}: {exact_usd(before - after)} "
        f"a year, from {exact_usd(before)} to {exact_usd(after)}.",
        before_after_picture(drawn),
    )
    heads = {
        "county": "County",
        "alone_usd_per_year": "Best plan alone ($ a year)",
        "together_usd_per_year": "Together ($ a year)",
        "saved_alone_usd_per_year": "Saved alone ($ a year)",
        "saved_together_usd_per_year": "Saved together ($ a year)",
        "gain_usd_per_year": "Gain by planning together ($ a year)",
    }
    summed = tuple(str(name) for name in table.columns[1:] if table[name].notna().all())
    return Section(
        "shares",
        "What each county pays and gains",
        (
            "Net of revenue, averaged over the horizon, one-time costs in it. The gain is what the county's best plan "
            "alone would cost, less what it pays in the plan of all; a minus means that it pays more than alone.",
            _gaining(table),
        ),
        (picture, table_of(table, "shares-table", "Every county: today, alone, and together", heads=heads,
                           total=summed)),
    )  # fmt: skip


def _gaining(table: pd.DataFrame) -> str:
    """Who gains most, and who pays more."""
    known = table[table["gain_usd_per_year"].notna()]
    gains = [(str(row["county"]), float(row["gain_usd_per_year"])) for row in rows_of(known)]
    told = [f"{name} {exact_usd(gain)}" for name, gain in gains if gain > -0.5]
    paying = [f"{name} {exact_usd(-gain)}" for name, gain in gains if gain <= -0.5]
    parts = [
        f"Gains a year: {', '.join(told)}." if told else "",
        f"Pay more a year than alone: {', '.join(paying)}." if paying else "",
    ]
    without = table.loc[table["gain_usd_per_year"].isna(), "county"]
    parts.append(f"Not known, as no plan alone was found: {', '.join(without)}." if len(without) else "")
    return " ".join(part for part in parts if part)


def _bridge(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    bridge = region_bridge(plan, names)
    whole = bridge[["step", "all_usd_per_year"]].set_axis(["step", "usd_per_year"], axis=1)
    saved = float(whole["usd_per_year"].iloc[0] - whole["usd_per_year"].iloc[-1])
    picture = bridge_drawn(whole, saved, "what all counties pay today to the plan's cost")
    heads = {"step": "Step", "all_usd_per_year": f"{ALL} ($ a year)"} | _headed(names, "_usd_per_year", " ($ a year)")
    return Section(
        "bridge",
        "From today's cost to the plan's",
        (
            "What every kind of cost adds or takes away, as yearly equivalents. What one county pays another for a "
            "service is in two steps: with what the buyer pays to providers, and with what the seller earns by sales.",
        ),
        (
            picture,
            table_of(bridge, "bridge-table", "The bridge from today to the plan", heads=heads,
                     note="The first row and the steps add up to the last row; a minus costs less."),
        ),
    )  # fmt: skip


def _headed(names: Mapping[str, str], unit: str, told: str) -> dict[str, str]:
    """Headings of a column per county."""
    return {f"county_{number}{unit}": f"{name}{told}" for number, name in enumerate(names.values(), start=1)}


def _flows(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    flows = region_flows(plan, names)
    first = flows.iloc[0]
    picture = Picture(
        "flow-picture",
        flow_title(flows),
        f"Streams from {count_of(flows['county'].nunique(), 'county', 'counties')} through "
        f"{count_of(flows['decision'].nunique(), 'decision')} to "
        f"{count_of(flows['provider'].nunique(), 'provider')}. The largest: {first['county']}, {first['decision']}, "
        f"{first['provider']}, {exact_usd(float(first['gross_usd_per_year']))} a year.",
        flow_picture(_told_apart(flows).rename(columns={"county": "department"})),
    )
    return Section(
        "flow",
        "Where the dollars go",
        (
            "What moves or ends, by today's gross cost, from the county that has it to those who deliver it then: "
            "organizations, shared units, and the other counties.",
        ),
        (
            picture,
            table_of(flows, "flow-table", "From counties by decision to those who deliver then",
                     heads={"county": "County", "provider": "Delivered by"},
                     total=("services", "gross_usd_per_year")),
        ),
    )  # fmt: skip


def _told_apart(flows: pd.DataFrame) -> pd.DataFrame:
    """The flows with the smallest of many counties gathered under one name."""
    order = flows.groupby("county")["gross_usd_per_year"].sum().sort_values(ascending=False, kind="stable").index
    if len(order) <= MOST_COUNTIES:
        return flows
    kept, others = set(order[: MOST_COUNTIES - 1]), f"{len(order) - MOST_COUNTIES + 1} other counties"
    gathered = flows.assign(county=flows["county"].where(flows["county"].isin(kept), others))
    keys = ["county", "decision", "provider"]
    return gathered.groupby(keys, sort=False)[["services", "gross_usd_per_year"]].sum().reset_index()


def _years(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    years = region_years(plan, names)
    blocks: list[Block] = []
    if np.abs(years["saving_usd"]).max() >= 0.5:
        last = float(years["cumulative_saving_usd"].iloc[-1])
        told = f"saves {usd(last)}" if last >= 0 else f"costs {usd(-last)} more"
        each = "; ".join(f"year {row['year']}, {exact_usd(row['saving_usd'])}" for row in rows_of(years))
        columns = (years[name].tolist() for name in ("year", "saving_usd", "cumulative_saving_usd"))
        blocks.append(
            Picture(
                "years-picture",
                f"In {count_of(len(years), 'year')} it {told}, not discounted",
                f"Saved by all counties in each year: {each}. In all {exact_usd(last)}.",
                years_picture(*columns),
            )
        )
    summed = tuple(str(name) for name in years if name not in ("year", "cumulative_saving_usd"))
    blocks.append(table_of(years, "years-table", "Year by year, all counties, and what each saves; not discounted",
                           heads=_headed(names, "_usd", " saves ($)"), total=summed))  # fmt: skip
    roadmap = joined(plan, "roadmap", names).sort_values("start_year", kind="stable", ignore_index=True)
    if not roadmap.empty:
        heads = {"county": "County", "step": "Step", "with": "With", "start_year": "Starts in year",
                 "delivers_from_year": "Delivers from year", "delivers_from_month": "and month"}  # fmt: skip
        steps = roadmap[["name", "county", "step", "with", *list(heads)[3:], "one_time_usd"]]
        blocks.append(table_of(steps, "roadmap-table", "Every step of every county, in the order in which it starts",
                               heads=heads, total=("one_time_usd",)))  # fmt: skip
    line = "What starts when in which county, and cash in the dollars of each year."
    return Section("years", "Year by year", (line,), tuple(blocks))
