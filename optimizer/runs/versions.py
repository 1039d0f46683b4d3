"""Versions of everything that can change what a run finds."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version

LIBRARIES = ("reallocate", "highspy", "pyomo", "numpy", "pandas", "scipy")


def versions() -> dict[str, str]:
    """Python's and the libraries' versions; what is not installed is said to be so."""
    return {"python": platform.python_version()} | {name: _version(name) for name in LIBRARIES}


@cache
def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
