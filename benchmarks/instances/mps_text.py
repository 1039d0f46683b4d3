"""The text of an MPS file looked through for what HiGHS would read as something else without a word.

HiGHS takes a word for 0 where a number belongs, and a file that is cut short for a whole one. Names in the file may
have no spaces: the fields of a line are told apart by them.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator
from pathlib import Path

from optimizer.errors import Finding

MOST_FINDINGS = 20
_PLAIN_BOUNDS = frozenset({"FR", "MI", "PL", "BV"})
"""Kinds of bounds that need no number."""
_IN_SETS = frozenset({"RHS", "RANGES"})


def findings_in(path: Path) -> list[Finding]:
    """What is wrong with the numbers of an MPS file and with its end, by line; the first few."""
    opened = gzip.open if path.suffix == ".gz" else open
    found: list[Finding] = []
    section = ""
    try:
        with opened(path, "rt", encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file, start=1):
                words = line.split()
                if not words or line.startswith("*"):
                    continue
                if not line[0].isspace():
                    section = words[0].upper()
                    continue
                found += [_finding(path, number, word) for word in _numbers(section, words) if not _is_number(word)]
    except (OSError, EOFError) as error:
        return [Finding(str(path), str(error), "an MPS file", "Check the path.")]
    if section != "ENDATA":
        found.append(Finding(str(path), "an end without ENDATA", "a whole file", "The file is cut short."))
    return found[:MOST_FINDINGS]


def _finding(path: Path, number: int, word: str) -> Finding:
    return Finding(f"{path}:{number}", repr(word), "a number", "Check the file against its format.")


def _numbers(section: str, words: list[str]) -> Iterator[str]:
    """Words of a line that stand where numbers belong."""
    if section == "COLUMNS" and words[1:2] != ["'MARKER'"]:
        yield from words[2::2] if len(words) % 2 else [*words[2::2], "nothing"]
    elif section in _IN_SETS:  # the name of the set may be left out
        yield from words[2::2] if len(words) % 2 else words[1::2]
    elif section == "BOUNDS" and words[0].upper() not in _PLAIN_BOUNDS:
        yield words[-1]


def _is_number(word: str) -> bool:
    try:
        return not math.isnan(float(word))
    except ValueError:
        return False
