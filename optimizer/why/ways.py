"""How far a plan differs from a given one, service by service, as linear sums over the columns.

    differs_i(x) = 1 - sum_{o of i: same decision and provider} x_o                            i moved in the given plan
    differs_i(x) = 1 - x_keep + (1/n_i) (sum_{s not sold} q_s + sum_{s sold} (x_keep - q_s))   i kept in it

n_i is the number of possible sales of i. It is 0 or 1; for a service with several possible sales that is kept in both
plans it is the share of those that are made in one of the two alone. The year in which something starts does not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, Floats


@dataclass(frozen=True)
class Differing:
    """1 + matrix @ x: by how much every service is decided differently from the given plan [services, 0 to 1]."""

    matrix: csr_array
    """[services x columns]"""

    def of(self, x: Floats) -> Floats:
        """By how much each service differs at a point [services]."""
        size = self.matrix.shape[1]
        differs: Floats = 1.0 + self.matrix @ x[:size]
        return np.where(np.abs(differs) < 1e-6, 0.0, differs)

    def summed(self, weights: Floats) -> Floats:
        """Weight of every column [columns] in the sum over the services, each with its weight, without their 1."""
        summed: Floats = self.matrix.T @ weights
        return summed


def differing_from(program: CountyProgram, x: Floats) -> Differing:
    """What differs from the plan at a point [columns] of the program."""
    candidates, chosen = program.options.candidates, program.layout.chosen
    given = np.zeros(len(program.case.county.services), dtype=np.int64)
    taken = np.flatnonzero(x[chosen] > 0.5)
    given[candidates.service[taken]] = taken
    way = ways_of(program)
    same = np.flatnonzero(way == way[given[candidates.service]])
    row, column, value = [candidates.service[same]], [chosen[same]], [np.full(len(same), -1.0)]
    for part in _sales(program, x, given):
        for entries, found in zip((row, column, value), part, strict=True):
            entries.append(found)
    entries_ = np.concatenate(value), (np.concatenate(row), np.concatenate(column))
    shape = len(given), len(program.layout.columns)
    return Differing(coo_array(entries_, shape=shape).tocsr())


def ways_of(program: CountyProgram) -> Codes:
    """One code per decision and provider [options]; start years of one offer share it."""
    candidates = program.options.candidates
    decision = np.unique(candidates.decision.astype(str), return_inverse=True)[1]
    codes: Codes = decision * (int(candidates.taker.max(initial=0)) + 2) + candidates.taker + 1
    return codes


def choices_per_service(program: CountyProgram) -> Codes:
    """How many ways each service could be decided, every possible sale counted as one [services]."""
    candidates, size = program.options.candidates, len(program.case.county.services)
    pairs = np.unique(np.stack([candidates.service, ways_of(program)]), axis=1)
    sold = program.layout.codes("sales", "service_id", "services")[np.unique(program.options.sales.sale)]
    return np.bincount(pairs[0], minlength=size) + np.bincount(sold, minlength=size)


def sales_per_service(program: CountyProgram) -> Codes:
    """How many sales each service could have [services]."""
    sold = program.layout.codes("sales", "service_id", "services")[np.unique(program.options.sales.sale)]
    return np.bincount(sold, minlength=len(program.case.county.services))


def _sales(program: CountyProgram, x: Floats, given: Codes) -> list[tuple[Codes, Codes, Floats]]:
    """Row, column and value of the sales of services that are kept in the given plan, and of keeping those sold."""
    sales, candidates, sell = program.options.sales, program.options.candidates, program.layout.columns["sell"].columns
    if not len(sales):
        return []
    made = np.zeros(int(sales.sale.max()) + 1, dtype=bool)
    np.logical_or.at(made, sales.sale, x[sell] > 0.5)
    part = 1.0 / np.maximum(sales_per_service(program), 1)
    kept = np.flatnonzero(~candidates.moved[given[sales.service]])
    service, sold = sales.service[kept], made[sales.sale[kept]]
    value = np.where(sold, -1.0, 1.0) * part[service]
    # a sale that is made in the given plan counts once, whatever its start years
    first = kept[np.unique(sales.sale[kept], return_index=True)[1]]
    first = first[made[sales.sale[first]]]
    keeping = program.layout.chosen[given[sales.service[first]]]
    return [(service, sell[kept], value), (sales.service[first], keeping, part[sales.service[first]])]
