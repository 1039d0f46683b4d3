"""What a search compared plans by: cost alone, cost beside the worth of proposals, or cost after a goal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from optimizer.plan.plan import Plan


@dataclass(frozen=True)
class Sought:
    """Which plans a search compared, and by what."""

    among: str = "under these rules"
    beside_cost: bool = False
    """What proposals are worth is taken off the cost, so that a plan of less cost may exist."""

    @classmethod
    def of(cls, plans: Iterable[Plan]) -> Sought:
        """Of a county's plan, or of those of a region: goals that came before cost, and what is weighed beside it."""
        held = list(plans)
        among = "that reaches as much" if any(plan.reached for plan in held) else "under these rules"
        return cls(among, any(plan.reinvested_usd for plan in held))

    @property
    def bound_head(self) -> str:
        """What the bound on all plans is called where it stands alone."""
        less = "has less, worth of proposals taken off," if self.beside_cost else "costs less"
        return f"No plan {less} than (present value)"

    def no_plan(self, gap_usd: float | None) -> str:
        """That no plan is better, or none by more than this [USD]."""
        over = gap_usd is not None
        if self.beside_cost:
            by = f" by over ${gap_usd:,.2f}" if over else ""
            return f"no plan {self.among} is better{by}, what its proposals are worth taken off its cost"
        return f"no plan {self.among} costs over ${gap_usd:,.2f} less" if over else f"no plan {self.among} costs less"


COST_ALONE = Sought()
PROVED_BEST = "no plan is better, by cost and by what the scenario weighs beside it or puts before it,"
"""What is proved of a plan that is called proved best, whatever was asked."""
