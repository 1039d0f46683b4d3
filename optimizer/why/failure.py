"""A partner fails: what the plan would cost then, and which failure would hurt most.

All that the partner delivers, pools that it hosts included, is gone, and so is all that it buys. Two recourses are
searched: everything may be decided anew, or all other moves stay as they are and only the services that lost their
provider choose again. Both are of the whole horizon, as if it had been known from the start; what is lost meanwhile is
told as the gross cost at stake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
import pandas as pd

from optimizer.county.findings import nearest
from optimizer.errors import Finding, raise_if_any
from optimizer.interrupts import ended_together
from optimizer.options.candidates import Flags
from optimizer.plan.told import Told
from optimizer.program.program import CountyProgram
from optimizer.program.rows import Codes, RowBuilder, at_least
from optimizer.report.words import ended_words, exact_usd
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import Asked, OnStep, silent
from optimizer.why.forced import kept_out
from optimizer.why.limit_screen import refuse_other_aims


@dataclass(frozen=True)
class Failures:
    """What the failure of each partner would cost."""

    table: pd.DataFrame
    """A row per organization, the worst first: org_id, name, services that it delivers, gross_usd_per_year of these,
    sales to it, probability that it fails, what the plan would cost more with all other moves as they are
    (stays_usd_per_year) and with everything decided anew (anew_usd_per_year), the most each can be (stays_most_,
    anew_most_), expected_usd_per_year: probability x stays_usd_per_year, and stays_answer and anew_answer: a plan, that
    none exists, or why a search found none (then the amounts are NaN)."""

    def told(self) -> Told:
        """The same for readers."""
        if self.table.empty:
            return Told(("The plan has no partner that could fail.",), {})
        none = self.table["stays_answer"] == str(Stopped.INFEASIBLE)
        known = self.table[self.table["stays_answer"] == A_PLAN]
        nor = self.table["anew_answer"] == str(Stopped.INFEASIBLE)
        lines = [
            f"If {' or '.join(names)} fails, no plan {what}."
            for names, what in (
                (self.table.loc[nor, "name"], "exists any more"),
                (self.table.loc[none & ~nor, "name"], "keeps all other moves as they are"),
            )
            if len(names)
        ]
        if len(known):
            worst = known.iloc[0]
            of_these = "Of the others the" if len(lines) else "The"
            lines.append(
                f"{of_these} failure that hurts most is {worst['name']}'s: with all other moves as they are the plan "
                f"would cost {exact_usd(worst['stays_usd_per_year'])} a year more."
            )
            expected = exact_usd(float(known["expected_usd_per_year"].sum()))
            some = "" if len(known) == len(self.table) else f" of the {len(known)} that have a plan"
            lines.append(f"Weighed with their probabilities, failures{some} cost {expected} a year.")
        left = self.table.loc[~none & (self.table["stays_answer"] != A_PLAN), "stays_answer"]
        if len(left):
            lines.append(f"Of {len(left)} no plan was found {ended_words(left)}, which does not mean that none exists.")
        return Told(tuple(lines), {"If a partner fails": self.table})


@ended_together()
def partner_failures(
    asked: Asked, org_ids: Sequence[str] = (), on_step: OnStep = silent, *, together: bool = False
) -> Failures:
    """What the failure of each partner of the plan would cost, or of those named; `together`: of all these at once.

    Failures are taken to be independent, so that the chance of several is the product of theirs.
    Raises `Refused` for organizations that the county does not have, and where something else than cost is sought
    first.
    """
    refuse_other_aims(asked.case)
    organizations = asked.case.county.organizations
    known = [row.org_id for row in organizations]
    needs = "the id of an organization of this county"
    strangers = [org_id for org_id in org_ids if org_id not in known]
    raise_if_any([Finding("--organization", repr(one), needs, _fix(one, known)) for one in strangers])
    candidates, chosen = asked.program.options.candidates, asked.x[asked.program.layout.chosen] > 0.5
    used = np.union1d(candidates.org[chosen & (candidates.org >= 0)], _buyers(asked)[_made(asked)])
    codes = used.tolist() if not org_ids else [known.index(org_id) for org_id in org_ids]
    rows = []
    for failing in [codes] if together and codes else [[code] for code in codes]:
        on_step(f"Without {', '.join(organizations[code].name for code in failing)}")
        rows.append(_row(asked, failing))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = table.assign(
        none=table["stays_answer"] == str(Stopped.INFEASIBLE), nor=table["anew_answer"] == str(Stopped.INFEASIBLE)
    ).sort_values(["none", "nor", "stays_usd_per_year"], ascending=False, kind="stable", ignore_index=True)
    return Failures(order[list(COLUMNS)])


def _fix(org_id: str, known: Sequence[str]) -> str:
    near = nearest(org_id, known)
    return f"Did you mean {near}?" if near else "Look up its id in the organizations table."


COLUMNS = (
    "org_id", "name", "services", "gross_usd_per_year", "sales", "probability", "stays_usd_per_year",
    "stays_most_usd_per_year", "anew_usd_per_year", "anew_most_usd_per_year", "expected_usd_per_year", "stays_answer",
    "anew_answer",
)  # fmt: skip
A_PLAN = "a plan"


def _buyers(asked: Asked) -> Codes:
    """Row of the organization that buys, by column of a sale [sales x starts]."""
    layout, sales = asked.program.layout, asked.program.options.sales
    buyers: Codes = layout.codes("sales", "org_id", "organizations")[sales.sale]
    return buyers


def _made(asked: Asked) -> Flags:
    made: Flags = asked.x[asked.program.columns["sell"].columns] > 0.5
    return made


def _row(asked: Asked, failing: Sequence[int]) -> tuple[object, ...]:
    program, candidates = asked.program, asked.program.options.candidates
    own, bought = np.isin(candidates.org, failing), np.isin(_buyers(asked), failing)
    chosen = asked.x[program.layout.chosen] > 0.5
    lost = chosen & own
    gone = kept_out(program, np.concatenate([program.layout.chosen[own], program.columns["sell"].columns[bought]]))
    anew, anew_answer = _dearer(asked, gone)
    stays, stays_answer = _dearer(asked, _held(gone, program.layout.chosen[chosen & ~own]))
    organizations = [asked.case.county.organizations[code] for code in failing]
    probability = prod(float(one.probability_of_failure or 0.0) for one in organizations)
    ids, names = (", ".join(getattr(one, column) for one in organizations) for column in ("org_id", "name"))
    said = (ids, names, int(lost.sum()), float(candidates.terms.gross[lost].sum()), int((_made(asked) & bought).sum()))
    return (*said, probability, *stays, *anew, probability * stays[0], stays_answer, anew_answer)


def _held(program: CountyProgram, columns: Codes) -> CountyProgram:
    """The program in which all of these options stay."""
    row = RowBuilder("stays", "services", {}, *at_least(float(len(columns)))).add(0, columns, 1.0)
    return program.with_rows(row.rows())


def _dearer(asked: Asked, program: CountyProgram) -> tuple[tuple[float, float], str]:
    """What the best plan of a program costs more, as found and at the most [USD a year], and what the search said."""
    outcome = asked.again(program)
    found = asked.dearer(outcome)
    if found is None:
        return (np.nan, np.nan), str(outcome.stopped)
    return (found.usd_per_year, found.most_usd_per_year), A_PLAN
