"""The page of a run, read back: every number is the run's, totals add up, and nothing on it is anybody else's."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from optimizer.ask import answer, load_case
from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.plan.plan import Plan
from optimizer.report.bridges import savings_bridge
from optimizer.report.flows import flow_table, largest
from optimizer.report.html.run_page import run_page
from optimizer.report.html.tables import number_text
from optimizer.report.html.writing import FEW, PRINTED_REASONS, PRINTED_ROWS, page_text
from optimizer.report.reasons.kept import kept_reasons
from optimizer.report.reasons.moves import move_reasons
from optimizer.runs.folder import Engine, Run, changed_of, setters_of, write_run
from optimizer.scenario.scenario import Case
from tests.cases import ROOT, case_of, completed, offer, organization, plain_money, sampled, service, solved
from tests.report.html.reading import ReadPage, ReadTable, assert_rounded, assert_totals

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "{{ 7 * 7 }}{% raw %}",
    "$\\frac{1}{2}$ & `python cli.py` \"quoted\" 'it'",
    "\u202eevil\u202c \u05d0\u05d1\u05d2 \u4e2d\u6587 \U0001f6a8",
    "]]></style><svg onload=alert(1)>" + "x" * 250,
    "https://example.org/a?b=c",
)


def text_of(run: Run) -> str:
    manifest = run.manifest.model_dump(mode="json")
    return page_text(run_page(run.answer, setters_of(run), changed_of(run), manifest))


def run_of(case: Case, root: Path) -> Run:
    outcome, plan = solved(case)
    return write_run(case, Engine("highs", {}, {}), outcome, plan, root)


@pytest.fixture(scope="module", params=sampled(["pocket/on_paper", "clear_creek/five_year_roadmap"], 1))
def shipped(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, ReadPage]:
    case = load_case(ROOT / "scenarios" / "whatifs" / f"{request.param}.yaml")
    run = answer(case, tmp_path_factory.mktemp("runs"))
    return run, ReadPage(text_of(run))


def plan_of(run: Run) -> Plan:
    assert run.answer.plan is not None
    return run.answer.plan


def assert_same(table: ReadTable, frame: pd.DataFrame, columns: Sequence[str] = ()) -> None:
    """Every number of the columns is the frame's own, in its order; texts are its texts."""
    assert len(table.rows) == len(frame)
    for column in columns or list(map(str, frame.columns)):
        own = frame[column].tolist()
        if pd.api.types.is_numeric_dtype(frame[column]) and frame[column].dtype != bool:
            finite = [value if abs(value) != float("inf") else None for value in own]
            assert table.values(column) == finite, column
        elif frame[column].dtype != bool:
            assert table.texts(column) == [str(value) for value in own], column


def assert_same_kept(tables: Mapping[str, ReadTable], prefix: str, kept: pd.DataFrame) -> None:
    """Every kept service with its cost: in a row of its own with the reason, or in that of its department."""
    alone = kept["because"] == "nobody else offers it"
    assert_same(tables[f"{prefix}kept-table"], kept[~alone], ["gross_usd_per_year", "because"])
    counts = tables[f"{prefix}because-table"]
    assert counts.sum_of("services") == len(kept)
    assert (f"{prefix}unoffered-table" in tables) == alone.any()
    if not alone.any():
        return
    gathered = tables[f"{prefix}unoffered-table"]
    assert sum(gathered.values("services")) == alone.sum()
    for number, department in enumerate(gathered.texts("department")):
        own = kept[alone & (kept["department"] == department)]
        named = [f"{row.name} (${row.gross_usd_per_year:,.0f})" for row in own.itertuples(index=False)]
        assert gathered.texts("text")[number] == "; ".join(named)
        assert gathered.values("services")[number] == len(own)
        assert gathered.values("gross_usd_per_year")[number] == pytest.approx(own["gross_usd_per_year"].sum())


def assert_same_limits(table: ReadTable, plan: Plan) -> None:
    """Every limit of the plan with its numbers, the county's own first."""
    rules = dict(zip(plan.limits["text"], plan.limits["rule"], strict=True))
    own = [rules[text].startswith("limits.") for text in table.texts("text")]
    assert own == sorted(own, reverse=True)
    told = zip(*(table.values(column) for column in ("used", "limit", "slack")), table.texts("text"), strict=True)
    assert sorted(told) == sorted(plan.limits[["used", "limit", "slack", "text"]].itertuples(index=False, name=None))


