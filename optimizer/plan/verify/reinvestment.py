"""reinvestment: what the county does with freed money costs no more than its fund is freed of."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from optimizer.county.records import Proposal
from optimizer.plan.verify.exact import exact
from optimizer.plan.verify.funds import borne, freed_usd_per_year, rounding_usd_per_year
from optimizer.plan.verify.reading import Reading
from optimizer.plan.verify.usage import Usage, at_most, refusal
from optimizer.scenario.settings import ReinvestmentRule


def reinvestment(reading: Reading) -> Iterator[Usage]:
    """By fund: usd_per_year x share done of its proposals <= what the plan frees in it [USD/year]."""
    proposals = reading.book.county.proposals
    freed = freed_usd_per_year(reading) if proposals else {}
    for fund in dict.fromkeys(proposal.fund for proposal in proposals):
        spent = sum(
            (exact(row.usd_per_year) * _share(reading, row) for row in proposals if row.fund == fund), Fraction(0)
        )
        who, rounding = f"{fund} spends again", partial(_rounding_usd, reading, fund)
        yield at_most("reinvestment", fund, who, spent, freed[fund], "USD/year", rounding)


def proposals_done(reading: Reading) -> Iterator[Usage]:
    """The share that is done of a proposal <= its max_share [share]; nothing at all where the rule is none."""
    closed = reading.book.settings.reinvestment.rule is ReinvestmentRule.NONE
    for proposal in reading.book.county.proposals:
        done = _share(reading, proposal)
        if closed and done > 0:
            yield refusal("reinvestment", proposal.proposal_id, f"{proposal.name}: the scenario spends no freed money")
        elif not closed:
            who = f"{proposal.name}: the share done is"
            yield at_most("reinvestment", proposal.proposal_id, who, done, exact(proposal.max_share), "share")


def _share(reading: Reading, proposal: Proposal) -> Fraction:
    return exact(reading.choices.proposals.get(proposal.proposal_id, 0.0))


def _rounding_usd(reading: Reading, fund: str) -> Fraction:
    """How far another rounding may change what is freed: of today's cost and of the plan's."""
    return sum((rounding_usd_per_year(each, borne(each, fund)) for each in (reading.today, reading)), Fraction(0))
