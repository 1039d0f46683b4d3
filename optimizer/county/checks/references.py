"""Rules on references: what a table names, another table must know."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from optimizer.county.checks.tables import ALL_TABLES, rows_of
from optimizer.county.county import County
from optimizer.county.facts import field_where
from optimizer.county.findings import did_you_mean
from optimizer.county.terms import Kind
from optimizer.errors import Finding

REFERENCES = (
    ("services", "fund", "funds"),
    ("capacities", "org_id", "organizations"),
    ("overlaps", "org_id", "organizations"),
    ("overlaps", "service_id", "services"),
    ("offers", "service_id", "services"),
    ("offers", "org_id", "organizations"),
    ("offers", "pool_id", "pools"),
    ("coverages", "offer_id", "offers"),
    ("coverages", "district", "districts", "groups"),
    ("uses", "offer_id", "offers"),
    ("pools", "host_org_id", "organizations"),
    ("pool_tiers", "pool_id", "pools"),
    ("mandates", "district", "districts", "groups"),
    ("mandate_services", "mandate_id", "mandates"),
    ("mandate_services", "service_id", "services"),
    ("link_services", "link_id", "links"),
    ("link_services", "service_id", "services"),
    ("communication_costs", "from_org_id", "organizations"),
    ("communication_costs", "to_org_id", "organizations"),
    ("sales", "service_id", "services"),
    ("sales", "org_id", "organizations"),
    ("proposals", "fund", "funds"),
)
"""Table, its column, and the table or tables whose key the column holds.

The offer that a sale names is one of the buyer's own tables, so that it cannot be looked up here.
"""


def known_references(county: County) -> Iterator[Finding]:
    """Every name that stands in a column of REFERENCES is known; a blank names nothing."""
    for table, column, *targets in REFERENCES:
        known = {name: None for target in targets for name in _keys(county, target)}
        for index, row in enumerate(rows_of(county, table)):
            name = getattr(row, column)
            if name is not None and name not in known:
                yield _unknown(county.where(table, index, column), name, " or ".join(targets), known)


def known_general_fund(county: County) -> Iterator[Finding]:
    """The fund that pays agreements and pools is one of the county's."""
    name, known = county.facts.general_fund, _keys(county, "funds")
    if name not in known:
        yield _unknown(field_where(county, "general_fund"), name, "funds", known)


def known_departments(county: County) -> Iterator[Finding]:
    """Staff to spare are those of a department that delivers a service."""
    known = dict.fromkeys(service.department for service in county.services)
    for index, row in enumerate(county.spare_staff):
        if row.department not in known:
            fix = did_you_mean(row.department, known, "Use the name that services give the department.")
            where = county.where("spare_staff", index, "department")
            yield Finding(where, repr(row.department), "a department of a service", fix)


def known_kinds_in_priors(county: County) -> Iterator[Finding]:
    """A prior is for one kind of organization, or for any."""
    known = {*Kind, "*"}
    for index, prior in enumerate(county.priors):
        if prior.kind not in known:
            fix = did_you_mean(prior.kind, Kind, "Use * for any kind.")
            needs = f"one of {', '.join(Kind)}, or *"
            yield Finding(county.where("priors", index, "kind"), repr(prior.kind), needs, fix)


def _keys(county: County, table: str) -> dict[str, None]:
    """Ids of a table, in file order, so that of two equally near ones always the same is proposed."""
    column = ALL_TABLES[table].key[0]
    return dict.fromkeys(getattr(row, column) for row in rows_of(county, table))


def _unknown(where: str, name: str, target: str, known: Collection[str]) -> Finding:
    fix = did_you_mean(name, known, f"Add it to {target}, or correct the name.")
    return Finding(where, repr(name), f"a name that is in {target}", fix)
