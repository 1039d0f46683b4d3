"""Tables of a region's plan as a whole, made of its counties' tables: who gains, what is paid to whom, year by year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.bridges import PLAN, TODAY, savings_bridge
from optimizer.report.flows import flow_table
from optimizer.report.rows import Row, rows_of

ALL = "All counties"


def county_names(answer: RegionAnswer) -> dict[str, str]:
    """What readers call each county: its own name; where two counties have the same, with what the region calls it."""
    return names_in([answer])


def names_in(answers: Sequence[RegionAnswer]) -> dict[str, str]:
    """The same for the counties of several regions."""
    own = {key: part.county.facts.name for answer in answers for key, part in answer.counties.items()}
    called = list(own.values())
    return {key: name if called.count(name) == 1 else f"{name} ({key})" for key, name in own.items()}


def joined(plan: RegionPlan, table: str, names: Mapping[str, str]) -> pd.DataFrame:
    """One table of every county's plan, its first column the county's name."""
    parts: list[pd.DataFrame] = []
    for key, own in plan.plans.items():
        frame: pd.DataFrame = getattr(own, table).copy()
        frame.insert(0, "county", names.get(key, key))
        parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def shares_table(plan: RegionPlan, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per county: the columns of `RegionPlan.by_county`, yearly equivalents [USD]."""
    table = plan.by_county().iloc[:-1]  # the last row is that of all counties
    return table.assign(county=table["county"].map(names))


def region_bridge(plan: RegionPlan, names: Mapping[str, str]) -> pd.DataFrame:
    """step, all_usd_per_year, then a column per county, by its place: today's cost, what changes it, the plan's.

    Steps of every county's `savings_bridge`; what is nothing for a county is 0.
    """
    bridges = {key: savings_bridge(own).set_index("step")["usd_per_year"] for key, own in plan.plans.items()}
    steps = dict.fromkeys(step for bridge in bridges.values() for step in bridge.index if step not in (TODAY, PLAN))
    order = [TODAY, *steps, PLAN]
    columns = {f"county_{number}_usd_per_year": bridges[key].reindex(order).fillna(0.0).tolist()
               for number, key in enumerate(names, start=1)}  # fmt: skip
    table = pd.DataFrame(columns)
    table.insert(0, "all_usd_per_year", table.sum(axis=1))
    table.insert(0, "step", order)
    return table


