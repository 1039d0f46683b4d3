"""Risk: not too much in one organization's hands, and enough kept in the county's own.

sum_{o of k} gross_o x_o <= share sum_{o moves} gross_o x_o      [USD/year]    every organization k
sum_{critical o of k} x_o <= share (critical services)           [services]    every organization k
sum_{keep o of class c} gross_o x_o >= share_c gross_c           [USD/year]    every class c named
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import codes_of, ids_at
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, at_least, at_most, exactly, texts
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """Rows of the limits that the scenario sets."""
    return [
        *_share_of_moved_cost(case, options, columns),
        *_share_of_critical(case, options, columns),
        _retained_by_class(case, options),
    ]


def _share_of_moved_cost(case: Case, options: Options, columns: Columns) -> list[Rows]:
    share = case.settings.limits.organization_share_of_moved_cost
    if share is None:
        return []
    orgs, gross = columns.agreement_orgs, options.candidates.terms.gross
    moved = np.flatnonzero(options.candidates.moved)
    total = RowBuilder("moved_cost", "USD/year", {}, *exactly(0.0))
    total.add(0, moved, gross[moved]).add(0, columns.moved_cost, -1.0)
    family = RowBuilder("concentration", "USD/year", _org_labels(case, columns), *at_most(np.zeros(len(orgs))))
    family.add(np.arange(len(orgs)), columns.moved_cost, -share)
    held = np.flatnonzero(options.candidates.org >= 0)
    family.add(np.searchsorted(orgs, options.candidates.org[held]), held, gross[held])
    return [total.rows(), family.rows()]


def _share_of_critical(case: Case, options: Options, columns: Columns) -> list[Rows]:
    share = case.settings.limits.organization_share_of_critical_services
    if share is None:
        return []
    critical = case.county.frame("services")["critical"].to_numpy()
    orgs = columns.agreement_orgs
    bound = at_most(np.full(len(orgs), share * critical.sum()))
    family = RowBuilder("critical", "services", _org_labels(case, columns), *bound)
    candidates = options.candidates
    held = np.flatnonzero((candidates.org >= 0) & critical[candidates.service])
    return [family.add(np.searchsorted(orgs, candidates.org[held]), held, 1.0).rows()]


def _org_labels(case: Case, columns: Columns) -> dict[str, np.ndarray]:
    return {"org_id": ids_at(case.county.frame("organizations")["org_id"], columns.agreement_orgs)}


def _retained_by_class(case: Case, options: Options) -> Rows:
    shares = case.settings.limits.retained_share_by_class
    service_class = texts(*shares)
    of_service = codes_of(case.county.frame("services")["service_class"], service_class)
    services = case.county.frame("services")
    gross = (services["personnel_usd"] + services["nonpersonnel_usd"] + services["overhead_usd"]).to_numpy()
    named = of_service >= 0
    total = np.bincount(of_service[named], gross[named], minlength=len(service_class))
    floor = np.array([*shares.values()]) * total
    family = RowBuilder("retained", "USD/year", {"service_class": service_class}, *at_least(floor))
    row = of_service[options.candidates.service]
    kept = np.flatnonzero((row >= 0) & ~options.candidates.moved)
    return family.add(row[kept], kept, options.candidates.terms.gross[kept]).rows()
