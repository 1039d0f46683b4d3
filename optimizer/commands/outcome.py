"""How a command ends: one of three forms of its result, and an exit code of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import click

from optimizer.counts import count_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from optimizer.errors import Refused
    from optimizer.plan.answer import Answer
    from optimizer.plan.region import RegionAnswer
    from optimizer.plan.told import Told
    from optimizer.solve.outcome import Stopped


class Tells(Protocol):
    """The result of an analysis."""

    def told(self) -> Told:
        """The same for readers."""


REFUSED, INFEASIBLE, EARLY, NOTHING, WITHHELD, INTERRUPTED, UNREAD = 2, 3, 4, 5, 6, 130, 141


def exit_code(found: Answer | RegionAnswer) -> int:
    """Exit code of an answer that was searched for, of a county or a region."""
    from optimizer.solve.outcome import Stopped

    assert found.stopped is not None
    if found.plan is None:
        ended = {Stopped.INFEASIBLE: INFEASIBLE, Stopped.INTERRUPTED: INTERRUPTED, Stopped.UNSEARCHED: INTERRUPTED}
        return ended.get(found.stopped, NOTHING)
    return {Stopped.PROVED: 0, Stopped.PART: 0, Stopped.INTERRUPTED: INTERRUPTED}.get(found.stopped, EARLY)


def ends_code(ends: Collection[Stopped]) -> int:
    """Exit code of what rests on several searches: that of the least certain of their ends."""
    from optimizer.solve.outcome import Stopped

    return INTERRUPTED if Stopped.INTERRUPTED in ends else EARLY if {Stopped.TIME, Stopped.TOLERANCE} & {*ends} else 0


def end_refused(refusal: Refused, written: str) -> NoReturn:
    """Print every finding, and what was written all the same; end with the code of a refusal."""
    for finding in refusal.findings:
        click.echo(str(finding), err=True)
    click.echo(f"Refused: {count_of(len(refusal.findings), 'finding')}. {written}", err=True)
    sys.exit(REFUSED)


def emit(
    as_json: bool,
    as_csv: bool,
    *,
    data: Callable[[], Any],
    table: Callable[[], pd.DataFrame | None],
    show: Callable[[Console], Any],
) -> None:
    """Print one of the three forms of a result."""
    if as_json:
        from optimizer.report.export import json_text

        click.echo(json_text(data()))
    elif as_csv:
        from optimizer.runs.tables import table_text

        found = table()
        click.echo("" if found is None else table_text(found), nl=False)
    else:
        from optimizer.report.console import console_for

        show(console_for(sys.stdout))


@contextmanager
def live_progress() -> Iterator[Callable[[Any], None] | None]:
    """A line that tells where the search stands, on a terminal; nothing when piped."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    from optimizer.report.words import progress_line

    console = Console(stderr=True)
    with console.status("Preparing ...") as status:
        yield lambda progress: status.update(progress_line(progress))


@contextmanager
def live_steps() -> Iterator[Callable[[str], None]]:
    """A line that tells what is being searched for, on a terminal; nothing when piped."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("Preparing ...") as status:
        yield status.update


def tell(ask: Callable[[Callable[[str], None]], Tells], as_json: bool, as_csv: bool) -> None:
    """Make an analysis, which is given whom to tell its steps, and print what it found.

    It ends as the least certain of the searches that it took.
    """
    from optimizer.why.ends import ends_noted

    with live_steps() as on_step, ends_noted() as ends:
        told = ask(on_step).told()
    emit_told(told, as_json, as_csv)
    sys.exit(ends_code(ends))


def emit_told(told: Told, as_json: bool, as_csv: bool) -> None:
    """Print sentences and tables, or write them as JSON, or the main table as CSV."""
    from optimizer.report.told import main_table, show_told, told_data

    emit(
        as_json,
        as_csv,
        data=lambda: told_data(told),
        table=lambda: main_table(told),
        show=lambda console: show_told(console, told),
    )
