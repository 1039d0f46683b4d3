"""Counts in words: of one thing in the singular, of any other number in the plural."""

from __future__ import annotations


def count_of(number: int, thing: str, things: str | None = None) -> str:
    """A number of things, such as `1 year` or `5 years`; `things` where an s at the end does not make it many."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {f'{thing}s' if things is None else things}"


def all_of(number: int, thing: str) -> str:
    """All of a number of things: `the one service` or `all 5 services`."""
    return f"the one {thing}" if number == 1 else f"all {count_of(number, thing)}"


def part_of(number: int, whole: int, thing: str) -> str:
    """So many of a number of things: `no move`, `the one move`, `2 of 5 moves` or `all 5 moves`."""
    if number in (0, whole):
        return all_of(whole, thing) if number else f"no {thing}"
    return f"{number:,} of {count_of(whole, thing)}"
