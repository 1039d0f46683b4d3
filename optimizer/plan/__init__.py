"""The answer: the plan as plain tables, its verification, the baseline and comparisons."""
