"""People: who may lose a position, which elected officials let services go, how many agreements are signed.

sum_o displaced_o x_o <= cap                             [FTE]         in all, and per department
sum_{o moves a service of w} x_o <= cap_w                [services]    consent owner w
sum_k y_k <= cap                                         [agreements]
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import codes_of
from optimizer.options.options import Options
from optimizer.program.columns import Columns
from optimizer.program.rows import RowBuilder, Rows, at_most, texts
from optimizer.scenario.scenario import Case


def rows(case: Case, options: Options, columns: Columns) -> list[Rows]:
    """Rows of the limits that the scenario sets."""
    return [
        *_displaced(case, options, columns),
        _displaced_by_department(case, options, columns),
        _consents(case, options, columns),
        *_agreements(case, columns),
    ]


def _displaced(case: Case, options: Options, columns: Columns) -> list[Rows]:
    cap = case.settings.limits.displaced_fte
    if cap is None:
        return []
    family = RowBuilder("displaced_fte", "FTE", {}, *at_most(cap))
    column = np.arange(columns.options)
    return [family.add(0, column, options.candidates.fte_displaced).rows()]


def _displaced_by_department(case: Case, options: Options, columns: Columns) -> Rows:
    caps = case.settings.limits.displaced_fte_by_department
    department = texts(*caps)
    family = RowBuilder(
        "displaced_fte_by_department", "FTE", {"department": department}, *at_most(np.array([*caps.values()]))
    )
    of_service = codes_of(case.county.frame("services")["department"], department)
    row = of_service[options.candidates.service]
    column = np.flatnonzero(row >= 0)
    return family.add(row[column], column, options.candidates.fte_displaced[column]).rows()


def _consents(case: Case, options: Options, columns: Columns) -> Rows:
    caps = case.settings.limits.moved_services_by_consent_owner
    owner = texts(*caps)
    family = RowBuilder("consent", "services", {"consent_owner": owner}, *at_most(np.array([*caps.values()])))
    of_service = codes_of(case.county.frame("services")["consent_owner"], owner)
    row = of_service[options.candidates.service]
    column = np.flatnonzero((row >= 0) & options.candidates.moved)
    return family.add(row[column], column, 1.0).rows()


def _agreements(case: Case, columns: Columns) -> list[Rows]:
    cap = case.settings.limits.agreements
    if cap is None:
        return []
    family = RowBuilder("agreements", "agreements", {}, *at_most(cap))
    column = columns.agreement_of_org[columns.agreement_orgs]
    return [family.add(0, column, 1.0).rows()]
