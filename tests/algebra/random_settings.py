"""Random settings whose limits are near what a random county of random_cases.py needs."""

from __future__ import annotations

from random import Random
from typing import Any

from optimizer.county import records
from optimizer.county.terms import Decision, Kind

NO_GROWTH = {"personnel": 0.0, "nonpersonnel": 0.0, "overhead": 0.0, "revenue": 0.0}
GROWTH = {"personnel": 0.0331, "nonpersonnel": 0.0213, "overhead": -0.0101, "revenue": 0.0177}


def random_settings(dice: Random, services: list[records.Service]) -> dict[str, Any]:
    """Settings of a scenario, laid over the shipped ones."""
    every = list(Decision)
    return {
        "horizon": {
            "years": dice.randint(1, 4),
            "discount_rate": dice.choice([0.0, 0.0307, 0.0713]),
            "start_years": 1,
        },
        "economics": {
            "avoidable_share": {
                "personnel": 0.671317,
                "nonpersonnel": 1.0,
                "overhead": dice.choice([0.0, 0.301313]),
            },
            "hurdle_share": dice.choice([0.0, 0.0, 0.1, 0.2]),
            **_dollars_of_hurdle(services),
            "realization_share": dice.choice([0.601313, 1.0]),
            "ramp_share": dice.choice([[1.0], [0.501313, 0.801313, 1.0]]),
            "max_payback_years": dice.choice([None, None, 3.0, 2.0]),
            "payback_within_term": dice.random() < 0.2,
            "growth_share": dice.choice([NO_GROWTH, NO_GROWTH, GROWTH]),
            "communication_usd_per_unit": dice.choice([0.0, 4.0307]),
        },
        "kinds": {kind: {"administration_share": dice.choice([0.0, 0.061313, 0.151317])} for kind in Kind},
        "allowed_decisions": every[1:]
        if (dice.random() < 0.03)
        else dice.choice([every, every[:5], every[:5], every[:3]]),
        "exit": {
            "max_mandate_level": dice.randint(0, 2),
            "closing_share": dice.choice([0.1, 0.601313]),
            "lead_time_months": dice.choice([0.0, 5.3, 14.2]),
        },
        "people": {"attrition_share": dice.choice([0.0, 0.05])},
        "equity": {
            "weight": dice.choice(["gross_cost", "equal"]),
            "floor": dice.choice([None, None, None, 0.9, 0.8]),
            "cost_limit_usd_per_year": round(dice.uniform(0.75, 1.0) * _net(services)) if dice.random() < 0.1 else None,
        },
        "duties": {
            "enforce_unfunded": (dice.random() < 0.5),
            "coverage_floor_by_mandate_level": dice.choice([{}, {3: 0.7, 4: 0.9}, {4: 0.95}]),
        },
        "limits": _limits(dice, services),
        "solver": {"gap_usd": 0.0},
    }


def _net(services: list[records.Service]) -> float:
    return sum(row.personnel_usd + row.nonpersonnel_usd + row.overhead_usd - row.revenue_usd for row in services)


def _limits(dice: Random, services: list[records.Service]) -> dict[str, Any]:
    gross = sum(row.personnel_usd + row.nonpersonnel_usd + row.overhead_usd for row in services)
    general = _net([row for row in services if row.fund == "General"])
    fte = sum(row.fte for row in services)
    revenue = sum(row.revenue_usd for row in services)
    of_class = [share for share in (0.2, 0.5, 0.7) if (dice.random() < 0.5)]
    possible: dict[str, Any] = {
        "transition_usd": round(dice.uniform(0.005, 0.05), 2) * gross,
        "displaced_fte": round(fte * round(dice.uniform(0.02, 0.2), 2), 2),
        "displaced_fte_by_department": {"Works": round(fte * round(dice.uniform(0.0, 0.1), 2), 2)},
        "moved_services_by_consent_owner": {"Sheriff": dice.randint(0, 1), "Clerk": dice.randint(0, 2)},
        "agreements": dice.randint(0, 3),
        "organization_share_of_moved_cost": dice.choice([0.4, 0.5, 0.7]),
        "organization_share_of_critical_services": dice.choice([0.2, 0.4]),
        "retained_share_by_class": dict(zip(("roads", "library"), of_class, strict=False)),
        "net_cost_by_fund_usd_per_year": {"General": round(dice.uniform(0.9, 1.05), 2) * general},
        "revenue_floor_usd_per_year": revenue * round(dice.uniform(0.6, 1.0), 2),
        "min_quality": 0.9,
        "transition_usd_by_year": [round(dice.uniform(0.005, 0.05), 2) * gross],
        "moves_by_year": [dice.randint(1, 4), 2],
        "agreements_by_year": [dice.randint(1, 3)],
        "moved_services_by_consent_owner_by_year": {"Sheriff": [dice.randint(0, 2)], "Clerk": [1]},
        "laid_off_fte_by_year": [round(fte * round(dice.uniform(0.0, 0.1), 2), 2), round(fte * 0.03, 2)],
    }
    return {name: value for name, value in possible.items() if dice.random() < 0.2}


def _dollars_of_hurdle(services: list[records.Service]) -> dict[str, Any]:
    dice = Random(str(services[0]))
    if dice.random() < 0.7:
        return {}
    department = dice.choice(services).department
    return {
        "hurdle_usd_per_year_by_decision": {dice.choice(["partner", "outsource", "consolidate", "exit"]): 3.0137},
        "hurdle_usd_per_year_by_department": {department: 5.0311},
        "hurdle_share_of_failure": dice.choice([0.0, 0.5, 1.3]),
    }
