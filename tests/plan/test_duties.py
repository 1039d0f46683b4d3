"""Duties that moved services serve: coverage worked out by hand, and the same as the limits of the plan tell."""

from __future__ import annotations

import pytest

from optimizer.county import records
from optimizer.plan.duties import duty_table
from tests.cases import FACTS, best, case_of, offer, organization, plain_money, service

DISTRICTS = tuple(records.District(district=name, population=500) for name in ("north", "south"))


def mandate(mandate_id: str, **columns: object) -> records.Mandate:
    row = {"mandate_id": mandate_id, "name": f"Duty {mandate_id}", "citation": f"C.R.S. {mandate_id}"}
    row |= {"authority": "state", "required_coverage": 0.6, "funded": True}
    return records.Mandate.model_validate(row | columns)


def test_the_lowest_place_counts_and_what_is_kept_covers_all() -> None:
    served = [("roads", "a", 2.0), ("roads", "b", 1.0), ("signs", "a", 1.0), ("north", "a", 1.0), ("kept", "b", 1.0)]
    case = case_of(
        [service("a"), service("b", 10.0)],
        [organization("t")],
        [offer("a", "t", 10.0, coverage=0.9), offer("b", "t", 50.0)],
        settings=plain_money() | {"duties": {"coverage_floor_by_mandate_level": {}, "enforce_unfunded": False}},
        facts=FACTS.model_copy(update={"districts": DISTRICTS}),
        coverages=[records.Coverage(offer_id="a-t", district="south", coverage=0.6)],
        mandates=[
            mandate("roads"),
            mandate("signs", funded=False, required_coverage=0.95),
            mandate("north", district="north"),
            mandate("kept"),
        ],
        mandate_services=[records.MandateService(mandate_id=m, service_id=s, weight=w) for m, s, w in served],
    )
    plan = best(case)
    table = duty_table(case.county, plan.decisions, enforce_unfunded=False).set_index("mandate_id")
    # roads in the south: (2 x 0.6 + 1 x 1) / 3; signs there: 0.6, which nobody enforces; north: 0.9 there alone
    assert table.index.tolist() == ["signs", "roads", "north"]
    assert table["plan_share"].tolist() == pytest.approx([0.6, 2.2 / 3, 0.9])
    assert table["place"].tolist() == ["south", "south", "north"]
    assert table["enforced"].tolist() == [False, True, True]
    assert table.loc["roads", ["services", "moved"]].tolist() == [2, 1]
    limits = plan.limits[plan.limits["rule"] == "mandates"].set_index("subject")
    assert limits["used"]["roads south"] / 3 == pytest.approx(table["plan_share"]["roads"])
    assert limits["used"]["north north"] == pytest.approx(table["plan_share"]["north"])


def test_a_plan_without_moves_touches_no_duty() -> None:
    case = case_of([service("a")], mandates=[mandate("m")], mandate_services=[
        records.MandateService(mandate_id="m", service_id="a", weight=1.0)
    ])  # fmt: skip
    assert duty_table(case.county, best(case).decisions, enforce_unfunded=True).empty
