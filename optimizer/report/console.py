"""The console that results are shown on: nothing is cut off, and nothing is hidden if nobody reads on."""

from __future__ import annotations

from typing import IO, Any

from rich.console import Console

PIPED_WIDTH = 160


class WholeConsole(Console):
    """A console on which a table that is too wide for it is printed in full."""

    def print(self, *objects: Any, **options: Any) -> None:
        super().print(*objects, **({"crop": False} | options))

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would end the program with a code that means something else


def console_for(stream: IO[str]) -> WholeConsole:
    """A console on a stream; where that is no terminal, sentences are broken as on a wide one."""
    return WholeConsole(file=stream, highlight=False, width=None if stream.isatty() else PIPED_WIDTH)
