"""Seeded regions of two small counties that share an organization and a pool and may trade with each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from random import Random
from typing import Any

from optimizer.county import records
from optimizer.county.terms import Kind
from optimizer.options.region import RegionCase
from optimizer.plan.choices import Choices
from optimizer.plan.verify import exact_costs
from optimizer.scenario.scenario import Case
from tests.cases import FACTS, case_of, offer, organization, plain_money, service, settings_of
from tests.region.regions import alone_usd, region_of

NORTH, SOUTH = "north", "south"
PEOPLE = {NORTH: 1000, SOUTH: 3000}
POOL, JOINT, OWN = "pool", "joint", "own"
OTHER = {NORTH: SOUTH, SOUTH: NORTH}


class Draw:
    """The region of a seed; `uneven`: all join the pool or none, and some would lose; `by_department`: none may."""

    def __init__(self, seed: int, *, uneven: bool = False, by_department: bool = False) -> None:
        self.uneven, self.by_department = uneven, by_department
        self.dice = Random(f"region {seed}")
        dice = self.dice
        years, self.starts = dice.choice([(1, 1), (3, 1), (2, 2), (3, 2)])
        self.horizon = {"years": years, "discount_rate": dice.choice([0.0, 0.05]), "start_years": self.starts}
        self.growth = dice.choice([0.0, 0.0, 0.1])
        # start years multiply every choice, so that one county is left with a single service to try them all
        self.services = {NORTH: [f"n{row}" for row in range(2)], SOUTH: ["s0"] if self.starts > 1 else ["s0", "s1"]}
        self.usd = {row: dice.choice([120, 250, 400]) for rows in self.services.values() for row in rows}
        self.loser = dice.choice([None, NORTH, SOUTH])
        """The county to which the pool is of little use, though the others may need it to have members enough."""
        self.pool = self._pool()
        self.room = self._room()
        self.trades = self._trades()
        self.yardstick = dice.choice([None, "alone", "today", "today"])

        self.cases = {name: self._case(name) for name in (NORTH, SOUTH)}

    @property
    def region(self) -> RegionCase:
        """The counties as one region."""
        asked = {"nobody_worse_off": self.yardstick is not None}
        return region_of(self.cases, settings_of(plain_money() | {"horizon": self.horizon, "region": asked}))

    @cached_property
    def limits_usd(self) -> dict[str, float]:
        """What no county may be worse off than: its best plan alone, or keeping everything; nothing if not asked."""
        if self.yardstick == "alone":
            return alone_usd(self.region)
        kept = {name: Choices({row: None for row in self.services[name]}) for name in self.cases}
        today = {name: exact_costs(case, kept[name]).total_cents / 100 for name, case in self.cases.items()}
        return today if self.yardstick == "today" else {}

    def _pool(self) -> dict[str, Any]:
        dice = self.dice
        resource, everybody = dice.choice([None, "calls", "calls"]), sum(map(len, self.services.values()))
        return {
            "pool_id": POOL,
            "name": "Shared pool",
            "host_org_id": dice.choice([NORTH, JOINT]),
            "resource": resource,
            "setup_usd": dice.choice([0, 20, 40]),
            "fixed_usd_per_year": dice.choice([10, 40, 80]),
            "min_members": everybody if self.loser or self.uneven else dice.choice([2, 2, 3]),
            "max_members": dice.choice([everybody, 4]),
            "share_rule": dice.choice(["equal", "population", "use" if resource else None]),
        }

    def _room(self) -> list[tuple[int | None, float]]:
        """Capacity of the shared organization by year."""
        return self.dice.choice([[(None, 1)], [(None, 2)], [(1, 0), (None, 2)], [(2, 1)], [(1, 1), (2, 3)], [], []])

    def _trades(self) -> list[dict[str, Any]]:
        """What a county would deliver to the other: a service of the seller, one of the buyer, and the terms."""
        trades = []
        for buyer in self.dice.choice([[], [], [NORTH], [SOUTH], [NORTH, SOUTH]]):
            bought, sold = self.dice.choice(self.services[buyer]), self.dice.choice(self.services[OTHER[buyer]])
            marginal = self.dice.choice([0.2, 0.3, 0.5]) * self.usd[bought]
            terms = {
                "price": round(marginal * self.dice.choice([0.9, 1.0, 1.0, 1.0, 1.2]), 2),
                "marginal": marginal,
                "lead": self.dice.choice([0, 0, 4, 14]),
                "setup": self.dice.choice([0, 20]),
                "told": self.dice.random() < 0.8,
            }
            trades.append({"buyer": buyer, "seller": OTHER[buyer], "bought": bought, "sold": sold} | terms)
        return trades

    def _case(self, name: str) -> Case:
        dice = self.dice
        resource = self.pool["resource"]
        # what is traded often has no other way to go, so that trades are worth making
        bound = {row for trade in self.trades for row in (trade["bought"], trade["sold"]) if dice.random() < 0.6}
        elsewhere = [*self._plain_offers(name), *self._pool_offers(name)]
        offers = [*(row for row in elsewhere if row.service_id not in bound), *self._bought(name)]
        into_pool = [row for row in offers if row.pool_id is not None]
        states_room = dice.random() < 0.8
        return case_of(
            [service(row, self.usd[row], department=dice.choice(["Works", "Sheriff"])) for row in self.services[name]],
            [
                organization(JOINT, dice.choice([0, 5, 15]), price_escalation_share=self.growth),
                organization(OWN, dice.choice([0, 5])),
                organization(OTHER[name], dice.choice([0, 5]), kind=Kind.COUNTY, price_escalation_share=self.growth),
            ],
            offers,
            self._settings(),
            facts=FACTS.model_copy(update={"population": PEOPLE[name]}),
            pools=[records.Pool.model_validate(self.pool | {"host_org_id": self._host(name)})],
            pool_tiers=self._tiers() if resource else [],
            uses=[
                *(records.Use(offer_id=row.offer_id, resource="load", amount=1) for row in offers),
                *(
                    records.Use(offer_id=row.offer_id, resource=resource, amount=dice.choice([2, 4, 9]))
                    for row in into_pool
                    if resource
                ),
            ],
            capacities=[
                records.Capacity(org_id=JOINT, resource="load", year=year, amount=amount)
                for year, amount in (self.room if states_room else [])
            ],
            sales=[self._sale(trade) for trade in self.trades if trade["seller"] == name],
            spare_staff=[
                records.SpareStaff(department=department, fte=dice.choice([0.5, 2, 2]))
                for department in ("Works", "Sheriff")
            ],
        )

    def _settings(self) -> Mapping[str, Any]:
        dice, money = self.dice, plain_money()
        money["horizon"] = self.horizon
        money["economics"] |= {
            "growth_share": dict.fromkeys(("personnel", "nonpersonnel", "overhead", "revenue"), self.growth),
            "realization_share": dice.choice([1.0, 0.7]),
            "ramp_share": dice.choice([[1.0], [0.5, 1.0]]),
            "hurdle_share": dice.choice([0.0, 0.0, 0.1]),
        }
        money["kinds"] = {kind: {"administration_share": dice.choice([0.0, 0.1])} for kind in Kind}
        money["consolidation"] = {"nobody_worse_off": self.by_department}
        money["limits"] = {
            "transition_usd": dice.choice([None, None, 40.0, 15.0]),
            "transition_usd_by_year": dice.choice([[], [], [10.0, 60.0]]),
        }
        return money

    def _host(self, name: str) -> str | None:
        """The county that hosts it leaves it blank."""
        return None if self.pool["host_org_id"] == name else self.pool["host_org_id"]

    def _plain_offers(self, name: str) -> list[records.Offer]:
        return [
            self._offer(row, org, self.dice.choice([0.3, 0.5, 0.7]))
            for row in self.services[name]
            for org, odds in ((JOINT, 0.5), (OWN, 0.2))
            if self.dice.random() < odds
        ]

    def _pool_offers(self, name: str) -> list[records.Offer]:
        dear, cheap = [0.7, 0.8], [0.0, 0.1, 0.2]
        shares = [*dear, *cheap] if self.uneven else dear if name == self.loser else cheap
        return [
            self._offer(row, POOL, self.dice.choice(shares))
            for row in self.services[name]
            if self.loser or self.uneven or self.dice.random() < 0.8
        ]

    def _offer(self, row: str, provider: str, price_share: float) -> records.Offer:
        dice = self.dice
        return offer(
            row,
            provider,
            round(price_share * self.usd[row], 2),
            transition_usd=dice.choice([0, 10, 30]),
            lead_time_months=dice.choice([0, 0, 7]),
        )

    def _bought(self, name: str) -> list[records.Offer]:
        return [
            offer(trade["bought"], OTHER[name], trade["price"], lead_time_months=trade["lead"], decision="partner")
            for trade in self.trades
            if trade["buyer"] == name
        ]

    @staticmethod
    def _sale(trade: Mapping[str, Any]) -> records.Sale:
        return records.Sale(
            sale_id=f"sale-{trade['bought']}",
            service_id=trade["sold"],
            org_id=trade["buyer"],
            price_usd_per_year=trade["price"],
            marginal_usd_per_year=trade["marginal"],
            buyer_cost_usd_per_year=2 * trade["marginal"],
            setup_usd=trade["setup"],
            fte=1,
            lead_time_months=trade["lead"],
            offer_id=f"{trade['bought']}-{trade['seller']}" if trade["told"] else None,
        )

    def _tiers(self) -> list[records.PoolTier]:
        first, second = (5, 2), (3, 4)
        rates = Random(str(self.pool)).choice([first, second])
        return [
            records.PoolTier(
                pool_id=POOL, tier=number, from_volume=low, to_volume=high, usd_per_unit=rate,
                fixed_usd_per_year=5 * number,
            )
            for number, (low, high, rate) in enumerate(((0, 8, rates[0]), (8, 60, rates[1])), start=1)
        ]  # fmt: skip
