"""Which candidates may be chosen at all, and the first reason against each of the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.county.county import County
from optimizer.county.once import once
from optimizer.county.terms import Decision, LinkKind
from optimizer.options.candidates import Candidates, Codes, Flags, codes_of, numbered
from optimizer.options.money import (
    Cents,
    Floats,
    cents,
    discounts,
    payback_years,
    present_avoidable,
    present_pool_rate_cost,
)
from optimizer.scenario.scenario import Case

NOT_CONSIDERED = "decision not considered"
NOT_DELEGABLE = "not delegable"
UNLAWFUL = "law does not allow it"
DUTY = "a duty is not ended"
COVERAGE = "coverage below the floor"
QUALITY = "quality below the floor"
PAYBACK = "pays back too late"
HURDLE = "does not beat keeping by the hurdle"
REASONS = (NOT_CONSIDERED, NOT_DELEGABLE, UNLAWFUL, DUTY, COVERAGE, QUALITY, PAYBACK, HURDLE)
"""Why a candidate is left out; the first that applies is told."""


def reasons_against(case: Case, candidates: Candidates, present_cents: Cents) -> npt.NDArray[np.object_]:
    """Per candidate the first reason that leaves it out, or an empty text: docs/model.md, section 2."""
    barred = bars(case, candidates)
    reason = np.select(list(barred.values()), list(barred), "").astype(object)
    below = _below_hurdle(case, candidates, present_cents, reason == "")
    reason[(reason == "") & below] = HURDLE
    return reason


def bars(case: Case, candidates: Candidates) -> dict[str, Flags]:
    """Every reason but the hurdle, in order, and the candidates that it holds against."""
    return {
        NOT_CONSIDERED: ~np.isin(candidates.decision, [str(d) for d in case.settings.allowed_decisions]),
        NOT_DELEGABLE: candidates.moved & ~case.county.frame("services")["delegable"].to_numpy()[candidates.service],
        UNLAWFUL: _against_the_law(case, candidates),
        DUTY: _ends_a_duty(case, candidates),
        COVERAGE: _below_coverage_floor(case, candidates),
        QUALITY: candidates.moved & (candidates.quality < (case.settings.limits.min_quality or 0.0)),
        PAYBACK: _too_late(case, candidates),
    }


def binding_mandates(case: Case) -> pd.DataFrame:
    """Mandates that hold: funded ones, and the others too unless the scenario lets them go."""
    mandates = case.county.frame("mandates")
    return mandates[mandates["funded"] | case.settings.duties.enforce_unfunded].reset_index(drop=True)


def _against_the_law(case: Case, candidates: Candidates) -> Flags:
    mandates = binding_mandates(case)
    mandates = mandates[mandates["allowed_decisions"].map(len) > 0]
    if mandates.empty:
        return np.zeros(len(candidates), dtype=bool)
    closed = mandates.merge(case.county.frame("mandate_services"), on="mandate_id")
    barred = np.zeros((len(case.county.services), len(Decision)), dtype=bool)
    row = codes_of(closed["service_id"], case.county.frame("services")["service_id"])
    for column, decision in enumerate(Decision):
        allows = closed["allowed_decisions"].map(lambda allowed, decision=decision: decision in allowed)
        barred[row[~allows.to_numpy(dtype=bool)], column] = True
    decision_code = codes_of(candidates.decision, map(str, Decision))
    return barred[candidates.service, decision_code]


def _ends_a_duty(case: Case, candidates: Candidates) -> Flags:
    services = case.county.frame("services")
    mandated = (services["mandate_level"] > case.settings.exit.max_mandate_level).to_numpy()
    named = services["service_id"].isin(case.county.frame("mandate_services")["service_id"]).to_numpy()
    return candidates.ended & (mandated | named)[candidates.service]


def _below_coverage_floor(case: Case, candidates: Candidates) -> Flags:
    floors = case.settings.duties.coverage_floor_by_mandate_level
    by_level = np.array([floors.get(level, 0.0) for level in range(5)])
    level = case.county.frame("services")["mandate_level"].to_numpy()[candidates.service]
    worst: Flags = candidates.coverage.min(axis=1) < by_level[level]
    return candidates.moved & worst


def _too_late(case: Case, candidates: Candidates) -> Flags:
    economics = case.settings.economics
    longest = np.full(len(candidates), np.inf if economics.max_payback_years is None else economics.max_payback_years)
    if economics.payback_within_term:
        term = np.append(case.county.frame("organizations")["max_term_years"].to_numpy(dtype=np.float64), np.inf)
        longest = np.minimum(longest, term[candidates.org])
    late: Flags = payback_years(candidates.terms, case.settings) > longest
    return late


def _below_hurdle(case: Case, candidates: Candidates, present_cents: Cents, open_: Flags) -> Flags:
    # half a cent: the margin is a sum of rounded cents
    below: Flags = hurdle_margins(case, candidates, present_cents, open_) < -0.5
    return candidates.moved & below & ~untested(case, open_)[candidates.service]


def untested(case: Case, open_: Flags) -> Flags:
    """Services that no hurdle is asked of: keeping one of them, or one linked to it, is not the county's to choose."""
    group = _bundles(case.county)[0]
    exempt = np.zeros(len(group), dtype=bool)
    exempt[group[_keep_is_closed(case, open_)]] = True
    found: Flags = exempt[group]
    return found


