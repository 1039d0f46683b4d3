"""What the county could sell to its neighbours, and what of it is left out and why: docs/model.md, section 2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.options.admissible import NOT_CONSIDERED
from optimizer.options.candidates import Codes, codes_of, ids_at
from optimizer.options.money import Cents, SaleTerms, annuity, present_sale_parts
from optimizer.scenario.scenario import Case

BELOW_COST = "sold below its marginal cost"
ABOVE_BUYERS_COST = "the buyer would pay more than today"
BUYER_PLANS = "the buyer plans too and has no such offer"
SALE_REASONS = (NOT_CONSIDERED, BELOW_COST, ABOVE_BUYERS_COST, BUYER_PLANS)
"""Why a sale is left out; the first that applies is told."""


@dataclass(frozen=True)
class Sales:
    """Sales that could be made, once per start year, as parallel arrays with one entry each."""

    sale: Codes
    """Row in the sales table."""
    service: Codes
    """Row of the service in the services table."""
    terms: SaleTerms
    present_cents: Cents
    """Present value by part [sales x money.SALE_PARTS], whole cents."""

    def __len__(self) -> int:
        return len(self.sale)

    @property
    def cost_cents(self) -> Cents:
        """Present cost per sale, whole cents; negative where it earns."""
        total: Cents = self.present_cents.sum(axis=1)
        return total


def build_sales(case: Case) -> tuple[Sales, pd.DataFrame]:
    """The sales that are admissible, and the others in the columns of `Options.left_out`."""
    reason = _reasons_against(case)
    admitted, starts = np.flatnonzero(reason == ""), case.settings.horizon.start_years
    sale = np.tile(admitted, starts)
    start = np.repeat(np.arange(starts), len(admitted))
    return sales_at(case, sale, start), _left_out(case, np.flatnonzero(reason != ""), reason)


def sales_at(case: Case, sale: Codes, start: Codes) -> Sales:
    """Rows of the sales table with the years in which they start, from 0; they need not be admissible."""
    table = case.county.frame("sales").iloc[sale]
    terms = SaleTerms(
        start=start.astype(np.int64),
        price=table["price_usd_per_year"].to_numpy(dtype=np.float64),
        marginal=table["marginal_usd_per_year"].to_numpy(dtype=np.float64),
        setup=table["setup_usd"].to_numpy(dtype=np.float64),
        lead_time_months=table["lead_time_months"].to_numpy(dtype=np.float64),
    )
    service = codes_of(table["service_id"], case.county.frame("services")["service_id"])
    return Sales(sale.astype(np.int64), service, terms, present_sale_parts(terms, case.settings))


def sale_table(case: Case, service: int, kept_usd: float) -> pd.DataFrame:
    """Every sale of one service in every start year, in the columns of `options.option_table` but the last.

    What is sold is kept: the present cost is `kept_usd`, that of keeping the service, with what the sale brings and
    costs. Payback is not asked of sales (NaN), and who is served stays so.
    """
    table, starts = case.county.frame("sales"), case.settings.horizon.start_years
    rows = np.flatnonzero(table["service_id"] == case.county.services[service].service_id)
    sold = sales_at(case, np.tile(rows, starts), np.repeat(np.arange(starts), len(rows)))
    present = kept_usd + sold.cost_cents / 100.0
    return pd.DataFrame(
        {
            "decision": str(Decision.INSOURCE),
            "provider": ids_at(table["org_id"], sold.sale),
            "offer_id": ids_at(table["sale_id"], sold.sale),
            "start_year": sold.terms.start + 1,
            "present_cost_usd": present,
            "yearly_equivalent_usd": present / annuity(case.settings),
            "pool_usd_per_year_at_best_rate": 0.0,
            "promised_saving_usd_per_year": sold.terms.price - sold.terms.marginal,
            "transition_usd": sold.terms.setup,
            "payback_years": np.nan,
            "fte_displaced": 0.0,
            "lowest_coverage": 1.0,
            "estimated": ids_at(marks_of(table["estimated"]), sold.sale, ""),
        }
    )


def marks_of(estimated: pd.Series) -> pd.Series:
    """Names of the columns that were estimated, as one text per row."""
    return pd.Series([";".join(columns) for columns in estimated], dtype="object")


def _reasons_against(case: Case) -> npt.NDArray[np.object_]:
    sales = case.county.frame("sales")
    barred = {
        NOT_CONSIDERED: np.full(len(sales), Decision.INSOURCE not in case.settings.allowed_decisions),
        BELOW_COST: (sales["price_usd_per_year"] < sales["marginal_usd_per_year"]).to_numpy(),
        ABOVE_BUYERS_COST: (sales["price_usd_per_year"] > sales["buyer_cost_usd_per_year"]).to_numpy(),
        BUYER_PLANS: (sales["org_id"].isin(case.others.counties) & sales["offer_id"].isna()).to_numpy(),
    }
    return np.select(list(barred.values()), list(barred), "").astype(object)


def _left_out(case: Case, rows: Codes, reason: npt.NDArray[np.object_]) -> pd.DataFrame:
    sales = case.county.frame("sales")
    return pd.DataFrame(
        {
            "service_id": ids_at(sales["service_id"], rows),
            "decision": str(Decision.INSOURCE),
            "provider": ids_at(sales["org_id"], rows),
            "offer_id": ids_at(sales["sale_id"], rows),
            "start_year": np.ones(len(rows), dtype=np.int64),
            "reason": reason[rows],
        }
    )
