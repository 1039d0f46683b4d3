"""Every limit that is a number, by name: what it says, where it is set, and which rows of the program hold it.

Limits that only close options before the program is made have no rows (`dial_closing.py`). A limit that is not set
(null, no row in its table, a floor of 0 for options, a rule that does not hold) is no dial; a rule that holds is 1.
"""

from __future__ import annotations

from itertools import chain

from optimizer.program.program import CountyProgram
from optimizer.why.dial import Cell, Dial, Setting, turned
from optimizer.why.dial_rows import RowIndex
from optimizer.why.dial_settings import setting_dials
from optimizer.why.dial_tables import table_dials

__all__ = ["Cell", "Dial", "Setting", "dials_of", "turned"]


def dials_of(program: CountyProgram) -> tuple[Dial, ...]:
    """Every limit of the program's case that has a value: the scenario's, then those of the county's tables.

    `rows` are places in `program.matrix()`, `subjects` those under which `plan.limits` of the same case lists it.
    """
    index = RowIndex(program)
    return tuple(chain(setting_dials(index), table_dials(index)))
