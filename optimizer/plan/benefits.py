"""What a plan brings besides its cost: money freed by fund and what it buys, sales, and coverage by place."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.county.county import County
from optimizer.options.candidates import Codes, codes_of, ids_at, places_of
from optimizer.options.money import Cents, annuity, cents
from optimizer.plan.cents import CENTS, to_cents
from optimizer.plan.chosen import Chosen
from optimizer.plan.communication import exchange_cents_per_year, exchange_today_cents
from optimizer.plan.today import today_cents_per_year
from optimizer.plan.yearly import yearly_money
from optimizer.program.equity import service_weights
from optimizer.program.rows import Floats
from optimizer.scenario.settings import ReinvestmentRule


def fund_table(chosen: Chosen, costs: pd.DataFrame, keep_cents: Cents) -> pd.DataFrame:
    """One row per fund: fund, restricted, today, plan, freed (not below 0), reinvested, left, all as usd_per_year.

    `keep_cents` is the present cost of keeping each service [services].
    """
    case, facts = chosen.case, chosen.case.county.facts
    names = [fund.fund for fund in facts.funds]
    own, general = codes_of(case.county.frame("services")["fund"], names), codes_of([facts.general_fund], names)

    def by_fund(amounts: Cents, fund: Codes, unborne: int = 0) -> Cents:
        borne = np.zeros(len(names) + 1, dtype=np.int64)  # what is no fund's stands last
        np.add.at(borne, fund, amounts)
        borne[general] += unborne
        return borne[:-1]

    bearer = np.append(own, general)[_service_of_costs(case.county, costs)]
    today = by_fund(today_cents_per_year(chosen), own, exchange_cents_per_year(case))
    kept = by_fund(keep_cents, own, exchange_today_cents(case))
    saved = kept - by_fund(cents(costs["present_usd"].to_numpy()), bearer)
    money = yearly_money(today, saved, annuity(case.settings))
    freed = money["saving_usd_per_year"].to_numpy().clip(0.0)
    reinvested = _spent_usd_per_year(chosen, names)
    return pd.DataFrame(
        {
            "fund": names,
            "restricted": [fund.restricted for fund in facts.funds],
            "today_usd_per_year": money["today_usd_per_year"].to_numpy(),
            "plan_usd_per_year": money["plan_usd_per_year"].to_numpy(),
            "freed_usd_per_year": freed,
            "reinvested_usd_per_year": reinvested.round(CENTS),
            "left_usd_per_year": (freed - reinvested).round(CENTS),
        }
    )


def _service_of_costs(county: County, costs: pd.DataFrame) -> Codes:
    """Row of the service that each cost is of, or of whose sale it is; -1 for what no single service bears."""
    scope, name = (costs[column].to_numpy(dtype=object) for column in ("scope", "id"))
    services, sales = county.frame("services")["service_id"], county.frame("sales")
    of_sale = np.append(codes_of(sales["service_id"], services), -1)[codes_of(name, sales["sale_id"])]
    return np.select([scope == "service", scope == "sale"], [codes_of(name, services), of_sale], -1)


def _spent_usd_per_year(chosen: Chosen, funds: list[str]) -> Floats:
    """What is bought with money that each fund frees [funds, USD]."""
    if not chosen.choices.proposals:
        return np.zeros(len(funds))
    spent = proposal_table(chosen).groupby("fund")["spent_usd_per_year"].sum()
    return spent.reindex(funds, fill_value=0.0).to_numpy(dtype=np.float64)


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
