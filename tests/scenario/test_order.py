"""What layering promises, over many random piles of files: order never matters, and origins are true."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.county.county import TABLES
from optimizer.scenario.apply import apply_changes, resolve_rules
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.scenario import Scenario
from tests.examples import examples
from tests.scenario.conftest import Desk, desk_in, small_county

COUNTY = small_county()
NUMBERS = (
    "limits.transition_usd",
    "limits.agreements",
    "limits.displaced_fte",
    "limits.displaced_fte_by_department.Sheriff",
    "limits.displaced_fte_by_department.Culture",
    "limits.net_cost_by_fund_usd_per_year.Roads",
    "kinds.private.renewal_usd",
    "kinds.state.agreement_usd_per_year",
    "solver.seed",
    "duties.coverage_floor_by_mandate_level.1",
)
"""Settings that take any of the whole numbers tried here, 0 and 1 alone in the last."""
CELLS = tuple(f"services.{row.service_id}.{name}" for row in COUNTY.services for name in ("fte", "personnel_usd"))
ENTRIES = (
    *(f"set {path}" for path in (*NUMBERS, *CELLS)),
    *(
        f"change {{in: offers, where: {{offer_id: {row.offer_id}}}, scale: {{price_usd_per_year: 1.5}}}}"
        for row in COUNTY.offers
    ),
    *(f"change {{in: services, where: {{service_id: {row.service_id}}}, lock: keep}}" for row in COUNTY.services),
    "change {in: organizations, where: {}, forbid: [partner]}",
    "change {in: services, where: {department: Sheriff}, override: {department: Culture}}",
    "change {in: services, where: {department: Culture}, scale: {nonpersonnel_usd: 2}}",
)


def text_of(entries: list[str], includes: list[str]) -> str:
    """A what-if file with the given entries, values told apart by the entry they belong to."""
    paths = [entry.removeprefix("set ") for entry in entries if entry.startswith("set ")]
    lines = ["county: clear_creek", f"include: [{', '.join(includes)}]", "set:" if paths else "set: {}"]
    lines += [f"  {path}: {(ENTRIES.index(f'set {path}')) % 2}" for path in paths]
    changes = [entry.removeprefix("change ") for entry in entries if entry.startswith("change ")]
    return "\n".join([*lines, "change:" if changes else "change: []", *(f"  - {change}" for change in changes)])


@st.composite
def piles(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
    """Entries spread over a few files, and two ways in which the files include each other."""
    chosen = draw(st.lists(st.sampled_from(ENTRIES), unique=True, max_size=20))
    files: list[list[str]] = [[] for _ in range(draw(st.integers(1, 5)))]
    for entry in chosen:
        files[draw(st.integers(0, len(files) - 1))].append(entry)
    return files, draw(ways(len(files))), draw(ways(len(files)))


@st.composite
def ways(draw: st.DrawFn, files: int) -> list[list[str]]:
    """Includes per file that reach every file from the first: each one from an earlier one, and any more forward."""
    includes: list[list[str]] = [[] for _ in range(files)]
    for file in range(1, files):
        for owner in draw(st.sets(st.integers(0, file - 1), min_size=1)):
            includes[owner].append(f"w{file}")
    return [draw(st.permutations(names)) for names in includes]


def load(desk: Desk, files: list[list[str]], includes: list[list[str]]) -> Scenario:
    for number, (entries, names) in enumerate(zip(files, includes, strict=True)):
        desk.write(f"whatifs/w{number}.yaml", text_of(entries, names))
    return load_scenario(desk.root / "whatifs" / "w0.yaml")


@settings(max_examples=examples(40))
@given(piles())
def test_the_order_of_includes_never_matters(pile: tuple[list[list[str]], list[list[str]], list[list[str]]]) -> None:
    files, one, other = pile
    with TemporaryDirectory() as folder:
        desk = desk_in(Path(folder))
        first, second = load(desk, files, one), load(desk, files, other)
    assert replace(first, what_ifs=()) == replace(second, what_ifs=())
    assert sorted(first.what_ifs) == sorted(second.what_ifs)
    backwards = replace(second, changes=_by_file_backwards(second.changes), rules=_by_file_backwards(second.rules))
    county, changes = apply_changes(COUNTY, first, tuple(TABLES))
    assert (county, changes) == apply_changes(COUNTY, backwards, tuple(TABLES))
    assert resolve_rules(county, first) == resolve_rules(county, backwards)


def _by_file_backwards(entries: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same entries with the files in another order; within a file the order stays."""
    return tuple(sorted(entries, key=lambda entry: entry.what_if, reverse=True))


@settings(max_examples=examples(40))
@given(st.lists(st.tuples(st.sampled_from(("county", "what-if", "--set")), st.sampled_from(NUMBERS[:-1])), unique=True))
def test_origins_name_who_really_set_the_value(setters: list[tuple[str, str]]) -> None:
    numbers = count(100)
    values = {setter: next(numbers) for setter in setters}

    def block(layer: str) -> str:
        return "\n".join(
            ["title: x", "set:", *(f"  {path}: {value}" for (owner, path), value in values.items() if owner == layer)]
        )

    def text(layer: str) -> str:
        return block(layer) if any(owner == layer for owner, _ in setters) else "title: x"

    with TemporaryDirectory() as folder:
        desk = desk_in(Path(folder))
        files = {
            "county": desk.write("counties/clear_creek.yaml", text("county")),
            "what-if": desk.write("whatifs/w.yaml", text("what-if") + "\ncounty: clear_creek"),
        }
        overrides = [f"{path}={value}" for (owner, path), value in values.items() if owner == "--set"]
        scenario = load_scenario(files["what-if"], overrides)
        lines = {
            f"scenarios/{path.relative_to(desk.root).as_posix()}": path.read_text().splitlines()
            for path in (*files.values(), desk.root / "base.yaml")
        }
    for path, origin in scenario.origins.items():
        value = value_at(scenario, path)
        above = [values[layer, path] for layer in ("--set", "what-if", "county") if (layer, path) in values]
        if origin == "--set":
            assert value == values["--set", path]
            continue
        file, line = origin.rsplit(":", 1)
        if above:
            assert value == above[0]
            assert lines[file][int(line) - 1] == f"  {path}: {value:g}"
        else:
            assert file == "scenarios/base.yaml"
            assert path.split(".")[-1] in lines[file][int(line) - 1]


def value_at(scenario: Scenario, path: str) -> Any:
    value: Any = scenario.settings.model_dump()
    for name in path.split("."):
        value = value[int(name) if name.isdigit() else name]
    return value
