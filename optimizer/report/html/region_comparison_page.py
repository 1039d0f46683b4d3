"""The page of a comparison of regions: side by side, county by county, what is proved, what is decided otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.compare import binding, broken_limits, one_time_usd
from optimizer.plan.compare_regions import EVERY, REGION, RegionComparison, common_counties, same_region, unlike_regions
from optimizer.plan.region import RegionAnswer
from optimizer.report.bridges import region_pair_bridges
from optimizer.report.differing import input_rows
from optimizer.report.html.comparison_money import bridges_section, costs_section, decisions_section
from optimizer.report.html.comparison_parts import (
    MOST_INPUTS,
    against_sentences,
    asked_section,
    cheapest_words,
    decided_alike,
    differences_section,
    input_text,
    searches_section,
    side_by_side_section,
    the_others,
)
from optimizer.report.html.parts import Block, Page, Section
from optimizer.report.html.tables import table_of
from optimizer.report.reasons.region import region_sentences, region_uncertainty
from optimizer.report.region_tables import ALL, joined, names_in
from optimizer.report.region_words import region_proof_word, value_sentence
from optimizer.report.sought import PROVED_BEST
from optimizer.report.words import listed, usd

UNKNOWN = (
    "What the tool does not know: whether the inputs are right, whether promised savings come true, and whether "
    f"each county agrees. Proved best means that {PROVED_BEST} under its scenario's inputs and rules. Nothing here is "
    "legal advice."
)


def region_comparison_page(comparison: RegionComparison, manifests: Sequence[Mapping[str, Any]]) -> Page:
    """The page of a comparison of regions; `manifests` are those of its runs in their order."""
    answers = comparison.answers
    first, labels = answers[0], [answer.name for answer in answers]
    names = names_in(answers)
    sections = [
        asked_section([(one.name, one.title, one.question, region_proof_word(one)) for one in answers]),
        *_money(answers),
        _counties(comparison, names),
        side_by_side_section(comparison.measures, labels),
        differences_section(comparison.differences),
        bridges_section(region_pair_bridges(answers), labels),
        _flips(comparison, names),
        _limits(answers, names),
        _inputs(comparison, names),
        _told(answers, names),
        searches_section(answers, manifests, UNKNOWN),
    ]
    return Page(
        title=f"{count_of(len(answers), 'scenario')} compared",
        question=f"What changes against {first.title}?",
        about=f"{listed([names[key] for key in first.counties])}: report of a comparison of regions",
        answer=tuple(_answer(comparison, names)),
        figures=(),
        sections=tuple(section for section in sections if section is not None),
        made={"Compared with": first.name, "Reallocate": str(manifests[0]["versions"].get("reallocate", ""))},
    )


def _answer(comparison: RegionComparison, names: Mapping[str, str]) -> Iterator[str]:
    first = comparison.answers[0]
    held = [answer for answer in comparison.answers if answer.plan is not None]
    apart = [answer.name for answer in held if not same_region(first, answer)]
    yield f"{first.name} is what {the_others(comparison.answers)} compared with: {region_proof_word(first)}."
    if first.plan is not None:
        cost, saved = usd(first.plan.cost_usd_per_year), usd(first.plan.saving_usd_per_year)
        yield f"Its plan costs all counties {cost} a year net of revenue and saves {saved} a year."
        yield value_sentence(first, names)
        alike = comparison.differences[~comparison.differences["to"].isin(apart)]
        yield from against_sentences(first.name, alike)
        yield from region_uncertainty(first, names)
        yield "What is proved is proved of a region as a whole, never of one county of it."
    elif held:
        yield _cheapest(held)
    for answer in comparison.answers:
        if answer.plan is None:
            yield f"{answer.name}: {' '.join(region_sentences(answer, names))}"
    if apart:
        yield (
            f"{listed(apart)}: of other counties than {first.name}, so that nothing of the difference is proved; only "
            "counties that all have are compared service by service."
        )
    elif len(held) > 1:
        services = sum(len(own.decisions) for own in held[0].plan.plans.values()) if held[0].plan else 0
        yield decided_alike(services, len(comparison.flips))


def _cheapest(held: Sequence[RegionAnswer]) -> str:
    """Which plan costs least, where the first scenario holds none."""
    costs = [answer.plan.cost_usd_per_year for answer in held if answer.plan is not None]
    least = min(costs)
    return f"{cheapest_words(held[costs.index(least)].name, len(held))} {usd(least)} a year net of revenue."


def _money(answers: Sequence[RegionAnswer]) -> list[Section]:
    decided = {
        answer.name: joined(answer.plan, "decisions", {})["decision"] for answer in answers if answer.plan is not None
    }
    return [costs_section(region_costs(answers)), decisions_section(decided)] if decided else []


def region_costs(answers: Sequence[RegionAnswer]) -> pd.DataFrame:
    """A `costs_table` of regions: their counties' plans summed."""
    rows: list[tuple[object, ...]] = []
    for answer in answers:
        plan = answer.plan
        if plan is None:
            rows.append((answer.name, region_proof_word(answer), *[None] * 4))
            continue
        once = sum(one_time_usd(part) for part in plan.plans.values())
        money = (plan.cost_usd_per_year, plan.least_usd_per_year, plan.saving_usd_per_year, once)
        rows.append((answer.name, region_proof_word(answer), *money))
    columns = ["scenario", "answer", "cost_usd_per_year", "least_usd_per_year", "saving_usd_per_year", "one_time_usd"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[2:], "float64"))


