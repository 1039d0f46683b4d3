"""Locks that nothing could keep are told with their line and the reason, before any search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.county import records
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.options.dead_locks import refuse_dead_locks
from optimizer.options.options import build_options
from optimizer.scenario.scenario import Case, Lock
from tests.cases import case_of, completed, offer, organization, plain_money, service

POOL = records.Pool(
    pool_id="pool1", name="Shared", host_org_id="west", setup_usd=0, fixed_usd_per_year=0, min_members=1, max_members=2
)


def locked(*locks: Lock, settings: dict[str, Any] | None = None, **jail: Any) -> Case:
    """East takes the jail or the parks, a pool of west takes the jail, and north would buy what the jail does."""
    sale = records.Sale(
        sale_id="beds", service_id="jail", org_id="north", price_usd_per_year=40, marginal_usd_per_year=22,
        buyer_cost_usd_per_year=50, setup_usd=0, fte=0, lead_time_months=0,
    )  # fmt: skip
    return case_of(
        [service("jail", **jail), service("parks")],
        [organization(name) for name in ("east", "west", "north")],
        [offer("jail", "east", 50), offer("jail", "pool1", 50, quality=0.5), offer("parks", "east", 50)],
        plain_money() | (settings or {}),
        list(locks),
        pools=[POOL],
        sales=[sale],
    )


def lock(decision: str, provider: str | None = None, service_id: str = "jail") -> Lock:
    return Lock(service_id, Decision(decision), provider, "whatifs/a.yaml:7:11")


def refusal(case: Case) -> list[str]:
    with pytest.raises(Refused) as refused:
        refuse_dead_locks(case, build_options(case))
    assert {finding.where for finding in refused.value.findings} == {"whatifs/a.yaml:7:11 lock"}
    return [finding.found for finding in refused.value.findings]


@pytest.mark.parametrize(
    "kept",
    [
        lock("keep"),
        lock("outsource"),
        lock("outsource", "east"),
        lock("consolidate", "pool1"),
        lock("consolidate", "west"),
        lock("insource"),
        lock("insource", "north"),
    ],
)
def test_a_lock_that_an_option_can_keep_is_let_through(kept: Lock) -> None:
    case = locked(kept)
    refuse_dead_locks(case, build_options(case))


@pytest.mark.parametrize(
    ("case", "found"),
    [
        (locked(lock("outsource"), delegable=False), "to outsource, which nothing could keep: not delegable"),
        (locked(lock("partner")), "to partner, which nothing could keep: there is no such offer"),
        (
            locked(lock("outsource", "west"), delegable=False),
            "to outsource with west, which nothing could keep: there is no such offer",
        ),
        (locked(lock("outsource", "west")), "to outsource with west, which nothing could keep: there is no such offer"),
        (
            locked(lock("consolidate", "west"), settings={"limits": {"min_quality": 0.9}}),
            "to consolidate with west, which nothing could keep: quality below the floor",
        ),
        (
            locked(lock("insource"), settings={"allowed_decisions": ["keep", "outsource"]}),
            "to insource, which nothing could keep: decision not considered, as allowed_decisions lacks insource",
        ),
        (
            locked(lock("insource"), settings={"allowed_decisions": ["outsource", "insource"]}),
            "to insource, which nothing could keep: decision not considered, as allowed_decisions lacks keep",
        ),
        (locked(lock("insource", "east")), "to insource with east, which nothing could keep: there is no such offer"),
    ],
)
def test_a_lock_that_nothing_can_keep_is_refused_with_the_reason(case: Case, found: str) -> None:
    assert refusal(case) == [f"a lock of jail {found}"]


@pytest.mark.parametrize("decision", ["keep", "partner", "outsource", "exit"])
def test_a_lock_to_a_decision_that_the_scenario_does_not_allow_names_the_line(decision: str) -> None:
    allowed = [other for other in ("keep", "consolidate", "outsource", "insource") if other != decision]
    case = completed(locked(lock(decision), settings={"allowed_decisions": allowed}))
    told = replace(case, scenario=replace(case.scenario, origins={"allowed_decisions": "whatifs/a.yaml:4"}))
    with pytest.raises(Refused) as refused:
        refuse_dead_locks(told, build_options(told))
    (finding,) = refused.value.findings
    assert finding.found.endswith(f"decision not considered, as allowed_decisions (whatifs/a.yaml:4) lacks {decision}")
    assert finding.fix == f"Remove the lock, or add {decision} to allowed_decisions."


def test_a_lock_to_exit_that_is_allowed_is_refused_for_what_stands_against_it() -> None:
    settings = {"allowed_decisions": ["keep", "exit"]}
    duty = completed(locked(lock("exit"), settings=settings, mandate_level=4))
    assert refusal(duty) == ["a lock of jail to exit, which nothing could keep: a duty is not ended"]
    free = completed(locked(lock("exit"), settings=settings))
    refuse_dead_locks(free, build_options(free))


def test_one_line_that_locks_many_services_is_told_once() -> None:
    case = locked(lock("partner"), lock("partner", service_id="parks"))
    (found,) = refusal(case)
    assert found == "a lock of jail (and 1 more) to partner, which nothing could keep: there is no such offer"
