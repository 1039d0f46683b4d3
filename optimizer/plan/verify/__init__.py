"""The second, independent reading of every rule: a plan is checked from the tables alone, in exact arithmetic."""

from optimizer.plan.verify.admissible import left_out
from optimizer.plan.verify.calendar import net_present_value
from optimizer.plan.verify.check import audit, broken, exact_costs, verify
from optimizer.plan.verify.exact import TOLERANCE
from optimizer.plan.verify.money import COUNTY_PARTS, SERVICE_PARTS, ExactCosts
from optimizer.plan.verify.usage import Usage, Violation

__all__ = [
    "COUNTY_PARTS",
    "SERVICE_PARTS",
    "TOLERANCE",
    "ExactCosts",
    "Usage",
    "Violation",
    "audit",
    "broken",
    "exact_costs",
    "left_out",
    "net_present_value",
    "verify",
]
