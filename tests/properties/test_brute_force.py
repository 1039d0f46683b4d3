"""The engine against trying every plan, judged by the independent verification in exact arithmetic."""

from __future__ import annotations

import pytest

from optimizer.plan.verify import exact_costs, left_out, sales_left_out, verify
from optimizer.program.program import CountyProgram
from optimizer.solve.outcome import Stopped
from tests.cases import program_of, sampled
from tests.properties.judge import Verdict, judge, most_score
from tests.properties.small_cases import small_case
from tests.properties.trials import SEEDS, judged, program_of_seed, searched

MORE_SEEDS = range(1000, 1400)
BLOCK = 100
CENTS = 2
"""Two honest roundings of the same plan may be this far apart."""


@pytest.mark.parametrize("seed", sampled(SEEDS, 24))
def test_engine_agrees_with_trying_every_plan(seed: int) -> None:
    _agrees(program_of_seed(seed), judged(seed))


@pytest.mark.slow
@pytest.mark.parametrize("first", MORE_SEEDS[::BLOCK])
def test_engine_agrees_with_trying_every_plan_of_many_more(first: int) -> None:
    for seed in range(first, first + BLOCK):
        case = small_case(seed)
        _agrees(program_of(case), judge(case))


def _agrees(program: CountyProgram, by_hand: Verdict) -> None:
    case, (outcome, plan) = program.case, searched(program)
    if by_hand.value is None:
        assert outcome.stopped is Stopped.INFEASIBLE
        assert plan is None
        return
    assert outcome.stopped is Stopped.PROVED
    assert plan is not None
    assert verify(case, plan) == ()
    assert exact_costs(case, plan).total_cents == pytest.approx(float(by_hand.value[0]), abs=CENTS)
    assert outcome.cost_usd == pytest.approx(float(by_hand.value[0]) / 100, abs=CENTS / 100)
    score = {proposal.proposal_id: proposal.score for proposal in case.county.proposals}
    bought = sum(score[proposal] * share for proposal, share in plan.proposals.items())
    assert bought == pytest.approx(float(max(most_score(case, best) for best in by_hand.plans)), abs=0.01)


@pytest.mark.parametrize("seed", sampled(SEEDS[::2], 12))
def test_both_implementations_leave_out_the_same_options_for_the_same_reason(seed: int) -> None:
    program = program_of_seed(seed)
    table = program.options.left_out
    options, sales = table[table["decision"] != "insource"], table[table["decision"] == "insource"]
    by_engine = {
        (row.service_id, row.offer_id or None, row.start_year if row.offer_id else None): row.reason
        for row in options.itertuples()
    }
    assert by_engine == dict(left_out(program.case))
    assert dict(zip(sales["offer_id"], sales["reason"], strict=True)) == dict(sales_left_out(program.case))
