"""Realistic seeded counties: names and duties from hand-written tables, numbers from published distributions."""

from optimizer.county.generator.generate import generate
from optimizer.county.generator.presets import PRESETS, spec_for
from optimizer.county.generator.spec import CountySpec

__all__ = ["PRESETS", "CountySpec", "generate", "spec_for"]
