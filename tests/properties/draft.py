"""A county being drawn: rows as dictionaries that themes may still change, and the case that comes of them."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any

from optimizer.county import records
from optimizer.county.terms import MOVES, Decision, Kind
from optimizer.scenario.scenario import Case, Forbid, Lock
from tests.cases import FACTS, case_of, completed, offer, organization, plain_money, service

ORGS = ("east", "west")
EVERYTHING_BUT_EXIT = [decision.value for decision in Decision if decision is not Decision.EXIT]


class Draft:
    """Two to four services that nothing limits yet, each with an offer or two worth taking."""

    def __init__(self, dice: Random, *, over_years: bool) -> None:
        """Over years: there is more than one year in which something may start."""
        self.dice = dice
        self.settings = self._settings(over_years)
        self.services = {f"s{number}": self._service() for number in range(self._size())}
        self.organizations = {org: self._organization() for org in ORGS}
        self.offers: list[dict[str, Any]] = []
        self.made = 0
        for service_id in self.services:
            for org in dice.sample(ORGS, dice.choice([1, 1, 2])):
                self.add_offer(service_id, org)
        self.tables: dict[str, list[Any]] = defaultdict(list)
        self.districts: list[str] = []
        self.groups: list[str] = []
        self.locks: list[Lock] = []
        self.forbids: list[Forbid] = []

    @property
    def start_years(self) -> int:
        return int(self.settings["horizon"]["start_years"])

    @property
    def limits(self) -> dict[str, Any]:
        limits: dict[str, Any] = self.settings["limits"]
        return limits

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def some(self, most: int = 4) -> list[str]:
        """Ids of two services or more."""
        return self.dice.sample(list(self.services), self.dice.randint(2, min(most, len(self.services))))

    def gross(self, service_id: str) -> float:
        row = self.services[service_id]
        return float(row["personnel_usd"] + row["nonpersonnel_usd"] + row["overhead_usd"])

    def _size(self) -> int:
        """Start years multiply every choice, so that fewer services are left to try them all."""
        return {1: 4, 2: 3, 3: 2}[self.start_years]

    def _settings(self, over_years: bool) -> dict[str, Any]:
        dice, money = self.dice, plain_money()
        years, start_years = dice.choice([(2, 2), (3, 2), (4, 2), (4, 3)] if over_years else [(1, 1), (3, 1), (4, 1)])
        rate = dice.choice([0.0, 0.05])
        money["horizon"] = {"years": years, "discount_rate": rate, "start_years": start_years}
        money["economics"] |= {
            "avoidable_share": {"personnel": dice.choice([1.0, 1.0, 0.67]), "nonpersonnel": 1.0, "overhead": 0.5},
            "realization_share": dice.choice([1.0, 0.7]),
            "ramp_share": dice.choice([[1.0], [0.5, 1.0]]),
        }
        money["kinds"] = {kind: {"administration_share": dice.choice([0.0, 0.15])} for kind in Kind}
        money["allowed_decisions"] = EVERYTHING_BUT_EXIT
        money["duties"] = {"coverage_floor_by_mandate_level": {3: 0.0, 4: 0.0}}
        return money

    def _service(self) -> dict[str, Any]:
        dice = self.dice
        return {
            "personnel_usd": dice.choice([400, 250, 120, 60]),
            "nonpersonnel_usd": dice.choice([0, 60]),
            "overhead_usd": dice.choice([0, 30]),
            "revenue_usd": dice.choice([0, 0, 50]),
            "fte": dice.choice([1, 2.5]),
            "department": dice.choice(["Works", "Sheriff"]),
            "fund": dice.choice(["General", "Roads"]),
            "service_class": dice.choice(["roads", "library"]),
            "mandate_level": dice.randint(0, 4),
            "critical": dice.random() < 0.5,
            "consent_owner": dice.choice([None, "Sheriff"]),
        }

    def _organization(self) -> dict[str, Any]:
        dice = self.dice
        return {
            "agreement_usd_per_year": dice.choice([0, 8, 20]),
            "kind": dice.choice(["municipality", "private"]),
            "max_term_years": dice.choice([1, 2, 5]),
        }

    def add_offer(self, service_id: str, provider: str, **terms: Any) -> None:
        """An offer at about a third of what the service costs, or on other terms."""
        dice, row = self.dice, self.services[service_id]
        self.made += 1
        paid = row["personnel_usd"] + row["nonpersonnel_usd"]
        usual = {
            "offer_id": f"{service_id}-{provider}-{self.made}",
            "price_usd": round(dice.choice([0.1, 0.2, 0.3, 0.45]) * paid + dice.randint(0, 9), 2),
            "transition_usd": dice.choice([0, 10, 25]),
            "retained_revenue_usd": dice.choice([0.5, 0.9, 1]) * row["revenue_usd"],
            "moved_share": dice.choice([1, 1, 1, 0.6]),
            "coverage": dice.choice([1, 1, 0.9, 0.6]),
            "fte_displaced": dice.choice([0, 0.2, 0.5]) * row["fte"],
            "lead_time_months": dice.choice([0, 0, 3, 14]),
            "quality": dice.choice([1, 1, 0.8]),
            "decision": Decision.CONSOLIDATE if provider.startswith("pool") else dice.choice(list(MOVES)),
        }
        self.offers.append({"service_id": service_id, "provider": provider} | usual | terms)

    def case(self) -> Case:
        """The case as it would be prepared: offers to end services are made and blank terms filled."""
        districts = tuple(records.District(district=name, population=500) for name in self.districts)
        groups = tuple(records.Group(group=name, population=90) for name in self.groups)
        drawn = case_of(
            [service(service_id, **row) for service_id, row in self.services.items()],
            [organization(org_id, **row) for org_id, row in self.organizations.items()],
            [offer(**row) for row in self.offers],
            self.settings,
            self.locks,
            self.forbids,
            FACTS.model_copy(update={"districts": districts, "groups": groups}),
            **self.tables,
        )
        return completed(drawn)
