"""No plan exists: which conditions conflict, and what would have to give way for one to exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from optimizer.ask import program_of
from optimizer.counts import count_of
from optimizer.county.terms import Decision
from optimizer.errors import Finding, Refused
from optimizer.interrupts import ended_together
from optimizer.plan.told import Told
from optimizer.program.program import CountyProgram
from optimizer.report.words import ended_words
from optimizer.scenario.scenario import Case, Forbid, Lock
from optimizer.solve.outcome import Stopped
from optimizer.why.asked import OnStep, silent
from optimizer.why.closed import closing_part
from optimizer.why.condition import Condition, conditions_of, without_options
from optimizer.why.conflict import Feasibility, Further, Undecided, any_plan, further_conflicts, minimal_conflict
from optimizer.why.dials import Cell, Dial
from optimizer.why.elastic import Elastic
from optimizer.why.ways_out import Way, ways_out
from optimizer.why.what_if_file import county_rules, write_what_if

MOST_WAYS = 5
LONGEST_QUESTION = 300
_KINDS = {
    "limit": "a limit of the scenario",
    "county": "a limit of the county's tables",
    "lock": "a lock",
    "ban": "a ban",
    "rule": "a rule of the scenario",
    "link": "a link",
    "law": "law",
}


_COLUMNS = ["kind", "what", "limit", "unit"]
MOST_FURTHER = 2
"""Further conflicts that are looked for."""


def _condition_table(conditions: Sequence[Condition]) -> pd.DataFrame:
    rows = [(_KINDS[one.kind], one.text, one.value, one.unit) for one in conditions]
    return pd.DataFrame(rows, columns=_COLUMNS)


@dataclass(frozen=True)
class NoPlan:
    """Why a case has no plan."""

    case: Case
    conflict: tuple[Condition, ...]
    """No plan keeps all of these; without any single one of them some plan keeps the others."""
    closed: pd.DataFrame
    """Services that have no option left, with what was left out and why: service_id, decision, provider, reason."""
    ways: tuple[Way, ...]
    """What could give way, the cheapest first."""
    further: tuple[tuple[Condition, ...], ...]
    """Further conflicts, each minimal too, that share no condition with it or with each other; what closes options may
    have a part in them."""
    more: bool | None
    """Whether there are more of these; None: a search was stopped early, so that it is not known."""
    undecided: str
    """What the searches could not decide; empty: all is decided."""
    stopped: Stopped | None = None
    """How the search ended that would have told whether there are more; None: it was ended."""

    def conflict_table(self) -> pd.DataFrame:
        """kind, what, limit, unit of every condition in conflict."""
        return _condition_table(self.conflict)

    def further_table(self) -> pd.DataFrame:
        """Conflict (from 2), kind, what, limit, unit of every condition in the further conflicts."""
        tables = [_condition_table(one).assign(conflict=number) for number, one in enumerate(self.further, 2)]
        return pd.concat([_condition_table(()).assign(conflict=[]), *tables])[["conflict", *_COLUMNS]]

    def way_table(self) -> pd.DataFrame:
        """A row per step of every way: what gives way, the limit before and after, its price, and the plan's cost."""
        rows = [
            (
                number,
                step.condition.text,
                step.condition.value,
                step.to,
                step.condition.unit or "set aside",
                step.price_usd,
                way.plan.cost_usd_per_year,
                way.plan.saving_usd_per_year,
            )
            for number, way in enumerate(self.ways, 1)
            for step in way.steps
        ]
        columns = ["way", "gives way", "limit", "becomes", "unit", "price_usd"]
        return pd.DataFrame(rows, columns=[*columns, "plan_usd_per_year", "saves_usd_per_year"])

    def told(self) -> Told:
        """The same for readers."""
        tables = {
            "Services without any option": self.closed,
            "These conditions conflict: no plan keeps all of them, and without any one of them there is a plan that "
            "keeps the others": self.conflict_table(),
            "Further conflicts, of other conditions": self.further_table(),
            "Ways out, the cheapest first; each has been solved": self.way_table(),
        }
        return Told(tuple(self._lines()), {title: table for title, table in tables.items() if len(table)})

    def _further_lines(self) -> Iterator[str]:
        if self.further:
            told = count_of(len(self.further), "further conflict")
            least = "At least " if self.more else ""
            yield f"{least}{told} of other conditions would remain once this one is mended."
        if self.more is None:
            which = "more" if self.further else "other"
            ended = ended_words([self.stopped])
            more_time = " (--set solver.time_limit_s=600)" if self.stopped is Stopped.TIME else ""
            yield f"Whether {which} conditions conflict as well was not decided {ended}{more_time}."

    def _lines(self) -> Iterator[str]:
        if self.undecided:
            yield f"Not all is known: {self.undecided}."
        if len(self.closed):
            count = self.closed["service_id"].nunique()
            have = "has" if count == 1 else "have"
            yield (
                f"{count_of(count, 'service')} {have} no option left: keeping is closed, and so is every offer. "
                "No limit helps; change what closes them."
            )
        elif self.conflict:
            many = len(self.conflict)
            yield f"{many} conditions cannot all hold." if many > 1 else "One condition cannot hold by itself."
        yield from self._further_lines()
        if self.ways:
            best = self.ways[0]
            yield "The least that would have to change: " + "; ".join(step.text for step in best.steps) + "."
            yield "Ways are ranked by what is given up, at stated prices (docs/why.md), not by what the plan costs."
        elif self.conflict and not len(self.closed) and not self.undecided:
            yield "No limit, lock or ban that gives way leads out: links, rules or what the tables say have to change."
        for number, way in enumerate(self.ways, 1):
            for ban in bans_of_county(self.case, way):
                yield f"Way {number} takes back a ban of the county's own file: change it there ({ban.origin})."