def trades_table(answer: RegionAnswer, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per sale from county to county: seller, sold (its own service), buyer, service (of the buyer),
    start_year, price_, marginal_, gain_ (the seller's) and saving_usd_per_year (the buyer's), setup_usd (the seller's)
    and transition_usd (the buyer's).
    """
    plan, rows = answer.plan, list[dict[str, object]]()
    assert plan is not None
    for seller, own in plan.plans.items():
        delivers = {sale.sale_id: sale.offer_id for sale in answer.counties[seller].county.sales}
        for sale in rows_of(own.sales[own.sales["org_id"].isin(list(plan.plans))]):
            bought = _bought(plan, sale["org_id"], delivers[sale["sale_id"]])
            if bought is not None:
                rows.append(_trade(names[seller], names[sale["org_id"]], sale, bought))
    columns = ["seller", "sold", "buyer", "service", "start_year", "price_usd_per_year", "marginal_usd_per_year",
               "gain_usd_per_year", "saving_usd_per_year", "setup_usd", "transition_usd"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _bought(plan: RegionPlan, buyer: str, offer_id: str | None) -> Row | None:
    """The buyer's decision that a sale delivers; None: the sale is no trade of the region."""
    decisions = plan.plans[buyer].decisions
    found = rows_of(decisions[decisions["moved"] & (decisions["offer_id"] == offer_id)])
    return found[0] if found else None


def _trade(seller: str, buyer: str, sale: Row, bought: Row) -> dict[str, object]:
    from_sale = ("start_year", "price_usd_per_year", "marginal_usd_per_year", "gain_usd_per_year", "setup_usd")
    return {
        "seller": seller,
        "sold": sale["name"],
        "buyer": buyer,
        "service": bought["name"],
        **{column: sale[column] for column in from_sale},
        "saving_usd_per_year": bought["saving_usd_per_year"],
        "transition_usd": bought["transition_usd"],
    }


def payments_table(trades: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per county: services that it sells to the others and buys from them, and what it receives and pays a
    year for them once they run [USD, today's], with the balance.
    """
    rows = []
    for name in names.values():
        sold, bought = trades[trades["seller"] == name], trades[trades["buyer"] == name]
        receives, pays = (float(part["price_usd_per_year"].sum()) for part in (sold, bought))
        rows.append((name, len(sold), receives, len(bought), pays, receives - pays))
    columns = ["county", "sells", "receives_usd_per_year", "buys", "pays_usd_per_year", "balance_usd_per_year"]
    return pd.DataFrame(rows, columns=columns)


def pools_table(plan: RegionPlan, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per shared unit and county: its members, share of the unit's cost, kept_, share_, own_ and
    saving_usd_per_year.
    """
    money = ["share_of_cost", "kept_usd_per_year", "share_usd_per_year", "own_usd_per_year", "saving_usd_per_year"]
    pools = plan.pools.assign(county=plan.pools["county"].map(names), members=1)
    # two units may have the same name
    grouped = pools.groupby(["pool_id", "pool", "county"], sort=False)[["members", *money]].sum()
    return grouped.reset_index().drop(columns="pool_id")


def providers_table(answer: RegionAnswer, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per organization and county that agrees with it: organization, kind, county, services, signed_year,
    gross_usd_per_year (today's cost of what it takes on), price_usd_per_year, agreement_usd_per_year,
    fte_transferred; the organization that takes on most first.
    """
    plan = answer.plan
    assert plan is not None
    parts = [_providers(answer, key).assign(county=names[key]) for key in plan.plans]
    table = pd.concat(parts, ignore_index=True)
    whole = table.groupby("org_id")["gross_usd_per_year"].transform("sum")
    order = table.assign(whole=whole).sort_values(["whole", "org_id"], ascending=[False, True], kind="stable").index
    columns = ["organization", "kind", "county", "services", "signed_year", "gross_usd_per_year", "price_usd_per_year",
               "agreement_usd_per_year", "fte_transferred"]  # fmt: skip
    return table.loc[order, columns].reset_index(drop=True)


def _providers(answer: RegionAnswer, key: str) -> pd.DataFrame:
    assert answer.plan is not None
    plan, county = answer.plan.plans[key], answer.counties[key].county
    prices = county.frame("offers").set_index("offer_id")["price_usd_per_year"]
    moved = plan.decisions[plan.decisions["moved"] & (plan.decisions["org_id"] != "")]
    moved = moved.assign(price_usd_per_year=moved["offer_id"].map(prices))
    held = moved.groupby("org_id").agg(
        services=("service_id", "size"),
        gross_usd_per_year=("gross_usd_per_year", "sum"),
        price_usd_per_year=("price_usd_per_year", "sum"),
        fte_transferred=("fte_transferred", "sum"),
    )
    steps = plan.roadmap[plan.roadmap["step"] == "agreement"]
    signed = steps.set_index("id")["start_year"]
    orgs = {org.org_id: org for org in county.organizations}
    table = held.reindex(held.index.union(signed.index, sort=False)).fillna(0.0)
    ids = [str(org_id) for org_id in table.index]
    return table.astype({"services": "int64"}).assign(
        org_id=ids,
        organization=[orgs[org_id].name for org_id in ids],
        kind=[str(orgs[org_id].kind).replace("_", " ") for org_id in ids],
        signed_year=signed.reindex(table.index).to_numpy(),
        agreement_usd_per_year=[
            (orgs[org_id].agreement_usd_per_year or 0.0) if org_id in signed.index else 0.0 for org_id in ids
        ],
    )


def region_flows(plan: RegionPlan, names: Mapping[str, str]) -> pd.DataFrame:
    """county, decision, provider, services, gross_usd_per_year of what moves or ends; the largest first."""
    parts = [flow_table(own).assign(county=names[key]) for key, own in plan.plans.items()]
    keys = ["county", "decision", "provider"]
    flows = pd.concat(parts, ignore_index=True).groupby(keys, sort=False)[["services", "gross_usd_per_year"]].sum()
    return flows.reset_index().sort_values("gross_usd_per_year", ascending=False, kind="stable", ignore_index=True)


def region_years(plan: RegionPlan, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per year, cash, not discounted [USD]: year, today_usd, plan_usd, one_time_usd, saving_usd and
    cumulative_saving_usd of all counties, then what each saves, a column per county, by its place.
    """
    cash = joined(plan, "cash", {}).groupby("year")
    table = cash[["today_usd", "plan_usd", "saving_usd", "cumulative_saving_usd"]].sum().reset_index()
    table.insert(3, "one_time_usd", joined(plan, "years", {}).groupby("year")["one_time_usd"].sum().to_numpy())
    for number, key in enumerate(names, start=1):
        table[f"county_{number}_usd"] = plan.plans[key].cash["saving_usd"].to_numpy()
    return table


def people_table(plan: RegionPlan, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per county: fte, fte_transferred (hired by providers), fte_displaced (their position goes), and of
    those absorbed_fte and laid_off_fte within the horizon.
    """
    rows = []
    for key, own in plan.plans.items():
        decided, years = own.decisions, own.years
        moved = decided[decided["moved"]]
        sums = (float(moved[column].sum()) for column in ("fte_transferred", "fte_displaced"))
        later = (float(years[column].sum()) for column in ("absorbed_fte", "laid_off_fte"))
        rows.append((names[key], float(decided["fte"].sum()), *sums, *later))
    columns = ["county", "fte", "fte_transferred", "fte_displaced", "absorbed_fte", "laid_off_fte"]
    return pd.DataFrame(rows, columns=columns)
