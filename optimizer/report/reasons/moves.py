"""Why each recommended move is recommended: what it saves, what it risks, and what of it is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.options.priors import match_priors
from optimizer.plan.answer import Answer
from optimizer.plan.plan import Plan
from optimizer.report.reasons.duties import MANDATED, RELIED_ON, duties_of
from optimizer.report.reasons.terms import offer_terms
from optimizer.report.rows import rows_of
from optimizer.report.words import decimals, exact_usd, listed

DOING = {
    "partner": "share it with {}",
    "consolidate": "join {}",
    "outsource": "buy it from {}",
    "exit": "end it",
}
TERM_WORDS = {
    "price_usd_per_year": "price",
    "transition_usd": "one-time cost",
    "retained_revenue_usd": "revenue that stays",
    "moved_share": "part that moves",
    "coverage": "coverage",
    "fte_transferred": "staff hired by the provider",
    "fte_displaced": "staff who lose their position",
    "lead_time_months": "lead time",
    "quality": "quality",
}
MONEY_WORDS = {
    "in_house_usd": "The county's own cost until it starts",
    "stays_usd": "What the county goes on paying",
    "price_usd": "The provider's price",
    "administration_usd": "Watching over the contract",
    "unrealized_usd": "Promised saving that is not counted on",
    "transition_usd": "One-time cost",
    "revenue_usd": "Revenue until it starts",
    "retained_revenue_usd": "Revenue that stays",
}
"""Cost parts of a moved service, in the order in which they are told."""
POOL_WORDS = "Its volume in the shared unit"


@dataclass(frozen=True)
class MoveReason:
    """One recommended move, told."""

    service_id: str
    what: str
    """What is done, with whom, and when it starts."""
    why: str
    """What it costs, what is charged and avoided, what it saves, and whom it serves."""
    risk: str
    assumed: str
    """What rests on an estimate or an assumption, with its source."""
    duties: tuple[str, ...]
    """Duties with citations that the service serves."""
    money: Mapping[str, float]
    """The plan's cost of the service by what it is paid for [USD a year, yearly equivalents]; adds up to
    plan_usd_per_year of the decision."""


def move_reasons(answer: Answer) -> dict[str, MoveReason]:
    """Why each service is moved or ended, by its id, the one that saves most first. Nothing where no plan is held."""
    plan = answer.plan
    if plan is None:
        return {}
    moved = plan.decisions[plan.decisions["moved"]]
    moved = moved.sort_values(["saving_usd_per_year", "service_id"], ascending=[False, True])
    terms = {row["offer_id"]: row for row in rows_of(offer_terms(answer))}
    orgs = {org.org_id: org for org in answer.county.organizations}
    duties, money, sources = duties_of(answer), move_money(plan), _sources(answer, moved)
    shared = _shared_sentences(answer, moved)
    steps = {row["id"]: row for row in rows_of(plan.roadmap) if row["step"] in ("move", "exit")}
    return {
        row["service_id"]: MoveReason(
            row["service_id"],
            what_sentence(row, steps[row["service_id"]]),
            _why(plan, row, terms[row["offer_id"]], shared, duties.get(row["service_id"], ())),
            _risk(row, orgs.get(row["org_id"])),
            _assumed(answer, row, sources[row["service_id"]]),
            duties.get(row["service_id"], ()),
            money[row["service_id"]],
        )
        for row in rows_of(moved)
    }


def move_money(plan: Plan) -> dict[str, dict[str, float]]:
    """What each moved service costs in the plan, by what it is paid for [USD a year]; zeros are left out."""
    moved = plan.decisions[plan.decisions["moved"]].set_index("service_id")
    costs = plan.costs[(plan.costs["scope"] == "service") & plan.costs["id"].isin(moved.index)]
    parts = costs.pivot_table(index="id", columns="part", values="present_usd", aggfunc="sum", fill_value=0.0)
    parts = parts.reindex(index=moved.index, columns=list(MONEY_WORDS), fill_value=0.0) / plan.annuity
    parts = parts.rename(columns=MONEY_WORDS)
    parts.insert(3, POOL_WORDS, moved["pool_usd_per_year"])
    return {
        str(service): {str(name): float(usd) for name, usd in row.items() if usd}
        for service, row in parts.to_dict("index").items()
    }


def what_sentence(row: Mapping[str, Any], step: Mapping[str, Any]) -> str:
    """What is done with a service, with whom, when that starts, and when delivery begins."""
    doing = DOING[row["decision"]].format(row["provider"])
    ended = row["decision"] == "exit"
    year, month = int(step["delivers_from_year"]), int(step["delivers_from_month"])
    then = "it ends in" if ended else "delivery begins in"
    return f"{doing[:1].upper()}{doing[1:]}, started in year {row['start_year']}; {then} month {month} of year {year}."


def _why(
    plan: Plan, row: Mapping[str, Any], terms: Mapping[str, Any], shared: Mapping[str, str], duties: tuple[str, ...]
) -> str:
    parts = [f"Today it costs {exact_usd(row['today_usd_per_year'])} a year, net of revenue."]
    parts.append(_charged(row, terms))
    saved, years = row["saving_usd_per_year"], count_of(len(plan.cash), "year")
    saves = f"saves {exact_usd(saved)}" if saved >= 0 else f"costs {exact_usd(-saved)} more"
    parts.append(
        f"Averaged over {years}, after one-time costs and with only what is counted on of the promised saving, "
        f"the service itself {saves} a year."
    )
    parts.append(_once(row))
    parts += [shared[key] for key in (row["pool_id"], row["org_id"]) if key in shared]
    parts.append(f"It serves: {'; '.join(duties)}." if duties else "No duty in the county's tables names it.")
    return " ".join(parts)


def _shared_sentences(answer: Answer, moved: pd.DataFrame) -> dict[str, str]:
    """By organization and by pool: what having it costs, which is no single service's."""
    served, members = moved["org_id"].value_counts(), moved["pool_id"].value_counts()
    told = {
        org.org_id: f"Not in it is the agreement with {org.name}, {exact_usd(org.agreement_usd_per_year)} a year, "
        f"which serves {count_of(int(served[org.org_id]), 'service')} of the plan."
        for org in answer.county.organizations
        if org.org_id in served and org.agreement_usd_per_year
    }
    told |= {
        pool.pool_id: f"Not in it are the set-up of {pool.name}, {exact_usd(pool.setup_usd)} once, and its fixed cost, "
        f"{exact_usd(pool.fixed_usd_per_year)} a year, for its {count_of(int(members[pool.pool_id]), 'member')}."
        for pool in answer.county.pools
        if pool.pool_id in members
    }
    return told


