"""What a plan does to people, and which limits hold it back."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.answer import Answer
from optimizer.plan.plan import Plan
from optimizer.report.html.parts import Block, Picture, Section
from optimizer.report.html.tables import number_text, table_of
from optimizer.report.pictures.bars import shares_picture, stacked_picture
from optimizer.solve.outcome import Stopped

MOST_BARS = 14
LIMITS_TITLE = "Every limit, and how much of it is used: the county's own first, what is most used on top"
PEOPLE = {"Hired by providers": ("#12436D", ""), "Lose their position": ("#F46A25", "//")}


def people_section(plan: Plan) -> Section:
    """Staff hired by providers and staff who lose their position, by department and by year."""
    table = plan.totals[plan.totals["by"] == "department"]
    table = table[["name", "services", "fte", "fte_transferred", "fte_displaced"]]
    touched = table[(table["fte_transferred"] > 0) | (table["fte_displaced"] > 0)]
    hired, lost = (float(table[column].sum()) for column in ("fte_transferred", "fte_displaced"))
    if touched.empty:
        return Section("people", "People", ("Nobody is hired by a provider and nobody loses a position.",))
    absorbed, laid_off = (float(plan.years[column].sum()) for column in ("absorbed_fte", "laid_off_fte"))
    order = (touched["fte_transferred"] + touched["fte_displaced"]).sort_values(ascending=False, kind="stable").index
    rows = touched.loc[order].head(MOST_BARS)
    told = {"hired": hired, "lost": lost, "absorbed": absorbed, "laid_off": laid_off}
    fte = {name: number_text("fte", value) for name, value in told.items()}
    title = f"{fte['hired']} FTE are hired by providers, {fte['lost']} FTE lose their position"
    parts = {"Hired by providers": "fte_transferred", "Lose their position": "fte_displaced"}
    bars = {part: rows[column].tolist() for part, column in parts.items()}
    blocks: tuple[Block, ...] = (
        Picture(
            "people-picture",
            title,
            f"{title}. Most in {rows['name'].iloc[0]}.",
            stacked_picture(rows["name"].tolist(), bars, PEOPLE, "FTE", 2),
        ),
        table_of(touched.loc[order].reset_index(drop=True), "people-table", "Staff by department",
                 heads={"name": "Department", "fte": "FTE today"},
                 total=("services", "fte", "fte_transferred", "fte_displaced")),
        table_of(plan.years[["year", "displaced_fte", "absorbed_fte", "laid_off_fte"]], "people-years",
                 "Staff who lose their position, by the year in which delivery passes on",
                 total=("displaced_fte", "absorbed_fte", "laid_off_fte")),
    )  # fmt: skip
    return Section(
        "people",
        "People",
        (
            f"Of the {fte['lost']} FTE who lose their position {fte['absorbed']} are absorbed by attrition, an "
            f"assumption, and {fte['laid_off']} are laid off. Positions that end after the horizon are in no year.",
        ),
        blocks,
    )


def limits_section(answer: Answer, plan: Plan) -> Section:
    """Which limits bind, how much of the county's own is used, and every limit."""
    bound = plan.limits[plan.limits["binds"] | plan.limits["broken"]]
    own = plan.limits[plan.limits["rule"].str.startswith("limits.") & ~plan.limits["at_least"]]
    own = own[own["limit"] > 0].assign(used_share=lambda rows: rows["used"] / rows["limit"])
    own = own.sort_values("used_share", ascending=False, kind="stable").head(MOST_BARS)
    blocks: list[Block] = []
    if not own.empty:
        names = {organization.org_id: organization.name for organization in answer.county.organizations}
        rows = [
            (_named(str(rule), str(subject), names), float(share))
            for rule, subject, share in own[["rule", "subject", "used_share"]].itertuples(index=False)
        ]
        name, share = rows[0]
        blocks.append(
            Picture(
                "limits-picture",
                "How much of the county's own limits is used",
                f"{count_of(len(rows), 'limit')} of the scenario, the most used first: {name}, {share:.0%}.",
                shares_picture(rows, "Used, % of the limit (dashed: nothing left)"),
            )
        )
    if not bound.empty:
        blocks.append(table_of(_grouped(bound), "binding-table", "Limits that bind or are broken, by kind",
                               heads={"rule": "Limit", "times": "How many", "example": "For example"}))  # fmt: skip
    every = _nearest_first(plan.limits)[["text", "used", "limit", "unit", "slack", "binds", "broken"]]
    if not every.empty:
        blocks.append(table_of(every, "limits-table", LIMITS_TITLE,
                               heads={"text": "Limit", "slack": "Left"}))  # fmt: skip
    broken = int(plan.limits["broken"].sum())
    lines = [
        f"{count_of(int(plan.limits['binds'].sum()), 'limit binds', 'limits bind')}: 1 % or less of each is left. "
        f"What a limit costs is not in a run; {_asked_again(answer)}"
    ]
    if broken:
        lines.insert(0, f"{count_of(broken, 'limit is broken', 'limits are broken')}.")
    return Section("limits", "Limits that bind", tuple(lines), tuple(blocks))


def _asked_again(answer: Answer) -> str:
    if answer.stopped is Stopped.PART:
        return "`python cli.py limits PLAN` searches for it where a county is planned alone."
    return "`python cli.py limits PLAN` searches again without it, a step more and a step less."


LIMIT_WORDS = {
    "transition_usd": "one-time money",
    "displaced_fte": "staff who lose their position",
    "organization_share_of_moved_cost": "of all moved cost",
    "organization_share_of_critical_services": "of critical services",
}


def _named(rule: str, subject: str, names: Mapping[str, str]) -> str:
    """A limit in a few words: what it limits, and for whom."""
    limit = rule.removeprefix("limits.")
    words = LIMIT_WORDS.get(limit, limit.replace("_", " "))
    return words.capitalize() if subject == "county" else f"{names.get(subject, subject)}: {words}"


def _nearest_first(limits: pd.DataFrame) -> pd.DataFrame:
    """Broken limits, then the scenario's own, then all others; of each kind first what has least left of it."""
    left = (limits["slack"] / limits["limit"].where(limits["limit"] != 0.0)).fillna(0.0)
    own = limits["rule"].str.startswith("limits.")
    ordered = limits.assign(after=~limits["broken"], other=~own, left=left)
    return ordered.sort_values(["after", "other", "left"], kind="stable", ignore_index=True)


def _grouped(bound: pd.DataFrame) -> pd.DataFrame:
    order = bound["rule"].str.startswith("limits.").map({True: 0, False: 1})
    ordered = bound.assign(order=order).sort_values("order", kind="stable")
    rows = [
        (
            str(rule).removeprefix("limits.").replace("_", " "),
            "broken" if broken else "binds",
            len(alike),
            alike["text"].iloc[0],
        )
        for (rule, broken), alike in ordered.groupby(["rule", "broken"], sort=False)
    ]
    return pd.DataFrame(rows, columns=["rule", "state", "times", "example"])