def _counties(comparison: RegionComparison, names: Mapping[str, str]) -> Section | None:
    table = comparison.counties
    if table.empty:
        return None
    heads = {
        "county": "County",
        "scenario": "Scenario",
        "alone_usd_per_year": "Best plan alone ($ a year)",
        "together_usd_per_year": "Together ($ a year)",
        "saved_alone_usd_per_year": "Saved alone ($ a year)",
        "saved_together_usd_per_year": "Saved together ($ a year)",
        "gain_usd_per_year": "Gain by planning together ($ a year)",
    }
    shown = table.assign(county=table["county"].map({**names, "all": ALL}))
    line = (
        "Net of revenue, averaged over the horizon. The gain is what a county's best plan alone would cost, less what "
        "it pays in the plan of all; nothing of a difference is proved of a single county."
    )
    caption = "Every county under every scenario"
    return Section("counties", "County by county", (line,), (table_of(shown, "counties-table", caption, heads=heads),))


def _flips(comparison: RegionComparison, names: Mapping[str, str]) -> Section:
    labels = [answer.name for answer in comparison.answers]
    held = [name for name in labels if name in comparison.flips]
    if comparison.flips.empty:
        text = "Every service of the counties that all have is decided alike in every plan."
        if not common_counties(comparison.answers):
            text = "No county is in all of them, so that no service is compared."
        return Section("flips", "Decided otherwise", (text,))
    shown = comparison.flips[["name", "county", "department", "worth_usd_per_year", *held]]
    shown = shown.assign(county=shown["county"].map(names))
    heads = {"name": "Service", "county": "County", "worth_usd_per_year": "Worth ($ a year)"}
    table = table_of(shown, "flips-table", "Services that are not decided alike, the one that is worth most first",
                     heads=heads, names=held)  # fmt: skip
    line = (
        "Of counties that all scenarios have. Worth is the widest gap between what a service costs in any two of the "
        "plans; agreements and what shared units cost are not in it."
    )
    return Section("flips", "Decided otherwise", (line,), (table,))


def _limits(answers: Sequence[RegionAnswer], names: Mapping[str, str]) -> Section:
    rows = [
        (answer.name, names[key], ", ".join(binding(own)) or "none", ", ".join(broken_limits(own)) or "none")
        for answer in answers
        if answer.plan is not None
        for key, own in answer.plan.plans.items()
    ]
    table = pd.DataFrame(rows, columns=["scenario", "county", "binds", "broken"])
    heads = {"county": "County", "binds": "Limits that bind (1 % or less is left)", "broken": "Limits that are broken"}
    tables = (table_of(table, "binding-table", "By scenario and county", heads=heads),)
    return Section("limits", "Limits that bind", (), tables)


def _inputs(comparison: RegionComparison, names: Mapping[str, str]) -> Section:
    first, rows = comparison.answers[0].name, list[dict[str, object]]()
    called = {**names, REGION: "The region", EVERY: "Every county"}
    for answer in comparison.answers[1:]:
        for county, inputs in comparison.inputs.groupby("county", sort=False):
            rows += [row | {"county": called[str(county)]} for row in input_rows(inputs, first, answer.name)]
    grouped = pd.DataFrame(rows, columns=["scenario", "county", "input", first, "in the scenario"]).map(str)
    blocks: list[Block] = [
        table_of(grouped, "inputs-table", f"What each scenario changes against {first}", names={first},
                 heads={"county": "County", "in the scenario": "In the scenario"})
    ]  # fmt: skip
    lines = ["Cells of one column are told as a number and an example."]
    if len(comparison.inputs) <= MOST_INPUTS:
        labels = [answer.name for answer in comparison.answers]
        texts = comparison.inputs.assign(county=comparison.inputs["county"].map(called)).map(input_text)
        blocks.append(table_of(texts, "every-input", "Every setting and cell that is not the same in all",
                               names=labels, heads={"county": "County"}))  # fmt: skip
    else:
        lines.append("`python cli.py workbook PLAN ... --out FILE.xlsx` lists each.")
    return Section("inputs", "Inputs that differ", tuple(lines), tuple(blocks))


def _told(answers: Sequence[RegionAnswer], names: Mapping[str, str]) -> Section:
    lines = []
    for answer in answers:
        apart = unlike_regions(answers[0], answer)
        note = f" Compared with {answers[0].name}: {'; '.join(apart)}." if apart else ""
        told = " ".join(region_sentences(answer, names))
        lines.append(f"{answer.name}: {answer.title}. {answer.question} {told}{note}")
    return Section("told", "Each scenario's answer", tuple(lines))
