"""Names and ids of imported services: as in the source, told apart where the source repeats itself."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

MAX_ID = 80
MAX_NAME = 300


def slug_of(text: str) -> str:
    """Lower case, letters and digits of plain ASCII, one hyphen between words; '' if nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def told_apart(names: Sequence[str], more: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """Names and ids, changed only where several services share an id.

    The id is the slug of the name. Where some share one, the text of the next column of `more` (one sequence per
    column) is added to all of them, in brackets, unless it is the same in all; and so on until none is shared or no
    column is left. The order of the services does not matter. Returns names and ids; ids may still repeat.
    """
    added: list[list[str]] = [[] for _ in names]
    for column in more:
        for group in _sharing(_ids(names, added)):
            if len({column[index] for index in group}) > 1:
                for index in group:
                    added[index] += [column[index]] if column[index] else []
    return [_named(name, texts) for name, texts in zip(names, added, strict=True)], _ids(names, added)


def _named(name: str, added: Sequence[str]) -> str:
    ending = f" ({', '.join(added)})" if added else ""
    return name[: MAX_NAME - len(ending)] + ending


def _ids(names: Sequence[str], added: Sequence[Sequence[str]]) -> list[str]:
    return [_id(slug_of(name), slug_of(" ".join(texts))) for name, texts in zip(names, added, strict=True)]


def _id(name: str, ending: str) -> str:
    """Name and ending within the length of an id; the ending, which tells it apart, is kept whole where it can be."""
    ending = ending[: MAX_ID // 2].strip("-")
    room = MAX_ID - len(ending) - 1 if ending else MAX_ID
    return "-".join(part for part in (name[:room].strip("-"), ending) if part)


def _sharing(ids: Sequence[str]) -> list[list[int]]:
    groups = defaultdict(list)
    for index, name in enumerate(ids):
        groups[name].append(index)
    return [group for group in groups.values() if len(group) > 1]
