"""People: who may lose a position, which elected officials let services go, how much is started at once.

sum_o displaced_o x_o <= cap                                    [FTE]         in all, and per department
sum_{o moves a service of w} x_o <= cap_w                       [services]    consent owner w, in all and by year
sum_k y_kn <= cap                                               [agreements]  in all and by year
sum_{o starts in n} x_on <= cap_n                               [services]    year n
sum_{o displaces in t} displaced_o x_o - u_dt <= attrition_d    [FTE]         department d, year t
sum_d u_dt <= cap_t                                             [FTE]         year t

u_dt is who is laid off: attrition_d staff of department d leave anyway in a year and make room for others.
"""

from __future__ import annotations

import numpy as np

from optimizer.options.candidates import codes_of
from optimizer.program.columns import Block, block
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import Codes, Floats, RowBuilder, Rows, at_most, texts
from optimizer.scenario.scenario import Case


def by_year(limits: tuple[float, ...], years: int) -> Floats:
    """A list by year as one limit for each year [years]: its last value holds from then on."""
    return np.array([limits[min(year, len(limits) - 1)] for year in range(years)], dtype=np.float64)


def blocks(parts: Parts) -> list[Block]:
    """Staff laid off by department and year, where a limit asks for them."""
    asked = bool(parts.case.settings.limits.laid_off_fte_by_year)
    departments = parts.case.county.frame("services")["department"].drop_duplicates().to_numpy(dtype=object)
    departments = departments if asked else departments[:0]
    keys = {
        "department": np.repeat(departments, parts.years),
        "year": np.tile(np.arange(parts.years) + 1, len(departments)),
    }
    most = float(parts.options.candidates.fte_displaced.sum())
    return [block("laid_off", keys, 0.0, most, integer=False)]


def rows(layout: Layout) -> list[Rows]:
    """Rows of the limits that the scenario sets."""
    return [
        *_displaced(layout),
        _displaced_by_department(layout),
        _consents(layout),
        _consents_by_year(layout),
        *_agreements(layout),
        *_moves_by_year(layout),
        *_laid_off(layout),
    ]


def _displaced(layout: Layout) -> list[Rows]:
    cap = layout.case.settings.limits.displaced_fte
    if cap is None:
        return []
    family = RowBuilder("displaced_fte", "FTE", {}, *at_most(cap))
    return [family.add(0, layout.chosen, layout.options.candidates.fte_displaced).rows()]


def _displaced_by_department(layout: Layout) -> Rows:
    caps = layout.case.settings.limits.displaced_fte_by_department
    department = texts(*caps)
    bounds = at_most(np.array([*caps.values()]))
    family = RowBuilder("displaced_fte_by_department", "FTE", {"department": department}, *bounds)
    row = _of_service(layout, "department", department)
    option = np.flatnonzero(row >= 0)
    displaced = layout.options.candidates.fte_displaced[option]
    return family.add(row[option], layout.chosen[option], displaced).rows()


def _of_service(layout: Layout, column: str, known: np.ndarray) -> Codes:
    """For every option, the place of its service's cell among the known ones; -1 if it is none of them."""
    return codes_of(layout.case.county.frame("services")[column], known)[layout.options.candidates.service]


def _consents(layout: Layout) -> Rows:
    caps = layout.case.settings.limits.moved_services_by_consent_owner
    owner = texts(*caps)
    family = RowBuilder("consent", "services", {"consent_owner": owner}, *at_most(np.array([*caps.values()])))
    row = _of_service(layout, "consent_owner", owner)
    option = np.flatnonzero((row >= 0) & layout.options.candidates.moved)
    return family.add(row[option], layout.chosen[option], 1.0).rows()


def _consents_by_year(layout: Layout) -> Rows:
    caps = {
        owner: limits
        for owner, limits in layout.case.settings.limits.moved_services_by_consent_owner_by_year.items()
        if limits
    }
    owner, starts = texts(*caps), layout.starts
    labels = {"consent_owner": np.repeat(owner, starts), "year": np.tile(np.arange(starts) + 1, len(owner))}
    most = np.concatenate([np.empty(0), *(by_year(limits, starts) for limits in caps.values())])
    family = RowBuilder("consent_by_year", "services", labels, *at_most(most))
    of_owner, candidates = _of_service(layout, "consent_owner", owner), layout.options.candidates
    option = np.flatnonzero((of_owner >= 0) & candidates.moved)
    row = of_owner[option] * starts + candidates.start[option]
    return family.add(row, layout.chosen[option], 1.0).rows()


def _agreements(layout: Layout) -> list[Rows]:
    limits, signed = layout.case.settings.limits, layout.columns["agree"].columns
    found = []
    if limits.agreements is not None:
        found.append(RowBuilder("agreements", "agreements", {}, *at_most(limits.agreements)).add(0, signed, 1.0).rows())
    if limits.agreements_by_year:
        year = np.repeat(np.arange(layout.starts), len(layout.orgs))
        bounds = at_most(by_year(limits.agreements_by_year, layout.starts))
        labels = {"year": np.arange(layout.starts) + 1}
        found.append(RowBuilder("agreements_by_year", "agreements", labels, *bounds).add(year, signed, 1.0).rows())
    return found


def _moves_by_year(layout: Layout) -> list[Rows]:
    limits = layout.case.settings.limits.moves_by_year
    if not limits:
        return []
    labels = {"year": np.arange(layout.starts) + 1}
    family = RowBuilder("moves_by_year", "services", labels, *at_most(by_year(limits, layout.starts)))
    moved = np.flatnonzero(layout.options.candidates.moved)
    return [family.add(layout.options.candidates.start[moved], layout.chosen[moved], 1.0).rows()]


def _laid_off(layout: Layout) -> list[Rows]:
    limits, years = layout.case.settings.limits.laid_off_fte_by_year, layout.years
    if not limits:
        return []
    laid_off, candidates = layout.columns["laid_off"], layout.options.candidates
    services = layout.case.county.frame("services")
    departments = services["department"].drop_duplicates().to_numpy(dtype=object)
    staff = services.groupby("department")["fte"].sum().reindex(departments).to_numpy()
    leaving = attrition_shares_of(layout.case, departments) * staff
    labels = {name: laid_off.keys[name].to_numpy(dtype=object) for name in ("department", "year")}
    family = RowBuilder("laid_off", "FTE", labels, *at_most(np.repeat(leaving, years)))
    year = candidates.start + np.floor(candidates.terms.lead_time_months / 12.0).astype(np.int64)
    option = np.flatnonzero(candidates.moved & (year < years))
    row = _of_service(layout, "department", departments)[option] * years + year[option]
    family.add(row, layout.chosen[option], candidates.fte_displaced[option])
    family.add(np.arange(len(laid_off)), laid_off.columns, -1.0)
    total = RowBuilder("laid_off_by_year", "FTE", {"year": np.arange(years) + 1}, *at_most(by_year(limits, years)))
    total.add(np.tile(np.arange(years), len(departments)), laid_off.columns, 1.0)
    return [family.rows(), total.rows()]


def attrition_shares_of(case: Case, departments: np.ndarray) -> Floats:
    """Share of each department's staff who leave in a year anyway."""
    people = case.settings.people
    known = people.attrition_share_by_department
    return np.array([known.get(str(name), people.attrition_share) for name in departments], dtype=np.float64)
