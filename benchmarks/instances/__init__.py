"""Instances as programs: seeded families, published files, and any MPS or LP file."""

from benchmarks.instances.families import SIZES, family_program
from benchmarks.instances.reading import read_instance

__all__ = ["SIZES", "family_program", "read_instance"]
