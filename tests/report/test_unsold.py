"""A sale that is not made: page, brief and `why` say what stands against it, and never that it could be done."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.county import County
from optimizer.county.terms import Decision
from optimizer.plan.answer import Answer
from optimizer.plan.spare import most_to_spare_fte, short_of_staff
from optimizer.report.brief.nothing import BEATEN, NOBODY_TO_SPARE, considered
from optimizer.report.brief.partner import partner_of
from optimizer.report.reasons.kept import UNSOLD, kept_reasons
from optimizer.runs.manifest import flat_settings
from optimizer.scenario.scenario import Case, Lock
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import ask
from optimizer.why.break_even import break_even
from optimizer.why.service import why_service
from tests.cases import best, case_of, organization, service


def case(spare_fte: float | None = None, **columns: Any) -> Case:
    """East would buy what the county does for 100, at 50 a year, for half a person of Works and 20 at the margin."""
    sale = records.Sale(
        **{
            "sale_id": "sold",
            "service_id": "a",
            "org_id": "east",
            "price_usd_per_year": 50,
            "marginal_usd_per_year": 20,
            "setup_usd": 0,
            "buyer_cost_usd_per_year": 60,
            "fte": 0.5,
            "lead_time_months": 0,
        }
        | columns
    )
    rows = [] if spare_fte is None else [records.SpareStaff(department="Works", year=None, fte=spare_fte)]
    return case_of([service("a", 100.0)], [organization("east")], sales=[sale], spare_staff=rows)


def answer_of(asked: Case) -> Answer:
    return Answer("one", "One", "What?", Stopped.PROVED, best(asked), flat_settings(asked), asked.county)


@pytest.mark.parametrize(
    ("spare_fte", "columns", "said", "to_the_buyer"),
    [
        (None, {}, "; that takes 0.5 FTE, and its department can spare 0.", NOBODY_TO_SPARE),
        (0.4, {}, "; that takes 0.5 FTE, and its department can spare 0.4.", NOBODY_TO_SPARE),
        (0.5, {"setup_usd": 900}, ". No plan that takes it costs less as a whole.", BEATEN),
        (1.0, {"marginal_usd_per_year": 51}, ", which is left out: sold below its marginal cost.", None),
    ],
)
def test_what_is_not_sold_says_why(
    spare_fte: float | None, columns: dict[str, Any], said: str, to_the_buyer: str | None
) -> None:
    answer = answer_of(case(spare_fte, **columns))
    (row,) = kept_reasons(answer).to_dict("records")
    assert row["because"] == UNSOLD
    assert row["why"] == f"Town of east would buy it for $50 a year{said}"
    (why,) = considered(partner_of(answer, "east"))["why"]
    assert why == (to_the_buyer or "the price is below what it would cost the county")


def test_why_says_that_a_sale_takes_too_many_staff() -> None:
    told = why_service(ask(case()), "a").told()
    assert told.lines[1] == (
        "Nothing else is possible under these rules (left out: insource with Town of east: takes more staff than its "
        "department can spare)."
    )
    # what is made is not told as left out
    assert "the plan says insource with Town of east" in why_service(ask(case(0.5)), "a").told().lines[0]


@pytest.mark.parametrize(("spare_fte", "spared"), [(None, "0"), (0.4, "0.4")])
def test_the_break_even_price_of_a_sale_says_that_it_takes_too_many_staff(spare_fte: float | None, spared: str) -> None:
    (line,) = break_even(ask(case(spare_fte)), "a").told().lines
    assert line == (
        "insource with Town of east: at no price in the plan, of those from $0 to $60 a year (no plan has it, as it "
        f"takes 0.5 FTE, and its department can spare {spared}; asked now: $50 a year)."
    )


def test_staff_that_another_sale_takes_stays_a_condition_of_the_break_even_price() -> None:
    """Two buyers, and half a person, whom a lock gives to the other one."""
    both = case(0.5)
    other = both.county.sales[0].model_copy(update={"sale_id": "other", "org_id": "west"})
    county = replace(
        both.county,
        sales=(*both.county.sales, other),
        organizations=(*both.county.organizations, organization("west")),
    )
    lock = Lock("a", Decision.INSOURCE, "west", "test")
    because = break_even(ask(replace(both, county=county, locks=(lock,))), "a", "sold").prices["out_because"].item()
    assert because.startswith("no plan has it that keeps ")
    assert "Works: most staff for what it sells in every year" in because


def test_the_year_that_can_spare_most_decides() -> None:
    county: County = case(0.2).county
    (sale,) = county.sales
    assert (most_to_spare_fte(county, "Works"), most_to_spare_fte(county, "Library")) == (0.2, 0.0)
    assert short_of_staff(county, sale)
    later = records.SpareStaff(department="Works", year=2, fte=0.5)
    assert not short_of_staff(replace(county, spare_staff=(*county.spare_staff, later)), sale)
    assert not short_of_staff(case(None, fte=0.0).county, case(None, fte=0.0).county.sales[0])


def test_whatever_stands_against_a_sale_it_is_not_made() -> None:
    assert best(case()).sales.empty
    assert best(case(0.4)).sales.empty
    assert best(case(0.5)).sales["sale_id"].tolist() == ["sold"]
