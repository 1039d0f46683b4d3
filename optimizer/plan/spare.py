"""Whether a department can spare the staff that a sale takes, whatever else is decided."""

from __future__ import annotations

from optimizer.county.county import County
from optimizer.county.records import Sale


def most_to_spare_fte(county: County, department: str) -> float:
    """The most that the department can spare in any year; 0 where no row of spare_staff speaks of it [FTE]."""
    return max((row.fte for row in county.spare_staff if row.department == department), default=0.0)


def short_of_staff(county: County, sale: Sale) -> bool:
    """Whether the sale takes more staff than the department of its service can spare in any year."""
    return sale.fte > most_to_spare_fte(county, _department(county, sale))


def staff_it_takes(county: County, sale: Sale) -> str:
    """What the sale takes of its department's staff, and the most that there is, in words that follow "it"."""
    spared_fte = most_to_spare_fte(county, _department(county, sale))
    return f"takes {sale.fte:g} FTE, and its department can spare {spared_fte:g}"


def _department(county: County, sale: Sale) -> str:
    return next(row.department for row in county.services if row.service_id == sale.service_id)
