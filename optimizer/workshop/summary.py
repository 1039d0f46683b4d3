"""The summary of a workshop: the overlap picture and whom to call first, for readers and as a workbook."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.told import Told
from optimizer.report.words import exact_usd, usd
from optimizer.report.workbook.page import Block, Page
from optimizer.scenario.loading import left_out_sentence
from optimizer.workshop.guessed import WEIGHT
from optimizer.workshop.picture import GROSS, Picture
from optimizer.workshop.worth import Worth

STANCES = ["delivers", "would_partner", "would_take_over", "would_buy", "no"]
SHARES = ("overlapping_share", "competing_share", "unanswered_share")
WITHOUT_SCENARIO = "--scenario SCENARIO tells which missing price would change the plan most, and whom to call first."


@dataclass(frozen=True)
class Summary:
    """What a workshop brought."""

    county: str
    picture: Picture
    worth: Worth | None
    """None: no scenario was named."""
    left_out: str = ""
    """Settings of the scenario's own county that are not in force, as this county is called otherwise."""

    def told(self) -> Told:
        """The same for readers; the heat map as a list of its cells."""
        picture, worth = self.picture, self.worth
        calls = {}
        if worth is not None:
            calls = {"Whom to call first": worth.calls, "Which missing price would change the plan most": worth.prices}
        asked = (WITHOUT_SCENARIO,) if worth is None else (*worth_lines(worth), *self._unset())
        lines = (*_picture_lines(picture), *asked)
        return Told(
            lines,
            {
                **calls,
                "By organization": picture.organizations.drop(columns="org_id"),
                "By department": picture.departments,
                "Strongest overlaps": strongest(picture),
                "Where two or more could compete": picture.competing,
                "Where nobody answered": picture.unanswered,
            },
        )

    def _unset(self) -> Iterator[str]:
        if self.left_out:
            yield left_out_sentence(self.left_out)

    def pages(self) -> list[Page]:
        """The same as sheets; the heat map as one."""
        picture, worth = self.picture, self.worth
        departments = tuple(str(name) for name in picture.heat.columns[2:])
        heat = Block(
            "Share of each department's budget that an organization could deliver",
            picture.heat,
            names=departments,
            heat=("budget_share", *departments),
        )
        blocks = {
            "Heat map": heat,
            **({} if worth is None else {"Call first": Block("Whom to call first", worth.calls)}),
            **({} if worth is None else {"Missing prices": Block("The one worth most to know first", worth.prices)}),
            "Departments": Block("By department", picture.departments, ("services", GROSS), heat=SHARES),
            "Organizations": Block("By organization", picture.organizations),
            "Competition": Block("Services that two or more could deliver", picture.competing, (GROSS,)),
            "Nobody answered": Block("Services on which nobody answered", picture.unanswered, (GROSS,)),
        }
        first = Page("Summary", (f"{self.county}: what the workshop shows", *self.told().lines))
        return [first, *(Page(name, (), (block,)) for name, block in blocks.items() if not block.frame.empty)]


def _picture_lines(picture: Picture) -> Iterator[str]:
    mapped, organizations = picture.mapped, picture.organizations
    silent = organizations.loc[organizations[STANCES].sum(axis=1) == 0, "name"].tolist()
    yield (
        f"Services worth {mapped.also_delivered_share:.1%} of {usd(mapped.total_usd_per_year)} a year overlap "
        f"with what others deliver, would share or would take over. Two or more could compete for "
        f"{picture.competing_share:.1%}, in {count_of(len(picture.competing), 'service')}."
    )
    nobody = count_of(len(picture.unanswered), "service")
    yield f"Nobody answered on {nobody}, {picture.unanswered_share:.1%} of the budget."
    if silent:
        more = f" and {len(silent) - 5} more" if len(silent) > 5 else ""
        yield f"{count_of(len(silent), 'organization')} said nothing: {', '.join(silent[:5])}{more}."
    missing, given = int(organizations["without_price"].sum()), int(organizations["with_price"].sum())
    if not missing + given:
        yield "No overlap is known that could have a price."
        return
    have = "has" if given == 1 else "have"
    yield (
        f"Of {count_of(missing + given, 'overlap')} {given} {have} a price; of the others nobody said one. "
        "Overlaps are no savings."
    )


def worth_lines(worth: Worth) -> Iterator[str]:
    """What is said of missing prices, and how it was found."""
    if not worth.missing:
        yield "No offer rests on an estimated price: there is nobody to call."
        return
    yield _first_call(worth)
    if not math.isnan(worth.all_low_usd_per_year):
        low, high = ((f", of sales at {times:g}" if worth.of_sales else "") for times in (worth.high, worth.low))
        yield (
            f"If every missing price outside the plan were at {worth.low:g} times its estimate at once{low}, the plan "
            f"would cost {exact_usd(worth.all_low_usd_per_year)} a year less; if all in it were at {worth.high:g} "
            f"times{high}, it would cost {exact_usd(worth.all_high_usd_per_year)} a year more as it is."
        )
    missing, concerned = count_of(worth.missing, "missing price"), count_of(worth.concerned, "organization")
    missing += f", {worth.of_sales} of them what neighbours would pay," if worth.of_sales else ""
    yield (
        f"Of {missing} {worth.may_turn} could turn a decision by itself at the low price, or at the high one. "
        f"{worth.asked_organizations} of {concerned} concerned and {worth.asked_prices} of these prices were searched "
        f"for ({count_of(worth.searches, 'search', 'searches')}), what could turn most first; that the others matter "
        "less is a screen, not a proof (--most asks about more)."
    )
    yield (
        f"Assumed: a price is at {worth.low:g}, 1 or {worth.high:g} times its estimate, with weights of {WEIGHT:g}, "
        f"{1 - 2 * WEIGHT:g} and {WEIGHT:g}; all else stays as it is."
    )


def _first_call(worth: Worth) -> str:
    if worth.calls.empty or not float(worth.calls["value_usd_per_year"].iloc[0]) >= 0.5:
        return "No missing price that was asked about would turn a decision by enough to be worth a call."
    first = worth.calls.iloc[0]
    prices, value = count_of(int(first["prices_missing"]), "missing price"), float(first["value_usd_per_year"])
    return (
        f"Call {first['organization']} first: to know its {prices} before deciding is worth {exact_usd(value)} a year "
        "on average."
    )


def strongest(picture: Picture) -> pd.DataFrame:
    """The cells of the heat map, the largest first: organization, department, department_share."""
    names = list(picture.heat.columns[2:])
    long = picture.heat.melt(["organization"], names, var_name="department", value_name="department_share")
    long = long.dropna(subset="department_share")
    return long.sort_values("department_share", ascending=False, kind="stable", ignore_index=True)
