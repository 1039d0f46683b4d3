"""The overlap picture by hand, and what it is worth to know a price: on paper, and against trying every plan anew."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from optimizer.county import records
from optimizer.county.county import TABLES, County, frame_of
from optimizer.county.records import Overlap
from optimizer.scenario.loading import settings_left_out
from optimizer.scenario.scenario import Case
from optimizer.why.asked import ask
from optimizer.workshop.guessed import Guessed
from optimizer.workshop.picture import picture_of
from optimizer.workshop.summary import Summary, strongest
from optimizer.workshop.worth import Worth, worth_of_knowing
from tests.cases import FACTS, ROOT, case_of, offer, organization, service
from tests.libreoffice import needs_libreoffice, recalculated

SAID = (
    ("east", "a", "delivers"), ("east", "b", "would_partner"), ("west", "b", "would_take_over"),
    ("west", "c", "would_buy"), ("west", "a", "no"),
)  # fmt: skip


def county() -> County:
    """Gross 100 and 300 in Works, 200 and 400 in Library; nobody answered on d."""
    return County(
        FACTS,
        services=(
            service("a", 100), service("b", 200, department="Library"), service("c", 300),
            service("d", 400, department="Library"),
        ),
        organizations=(organization("east"), organization("west"), organization("mute")),
        overlaps=tuple(Overlap(org_id=org, service_id=one, stance=stance) for org, one, stance in SAID),
        offers=(offer("b", "west", 150),),
    )  # fmt: skip


def test_the_picture_by_hand() -> None:
    found = picture_of(county())
    # of 1000: a and b overlap; b has two who could deliver it; c was answered, d by nobody
    assert (found.mapped.also_delivered_share, found.competing_share, found.unanswered_share) == (0.3, 0.2, 0.4)
    heat = found.heat.set_index("organization")
    assert list(heat.columns) == ["budget_share", "Library", "Works"]
    assert heat.loc["Town of east"].tolist() == pytest.approx([0.3, 200 / 600, 100 / 400])
    assert heat.loc["Town of west", "Library"] == pytest.approx(200 / 600)
    assert math.isnan(heat.loc["Town of west", "Works"])
    orgs = found.organizations.set_index("org_id")
    assert orgs.loc["west", ["would_take_over", "would_buy", "no", "with_price", "without_price"]].tolist() == [
        1,
        1,
        1,
        1,
        0,
    ]
    assert orgs.loc["east", ["delivers", "would_partner", "with_price", "without_price"]].tolist() == [1, 1, 0, 2]
    assert orgs.loc["mute", "budget_share"] == 0
    assert found.competing["who"].tolist() == ["Town of east; Town of west"]
    assert found.competing["with_price"].tolist() == [1]
    assert found.unanswered["service_id"].tolist() == ["d"]
    departments = found.departments.set_index("department")
    assert departments.loc["Library"].tolist() == pytest.approx([2, 600, 200 / 600, 200 / 600, 400 / 600])
    assert strongest(found)["department_share"].tolist() == pytest.approx([200 / 600, 200 / 600, 100 / 400])


def test_the_picture_in_words_and_without_answers() -> None:
    lines = Summary("Lake", picture_of(county()), None).told().lines
    assert lines[0].startswith("Services worth 30.0% of $1,000 a year overlap")
    assert "1 organization said nothing: Town of mute." in lines
    bare = picture_of(county().with_tables(overlaps=(), offers=(), organizations=()))
    assert bare.heat.empty
    assert bare.unanswered_share == 1
    assert [page.name for page in Summary("Lake", bare, None).pages()] == ["Summary", "Departments", "Nobody answered"]


def test_a_department_called_like_a_column_of_ours() -> None:
    services = [row.model_copy(update={"department": "budget_share"}) for row in county().services]
    found = picture_of(county().with_tables(services=tuple(services)))
    assert list(found.heat.columns) == ["organization", "budget_share", "budget_share (department)"]


def guess(service_id: str, org: str, price_usd: float) -> records.Offer:
    return offer(service_id, org, price_usd, estimated=("price_usd_per_year",))


def paper(**changes: Any) -> Case:
    """Three services of 100. East would do a for about 110 and b for about 90, west b for 95; nobody knows but west.

    The plan keeps a and gives b to east: 100 + 90 + 100. At 0.8 a costs 88: 12 are saved. At 1.2 b costs 108, so that
    west's 95 is better by 13.
    """
    offers = [guess("a", "east", 110), guess("b", "east", 90), offer("b", "west", 95), guess("c", "south", 200)]
    rows = [service("a"), service("b"), service("c")]
    return case_of(rows, [organization("east"), organization("west"), organization("south")], offers, **changes)


def worth_of(case: Case) -> Worth:
    return worth_of_knowing(ask(case))


def test_on_paper() -> None:
    found = worth_of(paper())
    assert (found.missing, found.may_turn, found.concerned) == (3, 2, 1)
    prices = found.prices.set_index("service_id")
    assert prices.index.tolist() == ["b", "a"]
    assert prices["in_the_plan"].tolist() == [True, False]
    assert prices["asked_at_usd_per_year"].tolist() == [108, 88]
    # b at 108 goes to west for 95, which is 5 more than today's 90; carried out as it is the plan would cost 18 more
    assert prices["change_usd_per_year"].tolist() == pytest.approx([5, -12])
    assert prices["value_usd_per_year"].tolist() == pytest.approx([0.3 * 13, 0.3 * 12])
    assert prices["otherwise"].tolist() == [1, 1]
    (call,) = found.calls.to_dict("records")
    # all low: a for 88, b for 72; all high: b goes to west
    assert (call["change_at_low_usd_per_year"], call["change_at_high_usd_per_year"]) == pytest.approx((-30, 5))
    assert (call["otherwise_at_low"], call["otherwise_at_high"], call["prices_missing"]) == (1, 1, 2)
    assert call["value_usd_per_year"] == pytest.approx(0.3 * 12 + 0.3 * 13)
    assert found.all_low_usd_per_year == pytest.approx(12)
    assert found.all_high_usd_per_year == pytest.approx(18)
    assert found.calls["proved"].all()
    assert found.prices["proved"].all()


def test_what_is_given_is_not_asked_about() -> None:
    case = case_of([service("a")], [organization("east")], [offer("a", "east", 90)])
    found = worth_of(case)
    assert (found.missing, found.searches, len(found.calls), len(found.prices)) == (0, 0, 0, 0)
    assert "nobody to call" in Summary("x", picture_of(case.county), found).told().lines[-1]


def test_an_agreement_is_paid_for_by_several_prices_together() -> None:
    # each move saves 4 at its low price, the agreement costs 6: no price is worth a call by itself, the town is
    rows, offers = [service("a"), service("b")], [guess("a", "east", 120), guess("b", "east", 120)]
    found = worth_of(case_of(rows, [organization("east", 6)], offers))
    assert found.prices["value_usd_per_year"].tolist() == [0, 0]
    assert found.calls["value_usd_per_year"].tolist() == pytest.approx([0.3 * 2])


def test_a_price_that_only_a_hurdle_keeps_out_is_found() -> None:
    # asked 95 of 100: below the hurdle of 10 %; at 76 it is admissible
    settings = {"economics": {"hurdle_share": 0.1}}
    base = paper().settings.model_dump(mode="json")
    case = case_of([service("a")], [organization("east")], [guess("a", "east", 95)], _merged(base, settings))
    found = worth_of(case)
    assert found.prices["change_usd_per_year"].tolist() == pytest.approx([-24])


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {**base, **{name: {**base[name], **inner} for name, inner in changes.items()}}


def sold(service_id: str, org: str, usd: float, marginal_usd: float, buyer_usd: float) -> records.Sale:
    return records.Sale(
        sale_id=f"{service_id}-{org}", service_id=service_id, org_id=org, price_usd_per_year=usd,
        marginal_usd_per_year=marginal_usd, buyer_cost_usd_per_year=buyer_usd, setup_usd=0, fte=0, lead_time_months=0,
        estimated=("price_usd_per_year",),
    )  # fmt: skip


def test_what_a_neighbour_would_pay_is_asked_about_too() -> None:
    # a is sold for 40 at a cost of 36: at 32 the plan as it is would lose 4. b costs 42: it is sold for 48, not for 40.
    # c costs 42 too, and the buyer pays 45 at the most. d brings 40 where it costs 10, whatever the price is.
    sales = (
        sold("a", "east", 40, 36, 60), sold("b", "west", 40, 42, 60), sold("c", "south", 40, 42, 45),
        sold("d", "south", 40, 10, 60),
    )  # fmt: skip
    rows, orgs = [service(one) for one in "abcd"], [organization("east"), organization("west"), organization("south")]
    case = case_of(rows, orgs, [], sales=sales)
    found = worth_of(case)
    assert (found.missing, found.may_turn) == (4, 3)
    prices = found.prices.set_index("service_id").loc[["a", "b", "c"]]
    assert set(found.prices["service_id"]) == {"a", "b", "c"}
    assert prices["decision"].tolist() == ["insource"] * 3
    assert prices["in_the_plan"].tolist() == [True, False, False]
    assert prices["asked_at_usd_per_year"].tolist() == [32, 48, 45]
    assert prices["change_usd_per_year"].tolist() == pytest.approx([4, -6, -3])
    assert prices["value_usd_per_year"].tolist() == pytest.approx([0.3 * 4, 0.3 * 6, 0.3 * 3])
    assert found.all_low_usd_per_year == pytest.approx(6 + 3)
    assert found.all_high_usd_per_year == pytest.approx(8 + 8)
    calls = found.calls.set_index("org_id")
    assert calls["value_usd_per_year"].to_dict() == pytest.approx({"west": 0.3 * 6, "east": 0.3 * 4, "south": 0.3 * 3})


def test_who_could_turn_most_is_asked_about_first() -> None:
    # f0, f1 and f2 are in the plan at 50 and turn at no price; new would save 12 at its low price
    rows = [service(one) for one in ("f0", "f1", "f2", "new")]
    offers = [guess(f"f{row}", f"t{row}", 50) for row in range(3)]
    orgs = [organization(f"t{row}") for row in range(3)]
    case = case_of(rows, [*orgs, organization("late")], [*offers, guess("new", "late", 110)])
    found = worth_of_knowing(ask(case), most=1)
    assert found.calls["org_id"].tolist() == ["late"]
    assert found.calls["value_usd_per_year"].tolist() == pytest.approx([0.3 * 12])
    # nothing of it is in the plan, so that nothing need be searched for where it is dearer: all low, then its two
    assert found.searches == 3


def test_the_host_of_a_pool_is_called() -> None:
    pool = records.Pool(
        pool_id="pool",
        name="Shared",
        host_org_id="east",
        setup_usd=0,
        fixed_usd_per_year=0,
        min_members=1,
        max_members=2,
    )
    own = pool.model_copy(update={"pool_id": "pool2", "host_org_id": None, "name": "Own"})
    offers = [guess("a", "pool", 110), guess("b", "pool2", 110)]
    case = case_of([service("a"), service("b")], [organization("east")], offers, pools=[pool, own])
    found = worth_of(case)
    assert (found.missing, found.calls["org_id"].tolist()) == (1, ["east"])


def test_tables_at_other_prices_are_those_that_would_be_read() -> None:
    """An estimated offer and an estimated sale at once: the tables that are handed on, and made anew."""
    offers = [guess("a", "t", 60), offer("b", "t", 70)]
    case = case_of([service(one) for one in "ab"], [organization("t")], offers, sales=[sold("b", "t", 40, 20, 90)])
    guessed = Guessed(ask(case))
    assert guessed.rows.tolist() == [0, 2]
    county = guessed.case_at(guessed.rows, 1.2).county
    for name in ("offers", "sales"):
        pd.testing.assert_frame_equal(county.frame(name), frame_of(TABLES[name].record, county.table(name)))
    assert county.frame("offers")["price_usd_per_year"].tolist() == [72, 70]
    assert county.frame("sales")["price_usd_per_year"].tolist() == [48]
    assert case.county.frame("offers")["price_usd_per_year"].tolist() == [60, 70]


def test_what_is_carried_out_costs_what_the_plan_says() -> None:
    asked = ask(paper())
    guessed = Guessed(asked)
    for row in guessed.rows.tolist():
        for times in (0.8, 1.2):
            found = guessed.ask(pd.Series([row]).to_numpy(), times)
            # the plan in question can always be carried out here, so that no other is dearer
            assert found.regret_usd_per_year >= -1e-9


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_services_that_have_nothing_in_common_can_be_decided_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    price = {(f"s{row}", org): float(rng.integers(70, 140)) for row in range(5) for org in ("east", "west")}
    rows, orgs = [service(f"s{row}") for row in range(5)], [organization("east"), organization("west")]
    case = case_of(rows, orgs, [guess(one, org, usd) for (one, org), usd in price.items()])
    found = worth_of_knowing(ask(case), most=50)

    def least(times: dict[tuple[str, str], float]) -> dict[str, tuple[float, str]]:
        """Least cost of every service and who delivers it; '' the county itself."""
        ways = {f"s{row}": [(100.0, "")] for row in range(5)}
        for (one, org), usd in price.items():
            ways[one].append((round(usd * times.get((one, org), 1.0), 2), org))
        return {one: min(offered) for one, offered in ways.items()}

    def worth(times: dict[tuple[str, str], float]) -> float:
        """What the plan made at the estimates costs more than the best one, were these the prices."""
        at = {key: round(usd * times.get(key, 1.0), 2) for key, usd in price.items()}
        carried = sum(at[one, org] if org else usd for one, (usd, org) in least({}).items())
        return carried - sum(usd for usd, _ in least(times).values())

    for row in found.prices.to_dict("records"):
        key = row["service_id"], row["offer_id"].rpartition("-")[2]
        at = {key: found.high if row["in_the_plan"] else found.low}
        assert row["value_usd_per_year"] == pytest.approx(0.3 * worth(at), abs=1e-6)
    for row in found.calls.to_dict("records"):
        own = [key for key in price if key[1] == row["org_id"]]
        both = [worth(dict.fromkeys(own, times)) for times in (found.low, found.high)]
        assert row["value_usd_per_year"] == pytest.approx(0.3 * sum(both), abs=1e-6)
    told = {(row["service_id"], row["offer_id"].rpartition("-")[2]) for row in found.prices.to_dict("records")}
    for key in set(price) - told:
        # what the screen left out is worth nothing at either price, as nothing ties these services
        assert max(worth({key: found.low}), worth({key: found.high})) <= 1e-6


PLACE = ROOT / "data" / "pocket"
POCKET = ROOT / "scenarios" / "whatifs" / "pocket" / "on_paper.yaml"


def test_the_command_and_its_workbook(tmp_path: Path) -> None:
    out = tmp_path / "overlaps.xlsx"
    words = [
        "workshop",
        "summary",
        str(ROOT / "data" / "pocket"),
        "--scenario",
        str(POCKET),
        "--out",
        str(out),
        "--json",
    ]
    done = CliRunner().invoke(cli.main, words)
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.output)
    book = openpyxl.load_workbook(out)
    assert book.sheetnames[:2] == ["Summary", "Heat map"]
    sheet = book["Heat map"]
    (table,) = sheet.tables.values()
    head, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
    cells = {
        (row["organization"], row["department"]): row["department_share"]
        for row in told["tables"]["Strongest overlaps"]
    }
    for row in rows:
        for name, value in zip(head[2:], row[2:], strict=True):
            assert value == (None if (row[0], name) not in cells else pytest.approx(cells[row[0], name], abs=1e-6))
    scales = [rule for each in sheet.conditional_formatting for rule in each.rules]
    assert {rule.type for rule in scales} == {"colorScale"}
    assert len(scales) == len(head) - 1
    again = CliRunner().invoke(cli.main, words)
    assert "a place that is taken" in again.stderr


def test_settings_that_a_folders_name_keeps_out_of_force_are_told() -> None:
    scenario = ROOT / "scenarios" / "whatifs" / "clear_creek" / "recommended.yaml"
    assert settings_left_out(scenario, Path("after/clear_creek")) == ""
    assert settings_left_out(POCKET, Path("pocket_2")) == ""
    left_out = settings_left_out(scenario, Path("clear_creek_2"))
    assert left_out == "scenarios/counties/clear_creek.yaml"
    told = Summary("Lake", picture_of(county()), worth_of(paper()), left_out).told().lines
    assert f"The county's own settings, {left_out}, are not in force" in told[-1]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--out", "x.csv"], 2, "ends in .xlsx"),
        (["--set", "limits.agreements=1"], 2, "needs --scenario"),
        (["--scenario", str(POCKET), "--set", "limits.revenue_floor_usd_per_year=1000000"], 3, "found no plan exists"),
    ],
)
def test_what_cannot_be_asked(words: list[str], code: int, told: str) -> None:
    done = CliRunner().invoke(cli.main, ["workshop", "summary", str(ROOT / "data" / "pocket"), *words])
    assert done.exit_code == code
    assert told in done.stderr


@pytest.mark.slow
@needs_libreoffice
def test_the_workbook_recalculated_elsewhere_has_no_error(tmp_path: Path) -> None:
    out = tmp_path / "overlaps.xlsx"
    scenario = ROOT / "scenarios" / "whatifs" / "clear_creek" / "recommended.yaml"
    words = ["workshop", "summary", str(ROOT / "data" / "clear_creek"), "--scenario", str(scenario), "--most", "3"]
    assert CliRunner().invoke(cli.main, [*words, "--out", str(out)]).exit_code == 0
    values = openpyxl.load_workbook(recalculated(out, tmp_path), data_only=True)
    texts = [str(cell.value) for sheet in values for row in sheet for cell in row if cell.value is not None]
    assert not [text for text in texts if text.startswith(("#", "Err:"))]
