"""The command line of the benchmarks: python -m benchmarks run, report, build, whatifs, commands, count, ..."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from benchmarks import runs, specs, tables
from benchmarks.instances.families import SIZES, parameters_of
from benchmarks.solvers.registry import ADAPTERS, absent
from benchmarks.solvers.trace import Trace
from optimizer.county.writing import refuse_taken
from optimizer.errors import Finding, OptimizerError, Refused


@contextmanager
def plain_refusals() -> Iterator[None]:
    """Say what is wrong in its own words and end with exit code 2."""
    try:
        yield
    except OptimizerError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from error
    except ModuleNotFoundError as error:
        click.echo(f"The package {error.name} is not installed; the extra [bench] has it.", err=True)
        raise SystemExit(2) from error


@click.group()
def main() -> None:
    """Compare solvers on seeded and published instances."""


@main.command()
@click.option("--suite", default="minutes", show_default=True, help="minutes, full, or a YAML file.")
@click.option("--solvers", help="Names joined by commas, instead of the suite's.")
@click.option("--seeds", help="Seeds of the solvers joined by commas, instead of the suite's.")
@click.option("--time-limit", "time_limit_s", type=float, help="Seconds per run, instead of the suite's.")
@click.option("--gap-share", type=float, help="Share of the cost that is proof enough, instead of the suite's.")
@click.option("--threads", type=int, help="Threads of every solver, instead of the suite's.")
@click.option("--warm", "warm_s", type=float, help="Begin from what HiGHS finds in so many seconds.")
@click.option("--out", type=click.Path(path_type=Path), default=Path("results/bench.parquet"), show_default=True)
@click.option("--overwrite", is_flag=True, help="Replace results that are there.")
@click.option("--resume", is_flag=True, help="Go on with results that are there: run what they do not have.")
def run(
    out: Path,
    overwrite: bool,
    resume: bool,
    suite: str,
    solvers: str | None,
    seeds: str | None,
    **limits: float | int | None,
) -> None:
    """Run a suite, each run in a process of its own, and write the results as Parquet."""
    with plain_refusals():
        if overwrite and resume:
            found, needs = "--overwrite and --resume", "one of them at most"
            raise Refused([Finding("options", found, needs, "What is there is either replaced or gone on with.")])
        if not overwrite and not resume:
            refuse_taken(out)
            refuse_taken(tables.events_file(out))
        stated, folder = specs.load_suite(suite)
        changes: dict[str, object] = {name: value for name, value in limits.items() if value is not None}
        if solvers is not None:
            changes["solvers"] = tuple(solvers.split(","))
        if seeds is not None:
            changes["seeds"] = tuple(seeds.split(","))
        asked = specs.runs_of(specs.with_options(stated, changes), folder)
        results = runs.run_all(asked, out, _told, resume=resume)
    click.echo(f"{len(results.runs)} runs in {out} and {tables.events_file(out)}")


def _told(number: int, count: int, spec: specs.RunSpec, trace: Trace) -> None:
    cost = "no plan" if trace.cost is None else f"{trace.cost:,.2f}"
    gap = tables.gap_share(trace.cost, trace.bound)
    proved = "" if gap is None else f", gap {gap:.4%}"
    note = f" ({trace.note})" if trace.note else ""
    click.echo(
        f"[{number}/{count}] {spec.instance.name} {spec.solver} seed {spec.limit.seed}: {trace.status}, "
        f"{cost}{proved}, {trace.elapsed_s:.1f} s, {trace.peak_mb or 0.0:.0f} MB{note}"
    )


@main.command()
@click.argument("results", type=click.Path(path_type=Path))
@click.option("--out", "folder", type=click.Path(path_type=Path), default=Path("results/report"), show_default=True)
def report(results: Path, folder: Path) -> None:
    """Make tables and pictures of the Parquet file RESULTS in a folder."""
    from benchmarks.report import write_report

    with plain_refusals():
        click.echo(str(write_report(tables.read(results), folder)))


@main.command()
@click.option("--size", default="region-5000x150x8", show_default=True, help="A named size, or county-100x10x4.")
@click.option("--ways", help="Ways joined by commas; all of them if not given.")
@click.option("--seed", default=0, show_default=True)
def build(size: str, ways: str | None, seed: int) -> None:
    """Build the main family's model in our arrays, in Pyomo and in linopy, and compare time and memory."""
    from benchmarks.building import compare, markdown

    with plain_refusals():
        found = compare(size, seed, None if ways is None else tuple(ways.split(",")))
    click.echo(markdown(found))


@main.command()
@click.option("--size", default="county-800x40x6", show_default=True, help="A named size, or county-100x10x4.")
@click.option("--count", "how_many", default=100, show_default=True)
@click.option("--gap-share", default=1e-4, show_default=True, help="Share of the cost that is proof enough.")
@click.option("--seed", default=0, show_default=True)
@click.option("--whole", is_flag=True, help="Also hand every what-if whole to HiGHS.")
def whatifs(size: str, how_many: int, gap_share: float, seed: int, whole: bool) -> None:
    """Search what-ifs anew, and each going on from those before it; say how many times faster that is."""
    from benchmarks.whatifs import compare, markdown

    with plain_refusals():
        found = compare(size, how_many, gap_share, seed, whole)
    click.echo(markdown(found))


@main.command()
@click.option("--count", "how_many", default=100, show_default=True, help="What-ifs of clear_creek.")
@click.option("--solves", default=10, show_default=True, help="How many of them are solved cold, too.")
@click.option("--processes", default=1, show_default=True, help="Of the comparison.")
@click.option("--limits-alone", is_flag=True, help="What-ifs that change a limit, and no money.")
def commands(how_many: int, solves: int, processes: int, limits_alone: bool) -> None:
    """Time whole commands: what-ifs compared, and each solved cold."""
    from benchmarks.whole_commands import markdown, measure

    click.echo(markdown(measure(how_many, solves, processes, limits_alone=limits_alone)))


@main.command("profile")
@click.option("--size", default="county-800x40x6", show_default=True, help="A named size, or county-100x10x4.")
@click.option("--gap-share", default=1e-4, show_default=True, help="Share of the cost that is proof enough.")
@click.option("--seed", default=0, show_default=True)
def profile_(size: str, gap_share: float, seed: int) -> None:
    """Show where time and memory of a search by the decomposition go."""
    from benchmarks.profiling import markdown, profile

    with plain_refusals():
        found = profile(size, gap_share, seed)
    click.echo(markdown(found))


@main.command()
@click.option("--update", is_flag=True, help="Write what is counted now to the table.")
def count(update: bool) -> None:
    """Compare sizes, nodes and iterations on small instances with the table of the project."""
    from benchmarks import work_counts

    with plain_refusals():
        now = work_counts.counted()
        changes = work_counts.differences(work_counts.stored(), now)
    if update:
        work_counts.store(now)
    click.echo("\n".join(changes) or "as before")
    raise SystemExit(1 if changes and not update else 0)


@main.command()
def solvers() -> None:
    """Say which solvers can be used here."""
    for name in ADAPTERS:
        click.echo(f"{name}: {absent(name) or 'here'}")


@main.command()
def instances() -> None:
    """List the named sizes of the families."""
    for name in SIZES:
        click.echo(f"{name}: {parameters_of(name)}")


if __name__ == "__main__":
    main()
