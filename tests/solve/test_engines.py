"""Which engine searches where none is named."""

from __future__ import annotations

import pytest

from benchmarks.instances import family_program
from benchmarks.solvers.trace import Limit
from optimizer.solve.engines import is_large


@pytest.mark.parametrize(
    ("family", "gap_share", "large"),
    [
        ("county-700x40x6", 1e-4, False),  # 4,900 options
        ("county-800x40x6", 1e-4, True),  # 5,600
        ("county-800x40x6", 1e-6, False),
        ("county-2000x40x6", 1e-6, False),  # 14,000
        ("county-2200x40x6", 1e-6, True),  # 15,400
    ],
)
def test_the_decomposition_takes_large_programs_and_smaller_ones_where_a_wide_gap_will_do(
    family: str, gap_share: float, large: bool
) -> None:
    program = family_program(family, 0)
    assert is_large(program, Limit(10.0, gap_share).settings()) == large
