"""What small cases are about: each theme gives one kind of rule something to say in a county that is being drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optimizer.county import records
from optimizer.county.terms import Decision, LinkKind
from optimizer.scenario.scenario import Forbid, Lock
from tests.properties.draft import ORGS, Draft

Theme = Callable[[Draft], None]


def money_by_year(draft: Draft) -> None:
    for row in draft.offers:
        row["transition_usd"] = draft.dice.choice([10, 25])
    draft.limits["transition_usd_by_year"] = draft.dice.choice([[10.0], [0.0, 45.0], [15.0, 35.0], [15.0, 50.0]])


def moves_by_year(draft: Draft) -> None:
    draft.limits["moves_by_year"] = draft.dice.choice([[1], [0, 2], [1, 2]])


def agreements_by_year(draft: Draft) -> None:
    draft.limits["agreements_by_year"] = draft.dice.choice([[1], [0, 1], [0, 2]])


def layoffs_by_year(draft: Draft) -> None:
    for row in draft.offers:
        row["fte_displaced"] = draft.dice.choice([0.3, 0.6]) * draft.services[row["service_id"]]["fte"]
    draft.limits["laid_off_fte_by_year"] = draft.dice.choice([[0.0, 2.0], [0.3, 1.5], [0.5, 1.0]])
    draft.settings["people"] = {
        "attrition_share": draft.dice.choice([0.0, 0.1, 0.3]),
        "attrition_share_by_department": draft.dice.choice([{}, {"Works": 0.2}]),
    }


def consents_by_year(draft: Draft) -> None:
    for row in draft.services.values():
        row["consent_owner"] = "Sheriff"
    draft.limits["moved_services_by_consent_owner_by_year"] = {"Sheriff": draft.dice.choice([[1], [0, 2], [0, 1]])}


def capacity_by_year(draft: Draft) -> None:
    org, resource = draft.dice.choice(ORGS), draft.dice.choice(["usd", "fte", "crews"])
    low, high = {"usd": (10, 500), "fte": (0.5, 9), "crews": (1, 20)}[resource]
    years = draft.dice.choice([(1, None), (1, 2)])
    for year, amount in zip(years, (low, high), strict=True):
        add(draft, "capacities", records.Capacity(org_id=org, resource=resource, year=year, amount=amount))
    for row in draft.offers:
        uses(draft, row, "crews", [2, 3, 9])


def ending(draft: Draft) -> None:
    """Services may be ended, one of them at a gain; sometimes what residents lose by it is limited."""
    dice = draft.dice
    draft.settings["allowed_decisions"] = list(Decision)
    draft.settings["exit"] = {
        "max_mandate_level": dice.randint(0, 2),
        "closing_share": dice.choice([0.1, 0.3]),
        "lead_time_months": dice.choice([0.0, 6.0, 14.0]),
    }
    draft.services[dice.choice(list(draft.services))] |= {"mandate_level": 0, "revenue_usd": 0}
    if draft.maybe(0.3):
        draft.settings["equity"] = {"floor": dice.choice([0.3, 0.6]), "weight": "equal"}


def selling(draft: Draft) -> None:
    wanted = draft.dice.choice(list(draft.services))
    draft.offers = [row for row in draft.offers if row["service_id"] != wanted or draft.maybe(0.3)]
    for _ in range(draft.dice.choice([1, 2])):
        sale = records.Sale(
            sale_id=f"sale{len(draft.tables['sales'])}",
            service_id=wanted,
            org_id=draft.dice.choice(ORGS),
            price_usd_per_year=draft.dice.choice([120, 80, 40, None]),
            marginal_usd_per_year=draft.dice.choice([10, 30, 45]),
            buyer_cost_usd_per_year=draft.dice.choice([150, 130, 130, 60]),
            setup_usd=draft.dice.choice([0, 15]),
            fte=draft.dice.choice([0.1, 0.5, 1]),
            lead_time_months=draft.dice.choice([0, 0, 8, 15]),
        )
        add(draft, "sales", sale)
    for year, fte in draft.dice.choice(
        [[(None, 2)], [(1, 0.4), (None, 2)], [(None, 0.6)], [(1, 0), (2, 1), (None, 3)]]
    ):
        department = draft.services[wanted]["department"]
        add(draft, "spare_staff", records.SpareStaff(department=department, year=year, fte=fte))
    if draft.maybe(0.3):
        buyer = draft.tables["sales"][-1].org_id
        bans = [Forbid(None, buyer, Decision.INSOURCE, "t"), Forbid(wanted, None, Decision.INSOURCE, "t")]
        draft.forbids.append(draft.dice.choice(bans))


def pooling(draft: Draft) -> None:
    """Two services or more have an offer into a pool that is cheap but for its own cost."""
    _pool(draft, draft.dice.choice([None, "calls", "calls"]), draft.dice.choice([5, 20]))


def _pool(draft: Draft, resource: str | None, fixed_usd: float) -> None:
    dice, pool_id = draft.dice, f"pool{len(draft.tables['pools'])}"
    pool = records.Pool(
        pool_id=pool_id,
        name=f"Shared {pool_id}",
        host_org_id=dice.choice([None, "east"]),
        resource=resource,
        setup_usd=dice.choice([0, 15]),
        fixed_usd_per_year=fixed_usd,
        min_members=dice.choice([0, 1, 2]),
        max_members=dice.choice([2, 3]),
        share_rule=dice.choice([None, "equal", "use" if resource else "population"]),
    )
    add(draft, "pools", pool)
    if resource is not None:
        _tiers(draft, pool_id)
    for service_id in draft.some(3):
        if draft.maybe(0.7):
            draft.offers = [row for row in draft.offers if row["service_id"] != service_id]
        draft.add_offer(service_id, pool_id, price_usd=round(dice.uniform(0.05, 0.25) * draft.gross(service_id), 2))
        uses(draft, draft.offers[-1], "calls", [0, 2, 4, 9])


def _tiers(draft: Draft, pool_id: str) -> None:
    rates, last = draft.dice.choice([(3, 1), (2, 2), (1, 2)]), draft.dice.choice([20, 60])
    for number, (low, high, rate) in enumerate(((0, 8, rates[0]), (8, last, rates[1])), start=1):
        tier = records.PoolTier(
            pool_id=pool_id, tier=number, from_volume=low, to_volume=high, usd_per_unit=rate,
            fixed_usd_per_year=4 * number,
        )  # fmt: skip
        add(draft, "pool_tiers", tier)


def fair_pooling(draft: Draft) -> None:
    """A pool in which one department may bear more of the cost than it gains, though all of them together gain."""
    draft.settings["consolidation"] = {"nobody_worse_off": True}
    for row, department in zip(draft.services.values(), ("Works", "Sheriff", "Works", "Sheriff"), strict=False):
        row["department"] = department
    _pool(draft, draft.dice.choice([None, None, "calls"]), draft.dice.choice([20, 40, 60]))
    pool = draft.tables["pools"][-1]
    fee = 0.0
    if pool.host_org_id is not None:
        fee = draft.settings["kinds"][draft.organizations[pool.host_org_id]["kind"]]["administration_share"]
    loser = draft.dice.choice([row for row in draft.offers if row["provider"] == pool.pool_id])
    draft.offers = [row for row in draft.offers if row is loser or row["service_id"] != loser["service_id"]]
    row, avoidable = draft.services[loser["service_id"]], draft.settings["economics"]["avoidable_share"]
    moving_usd = avoidable["personnel"] * row["personnel_usd"] + row["nonpersonnel_usd"]
    loser |= {
        "price_usd": round((moving_usd - draft.dice.choice([5, 12])) / (1 + fee), 2), "transition_usd": 0,
        "moved_share": 1, "retained_revenue_usd": row["revenue_usd"], "lead_time_months": 0,
    }  # fmt: skip


def renewing(draft: Draft) -> None:
    for row in draft.organizations.values():
        row |= {"max_term_years": draft.dice.choice([1, 2]), "renewal_usd": draft.dice.choice([7, 20, 60])}


def talking(draft: Draft) -> None:
    """Two services work together, and it costs to have them apart, as their cheapest offers would."""
    dice = draft.dice
    tied = dice.sample(list(draft.services), 2)
    draft.offers = [row for row in draft.offers if row["service_id"] not in tied]
    draft.add_offer(tied[0], "east")
    draft.add_offer(tied[1], "west")
    if draft.maybe(0.6):
        draft.add_offer(tied[1], "east", price_usd=round(0.5 * draft.gross(tied[1]), 2))
    link(draft, LinkKind.COMMUNICATES, tied, volume=dice.choice([3, 8, 12]))
    draft.settings["economics"]["communication_usd_per_unit"] = dice.choice([0.0, 3.0, 6.0])
    pairs = [(None, "east"), ("west", "east"), (None, None), ("east", "east")]
    for one, other in dice.sample(pairs, dice.randint(0, 2)):
        cost = records.CommunicationCost(from_org_id=one, to_org_id=other, usd_per_unit=dice.choice([0, 2, 6]))
        add(draft, "communication_costs", cost)


def growing(draft: Draft) -> None:
    draft.settings["economics"]["growth_share"] = draft.dice.choice(
        [
            {"personnel": 0.04, "nonpersonnel": 0.02, "overhead": -0.01, "revenue": 0.03},
            {"personnel": -0.02, "nonpersonnel": 0.05, "overhead": 0.0, "revenue": 0.0},
        ]
    )
    for row in draft.organizations.values():
        row["price_escalation_share"] = draft.dice.choice([-0.03, 0.06, 0.3])


def equity(draft: Draft) -> None:
    draft.settings["equity"] = {
        "weight": draft.dice.choice(["gross_cost", "equal"]),
        "floor": draft.dice.choice([None, 0.8, 0.9]),
        "floor_by_place": {},
    }
    places(draft)
    if draft.maybe(0.5):
        draft.settings["equity"]["floor_by_place"] = {draft.dice.choice(draft.districts + draft.groups): 0.95}
    for row in draft.offers:
        row["coverage"] = draft.dice.choice([1, 0.9, 0.6, 0.4])


def places(draft: Draft) -> None:
    """Districts and a population group in which offers cover less than elsewhere."""
    draft.districts, draft.groups = ["north", "south"], draft.dice.choice([[], ["young"]])
    for row in draft.offers:
        place = draft.dice.choice([*draft.districts, *draft.groups])
        if draft.maybe(0.4) and not any(known.offer_id == row["offer_id"] for known in draft.tables["coverages"]):
            worse = records.Coverage(offer_id=row["offer_id"], district=place, coverage=draft.dice.choice([0.3, 1]))
            add(draft, "coverages", worse)


def cost_limit(draft: Draft) -> None:
    net = sum(draft.gross(service_id) - row["revenue_usd"] for service_id, row in draft.services.items())
    limit = round(draft.dice.choice([0.6, 0.75, 0.85, 1.0]) * net, 2)
    draft.settings["equity"] = (
        {"weight": "equal"} | draft.settings.get("equity", {}) | {"cost_limit_usd_per_year": limit}
    )


def reinvesting(draft: Draft) -> None:
    for number in range(draft.dice.choice([1, 2, 3])):
        proposal = records.Proposal(
            proposal_id=f"q{len(draft.tables['proposals'])}",
            name=f"Proposal {number}",
            fund=draft.dice.choice(["General", "Roads"]),
            usd_per_year=draft.dice.choice([20, 90, 300]),
            score=draft.dice.choice([1, 5, 8]),
            max_share=draft.dice.choice([1, 1, 0.5]),
        )
        add(draft, "proposals", proposal)


def payback(draft: Draft) -> None:
    draft.settings["economics"] |= draft.dice.choice(
        [{"payback_within_term": True}, {"payback_within_term": True, "max_payback_years": 0.5}]
    )
    for row in draft.offers:
        row["transition_usd"] = draft.dice.choice([10, 60, 150])


def hurdle(draft: Draft) -> None:
    draft.settings["economics"] |= draft.dice.choice(
        [
            {"hurdle_share": 0.2},
            {"hurdle_share": 0.4},
            {"hurdle_usd_per_year_by_decision": {"partner": 15, "exit": 10}, "hurdle_share_of_failure": 2.0},
            {"hurdle_usd_per_year_by_department": {next(iter(draft.services.values()))["department"]: 20}},
        ]
    )
    if draft.maybe(0.5):
        together(draft)


def together(draft: Draft) -> None:
    tied, org = draft.some(3), draft.dice.choice(ORGS)
    link(draft, LinkKind.TOGETHER, tied)
    for service_id in tied:
        drop_offer(draft, service_id)
        draft.add_offer(service_id, org, decision=Decision.PARTNER)


def apart(draft: Draft) -> None:
    tied, org = draft.some(3), draft.dice.choice(ORGS)
    link(draft, LinkKind.APART, tied)
    for service_id in tied:
        drop_offer(draft, service_id)
        draft.add_offer(service_id, org)


def needs(draft: Draft) -> None:
    """The first service gains by moving, some of those that have to move with it do not."""
    tied = draft.some(3)
    link(draft, LinkKind.NEEDS, tied)
    for row in draft.offers:
        if row["service_id"] == tied[0]:
            row["price_usd"] = round(0.1 * draft.gross(tied[0]), 2)
        elif row["service_id"] in tied and draft.maybe(0.8):
            row["price_usd"] = round(draft.dice.choice([0.9, 1.3]) * draft.gross(row["service_id"]), 2)


def limits_on_people(draft: Draft) -> None:
    dice = draft.dice
    for row in draft.offers:
        row["fte_displaced"] = dice.choice([0.3, 0.6]) * draft.services[row["service_id"]]["fte"]
    for row in draft.services.values():
        row["consent_owner"] = dice.choice([None, "Sheriff", "Sheriff"])
    if draft.maybe(0.5):
        draft.limits["displaced_fte"] = dice.choice([0.3, 0.7, 1.5])
    else:
        draft.limits["displaced_fte_by_department"] = {"Works": dice.choice([0.3, 0.7]), "Sheriff": 0.7}
    if draft.maybe(0.5):
        draft.limits["moved_services_by_consent_owner"] = {"Sheriff": dice.choice([0, 1])}


def fewer_partners(draft: Draft) -> None:
    """At most one agreement, and no offer of less than today's quality."""
    draft.limits["agreements"] = 1
    if draft.maybe(0.5):
        draft.limits["min_quality"] = 0.9


