"""The brief as a whole: what is proposed, offered and asked, what would change it, and how firm it is."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.counts import count_of
from optimizer.plan.answer import county_label
from optimizer.report.brief.changes import changes
from optimizer.report.brief.nothing import nothing
from optimizer.report.brief.partner import Partner
from optimizer.report.brief.proposed import proposed
from optimizer.report.brief.terms import asks, offers
from optimizer.report.brief.turns import Turns
from optimizer.report.brief.words import COUNTY_LETTERS, ORGANIZATION_LETTERS
from optimizer.report.documents.blocks import Block, Document, Paragraph
from optimizer.report.documents.fitting import fitted
from optimizer.report.documents.letters import short
from optimizer.solve.outcome import Stopped

PAGES = 1


def partner_brief(partner: Partner, turns: Turns, reference: str) -> Document:
    """The brief on one page, its long lists folded. `reference` tells the run without naming its scenario."""
    county = short(county_label(partner.answer.county), COUNTY_LETTERS)
    name = short(partner.organization.name, ORGANIZATION_LETTERS)
    title = f"{county} and {name}: services to do together"
    footer = f"{short(reference, 60)}. A computed proposal, not adopted and not an offer."
    return fitted(Document(title, f"Brief for {name}", footer, tuple(_blocks(partner, turns))), PAGES)


def _blocks(partner: Partner, turns: Turns) -> Iterator[Block]:
    yield Paragraph(_status(partner), lead="How firm this is.")
    if partner.in_the_plan:
        yield from proposed(partner)
        yield from offers(partner)
        yield from asks(partner)
        yield from changes(partner, turns)
    else:
        yield from nothing(partner, turns)


def _status(partner: Partner) -> str:
    """What kind of plan this comes from, without its money."""
    answer = partner.answer
    services = count_of(len(partner.plan.decisions), "service")
    plan = f"a plan that the county computed over {services} for {count_of(len(partner.plan.cash), 'year')}"
    year = answer.county.facts.fiscal_year
    return f"It comes from {plan}, fiscal year {year}. {_proof(answer.stopped)} Nobody has adopted it yet."


def _proof(stopped: Stopped | None) -> str:
    if stopped is None:
        return "It was made by a rule and not searched for."
    if stopped is Stopped.PROVED:
        return "It is proved to be the best one under the county's rules and inputs; other terms may change it."
    if stopped is Stopped.PART:
        return "It is the county's part of a plan of several counties."
    return "The search for it was stopped early, so that a better plan may look otherwise."
