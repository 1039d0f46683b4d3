"""What all tests share: examples of hypothesis that may take their time, and texts as pandas keeps them for users."""

import pandas as pd
from hypothesis import settings

# a busy machine is no failure
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
# pyarrow, which only the benchmarks need, would keep the texts of tables otherwise, and small tables are slower so
pd.set_option("mode.string_storage", "python")