def limits_on_money(draft: Draft) -> None:
    """One of three, near to what the county pays and earns."""
    dice, rows = draft.dice, draft.services.values()
    for row in rows:
        row["revenue_usd"] = dice.choice([0, 50, 80])
    for row in draft.offers:
        kept_usd = draft.services[row["service_id"]]["revenue_usd"]
        row |= {"transition_usd": dice.choice([10, 25]), "retained_revenue_usd": dice.choice([0.4, 0.8]) * kept_usd}
    fund = dice.choice(["General", "Roads"])
    net_usd = sum(draft.gross(one) - row["revenue_usd"] for one, row in draft.services.items() if row["fund"] == fund)
    possible = {
        "transition_usd": dice.choice([15.0, 30.0]),
        "net_cost_by_fund_usd_per_year": {fund: round(dice.choice([0.7, 0.85, 0.95]) * net_usd, 2)},
        "revenue_floor_usd_per_year": dice.choice([0.85, 0.95]) * sum(row["revenue_usd"] for row in rows),
    }
    name = dice.choice(list(possible))
    draft.limits[name] = possible[name]


def concentration(draft: Draft) -> None:
    dice = draft.dice
    for row in draft.services.values():
        row["critical"] = dice.choice([True, True, False])
    possible = {
        "organization_share_of_moved_cost": dice.choice([0.5, 0.7]),
        "organization_share_of_critical_services": dice.choice([0.3, 0.5]),
    }
    name = dice.choice(list(possible))
    draft.limits[name] = possible[name]