def test_every_table_is_the_runs_own(shipped: tuple[Run, ReadPage]) -> None:
    run, page = shipped
    plan = plan_of(run)
    for by in ("department", "fund"):
        totals = plan.totals[plan.totals["by"] == by].drop(columns=["by", "fte"])
        assert_same(page.tables[f"{by}-table"], totals)
    moved = plan.decisions.set_index("service_id", drop=False).loc[list(move_reasons(run.answer))]
    columns = [column for column in page.tables["moves-table"].columns if column != "terms"]
    assert_same(page.tables["moves-table"], moved, columns)
    assert_same_kept(page.tables, "", kept_reasons(run.answer))
    assert_same(page.tables["bridge-table"], savings_bridge(plan))
    assert_same(page.tables["flow-table"], flow_table(plan))
    assert_same(page.tables["roadmap-table"], plan.roadmap, ["name", "step", "start_year", "one_time_usd"])
    assert_same_limits(page.tables["limits-table"], plan)
    years = plan.years.merge(plan.cash[["year", "today_usd", "plan_usd"]], on="year")
    for name in ("years-table", "starts-table"):
        assert_same(page.tables[name], years, [*page.tables[name].columns])
    if not plan.sales.empty:
        assert_same(page.tables["sales-table"], plan.sales, ["name", "buyer", "gain_usd_per_year", "setup_usd"])
    settings = page.tables["settings-table"]
    assert sorted(settings.texts("setting")) == sorted(run.answer.settings)
    assert "" not in settings.texts("set_by")
    brought = ["base.yaml" in place for place in settings.texts("set_by")]
    assert brought == sorted(brought)


def test_what_is_shown_is_the_value_rounded(shipped: tuple[Run, ReadPage]) -> None:
    assert assert_rounded(shipped[1]) > 100


def test_totals_add_up(shipped: tuple[Run, ReadPage]) -> None:
    run, page = shipped
    plan = plan_of(run)
    assert assert_totals(page) > 20
    for by in ("decision", "department", "fund", "organization"):
        table = page.tables[f"{by}-table"]
        assert table.sum_of("plan_usd_per_year") == pytest.approx(plan.cost_usd_per_year, abs=0.001)
        assert table.sum_of("saving_usd_per_year") == pytest.approx(plan.saving_usd_per_year, abs=0.1)  # cents of parts
    bridge = page.tables["bridge-table"].values("usd_per_year")
    assert None not in bridge
    *steps, last = (value or 0.0 for value in bridge)
    # steps of less than half a dollar are left out
    assert sum(steps) == pytest.approx(last, abs=2.0)
    for number, reason in enumerate(move_reasons(run.answer).values(), start=1):
        money = page.tables[f"money-{number}"]
        decided = plan.decisions.set_index("service_id").loc[reason.service_id]
        # the decision's figure is in whole cents that add up over all services
        assert money.sum_of("usd_per_year") == pytest.approx(decided["plan_usd_per_year"], abs=0.011)


def test_the_bridge_is_what_the_parts_say(shipped: tuple[Run, ReadPage]) -> None:
    run, _ = shipped
    plan = plan_of(run)
    steps = savings_bridge(plan).set_index("step")["usd_per_year"]
    moved = plan.decisions[plan.decisions["moved"]]
    parts = plan.costs[(plan.costs["scope"] == "service") & plan.costs["id"].isin(moved["service_id"])]
    own = parts[parts["part"].isin(("in_house_usd", "revenue_usd", "stays_usd", "retained_revenue_usd"))]
    expected = own["present_usd"].sum() / plan.annuity - moved["today_usd_per_year"].sum()
    assert steps["Own net cost of what moves, no longer paid"] == pytest.approx(expected, abs=2.0)
    prices = plan.costs.loc[plan.costs["part"] == "price_usd", "present_usd"].sum() / plan.annuity
    assert steps["Paid to providers"] == pytest.approx(prices)


