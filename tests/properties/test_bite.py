"""Small cases are worth trying: every rule decides in some of them, and everything that can be planned is planned.

It tests the cases, all of them, and so belongs to the long tests.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.properties.features import PUTS_OFF, features
from tests.properties.judge import JUDGED
from tests.properties.trials import SEEDS, case_of_seed, judged

pytestmark = pytest.mark.slow

OFTEN = (
    *(f"put off by {rule}" for rule in PUTS_OFF),
    "exit", "sale", "pool", "pool in which nobody is worse off", "renewal_usd is paid", "communication_usd is paid",
    "communication_usd", "moves while amounts grow", "equity.equity", "cost limit", "proposals partly done",
    "payback within term", "links.together", "links.apart", "links.needs", "risk.retained", "selling.spare_staff",
    "capacity.capacity", "pools.members", "agreement before its use", "population group",
    "agreement_usd", "pool_fixed_usd", "left out: does not beat keeping by the hurdle", "left out: a duty is not ended",
)  # fmt: skip
"""Seen five times or more."""
FOLLOWS = {
    "activation.agreed": "an agreement is signed for everything that needs one",
    "activation.opened": "a pool is opened for everything that joins it",
    "selling.kept_where_sold": "nothing is sold that is not kept",
    "reinvestment.reinvestment": "nothing is bought before the best plan is known",
    "reinvestment.proposals_done": "nothing is bought before the best plan is known",
}
"""Rules that the plans that are tried keep by themselves."""


@cache
def _seen() -> Counter[str]:
    return Counter(feature for seed in SEEDS for feature in set(features(case_of_seed(seed), judged(seed))))


def test_most_cases_have_a_plan_and_half_of_the_plans_move_something() -> None:
    assert _seen()["feasible"] >= 0.6 * len(SEEDS)
    assert _seen()["moves"] >= 0.5 * len(SEEDS)
    assert len(SEEDS) - _seen()["feasible"] >= 10


@pytest.mark.parametrize("feature", OFTEN)
def test_small_cases_show_it(feature: str) -> None:
    assert _seen()[feature] >= 5


@pytest.mark.parametrize("rule", [rule for rule in JUDGED if rule not in FOLLOWS])
def test_every_rule_decides_somewhere(rule: str) -> None:
    assert _seen()[rule] >= 1