def hurdle_margins(case: Case, candidates: Candidates, present_cents: Cents, open_: Flags) -> Floats:
    """Section 4: by how much each move beats keeping and the hurdle, linked services as one [candidates, cents].

    `open_` are the candidates that no earlier reason leaves out.
    """
    group, linked = _bundles(case.county)
    own, margin = _margins(case, candidates, present_cents)
    if not linked.any():
        return margin
    in_link = np.flatnonzero(linked[candidates.service])
    service, decision = candidates.service[in_link], codes_of(candidates.decision[in_link], map(str, Decision))
    way = decision, candidates.taker[in_link] + 1, candidates.start[in_link]
    own_way, _ = numbered(service, *way)
    joint_way, _ = numbered(group[service], *way)
    may = np.flatnonzero((candidates.moved & open_)[in_link])
    cheapest = may[np.lexsort((own[in_link][may], own_way[may]))]
    cheapest = cheapest[np.diff(own_way[cheapest], prepend=-1) > 0]
    joint = np.bincount(joint_way[cheapest], margin[in_link][cheapest], minlength=len(in_link))
    known = np.isin(joint_way, joint_way[cheapest])
    margin[in_link] = np.where(known, joint[joint_way], margin[in_link])
    return margin


def _margins(case: Case, candidates: Candidates, present_cents: Cents) -> tuple[Floats, Floats]:
    """Per candidate its present cost at its pool's best rate, and what it gains beyond the hurdle [cents]."""
    keep_cents = present_cents[: len(case.county.services)].sum(axis=1)
    own = present_cents.sum(axis=1) + cents(present_pool_rate_cost(candidates.terms, case.settings))
    wanted_usd = case.settings.economics.hurdle_share * present_avoidable(candidates.terms, case.settings)
    wanted_usd += _wanted_usd_per_year(case, candidates) * _present_years(case, candidates)
    return own.astype(np.float64), keep_cents[candidates.service] - own - wanted_usd * 100.0


def _wanted_usd_per_year(case: Case, candidates: Candidates) -> Floats:
    """What a move must save besides its share of the avoidable cost [candidates, USD/year]."""
    economics, services = case.settings.economics, case.county.frame("services")
    by_decision = {str(decision): usd for decision, usd in economics.hurdle_usd_per_year_by_decision.items()}
    decided = pd.Series(candidates.decision).map(by_decision).fillna(0.0)
    department = services["department"].map(economics.hurdle_usd_per_year_by_department).fillna(0.0)
    failure = case.county.frame("organizations")["probability_of_failure"].to_numpy(dtype=np.float64)
    at_risk = np.append(failure, 0.0)[candidates.org] * candidates.terms.gross * economics.hurdle_share_of_failure
    wanted: Floats = (decided + department.to_numpy(dtype=np.float64)[candidates.service]).to_numpy() + at_risk
    return wanted


def _present_years(case: Case, candidates: Candidates) -> Floats:
    """Present value of a dollar in every year from the start on [candidates]."""
    since: Floats = np.cumsum(discounts(case.settings)[::-1])[::-1][candidates.start]
    return since


@once
def _bundles(county: County) -> tuple[Codes, Flags]:
    """Per service the code of its group of `together` links, and whether it is in one at all."""
    services, links = county.frame("services"), county.frame("links")
    together = links.loc[links["kind"] == str(LinkKind.TOGETHER), "link_id"]
    members = county.frame("link_services")
    members = members[members["link_id"].isin(together)]
    service = codes_of(members["service_id"], services["service_id"])
    first = members.assign(code=service).groupby("link_id")["code"].transform("first").to_numpy(dtype=np.int64)
    group, linked = np.arange(len(services)), np.zeros(len(services), dtype=bool)
    # few are linked, and scipy.sparse.csgraph loads scipy.linalg: 0.1 s of every command
    for one, other in zip(service, first, strict=True):
        group[group == group[one]] = group[other]
    linked[service] = True
    return group, linked


def _keep_is_closed(case: Case, open_: Flags) -> Codes:
    """Rows of services that are locked, may not be kept, or whose keep is left out: no hurdle for them."""
    services = case.county.frame("services")["service_id"]
    named = [lock.service_id for lock in case.locks]
    named += [f.service_id for f in case.forbids if f.service_id is not None and f.decision is Decision.KEEP]
    left_out = np.flatnonzero(~open_[: len(services)])
    return np.concatenate([codes_of(named, services), left_out])
