"""The council memo of a region: question, options, recommendation, and what it means for each county."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.compare_regions import same_region
from optimizer.report.documents.blocks import Block, Document, Grid, Heading, Items, Paragraph
from optimizer.report.documents.letters import short
from optimizer.report.memo.memo import on_two_pages
from optimizer.report.memo.moves import CAPTION, HEAD, changed_services, move_cells, other_moves
from optimizer.report.memo.options import is_are
from optimizer.report.memo.recommendation import open_sentences, proved_sentences
from optimizer.report.memo.region_asked import RegionAsked
from optimizer.report.memo.region_money import region_money
from optimizer.report.memo.region_options import region_options
from optimizer.report.memo.region_people import region_people
from optimizer.report.memo.region_risks import region_duties, region_risks
from optimizer.report.memo.unknown import unknown_items
from optimizer.report.reasons.region import region_sentences
from optimizer.report.region_words import region_status, without_plan_sentence
from optimizer.report.rows import rows_of
from optimizer.report.words import listed, proved_word
from optimizer.solve.outcome import Stopped

COUNTIES_TOLD, COUNTY_LETTERS = 4, 30
"""Counties that a title names, and letters of a name."""
QUESTION_LETTERS, TITLE_LETTERS, SERVICE_LETTERS = 240, 60, 45


def region_memo(asked: RegionAsked) -> Document:
    """The memo, with its long lists folded so that it fits on two pages."""
    return on_two_pages(counties_told(asked), asked.recommended.title, asked.made_from, _blocks(asked))


def counties_told(asked: RegionAsked) -> str:
    """The counties of the recommended option, by name as far as there is room."""
    names = [short(asked.names[key], COUNTY_LETTERS) for key in asked.recommended.counties]
    more = len(names) - COUNTIES_TOLD
    return listed([*names[:COUNTIES_TOLD], count_of(more, "other county", "other counties")] if more > 0 else names)


def _blocks(asked: RegionAsked) -> Iterator[Block]:
    answer = asked.recommended
    yield from _question(asked)
    yield from region_options(asked)
    yield from _recommendation(asked)
    if answer.plan is not None:
        yield from region_money(asked, answer.plan)
        yield from region_people(asked, answer.plan)
        yield from region_risks(answer, answer.plan, asked.names)
        yield from region_duties(answer, answer.plan, asked.names)
    yield Heading("What the answer does not know")
    whole = "Proved is the best plan of all together: another may be better for one county, whose consent is open."
    yield Items((whole, *unknown_items(int(answer.settings["horizon.years"]))))


def _question(asked: RegionAsked) -> Iterator[Block]:
    answer = asked.recommended
    options = count_of(len(asked.answers), "option")
    years = dict.fromkeys(str(part.county.facts.fiscal_year) for part in answer.counties.values())
    yield Heading("Question")
    text = f"{short(answer.question, QUESTION_LETTERS)} {is_are(options)} compared with today for "
    yield Paragraph(f"{text}{counties_told(asked)}, fiscal year {listed([*years])}.")


def _recommendation(asked: RegionAsked) -> Iterator[Block]:
    """What is recommended, how sure that is, and what of it is not proved."""
    answer = asked.recommended
    yield Heading("Recommendation")
    if answer.plan is None:
        yield Paragraph(" ".join(_nothing(asked)), lead="None.")
        return
    does, worth, decided, *_ = region_sentences(answer, asked.names)
    yield Paragraph(f"{does} {worth} {decided}", lead=f"Option A, {short(answer.title, TITLE_LETTERS)}.")
    yield Paragraph(" ".join([region_status(answer), *_sure(asked)]), lead="How sure:")
    yield from _moves(asked)


def _nothing(asked: RegionAsked) -> Iterator[str]:
    """Why nothing is recommended."""
    answer = asked.recommended
    yield f"Nothing can be recommended for A. {region_status(answer)} {without_plan_sentence(answer, asked.names)}"
    if answer.stopped is Stopped.INFEASIBLE:
        yield "Planning each county alone, with the command solve, tells which of its own rules conflict."
    held = [asked.title(number).partition(":")[0] for number, one in enumerate(asked.answers) if one.plan is not None]
    yield f"Options that hold a plan: {listed(held)}." if held else "No option holds a plan."


def _sure(asked: RegionAsked) -> Iterator[str]:
    """What is proved of the differences to the other options."""
    table = asked.comparison.differences
    of_letter = {answer.name: asked.title(place).partition(":")[0] for place, answer in enumerate(asked.answers)}
    others = {one.name for one in asked.answers if not same_region(asked.recommended, one)}
    rows = rows_of(table[table["from"] == asked.recommended.name])
    rows = [row | {"letter": of_letter[row["to"]]} for row in rows if row["to"] not in others]
    yield from proved_sentences(rows)
    yield from open_sentences([row for row in rows if proved_word(row) == "no"])
    told = (
        ("Of other counties, so that nothing of the difference is proved", [of_letter[name] for name in others]),
        ("Of another year, horizon or discount rate", [row["letter"] for row in rows if row["unlike"]]),
        ("Without a plan to compare with", [of_letter[one.name] for one in asked.answers if one.plan is None]),
    )
    yield from (f"{what}: {listed(sorted(letters))}." for what, letters in told if letters)


def _moves(asked: RegionAsked) -> Iterator[Block]:
    """What changes in every county, the one that saves most first."""
    plan = asked.recommended.plan
    assert plan is not None
    parts = [changed_services(own).assign(county=asked.names[key]) for key, own in plan.plans.items()]
    changed = pd.concat(parts, ignore_index=True)
    if changed.empty:
        return
    order = ["saving_usd_per_year", "county", "service_id"]
    changed = changed.sort_values(order, ascending=[False, True, True], kind="stable", ignore_index=True)

    def cells(row: dict[str, object]) -> tuple[str, ...]:
        service, decision, provider, *others = move_cells(row)
        county = short(str(row["county"]), COUNTY_LETTERS)
        return (short(service, SERVICE_LETTERS), county, decision, short(provider, COUNTY_LETTERS), *others)

    def rest(shown: int) -> tuple[str, ...]:
        service, *others = other_moves(changed.iloc[shown:])
        return (service, "", *others)

    yield Grid(
        f"{CAPTION}; agreements, and what shared units cost by themselves, are apart",
        (HEAD[0], "County", *HEAD[1:]),
        tuple(cells({str(name): value for name, value in row.items()}) for row in changed.to_dict("records")),
        (0.42, 0.17, 0.16, 0.33, 0, 0, 0, 0.15),
        rest,
        least=3,
        enough=6,
    )
