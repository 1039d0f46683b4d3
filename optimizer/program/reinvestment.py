"""Reinvestment: what the plan frees in a fund can pay for the fund's own proposals, and for nothing else.

    sum_{q of f} usd_q u_q <= most_f b_f                               [USD/year]    every fund f with proposals
    sum_{q of f} usd_q u_q <= freed_f + lost_f (1 - b_f)               [USD/year]
    freed_f = (today_f - cost_f) / a

u_q is the share of proposal q that is done, b_f says that the fund has money to spend; most_f is what all of its
proposals would take, lost_f the most that a plan could cost the fund above today.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.options.candidates import codes_of
from optimizer.options.money import annuity
from optimizer.program.bearers import fund_of_columns
from optimizer.program.columns import Block, block
from optimizer.program.communication import today_usd
from optimizer.program.layout import Layout, Parts
from optimizer.program.rows import Floats, Labels, RowBuilder, Rows, at_most
from optimizer.scenario.scenario import Case
from optimizer.scenario.settings import ReinvestmentRule


def proposals_of(case: Case) -> pd.DataFrame:
    """Proposals that compete for freed money; none if the scenario does not reinvest."""
    proposals = case.county.frame("proposals")
    return proposals if case.settings.reinvestment.rule is not ReinvestmentRule.NONE else proposals.iloc[:0]


def blocks(parts: Parts) -> list[Block]:
    """The share done of every proposal, and per fund whether it has money to spend."""
    proposals, settings = proposals_of(parts.case), parts.case.settings
    cost = np.zeros(len(proposals))
    if settings.reinvestment.rule is ReinvestmentRule.WEIGHTED:
        worth = float(settings.reinvestment.usd_per_score or 0.0) * proposals["score"]
        cost = annuity(settings) * (proposals["usd_per_year"] - worth).to_numpy(dtype=np.float64)
    keys = {"proposal_id": proposals["proposal_id"]}
    return [
        block("proposal", keys, cost, proposals["max_share"], integer=False, counts=False),
        block("spends", {"fund": _funds(parts.case)}, 0.0),
    ]


def rows(layout: Layout) -> list[Rows]:
    """Two rows per fund with proposals."""
    proposals, fund = proposals_of(layout.case), _funds(layout.case)
    usd = proposals["usd_per_year"].to_numpy(dtype=np.float64)
    of_proposal = codes_of(proposals["fund"], fund)
    most = np.bincount(of_proposal, usd * proposals["max_share"].to_numpy(dtype=np.float64), minlength=len(fund))
    done, spends = layout.columns["proposal"].columns, layout.columns["spends"].columns
    years, borne = annuity(layout.case.settings), codes_of(fund_of_columns(layout), fund)
    column = np.flatnonzero(borne >= 0)
    per_year = layout.columns.borne_usd[column] / years
    loss = np.bincount(borne[column], np.maximum(per_year, 0.0) * layout.columns.upper[column], minlength=len(fund))
    only = RowBuilder("spends", "USD/year", {"fund": fund}, *at_most(np.zeros(len(fund))))
    only.add(of_proposal, done, usd).add(np.arange(len(fund)), spends, -most)
    freed = RowBuilder(
        "freed", "USD/year", {"fund": fund}, *at_most(loss + _exchanged_today(layout.case, fund) / years)
    )
    freed.add(of_proposal, done, usd).add(borne[column], column, per_year).add(np.arange(len(fund)), spends, loss)
    return [only.rows(), freed.rows()]


def _funds(case: Case) -> Labels:
    funds: Labels = proposals_of(case)["fund"].drop_duplicates().to_numpy(dtype=object)
    return funds


def _exchanged_today(case: Case, fund: Labels) -> Floats:
    """What each fund pays today for communication, in present value; the general fund pays it all [funds, USD]."""
    total: Floats = np.where(fund == case.county.facts.general_fund, today_usd(case).sum(), 0.0)
    return total
