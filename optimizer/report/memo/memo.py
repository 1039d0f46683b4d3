"""The council memo: question, options, recommendation, money, people, risks, duties, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from optimizer.plan.answer import county_label
from optimizer.report.documents.blocks import Block, Document
from optimizer.report.documents.fitting import fitted
from optimizer.report.documents.letters import short
from optimizer.report.memo.asked import Asked
from optimizer.report.memo.duties import duties
from optimizer.report.memo.money import money
from optimizer.report.memo.options import options, question
from optimizer.report.memo.people import people
from optimizer.report.memo.recommendation import recommendation
from optimizer.report.memo.risks import risks
from optimizer.report.memo.unknown import unknown

PAGES = 2


def council_memo(asked: Asked) -> Document:
    """The memo, with its long lists folded so that it fits on two pages."""
    county = short(county_label(asked.recommended.county), 80)
    return on_two_pages(county, asked.recommended.title, asked.made_from, _blocks(asked))


def on_two_pages(whose: str, option: str, made_from: str, blocks: Iterable[Block]) -> Document:
    """A memo about the services of a county or several, the title of its first option below."""
    footer = f"{short(made_from, 100)}. All rows and figures: the workbook of the same plans."
    title = f"Council memo: services of {whose}"
    return fitted(Document(title, short(option, 200), footer, tuple(blocks)), PAGES)


def _blocks(asked: Asked) -> Iterator[Block]:
    answer = asked.recommended
    yield from question(asked)
    yield from options(asked)
    yield from recommendation(asked)
    if answer.plan is not None:
        yield from money(asked, answer.plan)
        yield from people(asked, answer.plan)
        yield from risks(answer, answer.plan)
        yield from duties(answer, answer.plan)
    yield from unknown(answer)
