"""The second, independent reading of every rule: a plan is checked from the tables alone, in exact arithmetic."""

from optimizer.plan.verify.admissible import left_out
from optimizer.plan.verify.calendar import net_present_value
from optimizer.plan.verify.check import (
    audit,
    broken,
    coverage_of_places,
    exact_costs,
    freed_usd_per_year,
    laid_off_fte,
    shares,
    verify,
)
from optimizer.plan.verify.costs import ExactCosts
from optimizer.plan.verify.county_money import COUNTY_PARTS
from optimizer.plan.verify.exact import TOLERANCE
from optimizer.plan.verify.money import SALE_PARTS, SERVICE_PARTS
from optimizer.plan.verify.selling import sales_left_out
from optimizer.plan.verify.usage import Usage, Violation

__all__ = [
    "COUNTY_PARTS",
    "SALE_PARTS",
    "SERVICE_PARTS",
    "TOLERANCE",
    "ExactCosts",
    "Usage",
    "Violation",
    "audit",
    "broken",
    "coverage_of_places",
    "exact_costs",
    "freed_usd_per_year",
    "laid_off_fte",
    "left_out",
    "net_present_value",
    "sales_left_out",
    "shares",
    "verify",
]
