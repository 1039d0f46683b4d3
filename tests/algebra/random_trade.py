"""Random sales, spare staff and communication costs of a county of random_cases.py."""

from __future__ import annotations

from random import Random

from optimizer.county import records


def random_sales(dice: Random, services: list[records.Service], orgs: list[records.Organization]) -> list[records.Sale]:
    """Up to four sales; about half of them are worth making."""
    sales = []
    for number in range(dice.choice([0, 1, 2, 4])):
        sold = dice.choice(services)
        marginal = round(dice.uniform(2_000, 40_000), 2)
        today = round(marginal * dice.uniform(0.9, 2.5), 2)
        sales.append(
            records.Sale(
                sale_id=f"sale{number}",
                service_id=sold.service_id,
                org_id=dice.choice(orgs).org_id,
                price_usd_per_year=dice.choice([None, round(marginal * dice.uniform(0.9, 1.8), 2)]),
                marginal_usd_per_year=marginal,
                buyer_cost_usd_per_year=today,
                setup_usd=dice.choice([0.0, round(dice.uniform(0, 4_000), 2)]),
                fte=round(dice.uniform(0.1, 1.5), 2),
                lead_time_months=dice.choice([0.0, 3.1, 14.2]),
            )
        )
    return sales


def random_spare_staff(dice: Random, services: list[records.Service]) -> list[records.SpareStaff]:
    """What some departments can spare, in some years or in all."""
    departments = sorted({service.department for service in services})
    return [
        records.SpareStaff(department=department, year=year, fte=round(dice.uniform(0.2, 3), 2))
        for department in departments
        for year in dice.choice([[None], [None, 1], [1, 2, None], [2]])
    ]


def random_communication(dice: Random, orgs: list[records.Organization]) -> list[records.CommunicationCost]:
    """What a unit costs between some pairs of places, one of them perhaps the county."""
    places = [None, *(org.org_id for org in orgs)]
    pairs = [(one, other) for place, one in enumerate(places) for other in places[place:]]
    return [
        records.CommunicationCost(from_org_id=one, to_org_id=other, usd_per_unit=round(dice.uniform(0, 9), 2))
        for one, other in (dice.sample(pair, 2) for pair in dice.sample(pairs, dice.choice([0, 1, 3])))
    ]