def retained(draft: Draft) -> None:
    draft.limits["retained_share_by_class"] = {"roads": draft.dice.choice([0.4, 0.7]), "library": 0.3}


def duties(draft: Draft) -> None:
    """Mandates, with a coverage that some offers do not reach, and floors by mandate level."""
    dice = draft.dice
    for row in draft.offers:
        row["coverage"] = dice.choice([1, 0.8, 0.6])
    if draft.maybe(0.5):
        places(draft)
    draft.settings["duties"] = {
        "enforce_unfunded": draft.maybe(0.7),
        "coverage_floor_by_mandate_level": dice.choice([{3: 0.0, 4: 0.0}, {3: 0.7, 4: 0.95}]),
    }
    for number in range(dice.choice([1, 2])):
        mandate = records.Mandate(
            mandate_id=f"m{number}",
            name=f"Duty {number}",
            citation="Statute 1",
            authority="state",
            required_coverage=dice.choice([0.8, 0.9, 1]),
            district=dice.choice([None, *draft.districts, *draft.groups]),
            funded=draft.maybe(0.6),
            allowed_decisions=dice.choice([(), (), (), (), ("keep", "partner"), ("outsource", "partner")]),
        )
        add(draft, "mandates", mandate)
        for service_id in dice.sample(list(draft.services), 2):
            weight = dice.choice([1, 2.5])
            serving = records.MandateService(mandate_id=f"m{number}", service_id=service_id, weight=weight)
            add(draft, "mandate_services", serving)


