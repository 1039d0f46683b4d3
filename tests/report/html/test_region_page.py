"""The page of a region, read back: every number is its counties' own, and what is shared adds up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.plan.compare_regions import compare_regions, distinct_regions
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.bridges import savings_bridge
from optimizer.report.flows import flow_table
from optimizer.report.html.region_comparison_page import region_comparison_page
from optimizer.report.html.region_page import region_page
from optimizer.report.html.region_parts import Basis
from optimizer.report.html.writing import page_text
from optimizer.report.reasons.kept import kept_reasons
from optimizer.report.reasons.moves import move_reasons
from optimizer.runs.folder import changed_of, setters_of
from optimizer.runs.region_folder import RegionRun, county_runs
from optimizer.solve.outcome import Stopped
from tests.pictures import leave_empty
from tests.report.hostile_region import hostile_region
from tests.report.html.reading import ReadPage, assert_rounded, assert_totals
from tests.report.html.test_run_page import HOSTILE, assert_safe, assert_same, assert_same_kept, assert_same_limits

NAMES = ("Alder County", "Birch County", "Cedar County")


def text_of(run: RegionRun, answer: RegionAnswer | None = None) -> str:
    basis = {
        name: Basis(setters_of(own), changed_of(own), own.manifest.model_dump(mode="json"))
        for name, own in county_runs(run).items()
    }
    return page_text(region_page(answer or run.answer, run.manifest.model_dump(mode="json"), basis))


def plan_of(run: RegionRun) -> RegionPlan:
    assert run.answer.plan is not None
    return run.answer.plan


@pytest.fixture(scope="module")
def run(regions: dict[str, RegionRun]) -> RegionRun:
    return regions["three_counties"]


@pytest.fixture(scope="module")
def page(run: RegionRun) -> ReadPage:
    with pytest.MonkeyPatch.context() as patch:
        leave_empty(patch)
        return ReadPage(text_of(run))


def test_every_county_has_its_share(run: RegionRun, page: ReadPage) -> None:
    shares, table = page.tables["shares-table"], plan_of(run).by_county()
    assert shares.texts("county") == [*NAMES]
    for column in table.columns[1:]:
        assert shares.values(column) == table[column].tolist()[:-1]
        assert shares.sum_of(column) == pytest.approx(table[column].iloc[-1])
    assert shares.sum_of("gain_usd_per_year") == pytest.approx(plan_of(run).value_usd_per_year, abs=1e-6)


def test_what_is_sold_is_told_on_both_sides(run: RegionRun, page: ReadPage) -> None:
    plan, trades = plan_of(run), page.tables["trades-table"]
    names = dict(zip(plan.plans, NAMES, strict=True))
    told = zip(*(trades.texts(column) for column in ("seller", "buyer", "service")), strict=True)
    own = plan.trades
    expected = zip(own["seller"].map(names), own["buyer"].map(names), own["name"], strict=True)
    assert sorted(told) == sorted(expected)
    assert trades.sum_of("price_usd_per_year") == pytest.approx(own["price_usd_per_year"].sum())
    gains = sum(part.sales["gain_usd_per_year"].sum() for part in plan.plans.values())
    assert trades.sum_of("gain_usd_per_year") == pytest.approx(gains)
    bought = [part.decisions[part.decisions["moved"] & part.decisions["org_id"].isin(list(names))
                             & (part.decisions["pool_id"] == "")] for part in plan.plans.values()]  # fmt: skip
    saved = sum(rows["saving_usd_per_year"].sum() for rows in bought)
    assert trades.sum_of("saving_usd_per_year") == pytest.approx(saved)
    payments = page.tables["payments-table"]
    assert payments.sum_of("receives_usd_per_year") == payments.sum_of("pays_usd_per_year")
    assert payments.sum_of("balance_usd_per_year") == pytest.approx(0.0, abs=1e-6)


def test_the_bridge_and_the_years_are_the_counties_summed(run: RegionRun, page: ReadPage) -> None:
    plan, bridge, years = plan_of(run), page.tables["bridge-table"], page.tables["years-table"]
    for number, part in enumerate(plan.plans.values(), start=1):
        steps = dict(zip(bridge.texts("step"), bridge.values(f"county_{number}_usd_per_year"), strict=True))
        own = savings_bridge(part)
        assert {step: value for step, value in steps.items() if value} == dict(own.itertuples(index=False))
        assert years.values(f"county_{number}_usd") == part.cash["saving_usd"].tolist()
    *steps, last = (value or 0.0 for value in bridge.values("all_usd_per_year"))
    assert sum(steps) == pytest.approx(last, abs=6.0)  # steps of less than half a dollar are left out of each
    assert last == pytest.approx(plan.cost_usd_per_year)
    flows = [flow_table(part) for part in plan.plans.values()]
    moved = sum(flow["gross_usd_per_year"].sum() for flow in flows)
    assert page.tables["flow-table"].sum_of("gross_usd_per_year") == pytest.approx(moved)
    once = sum(part.years["one_time_usd"].sum() for part in plan.plans.values())
    assert years.sum_of("one_time_usd") == pytest.approx(once)
    assert page.tables["roadmap-table"].sum_of("one_time_usd") == pytest.approx(once)


def test_what_is_shared_is_borne_in_full(run: RegionRun, page: ReadPage) -> None:
    plan, pools = plan_of(run), page.tables["pools-table"]
    shares: dict[str, float] = {}
    for pool, share in zip(pools.texts("pool"), pools.values("share_of_cost"), strict=True):
        shares[pool] = shares.get(pool, 0.0) + (share or 0.0)
    assert shares == pytest.approx(dict.fromkeys(plan.pools["pool"], 1.0))
    assert_same(page.tables["members-table"], plan.pools, ["name", "pool", "share_usd_per_year", "saving_usd_per_year"])
    people, moved = page.tables["people-table"], [part.decisions[part.decisions["moved"]] for part in
                                                  plan.plans.values()]  # fmt: skip
    assert people.values("fte_transferred") == [rows["fte_transferred"].sum() for rows in moved]
    providers = page.tables["providers-table"]
    held = sum(rows.loc[rows["org_id"] != "", "gross_usd_per_year"].sum() for rows in moved)
    assert providers.sum_of("gross_usd_per_year") == pytest.approx(held)
    agreed = sum((part.roadmap["step"] == "agreement").sum() for part in plan.plans.values())
    assert len([year for year in providers.values("signed_year") if year is not None]) == agreed
    bound = [part.limits[part.limits["binds"] | part.limits["broken"]] for part in plan.plans.values()]
    assert sorted(page.tables["binding-table"].texts("text")) == sorted(text for rows in bound for text in rows["text"])


def test_what_an_organization_gives_to_all_is_told_alike_in_each(tmp_path: Path) -> None:
    """The page says so of capacities that several counties use."""
    plans = plan_of(hostile_region(HOSTILE, tmp_path)).plans.values()
    used = [part.limits.set_index("subject").loc["firm usd *", "used"] for part in plans]
    assert used[0] == used[1] >= 2 * 400


def test_every_county_has_the_sections_of_its_own_page(run: RegionRun, page: ReadPage) -> None:
    for number, (key, plan) in enumerate(plan_of(run).plans.items(), start=1):
        answer, prefix = run.answer.counties[key], f"county-{number}-"
        moved = plan.decisions.set_index("service_id", drop=False).loc[list(move_reasons(answer))]
        columns = [column for column in page.tables[f"{prefix}moves-table"].columns if column != "terms"]
        assert_same(page.tables[f"{prefix}moves-table"], moved, columns)
        assert_same_kept(page.tables, prefix, kept_reasons(answer))
        assert_same_limits(page.tables[f"{prefix}limits-table"], plan)
        assert sorted(page.tables[f"{prefix}settings-table"].texts("setting")) == sorted(answer.settings)
        assert "" not in page.tables[f"{prefix}settings-table"].texts("set_by")
        for reason in move_reasons(answer).values():
            assert reason.why.split("`")[0] in page.text


def test_the_page_is_whole_and_loads_nothing(page: ReadPage) -> None:
    assert_safe(page)
    assert len(page.ids) == len(set(page.ids))
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)
    assert assert_rounded(page) > 1_000
    assert assert_totals(page) > 60
    assert "Best plan, proved" in page.text
    assert "No county pays more than alone." in page.text


@pytest.mark.usefixtures("undrawn")
@pytest.mark.slow
def test_an_answer_that_was_stopped_early_says_so(run: RegionRun) -> None:
    bound = plan_of(run).cost_usd - 5_000.0
    early = replace(run.answer, stopped=Stopped.TIME, plan=replace(plan_of(run), bound_usd=bound))
    told = ReadPage(text_of(run, early)).text
    assert "a better one may exist, cheaper by $5,000 at the most" in told
    assert "Best plan, proved" not in told
    unknown = replace(early, plan=replace(plan_of(run), bound_usd=None))
    assert "nothing is proved" in ReadPage(text_of(run, unknown)).text


@pytest.mark.usefixtures("undrawn")
def test_a_county_without_a_plan_alone_gains_nothing_that_is_known(run: RegionRun) -> None:
    plan = plan_of(run)
    alone = {key: usd for key, usd in plan.alone_usd.items() if key != "region_birch"}
    page = ReadPage(text_of(run, replace(run.answer, alone_usd=alone, plan=replace(plan, alone_usd=alone))))
    shares = page.tables["shares-table"]
    assert shares.values("gain_usd_per_year")[1] is None
    assert shares.sum_of("gain_usd_per_year") is None
    assert shares.sum_of("together_usd_per_year") == pytest.approx(plan.cost_usd_per_year)
    assert "Alone, no plan was found for Birch County" in page.text
    assert "Alone no plan was found for it, so that what it gains cannot be told." in page.text


@pytest.mark.usefixtures("undrawn")
def test_who_pays_more_than_alone_is_told(run: RegionRun) -> None:
    plan = plan_of(run)
    alone = dict(plan.alone_usd) | {"region_cedar": plan.plans["region_cedar"].cost_usd - 1_000 * run.answer.annuity}
    told = ReadPage(text_of(run, replace(run.answer, alone_usd=alone, plan=replace(plan, alone_usd=alone)))).text
    assert "Cedar County would pay more than alone." in told
    assert "Pay more a year than alone: Cedar County $1,000." in told
    assert "with the others it pays $1,000 more a year" in told


@pytest.mark.usefixtures("undrawn")
def test_a_region_without_a_plan_tells_what_each_could_do_alone(run: RegionRun) -> None:
    counties = {key: replace(part, plan=None, stopped=Stopped.INFEASIBLE) for key, part in run.answer.counties.items()}
    none = replace(run.answer, plan=None, stopped=Stopped.INFEASIBLE, counties=counties)
    page = ReadPage(text_of(run, none))
    assert "No plan exists" in page.text
    assert "There is" not in page.text
    alone = [round(usd / run.answer.annuity, 2) for usd in run.answer.alone_usd.values()]
    assert page.tables["alone-table"].values("alone_usd_per_year") == alone
    assert "county-2-county-today" in page.tables
    assert not [table for table in page.tables if "moves" in table]


@pytest.mark.slow
def test_hostile_text_stays_text(tmp_path: Path) -> None:
    run = hostile_region(HOSTILE, tmp_path)
    plan = plan_of(run)
    assert len(plan.trades) == 2
    assert len(plan.pools) == 2
    page = ReadPage(text_of(run))
    assert_safe(page)
    assert len(page.ids) == len(set(page.ids))
    # two counties of the same name are told apart by what the region calls them
    assert page.tables["shares-table"].texts("county") == [f"{HOSTILE[0]} (one)", f"{HOSTILE[0]} (two)"]
    assert HOSTILE[2] in page.tables["providers-table"].texts("organization")
    assert " ".join(HOSTILE[2].split()) in " ".join(page.text.split())
    compared = compare_regions(distinct_regions([run.answer, run.answer], ["a", "b"]))
    assert_safe(ReadPage(page_text(region_comparison_page(compared, [run.manifest.model_dump(mode="json")] * 2))))


def test_compared_regions_are_the_comparisons_own(regions: dict[str, RegionRun]) -> None:
    runs = [*regions.values()]
    comparison = compare_regions([run.answer for run in runs])
    manifests = [run.manifest.model_dump(mode="json") for run in runs]
    page = ReadPage(page_text(region_comparison_page(comparison, manifests)))
    assert_safe(page)
    measures = page.tables.pop("measures-table")  # whose units are told by row
    assert assert_rounded(page) > 60
    for name in regions:
        told = dict(zip(measures.texts("measure"), measures.values(name), strict=True))
        own = comparison.measures.set_index("measure")[name].to_dict()
        assert {what: value for what, value in told.items() if value is not None} == {
            what: value for what, value in own.items() if isinstance(value, int | float) and value == value
        }
    counties = page.tables["counties-table"]
    assert counties.values("gain_usd_per_year") == comparison.counties["gain_usd_per_year"].tolist()
    flips = page.tables["flips-table"]
    assert flips.values("worth_usd_per_year") == comparison.flips["worth_usd_per_year"].tolist()
    assert flips.texts("name") == comparison.flips["name"].tolist()
    (difference,) = comparison.differences.to_dict("records")
    assert page.tables["differences-table"].values("change_usd_per_year") == [difference["change_usd_per_year"]]
    pairs = page.tables["pairs-table"]
    (row,) = pairs.rows
    first, *steps, last = (value for _, value in row[2:] if value is not None)
    assert first + sum(steps) == pytest.approx(last, abs=3.0)
    assert last - first == pytest.approx(difference["change_usd_per_year"], abs=0.01)
    assert "What is proved is proved of a region as a whole, never of one county of it." in page.text


@pytest.mark.usefixtures("undrawn")
def test_regions_of_other_counties_have_no_bridge_and_no_proof(run: RegionRun) -> None:
    plan, keys = plan_of(run), ["region_alder", "region_birch"]
    two = replace(
        run.answer,
        name="two",
        counties={key: run.answer.counties[key] for key in keys},
        alone_usd={key: run.answer.alone_usd[key] for key in keys},
        plan=replace(
            plan,
            plans={key: plan.plans[key] for key in keys},
            alone_usd={key: plan.alone_usd[key] for key in keys},
            bound_usd=sum(plan.plans[key].cost_usd for key in keys),
        ),
    )
    manifest = run.manifest.model_dump(mode="json")
    page = ReadPage(page_text(region_comparison_page(compare_regions([run.answer, two]), [manifest] * 2)))
    assert "pairs-table" not in page.tables
    assert page.tables["differences-table"].texts("proved") == ["no"]
    assert "without region_cedar" in page.text
