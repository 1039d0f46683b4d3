"""The table of one service's options: offers, sales and exit beside each other, each with why it is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from optimizer.ask import options_of
from optimizer.county import records
from optimizer.scenario.scenario import Case, Others
from tests.cases import case_of, completed, offer, organization, plain_money, service


def sale(sale_id: str, **columns: Any) -> records.Sale:
    """North would buy what the jail does, at 40 a year for 22 of work, after a set-up of 6."""
    row = {
        "sale_id": sale_id, "service_id": "jail", "org_id": "north", "price_usd_per_year": 40,
        "marginal_usd_per_year": 22, "buyer_cost_usd_per_year": 50, "setup_usd": 6, "fte": 0, "lead_time_months": 0,
    }  # fmt: skip
    return records.Sale.model_validate(row | columns)


def rows_of(sales: list[records.Sale], settings: dict[str, Any] | None = None, **jail: Any) -> pd.DataFrame:
    case = case_of(
        [service("jail", **jail), service("parks")],
        [organization("north"), organization("east")],
        [offer("jail", "east", 50)],
        plain_money() | (settings or {}),
        sales=[*sales, sale("other", service_id="parks")],
    )
    return options_of(completed(case), "jail")


def of(rows: pd.DataFrame, row_id: str) -> pd.Series:
    (found,) = rows[rows["offer_id"] == row_id].to_dict("records")
    return pd.Series(found)


def test_a_sale_is_an_option_that_keeps_the_service() -> None:
    rows = rows_of([sale("beds", estimated=("price_usd_per_year",))])
    assert rows["decision"].tolist() == ["keep", "outsource", "insource"]
    beds = of(rows, "beds")
    # kept for 100, sold for 40 less 22, set up for 6
    assert beds["present_cost_usd"] == beds["yearly_equivalent_usd"] == 100 - 18 + 6
    assert beds["promised_saving_usd_per_year"] == 18
    assert beds[["provider", "start_year", "transition_usd", "lowest_coverage"]].tolist() == ["north", 1, 6, 1]
    assert beds[["estimated", "left_out"]].tolist() == ["price_usd_per_year", ""]
    assert pd.isna(beds["payback_years"])


@pytest.mark.parametrize(
    ("columns", "settings", "reason"),
    [
        ({"marginal_usd_per_year": 41}, {}, "sold below its marginal cost"),
        ({"buyer_cost_usd_per_year": 39}, {}, "the buyer would pay more than today"),
        ({}, {"allowed_decisions": ["keep", "outsource"]}, "decision not considered"),
        (
            {},
            {"allowed_decisions": ["outsource", "insource"]},
            "what is sold is kept, and that is left out: decision not considered",
        ),
    ],
)
def test_a_sale_that_is_left_out_is_told_with_the_reason_in_every_start_year(
    columns: dict[str, Any], settings: dict[str, Any], reason: str
) -> None:
    years = {"horizon": {"years": 2, "discount_rate": 0.0, "start_years": 2}}
    rows = rows_of([sale("beds", **columns)], settings | years)
    sold = rows[rows["decision"] == "insource"]
    assert sold["start_year"].tolist() == [1, 2]
    assert sold["left_out"].tolist() == [reason, reason]


def test_a_sale_to_a_county_that_plans_too_is_left_out() -> None:
    case = case_of([service("jail")], [organization("north")], sales=[sale("beds")])
    told = replace(case, others=Others(counties=frozenset({"north"})))
    assert of(options_of(told, "jail"), "beds")["left_out"] == "the buyer plans too and has no such offer"


def test_a_sale_and_an_offer_of_one_id_do_not_take_each_others_reason() -> None:
    rows = rows_of([sale("jail-east", marginal_usd_per_year=41)])
    assert dict(zip(rows["decision"], rows["left_out"], strict=True)) == {
        "keep": "",
        "outsource": "",
        "insource": "sold below its marginal cost",
    }


def test_exit_is_an_option_where_it_is_allowed() -> None:
    assert "exit" not in rows_of([])["decision"].tolist()
    allowed = {"allowed_decisions": ["keep", "exit"]}
    assert of(rows_of([], allowed), "exit~jail")["left_out"] == ""
    assert of(rows_of([], allowed, mandate_level=4), "exit~jail")["left_out"] == "a duty is not ended"


def test_a_service_without_sales_has_none() -> None:
    case: Case = case_of([service("jail"), service("parks")], [organization("north")], sales=[sale("beds")])
    assert options_of(case, "parks")["decision"].tolist() == ["keep"]