def providers(draft: Draft) -> None:
    """What organizations can take on, and for how little they will not sign."""
    for org, row in draft.organizations.items():
        row["min_volume_usd_per_year"] = draft.dice.choice([None, 20, 60, 90])
        resource, amount = draft.dice.choice([("usd", 60), ("usd", 150), ("fte", 2), ("fte", 3.5)])
        add(draft, "capacities", records.Capacity(org_id=org, resource=resource, amount=amount))


def ruled(draft: Draft) -> None:
    """The scenario decides for one service, or closes a way; sometimes keeping itself."""
    dice, row = draft.dice, draft.dice.choice(draft.offers)
    service_id, decision = row["service_id"], Decision(row["decision"])
    ways = [(Decision.KEEP, None), (decision, None), (decision, row["provider"])]
    ways += [(Decision.INSOURCE, sale.org_id) for sale in draft.tables["sales"] if sale.service_id == service_id]
    bans = [(service_id, None, decision), (None, row["provider"], decision), (service_id, None, Decision.KEEP)]
    bans += [(None, sale.org_id, Decision.INSOURCE) for sale in draft.tables["sales"]]
    if draft.maybe(0.2):
        draft.settings["allowed_decisions"] = ["partner", "consolidate", "outsource"]
    elif draft.maybe(0.5):
        draft.locks.append(Lock(service_id, *dice.choice(ways), "t"))
    else:
        draft.forbids.append(Forbid(*dice.choice(bans), "t"))


