"""Every command ends in plain words and a code of its own, whatever stops it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from optimizer.commands.outcome import EARLY, INFEASIBLE, INTERRUPTED, NOTHING, UNREAD, WITHHELD, end_refused


class Commands(click.Group):
    """Every command ends in plain words and a code of its own, whatever stops it."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _ended_together(), plain_refusals():
                try:
                    return super().invoke(ctx)
                finally:
                    sys.stdout.flush()
        except BrokenPipeError:
            # what is still to be flushed goes nowhere, or Python would complain of it at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(UNREAD)


@contextmanager
def _ended_together() -> Iterator[None]:
    """One Ctrl-C ends all searches of a command, which then ends as interrupted where it is not refused, no plan
    exists, or its plan is withheld.
    """
    from optimizer.interrupts import ended_together

    with ended_together() as came:
        try:
            yield
        except SystemExit as end:
            if came and end.code in (None, 0, EARLY, NOTHING):
                sys.exit(INTERRUPTED)
            raise
        if came:
            sys.exit(INTERRUPTED)


@contextmanager
def plain_refusals() -> Iterator[None]:
    """What the library refuses, in its own words; nothing wider is caught."""
    from optimizer.errors import NoPlan, OptimizerError, PlanWithheld, Refused

    try:
        yield
    except NoPlan as error:
        click.echo(str(error), err=True)
        sys.exit(INFEASIBLE if error.proved else NOTHING)
    except Refused as error:
        end_refused(error, " ".join(getattr(error, "__notes__", ["Nothing was written."])))
    except PlanWithheld as error:
        click.echo(f"Withheld: {error}", err=True)
        sys.exit(WITHHELD)
    except OptimizerError as error:
        click.echo(f"Failed: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt as error:
        click.echo(f"Interrupted: {error}" if str(error) else "Interrupted.", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:
        # pydantic makes an error of its own of a Ctrl-C that reaches it
        if "KeyboardInterrupt" not in str(error):
            raise
        click.echo("Interrupted.", err=True)
        sys.exit(INTERRUPTED)
