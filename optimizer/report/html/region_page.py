"""The page of a region's run: its answer, who gains, what the counties do together, then every county's own part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from optimizer.plan.answer import county_label
from optimizer.plan.compare import one_time_usd
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.html.parts import Page, Section
from optimizer.report.html.region_basis import region_inputs, region_searched, region_settings, region_unknown
from optimizer.report.html.region_money import region_money_sections
from optimizer.report.html.region_parts import Basis, county_sections
from optimizer.report.html.region_together import together_sections
from optimizer.report.html.run_page import made_of
from optimizer.report.html.tables import number_text, table_of
from optimizer.report.reasons.region import region_details, region_lead
from optimizer.report.region_tables import county_names, joined
from optimizer.report.region_words import NO_PLAN_ALONE, region_proof_word, without_plan_sentence
from optimizer.report.words import exact_usd, listed, usd


def region_page(answer: RegionAnswer, manifest: Mapping[str, Any], basis: Mapping[str, Basis]) -> Page:
    """The page of a region's run; `manifest` is the region's own, `basis` what each county's run keeps besides."""
    plan, names = answer.plan, county_names(answer)
    whole = _without_plan(answer, names) if plan is None else _of_plan(answer, plan, names)
    years = dict.fromkeys(str(part.county.facts.fiscal_year) for part in answer.counties.values())
    where = listed([county_label(part.county) for part in answer.counties.values()])
    return Page(
        title=answer.title,
        question=answer.question,
        about=f"{where}, fiscal year {listed([*years])}: report of a region's run",
        answer=region_lead(answer, names),
        details=region_details(answer, names),
        figures=() if plan is None else _figures(answer, plan),
        sections=(
            *whole,
            region_unknown(answer, names),
            region_settings(answer, names),
            region_searched(answer, manifest, names),
            region_inputs(names, basis),
            *_of_counties(answer, names, basis),
        ),
        made=made_of(manifest),
    )


def _of_plan(answer: RegionAnswer, plan: RegionPlan, names: Mapping[str, str]) -> Iterator[Section]:
    yield from region_money_sections(answer, plan, names)
    yield from together_sections(answer, plan, names)


def _figures(answer: RegionAnswer, plan: RegionPlan) -> tuple[tuple[str, str], ...]:
    """What a board looks at first."""
    decisions = joined(plan, "decisions", {})
    moved = decisions[decisions["moved"]]
    worth = NO_PLAN_ALONE if plan.value_usd_per_year is None else usd(plan.value_usd_per_year)
    return (
        ("saved a year, after all costs", usd(plan.saving_usd_per_year)),
        ("worth of planning together, a year", worth),
        ("cost a year, net of revenue", usd(plan.cost_usd_per_year)),
        ("spent once", usd(sum(one_time_usd(own) for own in plan.plans.values()))),
        ("services moved or ended", f"{len(moved):,} of {len(decisions):,}"),
        ("sold from county to county", f"{len(plan.trades):,}"),
        ("FTE lose their position", number_text("fte", float(moved["fte_displaced"].sum()))),
        ("how sure", region_proof_word(answer)),
    )


def _without_plan(answer: RegionAnswer, names: Mapping[str, str]) -> Iterator[Section]:
    """What a run without a plan can tell truly: what every county could do alone."""
    alone = answer.alone_usd_per_year
    rows = [(names[key], len(part.county.services), alone.get(key)) for key, part in answer.counties.items()]
    table = pd.DataFrame(rows, columns=["county", "services", "alone_usd_per_year"])
    heads = {"county": "County", "alone_usd_per_year": "Best plan alone ($ a year)"}
    yield Section(
        "held",
        "What this run holds",
        (
            "It holds no plan of the counties together, so that there is nothing to share out. What it holds is the "
            "question, the counties, and what each could do alone, as far as a plan alone was found.",
            without_plan_sentence(answer, names),
        ),
        (table_of(table, "alone-table", "Every county alone", heads=heads, total=("services",)),),
    )


def _of_counties(answer: RegionAnswer, names: Mapping[str, str], basis: Mapping[str, Basis]) -> Iterator[Section]:
    for place, (key, part) in enumerate(answer.counties.items(), start=1):
        yield from county_sections(part, basis[key], names[key], place, _share(answer, key, names[key]))


def _share(answer: RegionAnswer, key: str, name: str) -> str:
    """What a county has of planning together."""
    alone = answer.alone_usd_per_year.get(key)
    if answer.plan is None:
        best = "no plan was found" if alone is None else f"its best plan costs {exact_usd(alone)} a year"
        return f"The region holds no plan. Alone, {best}."
    own = answer.plan.plans[key]
    together, today = own.cost_usd_per_year, own.today_usd_per_year
    told = f"{name} pays {exact_usd(together)} a year in the region's plan, {exact_usd(today)} today."
    if alone is None:
        return f"{told} Alone no plan was found for it, so that what it gains cannot be told."
    gain = alone - together
    gains = f"gains {exact_usd(gain)}" if gain >= 0 else f"pays {exact_usd(-gain)} more"
    return f"{told} Its best plan alone would cost {exact_usd(alone)} a year: with the others it {gains} a year."
