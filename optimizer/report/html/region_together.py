"""What the counties of a region do together: sales between them, shared units, organizations, people, limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.region import RegionAnswer, RegionPlan
from optimizer.report.html.parts import Block, Picture, Section
from optimizer.report.html.run_moves import SHARED_HEADS
from optimizer.report.html.run_rules import PEOPLE
from optimizer.report.html.tables import number_text, table_of
from optimizer.report.pictures.bars import stacked_picture
from optimizer.report.region_tables import (
    joined,
    payments_table,
    people_table,
    pools_table,
    providers_table,
    trades_table,
)
from optimizer.report.rows import rows_of
from optimizer.report.words import exact_usd

HEADS = {"county": "County", "seller": "Seller", "sold": "Delivers", "buyer": "Buyer", "service": "For",
         "start_year": "Starts in year", "name": "Service", "provider": "With", "organization": "Organization",
         "kind": "Kind", "signed_year": "Agreement from year"}  # fmt: skip
MOST_COUNTIES = 14


def together_sections(answer: RegionAnswer, plan: RegionPlan, names: Mapping[str, str]) -> Iterator[Section]:
    """The sections; what does not happen is left out, but that nothing is sold is said."""
    yield _trades(answer, names)
    if not plan.pools.empty:
        yield _pools(plan, names)
    providers = providers_table(answer, names)
    if not providers.empty:
        yield _providers(providers)
    yield _people(plan, names)
    yield _limits(plan, names)
    yield _moves(plan, names)


def _trades(answer: RegionAnswer, names: Mapping[str, str]) -> Section:
    trades = trades_table(answer, names)
    if trades.empty:
        return Section("trades", "Sold from county to county", ("No county sells a service to another.",))
    heads = HEADS | {
        "price_usd_per_year": "The buyer pays ($ a year)",
        "marginal_usd_per_year": "It costs the seller ($ a year)",
        "gain_usd_per_year": "Seller gains ($ a year)",
        "saving_usd_per_year": "Buyer saves ($ a year)",
        "setup_usd": "Seller's one-time cost ($)",
        "transition_usd": "Buyer's one-time cost ($)",
        "sells": "Services sold",
        "receives_usd_per_year": "Receives ($ a year)",
        "buys": "Services bought",
        "pays_usd_per_year": "Pays ($ a year)",
        "balance_usd_per_year": "Balance ($ a year)",
    }
    payments = payments_table(trades, names)
    balances = "; ".join(
        f"{row['county']} {'receives' if row['balance_usd_per_year'] >= 0 else 'pays'} "
        f"{exact_usd(abs(row['balance_usd_per_year']))} a year more than it "
        f"{'pays' if row['balance_usd_per_year'] >= 0 else 'receives'}"
        for row in rows_of(payments)
        if abs(row["balance_usd_per_year"]) >= 0.5
    )
    return Section(
        "trades",
        "Sold from county to county",
        (
            f"{count_of(len(trades), 'service is', 'services are')} delivered by one county for another. Prices and "
            "what delivery costs are a year's once it runs, in today's dollars; what the seller gains and the buyer "
            "saves is averaged over the horizon, after one-time costs, with only the counted share of it.",
            f"{balances[:1].upper()}{balances[1:]}." if balances else "What every county receives is what it pays.",
        ),
        (
            table_of(trades, "trades-table", "Every service sold from county to county", heads=heads,
                     total=tuple(str(name) for name in trades.columns[5:])),
            table_of(payments, "payments-table", "What the counties pay each other", heads=heads,
                     total=tuple(str(name) for name in payments.columns[1:])),
        ),
    )  # fmt: skip


def _pools(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    heads = HEADS | SHARED_HEADS
    shares = pools_table(plan, names)
    money = ("kept_usd_per_year", "share_usd_per_year", "own_usd_per_year", "saving_usd_per_year")
    columns = ["name", "county", "pool", "department", "start_year", "share_rule", "share_of_cost", *money]
    members = plan.pools.assign(county=plan.pools["county"].map(names))[columns]
    costs = [f"{pool}, {exact_usd(usd)}" for pool, usd in _sums(shares).items()]
    return Section(
        "pools",
        "Shared units",
        (
            f"{count_of(len(members), 'service works', 'services work')} in "
            f"{count_of(plan.pools['pool_id'].nunique(), 'unit')} of several counties. A year's cost of each, borne by "
            f"its members: {'; '.join(costs)}.",
            "The cost if kept, less the share of the unit, less the service's own other costs, is saved; a member that "
            "saves less than nothing makes the unit possible for others.",
        ),
        (
            table_of(shares, "pools-table", "Who bears what of each unit", heads=heads, total=("members", *money)),
            table_of(members, "members-table", "Every member", heads=heads, total=money),
        ),
    )  # fmt: skip


def _sums(shares: pd.DataFrame) -> dict[str, float]:
    return {
        str(pool): float(usd) for pool, usd in shares.groupby("pool", sort=False)["share_usd_per_year"].sum().items()
    }


def _providers(providers: pd.DataFrame) -> Section:
    heads = HEADS | {
        "gross_usd_per_year": "Gross cost today of what it takes on ($ a year)",
        "price_usd_per_year": "Price ($ a year)",
        "agreement_usd_per_year": "Agreement ($ a year)",
    }
    shared = providers.groupby("organization")["county"].nunique()
    several = [str(name) for name in shared.index[shared > 1]]
    line = f"Several counties agree with the same organization: {', '.join(several)}." if several else ""
    signed = int(providers["signed_year"].notna().sum())
    about = (
        f"{count_of(signed, 'agreement')} with {count_of(len(shared), 'organization')}, the other counties among them. "
        "Prices are a year's, in today's dollars; what shared units cost stands above."
    )
    summed = ("services", "gross_usd_per_year", "price_usd_per_year", "agreement_usd_per_year", "fte_transferred")
    return Section(
        "providers",
        "Agreements with organizations",
        tuple(text for text in (about, line) if text),
        (table_of(providers, "providers-table", "Every organization and county that agree", heads=heads,
                  total=summed),),
    )  # fmt: skip


def _people(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    table = people_table(plan, names)
    touched = table[(table["fte_transferred"] > 0) | (table["fte_displaced"] > 0)]
    if touched.empty:
        return Section("people", "People", ("Nobody is hired by a provider and nobody loses a position.",))
    hired, lost, absorbed, laid_off = (
        number_text("fte", float(table[column].sum()))
        for column in ("fte_transferred", "fte_displaced", "absorbed_fte", "laid_off_fte")
    )
    title = f"{hired} FTE are hired by providers, {lost} FTE lose their position"
    order = (touched["fte_transferred"] + touched["fte_displaced"]).sort_values(ascending=False, kind="stable").index
    drawn = touched.loc[order].head(MOST_COUNTIES)
    bars = {
        part: drawn[column].tolist() for part, column in zip(PEOPLE, ("fte_transferred", "fte_displaced"), strict=True)
    }
    blocks: tuple[Block, ...] = (
        Picture("people-picture", title, f"{title}. Most in {drawn['county'].iloc[0]}.",
                stacked_picture(drawn["county"].tolist(), bars, PEOPLE, "FTE", 2)),
        table_of(table, "people-table", "Staff by county", heads=HEADS | {"fte": "FTE today"},
                 total=tuple(str(name) for name in table.columns[1:])),
    )  # fmt: skip
    line = (
        f"Of the {lost} FTE who lose their position {absorbed} are absorbed by attrition, an assumption, and "
        f"{laid_off} are laid off; positions that end after the horizon are in neither. Departments stand in each "
        "county's part."
    )
    return Section("people", "People", (line,), blocks)


def _limits(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    limits = joined(plan, "limits", names)
    bound = limits[limits["binds"] | limits["broken"]]
    counts = {name: int((bound["county"] == name).sum()) for name in names.values()}
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    line = (
        f"Limits that bind, 1 % or less of each being left: {told}. Capacities of an organization or unit that serves "
        "several counties are told for each of them, and what is used is what all of them use."
    )
    if bound.empty:
        return Section("limits", "Limits that bind", (line,))
    order = bound["rule"].str.startswith("limits.").map({True: 0, False: 1})
    bound = bound.assign(order=order).sort_values(["order"], kind="stable")
    shown = bound[["text", "county", "used", "limit", "unit", "slack", "broken"]].reset_index(drop=True)
    table = table_of(shown, "binding-table", "Limits that bind or are broken, by county", heads=HEADS | {
        "text": "Limit", "slack": "Left"})  # fmt: skip
    return Section("limits", "Limits that bind", (line,), (table,))


def _moves(plan: RegionPlan, names: Mapping[str, str]) -> Section:
    decisions = joined(plan, "decisions", names)
    moved = decisions[decisions["moved"]]
    if moved.empty:
        return Section("moves", "Recommended moves", ("Nothing moves: every service stays where it is.",))
    moved = moved.sort_values(["saving_usd_per_year", "county", "service_id"], ascending=[False, True, True])
    columns = ["name", "county", "department", "decision", "provider", "start_year", "today_usd_per_year",
               "plan_usd_per_year", "saving_usd_per_year", "transition_usd"]  # fmt: skip
    shown = moved[columns].assign(terms=["estimated" if marks else "given" for marks in moved["estimated"]])
    heads = HEADS | {"transition_usd": "One-time cost ($)", "terms": "Terms"}
    line = (
        f"{count_of(len(moved), 'service moves or ends', 'services move or end')} in all counties. Every move is told "
        "with its reason, its risk and its money in its county's part, every kept service too."
    )
    summed = ("today_usd_per_year", "plan_usd_per_year", "saving_usd_per_year", "transition_usd")
    caption = "Every move of every county, the one that saves most first"
    table = table_of(shown.reset_index(drop=True), "moves-table", caption, heads=heads, total=summed, whole=True)
    return Section("moves", "Recommended moves", (line,), (table,))
