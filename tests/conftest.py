"""What all tests share: examples of hypothesis that may take their time, and texts as pandas keeps them for users."""

import pandas as pd
from hypothesis import settings

from tests.examples import USUAL

# a busy machine is no failure
settings.register_profile("all", deadline=None, max_examples=USUAL)
settings.register_profile("few", deadline=None, max_examples=USUAL // 4)
settings.load_profile("few")
# pyarrow, which only the benchmarks need, would keep the texts of tables otherwise, and small tables are slower so
pd.set_option("mode.string_storage", "python")
