"""Tables are shown whole, whatever the width; names stay names; what is broken is not said to bind."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console

from optimizer.counts import count_of
from optimizer.county.terms import Decision
from optimizer.errors import Finding
from optimizer.plan.answer import RULES, Answer
from optimizer.plan.choices import Choices
from optimizer.plan.compare import broken_limits, compare
from optimizer.plan.plan import evaluate
from optimizer.report.comparison import show_comparison
from optimizer.report.console import PIPED_WIDTH, WholeConsole, console_for
from optimizer.report.export import findings_table, json_text
from optimizer.report.frames import NARROWEST_TEXT, SHORT_TEXT, frame_table
from optimizer.report.terminal import show_answer
from optimizer.runs.manifest import flat_settings
from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.solve.outcome import Stopped
from tests.cases import best, build_options, case_of, offer, organization, plain_money, service

REASON = "does not beat keeping by the hurdle"
WIDE = pd.DataFrame(
    {
        "offer_id": ["est~clear-creek-fire-protection-district~ambulance-at-night~partner", "b"],
        "left_out": [REASON, ""],
        "price_usd": [123_456_789.0, 5.0],
        "saving_usd_per_year": [-9_876_543.0, 5.0],
        "text": ["one two three four five six seven eight nine ten eleven twelve thirteen", ""],
    }
)


def lines_of(table: object, width: int) -> list[str]:
    console = WholeConsole(file=io.StringIO(), width=width)
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().splitlines()


def test_a_title_is_not_as_narrow_as_its_table() -> None:
    title = "Limits that bind, of which one per cent or less is left"
    assert lines_of(frame_table(title, pd.DataFrame({"a": [1]})), 80)[0].rstrip() == title


def test_a_table_without_rows_is_a_line() -> None:
    (line,) = lines_of(frame_table("Limits [that] bind", pd.DataFrame({"rule": [], "state": []})), 80)
    assert line.rstrip() == "Limits [that] bind: none"


def test_parameters_are_told_apart() -> None:
    text = " ".join(lines_of(frame_table("", pd.DataFrame({"now": [0.1], "fitted": [0.0952], "fte": [0.0952]})), 80))
    assert text.split()[-3:] == ["0.1", "0.0952", "0.1"]


@pytest.mark.parametrize("width", [3, 20, 80, PIPED_WIDTH])
def test_nothing_is_cut_and_no_short_text_is_broken(width: int) -> None:
    lines = lines_of(frame_table("Wide", WIDE), width)
    row = next(line for line in lines if "est~" in line)
    for words in (
        "est~clear-creek-fire-protection-district~ambulance-at-night~partner",
        REASON,
        "$123,456,789",
        "-$9,876,543",
    ):
        assert words in row
    text = " ".join(" ".join(lines).split())
    # a long text wraps, and all of it is there
    assert len(REASON) <= SHORT_TEXT < len(WIDE["text"][0])
    assert all(f" {word}" in text for word in WIDE["text"][0].split())
    assert max(len(part) for part in row.split("  ")) >= NARROWEST_TEXT - len("sixteen")
    assert "…" not in text


def test_a_header_is_broken_between_words_only() -> None:
    text = " ".join(lines_of(frame_table("", pd.DataFrame({"consolidate": [1], "pool_usd_per_year": [2.0]})), 4))
    assert "consolidate" in text
    assert "year" in text


def test_no_column_is_dropped_however_many_there_are() -> None:
    frame = pd.DataFrame({f"c{number}": [number] for number in range(40)} | {"reason": [REASON]})
    header, row = (line.split() for line in lines_of(frame_table("", frame), 80)[1:4:2])
    assert header == list(frame)
    assert row == [*map(str, range(40)), *REASON.split()]


def test_the_names_of_scenarios_are_headers_as_they_are() -> None:
    frame = pd.DataFrame({"scenario": ["x"], "half_of_usd": ["0.5"], "in_the_scenario": ["1"]})
    header = lines_of(frame_table("", frame, names={"half_of_usd"}), 80)[1]
    assert "half_of_usd" in header
    assert "in the scenario" in header


def test_estimated_columns_are_told_with_room_between_them() -> None:
    text = " ".join(lines_of(frame_table("", pd.DataFrame({"estimated": ["coverage;quality"], "text": ["a;b"]})), 80))
    assert "coverage, quality" in text
    assert "a;b" in text


def test_a_console_on_a_file_is_wide() -> None:
    assert console_for(io.StringIO()).width == PIPED_WIDTH


def test_a_closed_pipe_is_left_to_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        WholeConsole(file=Closed()).print("x")


def test_json_has_no_more_digits_than_numbers_mean() -> None:
    data = {"a": [0.1 + 0.2, (1e9 + 0.1, None, True)], "b": "0.30000000000000004", "c": 3}
    assert json.loads(json_text(data)) == {"a": [0.3, [1000000000.1, None, True]], "b": "0.30000000000000004", "c": 3}
    assert "0.30000000000000004" not in json_text([0.1 + 0.2])


def test_findings_are_a_table() -> None:
    table = findings_table([Finding("here", "this", "that", "so")])
    assert table.to_dict("records") == [{"where": "here", "found": "this", "needs": "that", "fix": "so"}]
    assert list(findings_table([])) == ["where", "found", "needs", "fix"]


def test_numbers_of_things() -> None:
    assert [count_of(number, "year") for number in (0, 1, 2)] == ["0 years", "1 year", "2 years"]


def limited() -> Case:
    offers = [offer("a", "east", 40, fte_displaced=0.5), offer("b", "west", 50, fte_displaced=0.5)]
    return case_of(
        [service("a"), service("b")],
        [organization("east"), organization("west")],
        offers,
        plain_money(agreements=1, displaced_fte=1.0),
    )


def by_hand() -> Answer:
    """Both move, which takes two agreements of one, and displaces all that may be."""
    case = limited()
    choices = Choices({"a": "a-east", "b": "b-west"}, {"a": 1, "b": 1}, {"east": 1, "west": 1})
    plan = evaluate(case, choices, build_options(case))
    return Answer("hand", "By hand", "What?", None, plan, flat_settings(case), case.county)


def found() -> Answer:
    case = limited()
    return Answer("best_plan", "Best", "What?", Stopped.PROVED, best(case), flat_settings(case), case.county)


def shown(answer: Answer, *others: Answer) -> str:
    console = Console(file=io.StringIO(), width=200)
    if others:
        show_comparison(console, compare([answer, *others]))
    else:
        show_answer(console, answer)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_broken_limit_is_not_said_to_bind() -> None:
    plan = by_hand().plan
    assert plan is not None
    state = plan.limits.set_index("rule")[["binds", "broken"]]
    assert state.loc["limits.agreements"].tolist() == [False, True]
    assert state.loc["limits.displaced_fte"].tolist() == [True, False]
    assert broken_limits(plan) == ["agreements"]
    rows = {line.split()[0]: line.split()[1] for line in shown(by_hand()).splitlines() if len(line.split()) > 1}
    assert (rows["agreements"], rows["displaced_fte"]) == ("broken", "binds")
    assert "Limits that are broken" in shown(by_hand())
    assert "broken" not in shown(found())


def test_a_comparison_tells_broken_limits_and_what_flips_leave_out() -> None:
    text = shown(found(), by_hand())
    assert "limits that are broken" in text
    assert "agreements and what pools cost are not in it" in text
    assert "best_plan" in next(line for line in text.splitlines() if "in the scenario" in line)
    assert "limits that are broken" not in shown(found(), replace(found(), name="again"))


def test_other_counties_and_horizons_are_said_in_a_line() -> None:
    far = found()
    facts = far.county.facts.model_copy(update={"name": "Elsewhere"})
    other = replace(
        far, name="far", county=replace(far.county, facts=facts), settings=far.settings | {"horizon.years": 9}
    )
    text = shown(found(), other)
    assert (
        "Compared with best_plan: another county (Elsewhere, CO), another horizon (9 years instead of 1), so that "
        "nothing of the difference is proved." in text
    )
    assert "Compared with" not in shown(found(), replace(found(), name="again"))


def banned() -> Answer:
    """One selector that forbids two decisions for both services and locks both of them, and a single cell changed."""
    case = limited()
    forbids = [Forbid(name, None, decision, "x.yaml:12") for name in "ab" for decision in MOVES]
    locks = [Lock(name, Decision.KEEP, None, "x.yaml:14") for name in "ab"]
    return replace(
        found(), name="banned", settings=flat_settings(replace(case, forbids=tuple(forbids), locks=tuple(locks)))
    )


MOVES = (Decision.PARTNER, Decision.OUTSOURCE)


def inputs_of(answer: Answer, *others: Answer) -> list[str]:
    text = shown(answer, *others)
    table = text[text.index("Inputs that differ") : text.index("Services decided otherwise")]
    return [" ".join(line.split()) for line in table.splitlines()[4:] if line.strip()]


def test_bans_and_locks_of_one_kind_are_one_row() -> None:
    assert inputs_of(found(), banned()) == [
        "banned forbid.outsource (2 of them, for example forbid.a.outsource) - yes",
        "banned forbid.partner (2 of them, for example forbid.a.partner) - yes",
        "banned lock (2 of them, for example lock.a) - keep",
    ]
    # every one of them is data
    assert len(compare([found(), banned()]).inputs) == 6


def test_bans_that_are_given_and_taken_are_not_one_row() -> None:
    first = replace(banned(), settings=found().settings | {"forbid.a.exit": True, "lock.a": "keep"})
    second = replace(
        banned(), name="second", settings=found().settings | {"forbid.b.exit": True, "lock.a": "exit", "lock.b": "exit"}
    )
    assert inputs_of(first, second) == [
        "second forbid.a.exit yes -",
        "second forbid.b.exit - yes",
        "second lock.a keep exit",
        "second lock.b - exit",
    ]


def test_rules_of_ones_own_are_told_with_the_answer() -> None:
    ruled = replace(found(), name="ruled", settings=found().settings | {RULES: "my_rules.py, sha256 12ab"})
    words = "Under the rules of my_rules.py, which the verification from the tables does not test."
    assert words in shown(ruled)
    text = shown(found(), ruled)
    assert words in text
    assert "my_rules.py, sha256 12ab" in next(
        line for line in text.splitlines() if " rules " in line and "12ab" in line
    )
    assert words not in shown(found())


def test_cells_and_heads_are_shown_as_they_are_written() -> None:
    frame = pd.DataFrame({"[bold]": ["Jail [north]", "Gifts :gift:"], "count": ["\\[x]", "[/b]"]})
    head, _, jail, gifts = (line.rstrip() for line in lines_of(frame_table("", frame), 80)[1:5])
    assert (head, jail, gifts) == (" [bold]        count", " Jail [north]  \\[x]", " Gifts :gift:  [/b]")
