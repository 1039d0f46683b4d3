"""By how much every move beats keeping and the hurdle, and how that changes with parameters.

margin_o(p) = margin_o(p0) - sum_q weight_oq (p_q - p0_q)     [USD/year]     linear in every parameter that is fitted
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.options.admissible import bars, hurdle_margins, untested
from optimizer.options.candidates import Candidates, Codes, Flags, all_candidates
from optimizer.options.money import annuity, present_parts
from optimizer.program.rows import Floats
from optimizer.scenario.scenario import Case
from optimizer.why.parameters import ADMINISTRATION, Parameter, with_parameters


@dataclass(frozen=True)
class Margins:
    """Margins of a case's candidates, and what the parameters do to them."""

    candidates: Candidates
    open: Flags
    """No reason but the hurdle leaves it out [candidates]."""
    tested: Flags
    """The hurdle is asked of it: it is open and a move, and its service could be kept [candidates]."""
    usd_per_year: Floats
    """As the case is; at least 0: it is admitted [candidates]."""
    weights: Floats
    """By how much each falls when a parameter rises by 1 [candidates x parameters]."""
    cost_usd_per_year: Floats
    """Each option's own cost, as the case is [candidates]."""
    cost_weights: Floats
    """By how much that rises [candidates x parameters]."""

    def at(self, changes: Floats) -> Floats:
        """Margins once the parameters have changed so much [candidates]."""
        found: Floats = self.usd_per_year - self.weights @ changes
        return found

    def number(self, offer: Codes, start: Codes) -> Codes:
        """Candidates that are offers (rows of the offers table) starting in years (from 0)."""
        n_keep = int((self.candidates.offer < 0).sum())
        n_offers = (len(self.candidates) - n_keep) // (int(self.candidates.start.max(initial=0)) + 1)
        return n_keep + start * n_offers + offer


def margins_of(case: Case, parameters: Sequence[Parameter]) -> Margins:
    """The margins of a case, and their weights for these parameters."""
    candidates = all_candidates(case)
    open_ = ~np.any(list(bars(case, candidates).values()), axis=0)
    margin, cost = _figures(case, candidates, open_)
    weights, cost_weights = (np.zeros((len(candidates), len(parameters))) for _ in range(2))
    for number, parameter in enumerate(parameters):
        changed = with_parameters(case, {parameter.path: parameter.now + parameter.step})
        # what a contract costs to watch is in the option's own cost, all else only in what is asked of it
        others = all_candidates(changed) if parameter.family == ADMINISTRATION else candidates
        below, dearer = _figures(changed, others, open_)
        weights[:, number] = (margin - below) / parameter.step
        cost_weights[:, number] = (dearer - cost) / parameter.step
    tested = open_ & candidates.moved & ~untested(case, open_)[candidates.service]
    return Margins(candidates, open_, tested, margin, weights, cost, cost_weights)


def _figures(case: Case, candidates: Candidates, open_: Flags) -> tuple[Floats, Floats]:
    """Margin and own cost of every candidate [USD/year]."""
    present, years = present_parts(candidates.terms, case.settings), annuity(case.settings) * 100.0
    return hurdle_margins(case, candidates, present, open_) / years, present.sum(axis=1) / years
