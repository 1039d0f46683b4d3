"""What differs from the first scenario, in the words of every comparison: inputs and decisions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from rich.table import Table

from optimizer.county.county import TABLES
from optimizer.report.frames import cell, frame_table

LONGEST_VALUE = 40
"""Letters of an input's value that are shown."""


def letter(number: int) -> str:
    """What stands before a scenario."""
    return chr(ord("A") + number) if number < 26 else f"A{number}"


def input_rows(inputs: pd.DataFrame, first: str, name: str, *, cells: bool = True) -> Iterator[dict[str, object]]:
    """What scenario `name` changes against the `first`, of inputs by row with a column per scenario.

    Cells of one column, and locks and bans of one kind and value, are told as a number and an example; `cells`: False
    leaves those of tables out.
    """
    turned = _turned(inputs, first, name, cells=cells)
    groups = [_group(*row) for row in turned[["input", first, name]].itertuples(index=False)]
    for (group, *_), alike in turned.groupby(pd.Series(groups, turned.index, dtype="object"), sort=False):
        one = alike.iloc[0]
        of = "cells" if _is_cell(str(one["input"])) else "of them"
        many = f"{group} ({len(alike)} {of}, for example {one['input']})"
        told = one["input"] if len(alike) == 1 else many
        yield {"scenario": name, "input": told, first: _short(one[first]), "in the scenario": _short(one[name])}


def differing_paths(inputs: pd.DataFrame, first: str, name: str) -> list[str]:
    """Inputs in which scenario `name` is not as the `first`."""
    return [str(path) for path in _turned(inputs, first, name)["input"]]


def _turned(inputs: pd.DataFrame, first: str, name: str, *, cells: bool = True) -> pd.DataFrame:
    differs = [
        not _same(one, other) and (cells or not _is_cell(str(path)))
        for path, one, other in zip(inputs["input"], inputs[first], inputs[name], strict=True)
    ]
    return inputs[np.array(differs, dtype=bool)]


def inputs_table(rows: Sequence[dict[str, object]], first: str, about: Sequence[str] = ()) -> Table:
    """Rows of `input_rows`, each with what else it is `about`."""
    table = pd.DataFrame(rows, columns=["scenario", *about, "input", first, "in the scenario"])
    return frame_table(f"Inputs that differ from {first}", table, names={first})


def flips_table(
    flips: pd.DataFrame, names: Sequence[str], each: int, not_in_it: str, about: Sequence[str] = ()
) -> Table:
    """Services decided otherwise than in the first of the scenarios, the `each` worth most of every other.

    Of each service its name, and before that what of its row it is `about`.
    """
    first, rows, counts = names[0], [], []
    for name in names[1:]:
        if name not in flips or first not in flips:
            continue
        turned = flips[flips[first] != flips[name]]
        change = (turned[f"{name}_usd_per_year"] - turned[f"{first}_usd_per_year"]).astype("float64")
        counts.append(f"{name} {len(turned)}")
        for place in change.abs().sort_values(ascending=False, kind="stable").index[:each]:
            rows.append((name, *turned.loc[place, [*about, "name", first, name]], change[place]))
    title = (
        f"Services decided otherwise than in {first} ({', '.join(counts) or 'none'}), worth most first; "
        f"{not_in_it} are not in it"
    )
    columns = ["scenario", *about, "service", first, "in the scenario", "change usd a year"]
    return frame_table(title, pd.DataFrame(rows, columns=columns), names={first})


def _same(one: object, other: object) -> bool:
    return one == other or (one != one and other != other)


def _group(path: str, one: object, other: object) -> tuple[str, ...]:
    """Cells of a table by table and column, bans by decision, locks together; settings by themselves.

    Bans and locks of one kind are together only where they are the same in both.
    """
    kind, _, rest = path.partition(".")
    if kind == "lock":
        return kind, str(one), str(other)
    column = f"{kind}.{rest.rpartition('.')[2]}"
    if kind == "forbid":
        return column, str(one), str(other)
    return (column,) if _is_cell(path) and "." in rest else (path,)


def _is_cell(path: str) -> bool:
    return path.partition(".")[0] in TABLES


def _short(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else cell("", value)
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
