"""Where the settings of a run come from."""

from __future__ import annotations

from collections.abc import Mapping


def known_of(path: str, by_path: Mapping[str, str]) -> str:
    """What is known of a setting, by dotted path; nothing known is empty.

    A list or table is set as a whole: what is known of it is told of each of its entries.
    """
    while path not in by_path and "." in path:
        path = path.rpartition(".")[0]
    return by_path.get(path, "")