def test_the_page_loads_nothing_and_is_well_made(shipped: tuple[Run, ReadPage]) -> None:
    page = shipped[1]
    assert_safe(page)
    assert len(page.ids) == len(set(page.ids))
    inside = {address[1:] for address in page.addresses if address.startswith("#")}
    assert inside <= set(page.ids)
    for table in page.tables.values():
        assert table.caption
    heads = [held for tag, held in page.tags if tag == "th"]
    assert all(held.get("scope") in ("col", "row") for held in heads)
    images = [held for tag, held in page.tags if tag == "img"]
    assert all(len(str(held["alt"])) > 40 for held in images)
    assert len(images) >= 5


def assert_safe(page: ReadPage) -> None:
    """Nothing is loaded from anywhere, and the only script and style are ours, once each."""
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == tags.count("style") == 1
    assert not {"iframe", "object", "embed", "link", "base", "form", "svg"} & set(tags)
    assert not [name for _, held in page.tags for name in held if name.startswith("on") or name == "style"]
    (policy,) = (held["content"] for tag, held in page.tags if held.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe" not in policy
    for svg in page.pictures:
        drawn = list(ET.fromstring(svg).iter())
        names = {element.tag.rpartition("}")[2] for element in drawn}
        assert not {"script", "foreignObject", "image", "a", "animate"} & names
        held = [(name, value) for element in drawn for name, value in element.attrib.items()]
        assert not [name for name, _ in held if name.rpartition("}")[2].startswith("on")]
        assert all(value.startswith("#") for name, value in held if name.endswith("href"))
        assert not re.search(r"url\((?!#)", svg)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, str]:
    """Hostile text wherever a county's tables take text; every decision, a sale, a pool, a duty, a proposal."""
    names = [f"{text} {place}"[:300] for place, text in enumerate(HOSTILE)]
    services = [
        service(f"s{place}", 1000.0, name=name, department=name[::-1][:300], consent_owner=name, mandate_level=4)
        for place, name in enumerate(names)
    ]
    services += [service("gone", 100.0, name=HOSTILE[0]), service("sold", 100.0, name=HOSTILE[1])]
    organizations = [organization(f"o{place}", 1.0, name=name) for place, name in enumerate(names)]
    offers = [offer(f"s{place}", f"o{place}", 500, decision="partner") for place in range(5)]
    offers += [offer("s5", "pool", 400), offer("s6", "o6", 2000), offer("s7", "o7", 10, quality=0.5)]
    facts = records.Facts(
        name=HOSTILE[0], state=HOSTILE[1], population=10, fiscal_year=2026, general_fund="General",
        funds=(records.Fund(fund="General", restricted=False), records.Fund(fund=HOSTILE[3], restricted=True)),
    )  # fmt: skip
    proposal = {"proposal_id": "p", "name": HOSTILE[2], "fund": "General", "usd_per_year": 10, "score": 1}
    case = completed(
        case_of(
            services, organizations, offers,
            plain_money(min_quality=0.8) | {
                "allowed_decisions": [str(decision) for decision in Decision],
                "duties": {"coverage_floor_by_mandate_level": {}},
            },
            facts=facts,
            pools=[records.Pool(pool_id="pool", name=HOSTILE[4], setup_usd=1, fixed_usd_per_year=1, min_members=0,
                                max_members=9)],
            mandates=[records.Mandate(mandate_id="m", name=HOSTILE[6], citation=HOSTILE[0], authority=HOSTILE[1],
                                      required_coverage=0.5, funded=True)],
            mandate_services=[records.MandateService(mandate_id="m", service_id=f"s{place}", weight=1)
                              for place in range(8)],
            sales=[records.Sale(sale_id="x", service_id="sold", org_id="o1", price_usd_per_year=90,
                                marginal_usd_per_year=10, buyer_cost_usd_per_year=99, setup_usd=0, fte=0,
                                lead_time_months=0)],
            spare_staff=[records.SpareStaff(department="Works", fte=5)],
            proposals=[records.Proposal.model_validate(proposal | {"max_share": 1})],
        )
    )  # fmt: skip
    run = run_of(case, tmp_path_factory.mktemp("hostile"))
    return run, text_of(run)


@pytest.mark.slow
def test_the_same_run_gives_the_same_page(hostile: tuple[Run, str]) -> None:
    assert text_of(hostile[0]) == hostile[1]


