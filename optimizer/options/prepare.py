"""A county under a scenario, ready to be decided on: docs/model.md, section 2, steps 1 to 3."""

from __future__ import annotations

from optimizer.county.county import TABLES, County
from optimizer.county.once import once
from optimizer.errors import raise_if_any
from optimizer.options.estimates import complete
from optimizer.options.priors import shipped_priors
from optimizer.scenario.apply import apply_changes, check_against_county, resolve_rules
from optimizer.scenario.scenario import Absent, Case, Scenario

AFTER_ESTIMATES = ("offers", "coverages", "uses", "sales")


@once
def _with_priors(county: County) -> County:
    return county.with_tables(priors=county.priors or shipped_priors())


def prepare(county: County, scenario: Scenario) -> Case:
    """Apply the scenario to the county; blank terms are estimated after the facts they follow from have changed.

    Raises `Refused` if the scenario names what the county does not have, or makes a value invalid.
    """
    absent: list[Absent] = []
    raise_if_any(check_against_county(scenario, county))
    county = _with_priors(county)
    before = [name for name in TABLES if name not in AFTER_ESTIMATES]
    county, changed_facts = apply_changes(county, scenario, before, absent)
    county = complete(county, scenario.settings)
    county, changed_offers = apply_changes(county, scenario, AFTER_ESTIMATES, absent)
    locks, forbids = resolve_rules(county, scenario, absent)
    return Case(scenario, county, locks, forbids, changed_facts + changed_offers, absent=tuple(absent))
