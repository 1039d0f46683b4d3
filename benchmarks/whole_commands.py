"""Whole commands as a user types them: what-ifs of clear_creek in one comparison, and each solved cold by itself.

Every command is a process of its own over a copy of the county, with a folder of runs that is empty, so that each
solve begins from nothing. Reads the clock.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COUNTY = "clear_creek"
LIMIT = ("limits.transition_usd", 150_000.0, 900_000.0)
"""What a what-if sets, from where to where."""
CHANGES = (
    LIMIT,
    ("economics.realization_share", 0.4, 0.8),
    ("horizon.discount_rate", 0.015, 0.05),
    ("economics.sale_price_share", 0.3, 0.7),
)
"""By turns: a limit, and three that change the money of every move or sale."""


@dataclass(frozen=True)
class Commands:
    """How long commands took, by the clock."""

    count: int
    """What-ifs of the comparison."""
    solves_s: list[float]
    compared_s: float

    @property
    def ratio(self) -> float:
        """How many times faster the comparison was than as many cold solves."""
        return self.count * statistics.median(self.solves_s) / self.compared_s


def measure(count: int, solves: int, processes: int, *, limits_alone: bool) -> Commands:
    """Solve the first so many what-ifs cold, half of them before all are compared and half after it."""
    with tempfile.TemporaryDirectory(prefix="bench-commands-") as folder:
        files = what_ifs(Path(folder), count, (LIMIT,) if limits_alone else CHANGES)
        runs = (Path(folder) / f"runs-{number}" for number in range(solves + 1))
        cold = [["solve", str(file)] for file in islice(cycle(files), solves)]
        before = [_seconds(words, next(runs)) for words in cold[: solves // 2]]
        compared_s = _seconds(["compare", "--processes", str(processes), *map(str, files)], next(runs))
        after = [_seconds(words, next(runs)) for words in cold[solves // 2 :]]
    return Commands(count, before + after, compared_s)


def what_ifs(folder: Path, count: int, changes: Sequence[tuple[str, float, float]]) -> list[Path]:
    """So many scenario files in a folder, with the county and the layers below; the same ones every time."""
    shutil.copytree(ROOT / "data" / COUNTY, folder / "data" / COUNTY)
    for layer in ("base.yaml", f"counties/{COUNTY}.yaml"):
        (folder / "scenarios" / layer).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "scenarios" / layer, folder / "scenarios" / layer)
    (folder / "scenarios" / "whatifs").mkdir()
    return list(_written(folder / "scenarios" / "whatifs", count, changes))


def _written(folder: Path, count: int, changes: Sequence[tuple[str, float, float]]) -> Iterator[Path]:
    drawn = random.Random(0)
    for number, (path, least, most) in enumerate(islice(cycle(changes), count)):
        value = f"{drawn.uniform(least, most):.4g}"
        text = (
            f"title: What-if {number}\nquestion: And with {path} {value}?\ncounty: {COUNTY}\nset: {{{path}: {value}}}\n"
        )
        (file := folder / f"whatif_{number:03d}.yaml").write_text(text, encoding="utf-8")
        yield file


def _seconds(words: Sequence[str], runs: Path) -> float:
    """How long a command takes; what it shows is not looked at."""
    command = [sys.executable, str(ROOT / "cli.py"), *words, "--runs", str(runs)]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def markdown(found: Commands) -> str:
    """One row: the middle solve with its range, the comparison, and the ratio."""
    least, most = min(found.solves_s), max(found.solves_s)
    solve = f"{statistics.median(found.solves_s):.2f} s ({least:.2f} to {most:.2f})"
    compared = f"{found.compared_s:.1f} s | {found.compared_s / found.count:.2f} s"
    return "\n".join(
        [
            "| what-ifs | cold solves | one of them | all compared | each | ratio |",
            "|---:|---:|---:|---:|---:|---:|",
            f"| {found.count} | {len(found.solves_s)} | {solve} | {compared} | {found.ratio:.1f} |",
        ]
    )
