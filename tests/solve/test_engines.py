"""Which engine searches where none is named."""

from __future__ import annotations

import pytest

from optimizer.solve import engines
from tests.cases import case_of, offer, organization, program_of, service


@pytest.mark.parametrize(("many_options", "decomposed"), [(4, True), (5, False)])
def test_the_decomposition_takes_programs_of_many_options(
    many_options: int, decomposed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "MANY_OPTIONS", many_options)
    offers = [offer(one, "east", 50) for one in ("a", "b")]
    program = program_of(case_of([service("a"), service("b")], [organization("east")], offers))
    for outcome in (
        engines.run_engine("auto", program, None, None, None),
        engines.search_once(program, program.case.settings.solver),
    ):
        assert outcome.solver.startswith("decomposition") == decomposed
        assert outcome.cost_usd == 100.0
