"""The search: HiGHS, the Pyomo bridge, and one Outcome for both."""