@ended_together()
def why_no_plan(case: Case, on_step: OnStep = silent, most_ways: int = MOST_WAYS) -> NoPlan:
    """Why the case has no plan. Raises `Refused` for locks that nothing could keep, and if it has a plan after all."""
    program = program_of(case)
    conditions, closed = conditions_of(program), without_options(program)
    conflict, undecided = _conflict(program, () if len(closed) else conditions, on_step)
    if len(closed):
        return NoPlan(case, conflict, closed, (), (), False, undecided)
    further = _further(program, conditions, conflict, on_step)
    on_step("Looking for the cheapest way out")
    ways, doubts = ways_out(program, Elastic(program, conditions), most_ways, on_step)
    undecided = "; ".join(dict.fromkeys(filter(None, [undecided, *doubts])))
    named = tuple(tuple(conditions[number] for number in one) for one in further.conflicts)
    more = further.more if further.stopped is None else None
    return NoPlan(case, conflict, closed, tuple(ways), named, more, undecided, further.stopped)


def _further(
    program: CountyProgram, conditions: Sequence[Condition], first: Sequence[Condition], on_step: OnStep
) -> Further:
    """Conflicts besides the first; none where what has no row belongs to every conflict."""
    held = [number for number, one in enumerate(conditions) if one in first]
    if not held:
        return Further((), more=False)
    feasible = Feasibility(program, conditions, lambda number: on_step(f"Looking for other conflicts: search {number}"))
    return further_conflicts(feasible, held, MOST_FURTHER)


def _conflict(
    program: CountyProgram, conditions: Sequence[Condition], on_step: OnStep
) -> tuple[tuple[Condition, ...], str]:
    """One minimal conflict, and what could not be decided of it."""
    held: list[Condition] = []

    def on_search(number: int) -> None:
        on_step(f"Looking for the conflict: search {number}")

    try:
        if any_plan(program):
            fix = "Ask `solve` for it."
            raise Refused([Finding(program.case.scenario.name, "a scenario that has a plan", "one that has none", fix)])
        if conditions:
            numbers = minimal_conflict(Feasibility(program, conditions, on_search)) or []
            held = [conditions[number] for number in numbers]
        closings = closing_part(program, held, on_search)
    except Undecided as error:
        what = "whether closed options belong to the conflict" if held else "which conditions conflict"
        return tuple(held), f"{what} was not decided: {error.stopped}"
    structure = "what every plan is made of conflicts by itself, without any named condition"
    return (*held, *closings), "" if held or closings else structure


def bans_of_county(case: Case, way: Way) -> list[Forbid]:
    """Bans that the way sets aside and no what-if takes back, as the county's own file sets them."""
    fixed, sources = county_rules(case), [step.condition.source for step in way.steps]
    return [source for source in sources if isinstance(source, Forbid) and source.origin in fixed]


def write_ways(no_plan: NoPlan, folder: Path) -> list[Path]:
    """A what-if file for every way out that a what-if can say, each a whole question that can be solved as it is.

    The case must come from a scenario file. A lock of the county's own file, which no what-if takes back, becomes one
    to what the way's plan decides. Ways that set a ban of the county's own file aside have no file. Raises `Refused` if
    a file cannot say just what it should.
    """
    scenario, written = no_plan.case.scenario, []
    for number, way in enumerate(no_plan.ways, 1):
        if bans_of_county(no_plan.case, way):
            continue
        title = f"{scenario.title}: way out {number}"
        question = _question([step.text for step in way.steps])
        cells = [
            (step.condition.source.place, step.to)
            for step in way.steps
            if isinstance(step.condition.source, Dial)
            and isinstance(step.condition.source.place, Cell)
            and step.to is not None
        ]
        path = folder / f"{scenario.name}_way_out_{number}.yaml"
        written.append(write_what_if(_relocked(no_plan.case, way), path, title, question, cells))
    return written


def _question(steps: Sequence[str]) -> str:
    """As many of the steps as a question has room for."""
    for told in range(len(steps), -1, -1):
        more = f" ({len(steps) - told} more)" if told < len(steps) else ""
        text = "What if this gives way: " + "; ".join(steps[:told]) + more + "?"
        if len(text) <= LONGEST_QUESTION:
            return text
    return "What if one condition gives way?" if len(steps) == 1 else f"What if {len(steps)} conditions give way?"


def _relocked(case: Case, way: Way) -> Case:
    fixed = county_rules(case)
    decided = way.plan.decisions.set_index("service_id")
    locks = list(way.case.locks)
    for step in way.steps:
        lock = step.condition.source
        if isinstance(lock, Lock) and lock.origin in fixed:
            row = decided.loc[lock.service_id]
            locks.append(
                Lock(lock.service_id, Decision(str(row["decision"])), str(row["provider"]) or None, lock.origin)
            )
    return replace(way.case, locks=tuple(locks))
