"""Published assignment and facility-location instances as counties: jobs are services, agents are organizations."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from optimizer.county import records
from optimizer.county.county import County
from tests.cases import FACTS, offer, organization, service

RESOURCE = "load"


def read_gap(path: Path) -> County:
    """Generalized assignment: `m n`, m rows of n costs, m rows of n weights, m capacities; minimize."""
    numbers = _numbers(path)
    agents, jobs = int(numbers[0]), int(numbers[1])
    cost = numbers[2 : 2 + agents * jobs].reshape(agents, jobs)
    weight = numbers[2 + agents * jobs : 2 + 2 * agents * jobs].reshape(agents, jobs)
    capacity = numbers[2 + 2 * agents * jobs :][:agents]
    return _county(cost, weight, capacity, np.zeros(agents))


def read_facility_location(path: Path) -> County:
    """Single-source: `m n`, m rows of capacity and fixed cost, n demands, m rows of n costs of a whole customer."""
    numbers = _numbers(path)
    sites, customers = int(numbers[0]), int(numbers[1])
    capacity, fixed = numbers[2 : 2 + 2 * sites].reshape(sites, 2).T
    demand = numbers[2 + 2 * sites :][:customers]
    cost = numbers[2 + 2 * sites + customers :][: sites * customers].reshape(sites, customers)
    return _county(cost, np.tile(demand, (sites, 1)), capacity, fixed)


def known_optima(folder: Path) -> dict[str, float]:
    """Published optimum of each instance of a folder."""
    with (folder / "known.csv").open(encoding="utf-8") as file:
        return {row["name"]: float(row["value"]) for row in csv.DictReader(file)}


def _numbers(path: Path) -> np.ndarray:
    # many of the published files end in NUL padding
    return np.array(path.read_text(encoding="ascii").replace("\0", " ").split(), dtype=np.float64)


def _county(cost: np.ndarray, use: np.ndarray, capacity: np.ndarray, fixed: np.ndarray) -> County:
    agents, jobs = cost.shape
    pairs = [(agent, job) for job in range(jobs) for agent in range(agents)]
    return County(
        facts=FACTS,
        services=tuple(service(f"job{job}", 0.0) for job in range(jobs)),
        organizations=tuple(organization(f"agent{agent}", fixed[agent]) for agent in range(agents)),
        capacities=tuple(
            records.Capacity(org_id=f"agent{agent}", resource=RESOURCE, amount=capacity[agent])
            for agent in range(agents)
        ),
        offers=tuple(offer(f"job{job}", f"agent{agent}", cost[agent, job]) for agent, job in pairs),
        uses=tuple(
            records.Use(offer_id=f"job{job}-agent{agent}", resource=RESOURCE, amount=use[agent, job])
            for agent, job in pairs
        ),
    )
