"""Readers of published assignment and location files.

| format | layout |
|---|---|
| gap | `agents jobs`, agents rows of costs, agents rows of uses, capacities (Yagiura c, d, e) |
| gap-set | number of problems, then each as in gap (OR-Library gap1 .. gap12, gapa .. gapd) |
| holmberg | `sites customers`, per site `capacity fixed`, demands, sites rows of costs (also Yang et al.) |
| cap | `sites customers`, per site `capacity fixed`, per customer its demand, then sites costs (OR-Library) |
| diaz | `customers sites`, customers rows of costs, demands, fixed costs, capacities (Diaz and Fernandez) |
| tbed1 | `sites customers`, demands, capacities, fixed costs, sites rows of costs (Avella and Boccia) |
| tbed1-swapped | the same with `customers sites` first, as some copies have it |

Costs are per job or whole customer; in tbed1 they are per unit of demand.
Everywhere jobs and customers are services, agents and sites are organizations; sites have an agreement cost, agents
have none. Surplus numbers at the end (some files state the optimum there) are not read. In capa, capb and capc of
OR-Library the capacity is the word `capacity`, which the user chooses: `Wanted.capacity`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.instances.assignment import Assignment
from benchmarks.instances.dense import dense_assignment
from benchmarks.instances.detection import layout_of
from benchmarks.instances.numbers import Numbers
from optimizer.errors import Finding, Refused


@dataclass(frozen=True)
class Wanted:
    """What the caller says of a file beside its format."""

    problem: int = 1
    """Which problem of a file that has several, from 1."""
    capacity: float | None = None
    """What the word `capacity` stands for in capa, capb and capc."""
    maximize: bool = False
    """Costs are gains, as OR-Library states gap1 .. gap12; the program minimizes their negative."""


def read_gap(numbers: Numbers, wanted: Wanted) -> Assignment:
    """One generalized assignment problem from where the numbers stand."""
    agents, jobs = numbers.count("number of agents"), numbers.count("number of jobs")
    cost = numbers.take(agents * jobs, "costs").reshape(agents, jobs)
    use = numbers.nonnegative(agents * jobs, "resource uses").reshape(agents, jobs)
    capacity = numbers.nonnegative(agents, "capacities")
    return dense_assignment(-cost if wanted.maximize else cost, use, capacity)


def read_gap_set(numbers: Numbers, wanted: Wanted) -> Assignment:
    """One problem of a file of several."""
    problems = numbers.count("number of problems")
    if not 1 <= wanted.problem <= problems:
        fix = "Count from 1."
        raise Refused([Finding(str(numbers.path), f"{problems} problems", f"problem {wanted.problem}", fix)])
    found = [read_gap(numbers, wanted) for _ in range(wanted.problem)]
    return found[-1]


def read_holmberg(numbers: Numbers, wanted: Wanted) -> Assignment:
    """Capacities and fixed costs in pairs, then demands, then a row of costs per site."""
    sites, customers, capacity, fixed = _sites(numbers)
    demand = numbers.nonnegative(customers, "demands")
    cost = numbers.take(sites * customers, "costs").reshape(sites, customers)
    return dense_assignment(cost, demand, capacity, fixed)


def read_cap(numbers: Numbers, wanted: Wanted) -> Assignment:
    """Capacities and fixed costs in pairs, then each customer's demand with its costs."""
    sites, customers, capacity, fixed = _sites(numbers)
    table = numbers.take(customers * (sites + 1), "demands and costs").reshape(customers, sites + 1)
    return dense_assignment(table[:, 1:].T, table[:, 0], capacity, fixed)


def read_diaz(numbers: Numbers, wanted: Wanted) -> Assignment:
    """Costs of every customer, demands, fixed costs, capacities."""
    customers, sites = numbers.count("number of customers"), numbers.count("number of sites")
    cost = numbers.take(sites * customers, "costs").reshape(customers, sites).T
    demand = numbers.nonnegative(customers, "demands")
    fixed = numbers.take(sites, "fixed costs")
    return dense_assignment(cost, demand, numbers.nonnegative(sites, "capacities"), fixed)


def read_tbed1(numbers: Numbers, wanted: Wanted) -> Assignment:
    """Demands, capacities, fixed costs, then a row of costs per unit of demand for each site."""
    return _tbed1(numbers, numbers.count("number of sites"), numbers.count("number of customers"))


def read_tbed1_swapped(numbers: Numbers, wanted: Wanted) -> Assignment:
    """The same after `customers sites`."""
    customers = numbers.count("number of customers")
    return _tbed1(numbers, numbers.count("number of sites"), customers)


def _tbed1(numbers: Numbers, sites: int, customers: int) -> Assignment:
    demand = numbers.nonnegative(customers, "demands")
    capacity = numbers.nonnegative(sites, "capacities")
    fixed = numbers.take(sites, "fixed costs")
    cost = numbers.take(sites * customers, "costs").reshape(sites, customers)
    return dense_assignment(cost * demand, demand, capacity, fixed)


def _sites(numbers: Numbers) -> tuple[int, int, np.ndarray, np.ndarray]:
    sites, customers = numbers.count("number of sites"), numbers.count("number of customers")
    pairs = numbers.nonnegative(2 * sites, "capacities and fixed costs").reshape(sites, 2)
    return sites, customers, pairs[:, 0], pairs[:, 1]


FORMATS: dict[str, Callable[[Numbers, Wanted], Assignment]] = {
    "gap": read_gap,
    "gap-set": read_gap_set,
    "holmberg": read_holmberg,
    "cap": read_cap,
    "diaz": read_diaz,
    "tbed1": read_tbed1,
    "tbed1-swapped": read_tbed1_swapped,
}
"""Every layout that can be named."""


def read_published(path: Path, layout: str | None = None, wanted: Wanted | None = None) -> Assignment:
    """The problem in a published file; its layout is named or told from its size and lines.

    Raises `Refused` where the file is malformed, where no layout fits, or where several do and none is named.
    """
    wanted = wanted or Wanted()
    words = None if wanted.capacity is None else {"capacity": wanted.capacity}
    numbers = Numbers(path, words)
    if layout is None:
        layout = layout_of(numbers)
    if layout not in FORMATS:
        raise Refused([Finding(str(path), f"format {layout!r}", f"one of {', '.join(FORMATS)}", "Name one of these.")])
    return FORMATS[layout](numbers, wanted)
