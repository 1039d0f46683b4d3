"""What a plan brings besides its cost: money freed by fund and what it buys, sales, and coverage by place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.candidates import codes_of, ids_at, places_of
from optimizer.options.money import Cents, annuity, cents
from optimizer.plan.cents import in_cents, to_cents
from optimizer.plan.chosen import Chosen
from optimizer.plan.communication import exchange_cents_per_year, exchange_today_cents
from optimizer.plan.today import today_cents_per_year
from optimizer.plan.yearly import yearly_money
from optimizer.program.equity import service_weights
from optimizer.scenario.settings import ReinvestmentRule


def fund_table(chosen: Chosen, costs: pd.DataFrame, keep_cents: Cents) -> pd.DataFrame:
    """One row per fund: fund, restricted, today, plan, freed (not below 0), reinvested, left, all as usd_per_year.

    `keep_cents` is the present cost of keeping each service [services].
    """
    case, years = chosen.case, annuity(chosen.case.settings)
    facts, services = case.county.facts, case.county.frame("services")
    sale_service = dict(
        zip(case.county.frame("sales")["sale_id"], case.county.frame("sales")["service_id"], strict=True)
    )
    fund_of = dict(zip(services["service_id"], services["fund"], strict=True))
    bearer = costs["id"].where(costs["scope"] != "sale", costs["id"].map(sale_service)).map(fund_of)
    bearer = bearer.where(costs["scope"].isin(["service", "sale"]), facts.general_fund)
    table = pd.DataFrame(
        {"fund": [fund.fund for fund in facts.funds], "restricted": [f.restricted for f in facts.funds]}
    )

    def by_fund(amounts: Cents, fund: pd.Series[str], unborne: int = 0) -> Cents:
        borne = pd.Series(amounts).groupby(fund.to_numpy()).sum().reindex(table["fund"], fill_value=0)
        return borne.to_numpy(dtype=np.int64) + np.where(table["fund"] == facts.general_fund, unborne, 0)

    today = by_fund(today_cents_per_year(chosen), services["fund"], exchange_cents_per_year(case))
    kept = by_fund(keep_cents, services["fund"], exchange_today_cents(case))
    money = yearly_money(today, kept - by_fund(cents(costs["present_usd"].to_numpy()), bearer), years)
    table[["today_usd_per_year", "plan_usd_per_year"]] = money[["today_usd_per_year", "plan_usd_per_year"]]
    table["freed_usd_per_year"] = money["saving_usd_per_year"].clip(lower=0.0)
    spent = proposal_table(chosen).groupby("fund")["spent_usd_per_year"].sum()
    table["reinvested_usd_per_year"] = table["fund"].map(spent).fillna(0.0)
    table["left_usd_per_year"] = table["freed_usd_per_year"] - table["reinvested_usd_per_year"]
    return in_cents(table)


def proposal_table(chosen: Chosen) -> pd.DataFrame:
    """One row per proposal, as in the table, with share_done, spent_usd_per_year and score_bought."""
    table = chosen.case.county.frame("proposals").drop(columns="max_share")
    done = table["proposal_id"].map(dict(chosen.choices.proposals)).astype("float64").fillna(0.0)
    return table.assign(
        share_done=done, spent_usd_per_year=done * table["usd_per_year"], score_bought=done * table["score"]
    )


def weighted_value_usd(chosen: Chosen) -> float:
    """What reinvestment adds to what is sought, in present value: spending less its worth; 0 unless it is weighted."""
    reinvestment = chosen.case.settings.reinvestment
    if reinvestment.rule is not ReinvestmentRule.WEIGHTED:
        return 0.0
    table = proposal_table(chosen)
    worth = float(reinvestment.usd_per_score or 0.0) * table["score_bought"].sum()
    return annuity(chosen.case.settings) * float(table["spent_usd_per_year"].sum() - worth)


def sale_table(chosen: Chosen) -> pd.DataFrame:
    """Sales that are made: sale_id, service_id, name, department, org_id, buyer, start_year, price_usd_per_year,
    marginal_usd_per_year, buyer_saves_usd_per_year, setup_usd, fte, gain_usd_per_year (yearly equivalent), estimated.
    """
    sales, county = chosen.sales, chosen.case.county
    table, services = county.frame("sales").iloc[sales.sale], county.frame("services").iloc[sales.service]
    orgs = county.frame("organizations")
    return pd.DataFrame(
        {
            "sale_id": table["sale_id"].to_numpy(),
            "service_id": services["service_id"].to_numpy(),
            "name": services["name"].to_numpy(),
            "department": services["department"].to_numpy(),
            "org_id": table["org_id"].to_numpy(),
            "buyer": ids_at(orgs["name"], codes_of(table["org_id"], orgs["org_id"]), ""),
            "start_year": sales.terms.start + 1,
            "price_usd_per_year": sales.terms.price,
            "marginal_usd_per_year": sales.terms.marginal,
            "buyer_saves_usd_per_year": table["buyer_cost_usd_per_year"].to_numpy() - sales.terms.price,
            "setup_usd": sales.terms.setup,
            "fte": table["fte"].to_numpy(),
            "gain_usd_per_year": to_cents(-sales.cost_cents / 100.0 / annuity(chosen.case.settings)),
            "estimated": [";".join(columns) for columns in table["estimated"]],
        }
    )


def place_table(chosen: Chosen) -> pd.DataFrame:
    """How every district and population group is served: place, kind, population, coverage, lost_by_exit (shares)."""
    case, candidates, facts = chosen.case, chosen.candidates, chosen.case.county.facts
    weight = service_weights(case)
    total = weight.sum()
    lost = 1.0 - candidates.coverage
    people = [d.population for d in facts.districts] or [facts.population]
    people += [group.population for group in facts.groups]
    districts = len(people) - len(facts.groups)
    kind = ["district" if facts.districts else "county"] * districts + ["group"] * len(facts.groups)
    share = weight / total if total > 0 else np.zeros(len(weight))
    return pd.DataFrame(
        {
            "place": places_of(case),
            "kind": kind,
            "population": people,
            "coverage": 1.0 - share @ lost,
            "lost_by_exit": (share * candidates.ended) @ lost,
        }
    )
