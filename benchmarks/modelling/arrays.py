"""The model as this project states it: arrays to a program, its matrix to HiGHS."""

from __future__ import annotations

from collections.abc import Callable

import highspy

from benchmarks.instances.assembly import program_of
from benchmarks.instances.assignment import Assignment
from optimizer.solve.highs import pass_program


def state(instance: Assignment) -> Callable[[], highspy.Highs]:
    """Build the program; the returned call hands it to HiGHS."""
    program = program_of(instance)

    def finish() -> highspy.Highs:
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        pass_program(highs, program)
        return highs

    return finish
