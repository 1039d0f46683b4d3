"""What a benchmark asks for: instances, solvers and limits, from a YAML file; and the single runs that it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from benchmarks.instances.families import family_program, parameters_of
from benchmarks.instances.orlib import Wanted
from benchmarks.instances.reading import read_instance
from benchmarks.solvers.registry import adapter_of
from benchmarks.solvers.trace import Limit
from optimizer.county.findings import did_you_mean
from optimizer.errors import Finding, Refused
from optimizer.program.program import Program

SUITES = Path(__file__).parent / "suites"


class Asked(BaseModel):
    """One entry of a suite's list: a family or a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: str | None = None
    draws: tuple[Annotated[int, Field(ge=0)], ...] = (0,)
    """Seeds of the family's instances."""
    file: Path | None = None
    """A file, or a pattern of files such as gap/gap*-0; from the folder of the suite."""
    layout: str | None = None
    """Layout of published files, where it cannot be told from them."""
    problem: int = 1
    capacity: float | None = None
    maximize: bool = False


class Suite(BaseModel):
    """A benchmark."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    instances: Annotated[tuple[Asked, ...], Field(min_length=1)]
    solvers: tuple[str, ...] = ("highs", "decomposition")
    seeds: tuple[Annotated[int, Field(ge=0)], ...] = (0,)
    """Seeds of the solvers."""
    time_limit_s: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    gap_share: Annotated[float, Field(ge=0)] = 1e-4
    threads: Annotated[int, Field(ge=1)] = 1
    warm_s: Annotated[float, Field(ge=0)] = 0.0
    """Where above 0: each solver begins from what HiGHS finds in so many seconds, which are not counted."""


@dataclass(frozen=True)
class Instance:
    """One instance, as a run in another process is told of it."""

    name: str
    family: str | None = None
    draw: int = 0
    file: str | None = None
    layout: str | None = None
    problem: int = 1
    capacity: float | None = None
    maximize: bool = False

    def program(self) -> Program:
        """Build or read it. Raises `Refused`."""
        if self.family is not None:
            return family_program(self.family, self.draw)
        assert self.file is not None
        return read_instance(self.file, self.layout, Wanted(self.problem, self.capacity, self.maximize))


@dataclass(frozen=True)
class RunSpec:
    """One run of one solver on one instance."""

    instance: Instance
    solver: str
    limit: Limit
    warm_s: float = 0.0


def load_suite(name: str) -> tuple[Suite, Path]:
    """A suite by name (minutes, full) or file, and the folder that its files are named from. Raises `Refused`."""
    path = SUITES / f"{name}.yaml"
    path = path if path.is_file() else Path(name)
    known = ", ".join(sorted(file.stem for file in SUITES.glob("*.yaml")))
    if not path.is_file():
        raise Refused([Finding("--suite", repr(name), f"{known}, or a YAML file", "Name one of these.")])
    try:
        stated: Any = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        return Suite.model_validate(stated), path.parent
    except YAMLError as error:
        raise Refused([Finding(str(path), str(error), "valid YAML", "See benchmarks/suites.")]) from error
    except ValidationError as error:
        raise Refused(_findings(str(path), error)) from error


def with_options(suite: Suite, options: dict[str, object]) -> Suite:
    """The suite with what was asked for on the command line instead of its own. Raises `Refused`."""
    try:
        return Suite.model_validate(suite.model_dump() | options)
    except ValidationError as error:
        raise Refused(_findings("options", error)) from error


def _findings(path: str, error: ValidationError) -> Iterator[Finding]:
    """Everything that is wrong with a suite; a list is not too short for what is refused in it."""
    refused = {wrong["loc"][0] for wrong in error.errors() if len(wrong["loc"]) > 1}
    for wrong in error.errors():
        if wrong["type"] != "too_short" or wrong["loc"][0] not in refused:
            yield _finding(path, wrong)


def _finding(path: str, wrong: ErrorDetails) -> Finding:
    """What is wrong with one word of a suite, by the kind of pydantic's error."""
    *above, word = wrong["loc"] or ("suite",)
    words = tuple(Asked.model_fields if "instances" in above else Suite.model_fields)
    place = f"{path} {'.'.join(map(str, above))}".rstrip()
    match wrong["type"]:
        case "missing":
            return Finding(place, f"no {word}", f"a line `{word}: ...`", "Add it; see benchmarks/suites.")
        case "extra_forbidden":
            fix = did_you_mean(word, words, "Remove it, or see benchmarks/suites.")
            return Finding(place, f"{word!r}", f"a word of a suite: {', '.join(words)}", fix)
        case _:
            told = wrong["msg"][0].lower() + wrong["msg"][1:]
            place = f"{path} {'.'.join(map(str, wrong['loc']))}"
            return Finding(place, repr(wrong["input"])[:80], told, "Mend it; see benchmarks/suites.")


def instances_of(suite: Suite, folder: Path) -> list[Instance]:
    """Every instance of a suite. Raises `Refused` for an unknown family and for a pattern that no file has."""
    return [instance for asked in suite.instances for instance in _instances(asked, folder)]


def runs_of(suite: Suite, folder: Path) -> list[RunSpec]:
    """Every run, in an order that visits all solvers of an instance before the next instance. Raises `Refused`."""
    for solver in suite.solvers:
        adapter_of(solver)
    limits = [Limit(suite.time_limit_s, suite.gap_share, seed, suite.threads) for seed in suite.seeds]
    return [
        RunSpec(instance, solver, limit, suite.warm_s)
        for instance in instances_of(suite, folder)
        for limit in limits
        for solver in suite.solvers
    ]


def _instances(asked: Asked, folder: Path) -> Iterator[Instance]:
    if (asked.family is None) == (asked.file is None):
        raise Refused([Finding("instances", str(asked), "either a family or a file", "Give one of them.")])
    if asked.family is not None:
        parameters_of(asked.family)
        for draw in asked.draws:
            yield Instance(f"{asked.family}#{draw}", family=asked.family, draw=draw)
        return
    pattern = (folder / str(asked.file)).absolute()
    found = Path(pattern.anchor).glob(str(pattern.relative_to(pattern.anchor)))
    files = sorted(file for file in found if file.is_file())
    if not files:
        raise Refused([Finding("instances", str(pattern), "a file that exists", "Check the path.")])
    for file in files:
        name = file.stem if asked.problem == 1 else f"{file.stem}:{asked.problem}"
        yield Instance(
            name,
            file=str(file),
            layout=asked.layout,
            problem=asked.problem,
            capacity=asked.capacity,
            maximize=asked.maximize,
        )
