"""Seeded small counties in which many rules bite at once; offers and organizations are complete.

Shares have many digits, so that no part of a cost ends in half a cent, which two honest roundings may tell differently.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

from optimizer.county import records
from optimizer.county.terms import Decision, Kind, LinkKind
from optimizer.scenario.scenario import Case, Forbid, Lock
from tests.algebra.random_settings import random_settings
from tests.algebra.random_trade import random_communication, random_sales, random_spare_staff
from tests.cases import case_of, completed

DISTRICTS = ("north", "south", "east")
ORGS = ("alpha", "beta", "gamma", "delta")
MOVES = (Decision.PARTNER, Decision.CONSOLIDATE, Decision.OUTSOURCE)


def random_case(seed: int) -> Case:
    """The case of a seed; about three in four have a plan."""
    return _County(Random(seed)).case()


class _County:
    """Draws one county table by table."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.services = [self.service(f"s{number}") for number in range(dice.randint(5, 8))]
        self.ids = [service.service_id for service in self.services]
        self.orgs = [self.organization(org_id) for org_id in ORGS[: dice.randint(2, 4)]]
        self.facts = self.county_facts()
        self.pools = [self.pool(f"pool{number}") for number in range(dice.randint(0, 2))]
        self.tiers = [tier for pool in self.pools if pool.resource for tier in self.tiers_of(pool)]
        self.offers = [offer for service in self.services for offer in self.offers_of(service)]

    def maybe(self, chance: float) -> bool:
        return self.dice.random() < chance

    def usd(self, low: float, high: float) -> float:
        return round(self.dice.uniform(low, high), 2)

    def case(self) -> Case:
        duties, members = self.mandates()
        links, tied = self.links()
        sales = random_sales(self.dice, self.services, self.orgs)
        drawn = case_of(
            self.services,
            self.orgs,
            self.offers,
            settings=random_settings(self.dice, self.services),
            locks=self.locks(),
            forbids=self.forbids(),
            facts=self.facts,
            capacities=self.capacities(),
            coverages=self.coverages(),
            uses=self.uses(),
            pools=self.pools,
            pool_tiers=self.tiers,
            mandates=duties,
            mandate_services=members,
            links=links,
            link_services=tied,
            communication_costs=random_communication(self.dice, self.orgs),
            sales=sales,
            spare_staff=random_spare_staff(self.dice, self.services),
        )
        return completed(drawn)

    def county_facts(self) -> records.Facts:
        return records.Facts(
            name="Chance County",
            state="CO",
            population=1000,
            fiscal_year=2026,
            general_fund="General",
            funds=(records.Fund(fund="General", restricted=False), records.Fund(fund="Road fund, 1%", restricted=True)),
            districts=tuple(
                records.District(district=name, population=100)
                for name in self.dice.sample(DISTRICTS, self.dice.randint(0, 3))
            ),
            groups=tuple(records.Group(group=name, population=50) for name in self.dice.choice([[], ["elders"]])),
        )

    def service(self, service_id: str) -> records.Service:
        dice = self.dice
        return records.Service(
            service_id=service_id,
            name=service_id,
            department=dice.choice(["Works", "Sheriff's Office"]),
            service_class=dice.choice(["roads", "library"]),
            fund=dice.choice(["General", "Road fund, 1%"]),
            personnel_usd=self.usd(20_000, 300_000),
            nonpersonnel_usd=self.usd(5_000, 150_000),
            overhead_usd=self.usd(0, 40_000),
            revenue_usd=dice.choice([0.0, self.usd(1_000, 60_000)]),
            fte=round(dice.uniform(0.5, 8), 2),
            mandate_level=dice.randint(0, 4),
            reliance_level=1,
            delegable=self.maybe(0.97),
            consent_owner=dice.choice([None, "Sheriff", "Clerk"]),
            critical=self.maybe(0.4),
        )

    def organization(self, org_id: str) -> records.Organization:
        return records.Organization(
            org_id=org_id,
            name=org_id,
            kind=self.dice.choice(list(Kind)),
            agreement_usd_per_year=self.dice.choice([0.0, self.usd(500, 9_000)]),
            min_volume_usd_per_year=self.usd(20_000, 250_000) if self.maybe(0.35) else None,
            max_term_years=self.dice.choice([1, 2, 5]),
            probability_of_failure=0.1,
            price_escalation_share=self.dice.choice([0.0, 0.0407, -0.0211]),
            renewal_usd=self.dice.choice([0.0, self.usd(200, 5_000)]),
        )

    def pool(self, pool_id: str) -> records.Pool:
        fewest = self.dice.randint(0, 2)
        return records.Pool(
            pool_id=pool_id,
            name=pool_id,
            host_org_id=self.dice.choice([None, *(org.org_id for org in self.orgs)]),
            resource=self.dice.choice([None, "calls", "calls", "fte", "usd"]),
            setup_usd=self.usd(0, 15_000),
            fixed_usd_per_year=self.usd(0, 6_000),
            min_members=fewest,
            max_members=fewest + self.dice.randint(1, 3),
        )

    def tiers_of(self, pool: records.Pool) -> list[records.PoolTier]:
        step = {"calls": 400.0, "fte": 6.0, "usd": 150_000.0}[str(pool.resource)]
        steps = [0.0, *(round(step * self.dice.uniform(0.4, 1.2) * place, 1) for place in (1, 2.5))]
        rate = {"calls": 20.0, "fte": 900.0, "usd": 0.05}[str(pool.resource)]
        return [
            records.PoolTier(
                pool_id=pool.pool_id,
                tier=number,
                from_volume=low,
                to_volume=high,
                usd_per_unit=round(rate * self.dice.uniform(0.5, 1.5) / number, 4),
                fixed_usd_per_year=self.usd(0, 3_000),
            )
            for number, (low, high) in enumerate(pairwise(steps), start=1)
        ]

    def offers_of(self, service: records.Service) -> list[records.Offer]:
        providers = [{"org_id": org.org_id} for org in self.orgs] + [{"pool_id": pool.pool_id} for pool in self.pools]
        drawn = [self.dice.choice(providers) for _ in range(self.dice.randint(1, 6))]
        return [self.offer(service, number, provider) for number, provider in enumerate(drawn)]

    def offer(self, service: records.Service, number: int, provider: dict[str, str]) -> records.Offer:
        dice = self.dice
        moved_share = dice.choice([1.0, 1.0, 0.601313])
        movable = moved_share * (0.67 * service.personnel_usd + service.nonpersonnel_usd)
        displaced = round(dice.choice([0.0, 0.1, 0.4]) * service.fte, 2)
        return records.Offer(
            offer_id=f"{service.service_id}-{number}",
            service_id=service.service_id,
            **provider,
            decision=dice.choice(MOVES),
            price_usd_per_year=round(movable * dice.uniform(0.1, 0.8), 2),
            transition_usd=dice.choice([0.0, round(movable * dice.uniform(0, 0.2), 2)]),
            retained_revenue_usd=round(service.revenue_usd * dice.choice([0, 0.5, 1]), 2),
            moved_share=moved_share,
            coverage=dice.choice([1.0, 1.0, 1.0, 0.97, 0.85, 0.6]),
            fte_transferred=round(0.3 * service.fte, 2),
            fte_displaced=displaced,
            lead_time_months=dice.choice([0.0, 3.1, 12.0, 17.3]),
            quality=dice.choice([1.0, 1.1, 1.2, 0.8]),
        )

    def capacities(self) -> list[records.Capacity]:
        rows = {}
        for org in self.orgs:
            for resource, low, high in (("usd", 40_000, 500_000), ("fte", 1, 12), ("crews", 1, 8)):
                for year in self.dice.sample([None, 1, 2, 3, 4], self.dice.choice([0, 0, 1, 2])):
                    amount = round(self.dice.uniform(low, high), 2)
                    rows[org.org_id, resource, year] = records.Capacity(
                        org_id=org.org_id, resource=resource, year=year, amount=amount
                    )
        return list(rows.values())

    def uses(self) -> list[records.Use]:
        stated = []
        for offer in self.offers:
            for resource, high in (("calls", 500), ("crews", 4), ("fte", 6), ("usd", 200_000)):
                if self.maybe(0.8 if resource == "calls" else 0.25):
                    amount = round(self.dice.uniform(0, high), 1)
                    stated.append(records.Use(offer_id=offer.offer_id, resource=resource, amount=amount))
        return stated

    def coverages(self) -> list[records.Coverage]:
        return [
            records.Coverage(offer_id=offer.offer_id, district=place, coverage=self.dice.choice([1, 0.9, 0.5]))
            for offer in self.offers
            for place in self.places()
            if self.maybe(0.2)
        ]

    def places(self) -> list[str]:
        return [row.district for row in self.facts.districts] + [row.group for row in self.facts.groups]

    def mandates(self) -> tuple[list[records.Mandate], list[records.MandateService]]:
        dice = self.dice
        duties, members = [], []
        for number in range(dice.randint(0, 3)):
            duties.append(
                records.Mandate(
                    mandate_id=f"m{number}",
                    name="Duty",
                    citation="Statute 1",
                    authority="state",
                    required_coverage=dice.choice([0.7, 0.9, 0.96]),
                    district=dice.choice([None, *self.places()]),
                    funded=self.maybe(0.7),
                    allowed_decisions=("partner", "outsource")
                    if self.maybe(0.04)
                    else dice.choice([(), (), (), ("keep", "partner")]),
                )
            )
            members += [
                records.MandateService(mandate_id=f"m{number}", service_id=service_id, weight=dice.choice([1, 2.5]))
                for service_id in dice.sample(self.ids, dice.randint(1, 4))
            ]
        return duties, members

    def links(self) -> tuple[list[records.Link], list[records.LinkService]]:
        links, members = [], []
        for number in range(self.dice.randint(0, 4)):
            kind = self.dice.choice(list(LinkKind))
            talks = kind == LinkKind.COMMUNICATES
            volume = self.usd(50, 2_000) if talks else None
            links.append(records.Link(link_id=f"l{number}", kind=kind, volume_per_year=volume))
            tied = self.dice.sample(self.ids, 2 if talks else self.dice.randint(2, 3))
            if kind == LinkKind.TOGETHER:
                self.join_offers(tied)
            rows = [
                records.LinkService(link_id=f"l{number}", service_id=service_id, position=place)
                for place, service_id in enumerate(tied, start=1)
            ]
            members += self.dice.sample(rows, len(rows))
        return links, members

    def join_offers(self, tied: list[str]) -> None:
        """Give linked services offers of one decision and provider, or they could never move."""
        provider = self.dice.choice([{"org_id": org.org_id} for org in self.orgs])
        for service in self.services:
            if service.service_id in tied:
                number = sum(offer.service_id == service.service_id for offer in self.offers)
                offer = self.offer(service, number, provider)
                self.offers.append(offer.model_copy(update={"decision": Decision.PARTNER}))

    def locks(self) -> list[Lock]:
        locks = []
        for service_id in self.dice.sample(self.ids, self.dice.choice([0, 0, 0, 0, 1, 2])):
            offers = [offer for offer in self.offers if offer.service_id == service_id]
            offer = self.dice.choice(offers)
            if self.maybe(0.5):
                locks.append(Lock(service_id, Decision.KEEP, None, "test"))
            else:
                provider = self.dice.choice([None, offer.org_id or offer.pool_id])
                locks.append(Lock(service_id, Decision(offer.decision), provider, "test"))
        return locks

    def forbids(self) -> list[Forbid]:
        providers = [org.org_id for org in self.orgs] + [pool.pool_id for pool in self.pools]
        bans = [
            Forbid(service_id, self.dice.choice([None, None, *providers]), self.dice.choice(list(Decision)), "test")
            for service_id in self.dice.sample(self.ids, self.dice.choice([0, 0, 1, 2]))
        ]
        if self.maybe(0.2):
            bans.append(Forbid(None, self.dice.choice(providers), self.dice.choice(MOVES), "test"))
        return [ban for ban in bans if ban.decision != Decision.KEEP or ban.provider is None]
