"""What decisions that were taken ask of the parameters, and by how much these miss it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from optimizer.options.candidates import Codes, ids_at
from optimizer.program.rows import Floats
from optimizer.scenario.scenario import Case, Lock
from optimizer.why.inverse import NEAR_USD, Demand
from optimizer.why.margins import Margins
from optimizer.why.taken import Taken


class Demands:
    """The demands of decisions on parameters; they grow with every plan that decides otherwise."""

    def __init__(self, case: Case, past: Sequence[Lock], margins: Margins) -> None:
        self.margins = margins
        services = case.county.frame("services")["service_id"]
        row = {service_id: number for number, service_id in enumerate(services)}
        self.service = np.array([row[one.service_id] for one in past], dtype=np.int64)
        self.moves = [_matching(margins, case, one, row[one.service_id]) for one in past]
        """By decision: the moves that would be it, whether admitted or not; none where the service stays."""
        self._held: set[Demand] = set()

    def of(self, changes: Floats) -> list[Demand]:
        """All demands; a move that was taken in some way or other is to be the best of these at these changes."""
        return [*self._admitting(changes), *self._held]

    def below_usd(self, changes: Floats) -> Floats:
        """By how much each decision, where it is a move, fails the hurdle [decisions, USD a year]."""
        margin, tested = self.margins.at(changes), self.margins.tested
        return np.array([max(0.0, -margin[own].max()) if tested[own].all() and len(own) else 0.0 for own in self.moves])

    def rests_on(self, changes: Floats) -> list[int]:
        """By parameter: how many decisions would be missed by more if it had not changed."""
        demands = self.of(changes)
        missed = _missed(demands, changes)
        counts = []
        for number in range(len(changes)):
            without = changes.copy()
            without[number] = 0.0
            more = _missed(demands, without) if changes[number] else missed
            counts.append(sum(more[service] > missed[service] + NEAR_USD for service in missed))
        return counts

    def grow(self, found: Taken, steps: Floats) -> bool:
        """Add the half of what the best plan asks for that takes the smallest changes; whether there is any.

        The other half may be met by then: without some of its moves a plan may not sign for the others.
        `steps` are changes of the parameters that count as one [parameters].
        """
        new = sorted({*self._against(found)} - self._held, key=lambda one: (_steps_to(one, steps), one.service))
        self._held |= {*new[: (len(new) + 1) // 2]}
        return bool(new)

    def _admitting(self, changes: Floats) -> Iterator[Demand]:
        margin, margins = self.margins.at(changes), self.margins
        for service, own in zip(self.service.tolist(), self.moves, strict=True):
            tested = own[margins.tested[own]]
            if len(tested):
                best = int(tested[margin[tested].argmax()])
                short = NEAR_USD - margins.usd_per_year[best]
                yield _demand(service, short, -margins.weights[best])

    def _against(self, found: Taken) -> Iterator[Demand]:
        """Moves of the best plan that were not taken are not to be admitted, or to cost more than what was."""
        program = found.asked.program
        candidates = program.options.candidates
        chosen = np.flatnonzero((found.asked.x[program.layout.chosen] > 0.5) & candidates.moved)
        number = self.margins.number(candidates.offer[chosen], candidates.start[chosen])
        plans = dict(zip(candidates.service[chosen].tolist(), number.tolist(), strict=True))
        for service, own, agrees in zip(self.service.tolist(), self.moves, found.in_plan, strict=True):
            if not agrees and service in plans:
                yield from self._instead(service, own, plans[service])

    def _instead(self, service: int, own: Codes, planned: int) -> Iterator[Demand]:
        """Another move of the service than what was taken: to be dearer, where parameters can make it so, or barred."""
        margins = self.margins
        decisions = margins.candidates.decision
        if len(own) and decisions[own[0]] == decisions[planned]:
            cheapest = int(own[margins.cost_usd_per_year[own].argmin()])
            short = NEAR_USD + margins.cost_usd_per_year[cheapest] - margins.cost_usd_per_year[planned]
            slope = margins.cost_weights[planned] - margins.cost_weights[cheapest]
            if np.any(slope):
                yield _demand(service, short, slope)
                return
        if margins.tested[planned]:
            yield _demand(service, NEAR_USD + margins.usd_per_year[planned], margins.weights[planned])


def _steps_to(demand: Demand, steps: Floats) -> float:
    """How far the parameter that helps most would have to change to meet a demand [steps]."""
    most = float(np.abs(np.array(demand.slope) * steps).max(initial=0.0))
    return demand.short_usd / most if most > 0 else np.inf


def _missed(demands: Sequence[Demand], changes: Floats) -> dict[int, float]:
    """What each service's demands miss at the most [USD a year]."""
    missed: dict[int, float] = {}
    for demand in demands:
        miss = demand.short_usd - float(np.array(demand.slope) @ changes)
        missed[demand.service] = max(missed.get(demand.service, 0.0), miss)
    return missed


def _demand(service: int, short_usd: float, slope: Floats) -> Demand:
    return Demand(service, float(short_usd), tuple(slope.tolist()))


def _matching(margins: Margins, case: Case, lock: Lock, row: int) -> Codes:
    """Open moves of the service that are what was decided."""
    candidates, county = margins.candidates, case.county
    own = np.flatnonzero(margins.open & candidates.moved & (candidates.service == row))
    own = own[candidates.decision[own] == str(lock.decision)]
    if lock.provider is not None:
        org = ids_at(county.frame("organizations")["org_id"], candidates.org[own], "")
        pool = ids_at(county.frame("pools")["pool_id"], candidates.pool[own], "")
        own = own[(org == lock.provider) | (pool == lock.provider)]
    found: Codes = own
    return found
