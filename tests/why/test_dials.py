"""Dials name every limit as the plan's table does, and say truly which rows hold it and how far turning moves them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest

from optimizer.ask import load_case
from optimizer.errors import Refused
from optimizer.plan.plan import plan_of
from optimizer.program.program import CountyProgram
from optimizer.scenario.scenario import Case
from optimizer.solve.engines import search_highs
from optimizer.why.dials import Dial, dials_of, turned
from tests.algebra.random_cases import random_case
from tests.cases import ROOT, program_of, sampled
from tests.properties.small_cases import small_case
from tests.solve.rich import cases

RECOMMENDED = ROOT / "scenarios" / "whatifs" / "clear_creek" / "recommended.yaml"
NOT_DIALS = {"reinvestment", "consolidation.nobody_worse_off"}
"""Limits of `plan.limits` that no input sets as a number, or that are no limits on moving services."""


CASES: dict[str, Callable[[], Case]] = {
    "everything": lambda: cases()["everything"],
    **{f"random {seed}": partial(random_case, seed) for seed in range(2)},
    **{f"small {seed}": partial(small_case, seed) for seed in (0, 3, 6, 9, 12, 35, 46)},
}


@cache
def made(name: str) -> CountyProgram:
    return program_of(CASES[name]())


def _same(one: CountyProgram, other: CountyProgram) -> bool:
    if one.row_names() != other.row_names() or not np.array_equal(one.columns.names, other.columns.names):
        return False
    held = [np.concatenate(program.row_bounds()) for program in (one, other)]
    return not abs(one.matrix() - other.matrix()).count_nonzero() and np.array_equal(*held)


def _looser(dial: Dial) -> float | None:
    """Another value that allows more; None: the limit is as loose as it can be."""
    step = 1.0 if dial.whole else 0.05 if dial.unit == "share" else 0.5
    value = dial.value - step if dial.at_least else dial.value + step
    if dial.at_least and value < 0:
        return None
    return None if dial.unit == "share" and value > 1 else value


@pytest.mark.parametrize("name", CASES)
def test_turned_to_its_own_value_nothing_changes(name: str) -> None:
    program = made(name)
    for dial in dials_of(program):
        case = turned(program.case, dial, dial.value)
        if case.settings != program.case.settings:  # a list by year, written out to one year more
            assert _same(program, program_of(case)), dial.path
        assert case.county == program.case.county


@pytest.mark.parametrize("name", sampled(reversed(CASES), 7))
def test_turned_looser_its_rows_move_by_as_much_and_no_others(name: str) -> None:
    program = made(name)
    for dial in dials_of(program):
        value = _looser(dial)
        if value is None or not dial.rows:
            continue
        other = program_of(turned(program.case, dial, value))
        rows = list(dial.rows)
        assert program.row_names() == other.row_names(), dial.path
        change = (other.matrix() - program.matrix()).toarray()
        before, after = (np.nan_to_num(one.row_bounds()[not dial.at_least]) for one in (program, other))
        moved, expected = after - before, np.zeros(len(before))
        if dial.in_bound:
            assert dial.per_unit is not None
            expected[rows] = dial.per_unit * (value - dial.value)
            assert not change.any()
            assert moved[rows] == pytest.approx(expected[rows])
            assert np.array_equal(np.flatnonzero(moved), np.flatnonzero(expected))
        else:  # what the rows allow moves by as much per agreement, opening or dollar handed over
            assert not moved.any()
            assert np.array_equal(np.flatnonzero(np.abs(change).max(axis=1) > 1e-12), np.sort(rows)), dial.path
            assert change[rows][np.abs(change[rows]) > 1e-12] == pytest.approx(dial.value - value)
            kinds = {program.columns.names[column].partition("(")[0] for column in np.nonzero(change[rows])[1]}
            assert kinds <= {"agree", "open_pool"} if dial.per_unit == 1.0 else kinds == {"moved_cost"}


@pytest.mark.parametrize("name", CASES)
def test_every_limit_of_a_plan_is_one_dial(name: str) -> None:
    program = made(name)
    outcome = search_highs(program, program.case.settings.solver, None, None)
    if outcome.x is None:
        return
    found: dict[tuple[str, str], Dial] = {}
    for dial in dials_of(program):
        for subject in dial.subjects:
            assert (dial.rule, subject) not in found
            found[dial.rule, subject] = dial
    stated = {f"{row.department} {row.year or ''}".strip() for row in program.case.county.spare_staff}
    for limit in plan_of(program, outcome).limits.itertuples():
        rule, subject = str(limit.rule), str(limit.subject)
        of_tier = rule == "pools" and "_volume" in subject
        silent = rule == "sales" and not {subject, subject.rpartition(" ")[0]} & stated
        if rule in NOT_DIALS or of_tier or silent:
            continue
        dial = found[rule, subject]
        assert dial.at_least == limit.at_least
        if limit.unit == dial.unit:
            assert dial.value == pytest.approx(limit.limit)
        elif dial.per_unit is not None:
            assert dial.value * dial.per_unit == pytest.approx(limit.limit)


def test_the_programs_have_dials_of_every_kind() -> None:
    rules = {dial.rule for name in CASES for dial in dials_of(made(name)) if dial.rows}
    assert {"mandates", "capacity", "volume", "pools", "sales", "equity.floor", "equity.floor_by_place"} <= rules
    limits = set(type(made("everything").case.settings.limits).model_fields) - {"min_quality"}
    assert {f"limits.{field}" for field in limits} <= rules
    assert "equity.cost_limit_usd_per_year" in rules


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("limits.transition_usd", 100_000.0),
        pytest.param("mandates.jail.required_coverage", 0.9, marks=pytest.mark.slow),
        pytest.param("pools.pool-fleet.max_members", 5, marks=pytest.mark.slow),
    ],
)
def test_paths_are_what_a_scenario_file_sets(path: str, value: float) -> None:
    """Where the path is one setting or one cell, `--set` with the new value is the same as turning the dial."""
    case = load_case(RECOMMENDED)
    dials = {dial.path: dial for dial in dials_of(program_of(case))}
    written = load_case(RECOMMENDED, [f"{path}={value}"])
    assert _same(program_of(turned(case, dials[path], value)), program_of(written))
    assert (
        dials["mandates.jail.required_coverage"].text == "Maintain a county jail (C.R.S. 17-26-101): required coverage"
    )
    assert "capacities.gilpin-county/fte/*.amount" in dials


def test_a_year_of_a_list_is_turned_alone() -> None:
    case = cases()["everything"]
    dials = {dial.path: dial for dial in dials_of(made("everything"))}
    first, last = dials["limits.laid_off_fte_by_year[1]"], dials["limits.laid_off_fte_by_year[4]"]
    assert turned(case, first, 2).settings.limits.laid_off_fte_by_year == (2, 0.4)
    assert turned(case, last, 2).settings.limits.laid_off_fte_by_year == (0.4, 0.4, 0.4, 2, 0.4)
    owner = dials["limits.moved_services_by_consent_owner_by_year.Sheriff[1]"]
    assert turned(case, owner, 0).settings.limits.moved_services_by_consent_owner_by_year == {"Sheriff": (0, 2)}


@pytest.mark.parametrize(
    ("path", "value", "needs"),
    [
        ("limits.agreements", 1.5, "a whole number"),
        ("limits.displaced_fte", -1, "0 or more"),
        ("limits.retained_share_by_class.roads", 1.2, "1 or less"),
        ("mandates.access.required_coverage", 1.2, "a share from 0 to 1"),
        ("pools.pool.min_members", 9, "at most max_members"),
        ("capacities.east/usd/*.amount", float("nan"), "an amount, 0 or more"),
    ],
)
def test_values_that_may_not_be_are_refused(path: str, value: float, needs: str) -> None:
    case = cases()["everything"]
    dial = next(dial for dial in dials_of(made("everything")) if dial.path == path)
    with pytest.raises(Refused, match=needs):
        turned(case, dial, value)
