"""Names and ids of imported services: as in the source, told apart where the source repeats itself."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

MAX_ID = 80
MAX_NAME = 300
ENDING_LENGTHS = (24, 12)


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
    return [_id(slug_of(name), [slug_of(text) for text in texts]) for name, texts in zip(names, added, strict=True)]


def _id(name: str, added: Sequence[str]) -> str:
    """Name and endings; where they are too long for an id the endings are cut first, then the name."""
    for longest in (MAX_ID, *ENDING_LENGTHS):
        whole = "-".join(part for part in (name, *(text[:longest].strip("-") for text in added)) if part)
        if len(whole) <= MAX_ID:
            return whole
    ending = "-".join(text[: ENDING_LENGTHS[-1]].strip("-") for text in added)[: MAX_ID - 1]
    return "-".join(part for part in (name[: MAX_ID - 1 - len(ending)].strip("-"), ending.strip("-")) if part)


def _sharing(ids: Sequence[str]) -> list[list[int]]:
    groups = defaultdict(list)
    for index, name in enumerate(ids):
        groups[name].append(index)
    return [group for group in groups.values() if len(group) > 1]
