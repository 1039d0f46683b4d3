"""A partner fails: what the plan would cost then, and which failure would hurt most.

All that the partner delivers, pools that it hosts included, is gone. Two recourses are searched: everything may be
decided anew, or all other moves stay as they are and only the services that lost their provider choose again. Both are
of the whole horizon, as if it had been known from the start; what is lost meanwhile is told as the gross cost at stake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import pandas as pd

from optimizer.county.findings import nearest
from optimizer.errors import Finding, raise_if_any
from optimizer.plan.told import Told
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, RowBuilder, at_least
from optimizer.report.words import exact_usd
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.forced import kept_out


@dataclass(frozen=True)
class Failures:
    """What the failure of each partner would cost."""

    table: pd.DataFrame
    """A row per organization, the worst first: org_id, name, services that it delivers, gross_usd_per_year of these,
    probability that it fails, what the plan would cost more with all other moves as they are (stays_usd_per_year, NaN:
    no plan exists) and with everything decided anew (anew_usd_per_year), the most each can be (stays_most_,
    anew_most_), and expected_usd_per_year: probability x stays_usd_per_year."""

    def told(self) -> Told:
        """The same for readers."""
        if self.table.empty:
            return Told(("The plan has no partner that could fail.",), {})
        worst = self.table.iloc[0]
        stays = float(worst["stays_usd_per_year"])
        cost = "no plan would exist" if np.isnan(stays) else f"the plan would cost {exact_usd(stays)} a year more"
        expected = exact_usd(float(self.table["expected_usd_per_year"].sum()))
        lines = (
            f"The failure that hurts most is {worst['name']}'s: with all other moves as they are {cost}.",
            f"Weighed with their probabilities, failures cost {expected} a year.",
        )
        return Told(lines, {"If a partner fails": self.table})


def partner_failures(
    asked: Asked, org_ids: Sequence[str] = (), on_step: OnStep = silent, *, together: bool = False
) -> Failures:
    """What the failure of each partner of the plan would cost, or of those named; `together`: of all these at once.

    Failures are taken to be independent, so that the chance of several is the product of theirs.
    Raises `Refused` for organizations that the county does not have.
    """
    organizations = asked.case.county.organizations
    known = [row.org_id for row in organizations]
    needs = "the id of an organization of this county"
    strangers = [org_id for org_id in org_ids if org_id not in known]
    raise_if_any([Finding("--organization", repr(one), needs, _fix(one, known)) for one in strangers])
    candidates, chosen = asked.program.options.candidates, asked.x[asked.program.layout.chosen] > 0.5
    used = np.unique(candidates.org[chosen & (candidates.org >= 0)])
    codes = used.tolist() if not org_ids else [known.index(org_id) for org_id in org_ids]
    rows = []
    for failing in [codes] if together and codes else [[code] for code in codes]:
        on_step(f"Without {', '.join(organizations[code].name for code in failing)}")
        rows.append(_row(asked, failing))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = table.assign(none=table["stays_usd_per_year"].isna()).sort_values(
        ["none", "stays_usd_per_year"], ascending=[False, False], kind="stable"
    )
    return Failures(order.drop(columns="none").reset_index(drop=True))


def _fix(org_id: str, known: Sequence[str]) -> str:
    near = nearest(org_id, known)
    return f"Did you mean {near}?" if near else "Look up its id in the organizations table."


COLUMNS = (
    "org_id", "name", "services", "gross_usd_per_year", "probability", "stays_usd_per_year", "stays_most_usd_per_year",
    "anew_usd_per_year", "anew_most_usd_per_year", "expected_usd_per_year",
)  # fmt: skip


def _row(asked: Asked, failing: Sequence[int]) -> tuple[object, ...]:
    program, candidates = asked.program, asked.program.options.candidates
    own = np.isin(candidates.org, failing)
    chosen = asked.x[program.layout.chosen] > 0.5
    lost = chosen & own
    gone = kept_out(program, program.layout.chosen[own])
    anew = _dearer(asked, gone)
    stays = _dearer(asked, _held(gone, program.layout.chosen[chosen & ~own]))
    organizations = [asked.case.county.organizations[code] for code in failing]
    probability = prod(float(one.probability_of_failure or 0.0) for one in organizations)
    ids, names = (", ".join(getattr(one, column) for one in organizations) for column in ("org_id", "name"))
    said = (ids, names, int(lost.sum()), float(candidates.terms.gross[lost].sum()))
    return (*said, probability, *stays, *anew, probability * stays[0])


def _held(program: CountyProgram, columns: Codes) -> CountyProgram:
    """The program in which all of these options stay."""
    row = RowBuilder("stays", "services", {}, *at_least(float(len(columns)))).add(0, columns, 1.0)
    return program.with_rows(row.rows())


def _dearer(asked: Asked, program: CountyProgram) -> tuple[float, float]:
    """What the best plan of a program costs more, as found and at the most [USD a year]; NaN: no plan exists."""
    found = asked.dearer(asked.again(program))
    return (np.nan, np.nan) if found is None else (found.usd_per_year, found.most_usd_per_year)
