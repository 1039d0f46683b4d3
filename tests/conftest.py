"""What all tests share: examples of hypothesis that may take their time, and texts as pandas keeps them for users.

Rubbish is looked for seldom: thousands of tests and all modules stay, and hypothesis listens whenever it is looked for.
"""

import gc

import pandas as pd
import pytest
from hypothesis import settings

from tests.examples import USUAL
from tests.pictures import leave_empty

# a busy machine is no failure
settings.register_profile("all", deadline=None, max_examples=USUAL)
settings.register_profile("few", deadline=None, max_examples=USUAL // 4)
settings.load_profile("few")
# pyarrow, which only the benchmarks need, would keep the texts of tables otherwise, and small tables are slower so
pd.set_option("mode.string_storage", "python")


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages whose words and tables alone are looked at."""
    leave_empty(monkeypatch)
