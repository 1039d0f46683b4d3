"""What setting a condition aside is taken to be worth, so that ways out can be ranked: a judgment, stated here.

| what | price of a unit, in present dollars over the horizon |
|---|---|
| a dollar spent once | 1 |
| a dollar a year, also of a minimum volume or a capacity in dollars | the present value of a dollar a year |
| a full-time position | a year of the county's mean personnel cost per position |
| required coverage of a duty [share] | ten times what its services cost: duties are the last to give |
| least coverage of a place, or part of a class that is kept [share] | what the services in question cost |
| share of the critical services, a service, a member | the mean cost of so many services |
| share of moved cost | a dollar a year for every dollar that one organization holds beyond its share |
| an agreement | the dearest yearly cost of one |
| a unit of another capacity | the mean price of what is offered per unit of it |
| a lock or a ban | what its services cost |
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import uses_of
from optimizer.options.money import annuity
from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.why.condition import Condition
from optimizer.why.dials import Cell, Dial

DUTY_WEIGHT = 10.0
LEAST_USD = 1.0
"""Nothing is set aside for nothing."""


class Prices:
    """Prices of the conditions of one case."""

    def __init__(self, case: Case) -> None:
        self.case, self.annuity = case, annuity(case.settings)
        services = case.county.frame("services")
        self.services = services.assign(
            gross=services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].sum(axis=1)
        )
        self.mean_gross = float(self.services["gross"].mean())
        self.usd_per_fte = float(services["personnel_usd"].sum()) / max(1.0, float(services["fte"].sum()))

    def of(self, condition: Condition) -> float:
        """Present dollars per unit of the condition's limit, or for setting it aside."""
        source = condition.source
        if isinstance(source, Dial):
            return max(LEAST_USD, self._of_dial(source))
        if isinstance(source, Lock | Forbid):
            return max(LEAST_USD, self.annuity * self._gross_of(source.service_id))
        return self.annuity * self.mean_gross

    def _of_dial(self, dial: Dial) -> float:
        by_unit = {
            "USD": 1.0,
            "USD/year": self.annuity,
            "FTE": self.usd_per_fte,
            "agreements": self.annuity * self._agreement_usd(),
            "services": self.annuity * self.mean_gross,
        }
        if dial.rule == "mandates":
            return DUTY_WEIGHT * self.annuity * self._gross_of_duty(dial)
        if dial.rule == "capacity" and dial.unit not in by_unit:
            return self.annuity * self._usd_per_unit(dial)
        if dial.unit in by_unit:
            return by_unit[dial.unit]
        if dial.per_unit is None:  # it gives way in dollars a year
            return self.annuity
        return self.annuity * self._gross_at_stake(dial)

    def _gross_of(self, service_id: str | None) -> float:
        own = self.services.loc[self.services["service_id"] == service_id, "gross"]
        return self.mean_gross if own.empty else float(own.iloc[0])

    def _gross_of_duty(self, dial: Dial) -> float:
        members = self.case.county.frame("mandate_services")
        serving = members.loc[members["mandate_id"] == dial.subject, "service_id"]
        return float(self.services.loc[self.services["service_id"].isin(serving), "gross"].sum())

    def _gross_at_stake(self, dial: Dial) -> float:
        """Of a share: all of what it is a share of."""
        if dial.rule == "limits.retained_share_by_class":
            return float(self.services.loc[self.services["service_class"] == dial.subject, "gross"].sum())
        if dial.rule == "limits.organization_share_of_critical_services":
            return self.mean_gross * float(self.services["critical"].sum())
        if dial.rule.startswith("equity."):
            return float(self.services["gross"].sum())
        return self.mean_gross

    def _agreement_usd(self) -> float:
        return float(self.case.county.frame("organizations")["agreement_usd_per_year"].max())

    def _usd_per_unit(self, dial: Dial) -> float:
        assert isinstance(dial.place, Cell)
        org_id, resource = dial.place.key[:2]
        offers = self.case.county.frame("offers")
        used = uses_of(self.case.county, np.full(len(offers), resource, dtype=object))
        own = (offers["org_id"] == org_id).to_numpy() & (used > 0)
        price = offers["price_usd_per_year"].to_numpy(dtype=np.float64)
        return float(price[own].sum() / used[own].sum()) if own.any() else self.mean_gross
