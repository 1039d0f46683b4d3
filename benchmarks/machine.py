"""Where and with what a benchmark ran. Reads the clock."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("reallocate", "highspy", "numpy", "scipy", "pandas", "pyomo", "pyscipopt", "ortools", "linopy")


def facts() -> dict[str, str]:
    """Date, system, processor, cores, memory and versions; `absent` for packages that are not installed."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _told("/proc/cpuinfo", "model name") or platform.processor() or "unknown",
        "cores": str(os.cpu_count()),
        "memory": _told("/proc/meminfo", "MemTotal") or "unknown",
        "python": platform.python_version(),
        **{package: _version(package) for package in PACKAGES},
    }


def _told(file: str, name: str) -> str | None:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    found = [line.partition(":")[2].strip() for line in lines if line.startswith(name)]
    return found[0] if found else None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"