def _charged(row: Mapping[str, Any], terms: Mapping[str, Any]) -> str:
    """What the provider charges, what of today's cost is avoided, and what that promises."""
    avoided = f"{exact_usd(terms['avoided_usd_per_year'])} a year of today's cost would no longer be paid"
    charged = []
    if terms["price_usd_per_year"]:
        charged.append(f"{row['provider']} charges {exact_usd(terms['price_usd_per_year'])} a year")
    if row["pool_usd_per_year"]:
        charged.append(f"its volume in the shared unit costs {exact_usd(row['pool_usd_per_year'])} a year on average")
    if terms["administration_usd_per_year"]:
        charged.append(
            f"watching over the contract takes {exact_usd(terms['administration_usd_per_year'])} a year more"
        )
    if abs(terms["revenue_lost_usd_per_year"]) >= 0.5:
        lost = terms["revenue_lost_usd_per_year"]
        charged.append(
            f"{exact_usd(lost)} a year of revenue goes with it" if lost > 0 else f"{exact_usd(-lost)} a year come in"
        )
    told = f"{listed(charged)}; {avoided}" if charged else avoided
    rate = ", at the shared unit's best rate" if row["pool_usd_per_year"] else ""
    promised = f"what is promised is a saving of {exact_usd(terms['promised_usd_per_year'])} a year{rate}"
    return f"{told[:1].upper()}{told[1:]}: {promised}."


def _once(row: Mapping[str, Any]) -> str:
    once, years = row["transition_usd"], row["payback_years"]
    if not once:
        return "It has no one-time cost."
    paid = "which it does not pay back" if years == float("inf") else f"paid back {years:,.1f} years after it starts"
    return f"Once it costs {exact_usd(once)}, {paid}."


def _risk(row: Mapping[str, Any], org: Any) -> str:
    parts = [f"It is {MANDATED[row['mandate_level']]}; {RELIED_ON[row['reliance_level']]}."]
    if row["critical"]:
        parts.append("It is critical: its failure endangers life, custody or elections.")
    if row["consent_owner"]:
        parts.append(f"It cannot move without the consent of {row['consent_owner']}.")
    if org is not None:
        chance = org.probability_of_failure or 0.0
        parts.append(f"The chance that {org.name} fails or withdraws within the horizon is put at {chance:.0%}.")
    if row["decision"] == "exit":
        parts.append("Nobody delivers it any more.")
    elif row["lowest_coverage"] < 1.0:
        parts.append(f"Where it is served worst, {row['lowest_coverage']:.1%} of today's service remains.")
    if row["decision"] != "exit" and row["quality"] < 1.0:
        parts.append(f"Its quality is put at {row['quality']:.2f} of today's.")
    if row["fte_displaced"] > 0:
        parts.append(f"{decimals(row['fte_displaced'])} FTE lose their position.")
    return " ".join(parts)


def _assumed(answer: Answer, row: Mapping[str, Any], source: str) -> str:
    marks = [mark for mark in str(row["estimated"]).split(";") if mark]
    share = answer.settings["economics.realization_share"]
    counted = f"{share:.0%} of the promised saving is counted on."
    if not marks:
        return f"Its terms were given, none is estimated. {counted}"
    if row["decision"] == "exit":
        return f"Estimated by the scenario's settings (exit): {listed([TERM_WORDS[mark] for mark in marks])}. {counted}"
    what = (
        "Every term is an estimate; nobody has quoted a price"
        if len(marks) == len(TERM_WORDS)
        else f"Estimated, not quoted: {listed([TERM_WORDS.get(mark, mark) for mark in marks])}"
    )
    return f"{what}. Source of the estimate: {source}. {counted}"


def _sources(answer: Answer, moved: pd.DataFrame) -> dict[str, str]:
    """Source of the prior that would fill the terms of each move, by service."""
    priors = answer.county.frame("priors")
    # a pool that the county runs itself is looked up as a county's
    wanted = moved[["service_class", "provider_kind", "decision"]].rename(columns={"provider_kind": "kind"})
    rows = match_priors(wanted.assign(kind=wanted["kind"].fillna("").replace("", "county")), priors)
    told = [str(priors["source"].iloc[row]) if row >= 0 else "not kept with the run" for row in rows]
    return dict(zip(moved["service_id"], told, strict=True))
