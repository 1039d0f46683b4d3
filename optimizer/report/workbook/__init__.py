"""Runs and comparisons as Excel workbooks."""
