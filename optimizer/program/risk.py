"""Risk: not too much in one organization's hands, and enough kept in the county's own.

sum_{o of k} gross_o x_o <= share sum_{o hands over} gross_o x_o [USD/year]    every organization k
sum_{critical o of k} x_o <= share (critical services)           [services]    every organization k
sum_{keep o of class c} gross_o x_o >= share_c gross_c           [USD/year]    every class c named

An ended service is handed over to nobody.
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import codes_of
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import Codes, RowBuilder, Rows, at_least, at_most, exactly, texts


def blocks(parts: Parts) -> list[Block]:
    """The gross cost of all services handed over, where a limit asks for it."""
    asked = parts.case.settings.limits.organization_share_of_moved_cost is not None
    handed_over_usd = float(parts.options.candidates.terms.gross.sum())
    return [block("moved_cost", {}, np.zeros(int(asked)), handed_over_usd, integer=False)]


def rows(layout: Layout) -> list[Rows]:
    """Rows of the limits that the scenario sets."""
    return [*_share_of_moved_cost(layout), *_share_of_critical(layout), _retained_by_class(layout)]


def _share_of_moved_cost(layout: Layout) -> list[Rows]:
    share = layout.case.settings.limits.organization_share_of_moved_cost
    if share is None:
        return []
    orgs, candidates, total_column = layout.orgs, layout.options.candidates, layout.columns["moved_cost"].first
    handed_over = np.flatnonzero(candidates.moved & ~candidates.ended)
    total = RowBuilder("moved_cost", "USD/year", {}, *exactly(0.0))
    total.add(0, layout.chosen[handed_over], candidates.terms.gross[handed_over]).add(0, total_column, -1.0)
    family = RowBuilder("concentration", "USD/year", _org_labels(layout), *at_most(np.zeros(len(orgs))))
    family.add(np.arange(len(orgs)), total_column, -share)
    held = np.flatnonzero(candidates.org >= 0)
    family.add(np.searchsorted(orgs, candidates.org[held]), layout.chosen[held], candidates.terms.gross[held])
    return [total.rows(), family.rows()]


def _share_of_critical(layout: Layout) -> list[Rows]:
    share = layout.case.settings.limits.organization_share_of_critical_services
    if share is None:
        return []
    critical = layout.case.county.frame("services")["critical"].to_numpy()
    bound = at_most(np.full(len(layout.orgs), share * critical.sum()))
    family = RowBuilder("critical", "services", _org_labels(layout), *bound)
    candidates = layout.options.candidates
    held = np.flatnonzero((candidates.org >= 0) & critical[candidates.service])
    return [family.add(np.searchsorted(layout.orgs, candidates.org[held]), layout.chosen[held], 1.0).rows()]


def _org_labels(layout: Layout) -> dict[str, np.ndarray]:
    return {"org_id": layout.labels("organizations", "org_id", layout.orgs)}


def _retained_by_class(layout: Layout) -> Rows:
    shares = layout.case.settings.limits.retained_share_by_class
    service_class, services = texts(*shares), layout.case.county.frame("services")
    of_service: Codes = codes_of(services["service_class"], service_class)
    gross = (services["personnel_usd"] + services["nonpersonnel_usd"] + services["overhead_usd"]).to_numpy()
    named = of_service >= 0
    total = np.bincount(of_service[named], gross[named], minlength=len(service_class))
    floor = np.array([*shares.values()]) * total
    family = RowBuilder("retained", "USD/year", {"service_class": service_class}, *at_least(floor))
    candidates = layout.options.candidates
    row = of_service[candidates.service]
    kept = np.flatnonzero((row >= 0) & ~candidates.moved)
    return family.add(row[kept], layout.chosen[kept], candidates.terms.gross[kept]).rows()
