"""Runs and comparisons as one self-contained HTML page each, for a screen, a phone and paper."""
