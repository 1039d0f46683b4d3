"""Other plans that cost little more than the best one, each as different as it can be from all before it, and what
every plan within that cost decides alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from optimizer.counts import count_of
from optimizer.errors import Finding, raise_if_any
from optimizer.interrupts import ended_together
from optimizer.plan.compare import one_time_usd
from optimizer.plan.plan import Plan, plan_of
from optimizer.plan.selection import choices_of
from optimizer.plan.told import Told
from optimizer.report.words import exact_usd
from optimizer.why.allowed import allowed_usd_per_year, held, within
from optimizer.why.apart import SAME_SHARE, Apart, most_different
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.service_answers import NO_CHOICE, OPEN, SAFE, SWINGS, service_answers
from optimizer.why.swings import swings_within

COUNT = 4
"""Other plans, where nothing else is asked for."""
SEARCHES = 60
"""Searches for services that can be decided otherwise, where nothing else is asked for."""


@dataclass(frozen=True)
class OtherPlans:
    """Plans within an allowed cost of the best one, and what is sure within it."""

    allowed_usd_per_year: float
    """What a plan may cost more than the best one."""
    found: tuple[Plan, ...]
    """The best plan, then the others in the order in which they were found; each is verified."""
    plans: pd.DataFrame
    """A row per plan: plan (1 is the best), usd_per_year, dearer_usd_per_year and most_dearer_usd_per_year (if the best
    plan known is not the best there is), differs_from_best_share, differs_from_nearest_share and most_possible_share
    (of today's gross budget: nearest of the plans before it, and what no plan within the cost exceeds),
    moved_services, agreements, displaced_fte, one_time_usd."""
    services: pd.DataFrame
    """A row per service, those that swing first: service_id, service, department, answer (safe, swings, open or no
    choice), decided_in_best, also_seen, gross_usd_per_year, budget_share."""
    further_share: float | None
    """Where fewer plans were found than asked for: a further one differs from the nearest of them in no more than this
    of the budget."""
    searches: int
    """Made for services that can be decided otherwise."""

    def told(self) -> Told:
        by_answer = {answer: self.services[self.services["answer"] == answer] for answer in (SWINGS, SAFE, OPEN)}
        about = ["service_id", "service", "department", "decided_in_best", "budget_share"]
        return Told(
            (*self._plan_sentences(), *self._service_sentences()),
            {
                "Plans within the cost": self.plans,
                "Swings: a plan within the cost decides otherwise": by_answer[SWINGS][[*about, "also_seen"]],
                "Safe bets: every plan within the cost decides so": by_answer[SAFE][about],
                "Open: not seen otherwise, not proved": by_answer[OPEN][about],
            },
        )

    def _plan_sentences(self) -> list[str]:
        allowed, shares = exact_usd(self.allowed_usd_per_year), self.plans["differs_from_nearest_share"].iloc[1:]
        if not len(shares):
            lines = [f"No other plan was found that costs at most {allowed} a year more than the best one."]
        elif len(shares) == 1:
            lines = [
                f"1 other plan costs at most {allowed} a year more than the best one and decides {shares.iloc[0]:.1%} "
                "of today's budget differently."
            ]
        else:
            lines = [
                f"{len(shares)} other plans cost at most {allowed} a year more than the best one; each of them decides "
                f"at least {shares.min():.1%} of today's budget differently from every other."
            ]
        if self.further_share is not None:
            most = f"{max(self.further_share, SAME_SHARE):.2%}"
            these = "each of these" if len(shares) else "it"
            lines.append(f"No further plan within that cost differs from {these} in more than {most} of the budget.")
        return lines

    def _service_sentences(self) -> list[str]:
        by = self.services.groupby("answer")["budget_share"].agg(["size", "sum"])
        by = by.reindex([SAFE, SWINGS, OPEN, NO_CHOICE], fill_value=0)
        told = {answer: f"{row['size']:.0f} ({row['sum']:.1%} of the budget)" for answer, row in by.iterrows()}
        choosable = len(self.services) - int(by["size"][NO_CHOICE])
        if not choosable:
            return ["No service could be decided in more than one way."]
        lines = [
            f"Of {count_of(choosable, 'service')} that could be decided in more than one way "
            f"{told[SWINGS] if by['size'][SWINGS] else 'none'} can be decided otherwise within that cost."
        ]
        if by["size"][SAFE]:
            lines.append(f"Safe bets: {told[SAFE]}, proved to be decided alike in every plan within that cost.")
        if by["size"][OPEN]:
            lines.append(
                f"Open: {told[OPEN]}; in {count_of(self.searches, 'search', 'searches')} no plan was seen that decides "
                "them otherwise, and it is not proved that there is none."
            )
        return lines


@ended_together()
def other_plans(
    asked: Asked,
    within_usd_per_year: float | None = None,
    within_share: float | None = None,
    count: int = COUNT,
    searches: int = SEARCHES,
    on_step: OnStep = silent,
) -> OtherPlans:
    """Up to `count` other plans that cost at most so much more than the best one, and which services are sure.

    The cost allowed is in dollars a year, or a share of what the best plan costs; without either it is 0.1 % of that.
    At most so many `searches` are made for services that can be decided otherwise; what they leave open is told.
    Raises `Refused` for a cost or counts that cannot be, and where something else than cost is sought.
    """
    usd_per_year = allowed_usd_per_year(asked, within_usd_per_year, within_share)
    _refuse_counts(count, searches)
    program = within(asked, usd_per_year)
    others, further_share = most_different(asked, program, count, on_step)
    points = [other.outcome.x for other in others if other.outcome.x is not None]
    swings = swings_within(asked, program, points, searches, on_step)
    on_step(f"verifying {count_of(len(others) + 1, 'plan')}")
    outcomes = [asked.best, *(held(asked, other.outcome) for other in others)]
    found = tuple(plan_of(asked.program, outcome) for outcome in outcomes)
    seen = [choices_of(asked.program, outcome.x) for outcome in outcomes if outcome.x is not None]
    services = service_answers(asked, swings, [*seen, *swings.plans])
    plans = _plan_table(asked, found, others)
    return OtherPlans(usd_per_year, found, plans, services, further_share, swings.searches)


def _refuse_counts(count: int, searches: int) -> None:
    fix = "Ask for more."
    raise_if_any(
        [
            Finding(where, str(number), f"{least} or more", fix)
            for where, number, least in (("count", count, 1), ("searches", searches, 0))
            if number < least
        ]
    )


def _plan_table(asked: Asked, found: Sequence[Plan], others: Sequence[Apart]) -> pd.DataFrame:
    best, years = found[0], asked.annuity
    bound_usd = best.cost_usd if asked.best.bound_usd is None else min(asked.best.bound_usd, best.cost_usd)
    cost_usd = pd.Series([plan.cost_usd for plan in found])
    return pd.DataFrame(
        {
            "plan": range(1, len(found) + 1),
            "usd_per_year": [plan.cost_usd_per_year for plan in found],
            "dearer_usd_per_year": (cost_usd - best.cost_usd) / years,
            "most_dearer_usd_per_year": (cost_usd - bound_usd) / years,
            "differs_from_best_share": [0.0, *(other.shares[0] for other in others)],
            "differs_from_nearest_share": [0.0, *(min(other.shares) for other in others)],
            "most_possible_share": [0.0, *(other.most_share for other in others)],
            "moved_services": [int(plan.decisions["moved"].sum()) for plan in found],
            "agreements": [agreements_of(plan) for plan in found],
            "displaced_fte": [float(plan.decisions["fte_displaced"].sum()) for plan in found],
            "one_time_usd": [one_time_usd(plan) for plan in found],
        }
    )


def agreements_of(plan: Plan) -> int:
    """Organizations that a plan needs an agreement with."""
    return plan.decisions.loc[plan.decisions["org_id"] != "", "org_id"].nunique()
