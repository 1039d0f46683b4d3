"""The risks of the recommended option: who may fail, what is estimated or assumed, and which limits bind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer
from optimizer.plan.plan import Plan
from optimizer.plan.yearly import COUNTY
from optimizer.report.documents.blocks import Block, Grid, Heading, Items
from optimizer.report.documents.letters import short
from optimizer.report.words import exact_usd, initial, percent, resting, unquoted_words

NAME_LETTERS = 50
LIMITS_TOLD = 3
"""Limits of the county's own that are told in full."""
FAMILIES = {
    "capacity": "capacities of organizations",
    "volume": "minimum volumes",
    "mandates": "duties at exactly the coverage they need",
    "sales": "staff to spare for sales",
    "reinvestment": "money to spend again",
    "pools": "sizes of shared units",
}
"""Limits of the county's tables, in plain words."""


def risks(answer: Answer, plan: Plan) -> Iterator[Block]:
    """What can go wrong."""
    yield Heading("Risks of A")
    texts = [*_broken(plan), *estimated_sentences(plan.decisions, plan.sales), realization_sentence(answer)]
    texts += [*_partners(answer, plan), f"{BOUND}: {bound_words(plan)}."]
    yield Items(tuple(texts))
    table = exposure(answer, plan)
    if len(table):
        yield exposure_grid(table)


def exposure(answer: Answer, plan: Plan) -> pd.DataFrame:
    """One row per organization that services go to: org_id, name, kind, services, gross_usd_per_year (today's cost of
    what it would hold), probability_of_failure within the horizon; the largest first.
    """
    decided = plan.decisions[plan.decisions["moved"] & (plan.decisions["org_id"] != "")]
    held = decided.groupby("org_id").agg(
        services=("service_id", "size"), gross_usd_per_year=("gross_usd_per_year", "sum")
    )
    organizations = answer.county.frame("organizations").set_index("org_id")
    table = held.join(organizations[["name", "kind", "probability_of_failure"]]).reset_index()
    return table.sort_values(["gross_usd_per_year", "org_id"], ascending=[False, True], ignore_index=True)


def exposure_grid(table: pd.DataFrame) -> Grid:
    """Organizations of an `exposure`."""
    rows = tuple(
        (
            short(row["name"], NAME_LETTERS),
            str(row["kind"]).replace("_", " "),
            f"{row['services']}",
            exact_usd(row["gross_usd_per_year"]),
            f"{row['probability_of_failure']:.1%}",
        )
        for row in table.to_dict("records")
    )

    def rest(shown: int) -> tuple[str, ...]:
        others = table.iloc[shown:]
        low, high = (f"{share:.1%}" for share in (others.iloc[:, -1].min(), others.iloc[:, -1].max()))
        usd = exact_usd(float(others["gross_usd_per_year"].sum()))
        between = low if low == high else f"{low} to {high}"
        return (count_of(len(others), "other"), "", f"{int(others['services'].sum())}", usd, between)

    return Grid(
        "Organizations that services go to, by what they would hold",
        ("Organization", "Kind", "Services", "Their cost today, a year", "Chance of failing"),
        rows,
        (0.42, 0.2, 0, 0, 0),
        rest,
        least=3,
    )


def _broken(plan: Plan) -> Iterator[str]:
    if plan.violations:
        first = short(plan.violations[0].text, 200)
        yield f"It breaks {count_of(len(plan.violations), 'rule')}, for example: {first}."


def estimated_sentences(decisions: pd.DataFrame, sales: pd.DataFrame) -> Iterator[str]:
    """How much of what moves and of what is sold rests on estimates."""
    moved = decisions[decisions["moved"]]
    guessed = moved[moved["estimated"] != ""]
    if len(guessed):
        gross, usd = (float(rows["gross_usd_per_year"].sum()) for rows in (moved, guessed))
        share = f" ({percent(usd, gross)} of what moves)" if len(guessed) < len(moved) else ""
        of_moves = initial(resting(len(guessed), len(moved), "move"))
        yield f"{of_moves} on estimated terms{share}{unquoted_words(moved)}."
    elif len(moved):
        yield f"Every term of its {count_of(len(moved), 'move')} was given to the county; none is estimated."
    sold = int((sales["estimated"] != "").sum())
    if sold:
        yield f"Estimated prices of sales to neighbours: {sold} of {len(sales)}."


def realization_sentence(answer: Answer) -> str:
    """Which part of promised savings is counted on."""
    share = float(answer.settings["economics.realization_share"])
    ramp = ", ".join(f"{part:.0%}" for part in answer.settings["economics.ramp_share"])
    return (
        f"{share:.0%} of every promised saving is counted on, and of that {ramp} in the first years of delivery: "
        "assumptions."
    )


def _partners(answer: Answer, plan: Plan) -> Iterator[str]:
    table = exposure(answer, plan)
    yield from held_sentences(table)
    own = plan.decisions[(plan.decisions["pool_id"] != "") & (plan.decisions["org_id"] == "")]
    if len(own):
        yield f"{count_of(len(own), 'service')} would go into shared units that {COUNTY} runs."


def held_sentences(table: pd.DataFrame) -> Iterator[str]:
    """What the organizations of an `exposure` would hold, weighed by the chance that each fails."""
    if len(table):
        weighed = float((table["gross_usd_per_year"] * table["probability_of_failure"]).sum())
        usd = exact_usd(float(table["gross_usd_per_year"].sum()))
        yield (
            f"{count_of(len(table), 'organization')} would hold services that cost {usd} a year today; weighed by the "
            f"chance that each fails or withdraws within the horizon, {exact_usd(weighed)} a year would come back."
        )


BOUND = "Limits that bind (1 % or less is left)"


def bound_words(plan: Plan) -> str:
    """The limits of a plan that bind, those of the county's own first."""
    # where nothing is allowed and nothing is taken, the limit is no news
    bound = plan.limits[plan.limits["binds"] & ~((plan.limits["used"] == 0) & (plan.limits["limit"] == 0))]
    rules = [str(rule) for rule in bound["rule"]]
    own = [short(text, 120) for text, rule in zip(bound["text"], rules, strict=True) if rule.startswith("limits.")]
    families = Counter(rule for rule in rules if not rule.startswith("limits."))
    told = own[:LIMITS_TOLD]
    if len(own) > LIMITS_TOLD:
        told.append(f"{count_of(len(own) - LIMITS_TOLD, 'more limit')} of the county")
    told += [f"{FAMILIES.get(rule, rule)} ({count})" for rule, count in families.items()]
    return "; ".join(told) if told else "none"
