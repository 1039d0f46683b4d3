"""The admissible options of a case, and what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from optimizer.county.terms import Decision
from optimizer.options.admissible import reasons_against
from optimizer.options.candidates import Candidates, Floats, all_candidates, ids_at, pool_volume
from optimizer.options.money import Cents, Terms, annuity, payback_years, present_parts, present_pool_rate_cost
from optimizer.options.sales import Sales, build_sales, marks_of, sale_table
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
    sales: Sales
    """What could be sold, likewise."""
    left_out: pd.DataFrame
    """Candidates and sales left out: service_id, decision, provider, offer_id (or sale_id), start_year, reason."""

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
    sales, unsold = build_sales(case)
    left_out = pd.concat([_left_out(case, everything, reason), unsold], ignore_index=True)
    return _options(case, everything, present, np.flatnonzero(reason == ""), sales, left_out)


def every_option(case: Case) -> tuple[Options, np.ndarray]:
    """Every candidate as an option, admissible or not, and what is the first reason against each, or an empty text.

    Sales that are not admissible stay left out.
    """
    everything = all_candidates(case)
    present = present_parts(everything.terms, case.settings)
    sales, unsold = build_sales(case)
    options = _options(case, everything, present, np.arange(len(everything)), sales, unsold)
    reason = reasons_against(case, everything, present)
    return options, reason[np.argsort(everything.service, kind="stable")]


def _options(
    case: Case, everything: Candidates, present: Cents, admitted: np.ndarray, sales: Sales, left_out: pd.DataFrame
) -> Options:
    admitted = admitted[np.argsort(everything.service[admitted], kind="stable")]
    n_keep = len(case.county.services)
    return Options(
        candidates=take(everything, admitted),
        present_cents=present[admitted],
        keep_cents=present[:n_keep].sum(axis=1),
        volume=np.append(pool_volume(case.county), 0.0)[everything.offer[admitted]],
        sales=sales,
        left_out=left_out,
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
    return pd.DataFrame(
        {
            "service_id": services["service_id"].to_numpy()[candidates.service[rows]],
            "decision": candidates.decision[rows],
            "provider": _providers(case)[offer],
            "offer_id": ids_at(offers["offer_id"], offer, ""),
            "start_year": candidates.start[rows] + 1,
            "reason": reason[rows],
        }
    )


def _providers(case: Case) -> np.ndarray:
    """Pool or organization of every offer, by id [offers + 1]; an empty text for exit, and for keep at -1."""
    offers = case.county.frame("offers")
    provider = offers["pool_id"].where(offers["pool_id"].notna(), offers["org_id"])
    return np.append(provider.where(provider.notna(), "").to_numpy(dtype=object), "")


def option_table(case: Case, options: Options, service: int) -> pd.DataFrame:
    """One service's options: decision, provider, offer_id (or sale_id), start_year, money, people, why left out.

    What is sold is kept, so that the money of a sale is that of keeping the service and selling it. An offer of a pool
    bears what its volume costs at the pool's best rate.
    """
    offered = _offer_table(case, service)
    kept_usd = float(offered.loc[offered["decision"] == str(Decision.KEEP), "present_cost_usd"].iloc[0])
    sold = sale_table(case, service, kept_usd)
    table = pd.concat([offered, sold], ignore_index=True) if len(sold) else offered
    of_service = options.left_out["service_id"] == case.county.services[service].service_id
    return table.assign(left_out=_why_left_out(table, options.left_out[of_service]))


def _offer_table(case: Case, service: int) -> pd.DataFrame:
    """Keep and the offers of one service."""
    everything = all_candidates(case)
    found = take(everything, np.flatnonzero(everything.service == service))
    # a pool's rate is paid by its volume, not by the option; without it a pool would look free
    pool = present_pool_rate_cost(found.terms, case.settings)
    present = present_parts(found.terms, case.settings).sum(axis=1) / 100.0 + pool
    offers = case.county.frame("offers")
    return pd.DataFrame(
        {
            "decision": found.decision,
            "provider": _providers(case)[found.offer],
            "offer_id": ids_at(offers["offer_id"], found.offer, ""),
            "start_year": found.start + 1,
            "present_cost_usd": present,
            "yearly_equivalent_usd": present / annuity(case.settings),
            "pool_usd_per_year_at_best_rate": pool / annuity(case.settings),
            "promised_saving_usd_per_year": found.terms.promised_saving(),
            "transition_usd": np.where(found.moved, found.terms.transition, 0.0),
            "payback_years": payback_years(found.terms, case.settings),
            "fte_displaced": found.fte_displaced,
            "lowest_coverage": found.coverage.min(axis=1),
            "estimated": ids_at(marks_of(offers["estimated"]), found.offer, ""),
        }
    )


def _why_left_out(table: pd.DataFrame, left_out: pd.DataFrame) -> list[str]:
    """The reason against each row of a service, from the left-out ones of that service; an empty text if none."""
    rows = left_out[["decision", "offer_id", "start_year", "reason"]].itertuples(index=False)
    reasons = {(str(decision), row_id, start): str(reason) for decision, row_id, start, reason in rows}
    unkept = reasons.get((str(Decision.KEEP), "", 1), "")

    def against(decision: str, row_id: str, start: int) -> str:
        if decision != str(Decision.INSOURCE):
            return reasons.get((decision, row_id, start), "")
        # no reason against a sale depends on its start year, so that it is told with the first one alone
        reason = reasons.get((decision, row_id, 1), "")
        return reason or (f"what is sold is kept, and that is left out: {unkept}" if unkept else "")

    return [against(*row) for row in table[["decision", "offer_id", "start_year"]].itertuples(index=False)]
