"""Benchmarks: instances, solvers, runs and what is measured of them."""
