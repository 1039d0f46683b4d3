"""The admissible options of a case, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from optimizer.options.admissible import reasons_against
from optimizer.options.candidates import Candidates, Floats, all_candidates, ids_at, pool_volume
from optimizer.options.money import Cents, Terms, annuity, payback_years, present_parts
from optimizer.scenario.scenario import Case


@dataclass(frozen=True)
class Options:
    """Admissible options, ordered by service and then keep before offers; one entry per option everywhere."""

    candidates: Candidates
    present_cents: Cents
    """Present value by part [options x money.PARTS], whole cents."""
    keep_cents: Cents
    """Present cost of keeping, per service [services], also where keeping is left out."""
    volume: Floats
    """What the option brings to its pool, in the pool's resource."""
    left_out: pd.DataFrame
    """Candidates left out: service_id, decision, provider, offer_id, reason."""

    def __len__(self) -> int:
        return len(self.candidates)

    @property
    def cost_cents(self) -> Cents:
        """Present cost per option, whole cents."""
        total: Cents = self.present_cents.sum(axis=1)
        return total


def build_options(case: Case) -> Options:
    """Price every candidate of the case and keep the admissible ones."""
    everything = all_candidates(case)
    present = present_parts(everything.terms, case.settings)
    reason = reasons_against(case, everything, present)
    admitted = np.flatnonzero(reason == "")
    admitted = admitted[np.argsort(everything.service[admitted], kind="stable")]
    n_keep = len(case.county.services)
    return Options(
        candidates=take(everything, admitted),
        present_cents=present[admitted],
        keep_cents=present[:n_keep].sum(axis=1),
        volume=pool_volume(case, everything.pool, n_keep)[admitted],
        left_out=_left_out(case, everything, reason),
    )


def take(candidates: Candidates, rows: np.ndarray) -> Candidates:
    """Some of the candidates, in the order of `rows`."""
    terms = Terms(**{field.name: getattr(candidates.terms, field.name)[rows] for field in fields(Terms)})
    arrays = {
        field.name: getattr(candidates, field.name)[rows] for field in fields(Candidates) if field.name != "terms"
    }
    return replace(candidates, terms=terms, **arrays)


def _left_out(case: Case, candidates: Candidates, reason: np.ndarray) -> pd.DataFrame:
    rows = np.flatnonzero(reason != "")
    services, offers = case.county.frame("services"), case.county.frame("offers")
    offer = candidates.offer[rows]
    provider = offers["pool_id"].where(offers["pool_id"].notna(), offers["org_id"])
    return pd.DataFrame(
        {
            "service_id": services["service_id"].to_numpy()[candidates.service[rows]],
            "decision": candidates.decision[rows],
            "provider": ids_at(provider, offer, ""),
            "offer_id": ids_at(offers["offer_id"], offer, ""),
            "reason": reason[rows],
        }
    )


def option_table(case: Case, options: Options, service: int) -> pd.DataFrame:
    """One service's options: decision, provider, offer_id, money per year and once, people, coverage, why left out."""
    everything = all_candidates(case)
    rows = np.flatnonzero(everything.service == service)
    found = take(everything, rows)
    present = present_parts(found.terms, case.settings).sum(axis=1) / 100.0
    offers = case.county.frame("offers")
    provider = offers["pool_id"].where(offers["pool_id"].notna(), offers["org_id"])
    marks = pd.Series([";".join(columns) for columns in offers["estimated"]], dtype="object")
    service_id = case.county.services[service].service_id
    left_out = options.left_out[options.left_out["service_id"] == service_id]
    why_not = dict(zip(left_out["offer_id"], left_out["reason"], strict=True))
    table = pd.DataFrame(
        {
            "decision": found.decision,
            "provider": ids_at(provider, found.offer, ""),
            "offer_id": ids_at(offers["offer_id"], found.offer, ""),
            "present_cost_usd": present,
            "yearly_equivalent_usd": present / annuity(case.settings),
            "promised_saving_usd_per_year": found.terms.promised_saving(),
            "transition_usd": np.where(found.moved, found.terms.transition, 0.0),
            "payback_years": payback_years(found.terms, case.settings),
            "fte_displaced": found.fte_displaced,
            "lowest_coverage": found.coverage.min(axis=1),
            "estimated": ids_at(marks, found.offer, ""),
        }
    )
    return table.assign(left_out=[why_not.get(offer_id, "") for offer_id in table["offer_id"]])
