"""Any instance file as a program."""

from __future__ import annotations

from pathlib import Path

from benchmarks.instances import mps
from benchmarks.instances.assembly import program_of
from benchmarks.instances.orlib import Wanted, read_published
from optimizer.program.program import Program


def read_instance(path: str | Path, layout: str | None = None, wanted: Wanted | None = None) -> Program:
    """The program in a file: MPS or LP by its ending, else a published layout, named or told from the file.

    Raises `Refused` where the file cannot be read as such.
    """
    file = Path(path)
    if file.name.lower().endswith(mps.SUFFIXES):
        return mps.read_model(file)
    return program_of(read_published(file, layout, wanted))