def test_hostile_text_stays_text(hostile: tuple[Run, str]) -> None:
    run, text = hostile
    page = ReadPage(text)
    decided = set(plan_of(run).decisions["decision"])
    assert {"partner", "consolidate", "keep", "insource", "exit"} <= decided
    assert_safe(page)
    for told in HOSTILE:
        assert told in page.text
    named = [f"{name} {place}"[:300] for place, name in enumerate(HOSTILE)]
    assert set(page.tables["moves-table"].texts("name")) & set(named)
    assert text.count("<script>") == text.count("</script>") == 1
    assert text.count("</style>") == 1


def test_a_run_without_a_plan_says_so(tmp_path: Path) -> None:
    case = case_of(
        [service("a", 100.0)],
        [organization("east")],
        [offer("a", "east", 10)],
        plain_money(revenue_floor_usd_per_year=9.0),
    )
    run = run_of(case, tmp_path)
    page = ReadPage(text_of(run))
    assert run.answer.plan is None
    assert "No plan exists: the rules cannot all hold at once" in page.text
    assert "It holds no plan, so there is no saving" in page.text
    assert page.tables["county-today"].values("gross_usd_per_year") == [100.0]
    assert page.tables["asked-limits"].texts("setting") == ["limits.revenue_floor_usd_per_year"]
    assert "moves-table" not in page.tables
    assert "saved a year" not in page.text
    assert_safe(page)


def test_a_plan_that_changes_nothing_says_so(tmp_path: Path) -> None:
    page = ReadPage(text_of(run_of(case_of([service("a", 100.0)]), tmp_path)))
    assert "Nothing moves: every service stays where it is." in page.text
    assert "nothing to pay" in page.text
    assert "Nobody is hired by a provider and nobody loses a position." in page.text
    assert "bridge-table" not in page.tables
    assert page.tables["because-table"].texts("because") == ["nobody else offers it"]
    assert page.tables["unoffered-table"].texts("text") == ["Service a ($100)"]
    assert "kept-table" not in page.tables
    assert page.pictures == []


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("saving_usd", -1234.5, "−1,234"),
        ("saving_usd", -0.2, "0"),
        ("share_usd_per_year", 17650.1, "17,650"),
        ("share_done", 0.129, "12.9%"),
        ("fte", 0.94, "0.94"),
        ("fte", 1000.0, "1,000"),
        ("year", 2026.0, "2026"),
        ("payback_years", 1.06, "1.1"),
        ("services", 800.0, "800"),
        ("used", -0.004, "0"),
    ],
)
def test_numbers_are_written_as_a_budget_office_does(column: str, value: float, text: str) -> None:
    assert number_text(column, value) == text


def test_paper_has_the_first_rows_of_long_lists_and_says_so(tmp_path: Path) -> None:
    few, many = (
        page_text(run_page(run.answer, setters_of(run), changed_of(run), run.manifest.model_dump(mode="json")))
        for number in (PRINTED_ROWS + FEW, PRINTED_ROWS + FEW + 1)
        for run in [
            run_of(case_of([service(f"s{place}", 100.0, delegable=False) for place in range(number)]), tmp_path)
        ]
    )
    kept = f"at most {PRINTED_ROWS} of {PRINTED_ROWS + FEW + 1} rows are on paper"
    assert kept not in few
    assert kept in many
    assert 'id="kept-table" class="cut"' in many
    style = (ROOT / "optimizer/report/html/templates/page.css").read_text(encoding="utf-8")
    assert f"table.cut tbody tr:nth-child(n + {PRINTED_ROWS + 1} of" in style
    assert f".stories.cut details:nth-child(n + {PRINTED_REASONS + 1} of" in style


def test_small_flows_are_gathered_under_one() -> None:
    flows = pd.DataFrame(
        [(f"d{place}", "partner", "x", 1, 100.0 - place) for place in range(5)],
        columns=["department", "decision", "provider", "services", "gross_usd_per_year"],
    )
    fewer = largest(flows, "department", 3)
    assert fewer["department"].tolist() == ["d0", "d1", "3 other departments"]
    assert fewer["gross_usd_per_year"].tolist() == [100.0, 99.0, 98.0 + 97.0 + 96.0]
    assert largest(flows, "department", 5) is flows
