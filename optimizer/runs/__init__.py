"""The memory: one folder per run."""
