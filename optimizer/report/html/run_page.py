"""The page of one run: the answer, its money, its moves, what is kept, and all that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer, county_label
from optimizer.plan.compare import one_time_usd
from optimizer.plan.plan import Plan
from optimizer.report.html.analyses import drawn_sentences
from optimizer.report.html.parts import Page, Section
from optimizer.report.html.run_basis import assumptions_section, searched_section, unknown_section
from optimizer.report.html.run_money import money_sections
from optimizer.report.html.run_moves import move_sections
from optimizer.report.html.run_rules import limits_section, people_section
from optimizer.report.html.tables import number_text, table_of
from optimizer.report.reasons.whole import detail_sentences, lead_sentences
from optimizer.report.words import exact_usd, proof_word, share_of, usd
from optimizer.scenario.layers import Setters


def run_page(
    answer: Answer,
    setters: Setters,
    changed: pd.DataFrame,
    manifest: Mapping[str, Any],
    analyses: Sequence[Section] = (),
) -> Page:
    """The page of a run; `setters` say who set each setting, `changed` lists cells that the scenario changed,
    `manifest` is the run's own, and `analyses` are sections that were asked for besides.
    """
    plan = answer.plan
    sections = [held_section(answer)] if plan is None else [*plan_sections(answer, plan), *analyses]
    sections += [
        unknown_section(answer),
        assumptions_section(answer, setters, changed),
        searched_section(answer, manifest),
    ]
    return Page(
        title=answer.title,
        question=answer.question,
        about=f"{county_label(answer.county)}, fiscal year {answer.county.facts.fiscal_year}: report of a run",
        answer=(*lead_sentences(answer), *drawn_sentences(analyses)),
        details=detail_sentences(answer),
        figures=() if plan is None else figures_of(answer, plan),
        sections=tuple(sections),
        made=made_of(manifest),
    )


def made_of(manifest: Mapping[str, Any]) -> dict[str, str]:
    """What the foot of a page tells of a run."""
    return {
        "Run": f"{manifest['name']}-{manifest['key'][:10]}",
        "Finished": str(manifest["finished_at"]),
        "Reallocate": str(manifest["versions"].get("reallocate", "")),
    }


def figures_of(answer: Answer, plan: Plan) -> tuple[tuple[str, str], ...]:
    """What a board looks at first."""
    moved = plan.decisions[plan.decisions["moved"]]
    paid = f"not within {count_of(len(plan.cash), 'year')}"
    if plan.break_even_year is not None:
        paid = f"from year {plan.break_even_year}"
    if plan.decisions["decision"].eq("keep").all():
        paid = "nothing to pay"
    return (
        ("saved a year, after all costs", usd(plan.saving_usd_per_year)),
        ("cost a year, net of revenue", usd(plan.cost_usd_per_year)),
        ("spent once", usd(one_time_usd(plan))),
        ("paid for itself", paid),
        ("services moved or ended", f"{len(moved):,} of {len(plan.decisions):,}"),
        ("of the budget changes hands", share_of(plan.handed_over_share)),
        ("FTE lose their position", number_text("fte", float(moved["fte_displaced"].sum()))),
        ("how sure", proof_word(answer)),
    )


def plan_sections(answer: Answer, plan: Plan) -> Iterator[Section]:
    """What a plan does: its money, people, limits and moves, and what is kept."""
    yield from money_sections(answer, plan)
    yield people_section(plan)
    yield limits_section(answer, plan)
    yield from move_sections(answer, plan)


def held_section(answer: Answer) -> Section:
    """What a run that holds no plan can tell truly: what was asked, and of which county."""
    services = answer.county.frame("services")
    cost = services[["personnel_usd", "nonpersonnel_usd", "overhead_usd"]].sum(axis=1)
    by = pd.DataFrame(
        {
            "department": services["department"],
            "services": 1,
            "gross_usd_per_year": cost,
            "revenue_usd_per_year": services["revenue_usd"],
            "fte": services["fte"],
        }
    )
    table = by.groupby("department", sort=True).sum().reset_index()
    limits = {
        path: value for path, value in answer.settings.items() if path.startswith(("limits.", "lock.", "forbid."))
    }
    limits = {path: value for path, value in limits.items() if value not in (None, [])}
    asked = pd.DataFrame({"setting": list(limits), "value": [str(value) for value in limits.values()]})
    return Section(
        "held",
        "What this run holds",
        (
            "It holds no plan, so there is no saving, no move and no roadmap to show. What it holds is the question: "
            f"the county's {count_of(len(services), 'service')}, which cost {exact_usd(float(cost.sum()))} a year "
            "gross, and the settings under which no plan was found.",
            "Which conditions conflict, and the least that would have to change so that a plan exists: "
            "`python cli.py solve SCENARIO` tells it and writes the ways out as scenario files, where none exists.",
        ),
        (
            table_of(table, "county-today", "The county today, by department",
                     total=("services", "gross_usd_per_year", "revenue_usd_per_year", "fte")),
            table_of(asked, "asked-limits", "Limits, locks and bans that a plan had to keep"),
        ),
    )  # fmt: skip