def add(draft: Draft, table: str, row: Any) -> None:
    """A row more, unless the table has one of that key."""
    draft.tables[table].append(row)


def drop_offer(draft: Draft, service_id: str) -> None:
    """One offer less, so that not too much is left to try."""
    own = [row for row in draft.offers if row["service_id"] == service_id]
    if len(own) > 1:
        draft.offers.remove(own[0])


def uses(draft: Draft, row: dict[str, Any], resource: str, amounts: list[float]) -> None:
    amount = draft.dice.choice(amounts)
    if not any((use.offer_id, use.resource) == (row["offer_id"], resource) for use in draft.tables["uses"]):
        add(draft, "uses", records.Use(offer_id=row["offer_id"], resource=resource, amount=amount))


def link(draft: Draft, kind: LinkKind, tied: list[str], volume: float | None = None) -> None:
    link_id = f"l{len(draft.tables['links'])}"
    add(draft, "links", records.Link(link_id=link_id, kind=kind, volume_per_year=volume))
    for position, service_id in enumerate(tied, start=1):
        add(draft, "link_services", records.LinkService(link_id=link_id, service_id=service_id, position=position))


BY_YEAR: tuple[Theme, ...] = (
    money_by_year, moves_by_year, agreements_by_year, layoffs_by_year, consents_by_year, capacity_by_year,
)  # fmt: skip
"""Limits that may put off a start."""
LIMITS: tuple[Theme, ...] = (
    *BY_YEAR, equity, cost_limit, payback, hurdle, limits_on_people, fewer_partners, limits_on_money, concentration,
    retained, duties, providers, ruled, apart, needs,
)  # fmt: skip
"""What holds a plan back; where there are two, the tighter one hides the other."""
WAYS: tuple[Theme, ...] = (
    ending, selling, pooling, fair_pooling, renewing, talking, growing, reinvesting, together,
)  # fmt: skip
"""What else there is to decide and to pay."""
