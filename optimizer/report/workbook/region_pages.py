"""The sheets of a region's run, and of a comparison of regions."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimizer.plan.compare_regions import RegionComparison
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.region_tables import joined
from optimizer.report.region_words import region_proof_word, region_status, value_sentence, without_plan_sentence
from optimizer.report.workbook.comparison_pages import differences_block, scenario_summary
from optimizer.report.workbook.page import Block, Chart, Page
from optimizer.report.workbook.run_pages import FIRST, LIMITS, MONEY, PEOPLE, fund_blocks, told_value, totals_block

GAIN = "County by county, net of revenue, averaged over the horizon"


def region_pages(answer: RegionAnswer) -> list[Page]:
    """Sheets of a region's run: what planning together is worth, and decisions, years, funds and limits by county."""
    plan, head = answer.plan, (answer.title, answer.question, region_status(answer))
    if plan is None:
        return [Page("Summary", (*head, without_plan_sentence(answer))), _settings(answer)]
    counties = plan.by_county()
    own = counties[counties["county"] != "all"].reset_index(drop=True)
    summed = tuple(str(name) for name in own.columns[1:] if own[name].notna().all())
    chart = Chart("bar", "Saved a year, alone and together", "county", tuple(own.columns[4:6]))
    summary = Page("Summary", (*head, value_sentence(answer)), (Block(GAIN, own, summed, chart),))
    return [summary, *(page for page in _of_plan(plan) if not page.blocks[0].frame.empty), _settings(answer)]


def _of_plan(plan: RegionPlan) -> Iterator[Page]:
    money = (*MONEY, *PEOPLE, "transition_usd")
    decided = joined(plan, "decisions", {})
    columns = [*FIRST, *(name for name in decided if name not in (*FIRST, "county", "moved", "offer_id", "org_id"))]
    decided = decided[["county", *columns]]
    yield Page("Decisions", (), (Block("Every decision of every county", decided, _held(decided, money)),))
    cash = joined(plan, "cash", {})
    summed = tuple(str(name) for name in cash if name not in ("county", "year", "cumulative_saving_usd"))
    yield Page("By year", (), (Block("Cash by year, not discounted", cash, summed),))
    yield Page("Roadmap", (), (Block("Every step", joined(plan, "roadmap", {}), ("one_time_usd",)),))
    by_fund = totals_block(joined(plan, "totals", {}), "fund")
    yield Page(by_fund.title, (), (by_fund,))
    trade_usd = ("price_usd_per_year", "marginal_usd_per_year")
    yield Page("Trades", (), (Block("Services sold from county to county", plan.trades, trade_usd),))
    shared = ("kept_usd_per_year", "share_usd_per_year", "own_usd_per_year", "saving_usd_per_year")
    yield Page("Shared units", (), (Block("Who bears what of shared units", plan.pools, _held(plan.pools, shared)),))
    limits = joined(plan, "limits", {}).sort_values("binds", ascending=False, kind="stable", ignore_index=True)
    yield Page("Limits", (), (Block("Limits, and how much of each is used", limits[["county", *LIMITS]]),))
    for name, block in fund_blocks(joined(plan, "funds", {}), joined(plan, "fund_cash", {})):
        yield Page(name, (), (block,))


def _held(frame: pd.DataFrame, columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column in frame.columns)


def _settings(answer: RegionAnswer) -> Page:
    """Settings of the region as a whole, then of every county."""
    parts = {name: own.settings for name, own in answer.counties.items()}
    paths = dict.fromkeys([*answer.settings, *(path for settings in parts.values() for path in settings)])
    table = pd.DataFrame({"setting": [*paths], "region": [told_value(answer.settings.get(path, "")) for path in paths]})
    for name, settings in parts.items():
        table[name] = [told_value(settings.get(path, "")) for path in paths]
    return Page("Assumptions", (), (Block("Every setting", table, names=tuple(parts)),))


def region_comparison_pages(comparison: RegionComparison) -> list[Page]:
    """Sheets of a comparison of regions."""
    answers, names = comparison.answers, tuple(answer.name for answer in comparison.answers)
    questions = [f"{one.name}: {one.title}. {one.question} {region_proof_word(one)}." for one in answers]
    inputs = comparison.inputs.assign(input=comparison.inputs["county"] + ": " + comparison.inputs["input"])
    pages = [
        Page("Summary", ("Regions compared", *questions), (Block("County by county", comparison.counties),)),
        scenario_summary(inputs, comparison.measures, names),
        Page("Differences", (), (differences_block(comparison.differences),)),
        Page("Decided otherwise", (), (Block("Services that are not decided alike", comparison.flips, names=names),)),
    ]
    return [page for page in pages if page.lines or not page.blocks[0].frame.empty]
