"""What follows from a frozen thing alone, or under some settings besides, is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from pydantic import BaseModel

_Thing = TypeVar("_Thing")
_Found = TypeVar("_Found")
_Settings = TypeVar("_Settings", bound=BaseModel)


def once(work_out: Callable[[_Thing], _Found]) -> Callable[[_Thing], _Found]:
    """The function, which remembers what it found for the very thing it was given; a copy of that begins anew.

    What it finds is not to be changed in place.
    """
    name = _name(work_out)

    @wraps(work_out)
    def known(thing: _Thing) -> _Found:
        kept: dict[str, Any] = vars(thing)
        if name not in kept:
            kept[name] = work_out(thing)
        found: _Found = kept[name]
        return found

    return known


def once_under(
    paths: frozenset[str],
) -> Callable[[Callable[[_Thing, _Settings], _Found]], Callable[[_Thing, _Settings], _Found]]:
    """The same for a function that reads these sections of settings, too, or settings by dotted path, and no other.

    Only what it found last is remembered.
    """
    read = _tree(paths)

    def remembering(work_out: Callable[[_Thing, _Settings], _Found]) -> Callable[[_Thing, _Settings], _Found]:
        name = _name(work_out)

        @wraps(work_out)
        def known(thing: _Thing, settings: _Settings) -> _Found:
            kept, under = vars(thing), settings.model_dump_json(include=read)
            if name not in kept or kept[name][0] != under:
                kept[name] = under, work_out(thing, settings)
            found: _Found = kept[name][1]
            return found

        return known

    return remembering


def still_known(of: object, to: _Thing) -> _Thing:
    """The thing, which need not work out again what was found of another one that has the same to say of it."""
    kept: dict[str, Any] = vars(to)
    kept |= {name: found for name, found in vars(of).items() if name not in kept}
    return to


def _tree(paths: Iterable[str]) -> dict[str, Any]:
    """Dotted paths as pydantic takes them: everything below a path that ends is read."""
    tree: dict[str, Any] = {}
    for path in paths:
        *above, last = path.split(".")
        branch = tree
        for part in above:
            branch = branch.setdefault(part, {})
        branch[last] = True
    return tree


def _name(work_out: Callable[..., object]) -> str:
    """Under which a thing remembers what this function found."""
    return f"once {work_out.__module__}.{work_out.__qualname__}"
