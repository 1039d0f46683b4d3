"""What a plan proposes to one organization, as rows that are its own: nothing of anybody else is in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from optimizer.county.findings import nearest
from optimizer.county.records import Organization
from optimizer.errors import Finding, Refused
from optimizer.plan.answer import Answer
from optimizer.plan.plan import Plan


@dataclass(frozen=True)
class Partner:
    """An organization, and what the plan has for it."""

    answer: Answer
    plan: Plan
    organization: Organization

    @property
    def org_id(self) -> str:
        return self.organization.org_id

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Services that it would take on, also in units that it hosts: the rows of `decisions` with price_, transition_
        and retained_revenue_usd of its offer, pool_share_usd_per_year (the county's part of the unit's cost, by
        `members`), and the year and month from which it delivers; the dearest service first.
        """
        own = self.plan.decisions[self.plan.decisions["moved"] & (self.plan.decisions["org_id"] == self.org_id)]
        terms = self.answer.county.frame("offers").set_index("offer_id")
        given = terms.loc[own["offer_id"], ["price_usd_per_year", "retained_revenue_usd"]].set_index(own.index)
        steps = self.plan.roadmap[self.plan.roadmap["step"] == "move"].set_index("id")
        begun = steps.loc[own["service_id"], ["delivers_from_year", "delivers_from_month"]].set_index(own.index)
        shares = self.plan.members.set_index("service_id")["share_usd_per_year"]
        shared = own["service_id"].map(shares).fillna(0.0).rename("pool_share_usd_per_year")
        table = pd.concat([own, given, begun, shared], axis=1)
        return table.sort_values(["gross_usd_per_year", "service_id"], ascending=[False, True], ignore_index=True)

    @cached_property
    def sales(self) -> pd.DataFrame:
        """Services that it would buy: the rows of `sales`; the dearest first."""
        own = self.plan.sales[self.plan.sales["org_id"] == self.org_id]
        return own.sort_values(["price_usd_per_year", "sale_id"], ascending=[False, True], ignore_index=True)

    @cached_property
    def pools(self) -> pd.DataFrame:
        """Shared units that open with it as their host: steps of the roadmap."""
        hosted = {pool.pool_id for pool in self.answer.county.pools if pool.host_org_id == self.org_id}
        steps = self.plan.roadmap
        return steps[(steps["step"] == "pool") & steps["id"].isin(hosted)].reset_index(drop=True)

    @property
    def signed_year(self) -> int | None:
        """Year in which its agreement starts; None: there is none."""
        steps = self.plan.roadmap
        own = steps[(steps["step"] == "agreement") & (steps["id"] == self.org_id)]
        return None if own.empty else int(own["start_year"].iloc[0])

    @cached_property
    def limits(self) -> pd.DataFrame:
        """Its capacities and its minimum volume: rows of `limits` whose subject it is."""
        table = self.plan.limits[self.plan.limits["rule"].isin(["capacity", "volume"])]
        own = table["subject"].map(lambda subject: str(subject).split(" ")[0] == self.org_id)
        return table[own.astype(bool)].reset_index(drop=True)

    @property
    def in_the_plan(self) -> bool:
        return not (self.moves.empty and self.sales.empty and self.pools.empty and self.signed_year is None)


def partner_of(answer: Answer, org_id: str) -> Partner:
    """An organization of an answer that holds a plan. Raises `Refused` for one that the county does not have."""
    assert answer.plan is not None
    known = {row.org_id: row for row in answer.county.organizations}
    if org_id not in known:
        near = nearest(org_id, list(known))
        fix = f"Did you mean {near}?" if near else "Look up its id in the organizations table."
        raise Refused([Finding("--organization", repr(org_id), "the id of an organization of this county", fix)])
    return Partner(answer, answer.plan, known[org_id])


def partners_of(answer: Answer) -> list[Partner]:
    """Every organization that the plan proposes something to, in the order of the organizations table."""
    every = [partner_of(answer, row.org_id) for row in answer.county.organizations]
    return [partner for partner in every if partner.in_the_plan]
