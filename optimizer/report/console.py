"""The console that results are shown on: nothing is cut off, and nothing is hidden if nobody reads on."""

from __future__ import annotations

from typing import IO, Any

from rich.console import Console
from rich.segment import Segments
from rich.table import Table

PIPED_WIDTH = 160
WIDEST = 100_000
"""More than any table needs."""


class WholeConsole(Console):
    """A console on which a table that is too wide for it is printed in full: rich would drop columns."""

    def print(self, *objects: Any, **options: Any) -> None:
        whole = [self._widened(shown) if isinstance(shown, Table) else shown for shown in objects]
        super().print(*whole, **({"crop": False} | options))

    def _widened(self, table: Table) -> Table | Segments:
        needed = self.measure(table, options=self.options.update(width=WIDEST)).minimum
        if needed <= self.width:
            return table
        return Segments(self.render(table, self.options.update(width=needed)))

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would end the program with a code that means something else


def console_for(stream: IO[str]) -> WholeConsole:
    """A console on a stream; where that is no terminal, sentences are broken as on a wide one."""
    return WholeConsole(file=stream, highlight=False, width=None if stream.isatty() else PIPED_WIDTH)
