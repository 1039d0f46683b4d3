"""One model, stated in the ways that benchmarks/building.py compares."""
