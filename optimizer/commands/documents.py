"""memo and brief: documents of a page or two for people outside the budget office."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from optimizer.commands.options import ExistingPath, FilePath, scenario_options
from optimizer.commands.outcome import exit_code, live_progress


@click.command()
@click.argument("plans", nargs=-1, required=True, type=ExistingPath)
@click.option("--out", required=True, type=FilePath, help="Document to write, ending in .docx.")
@click.option("--recommend", metavar="NAME", help="Name of the plan that is recommended.  [default: the first]")
@click.option("--overwrite", is_flag=True, help="Replace a document that is there.")
@click.option("--runs", default="runs", show_default=True, type=FilePath, help="Folder of all runs.")
@scenario_options
def memo(
    plans: tuple[Path, ...],
    out: Path,
    recommend: str | None,
    overwrite: bool,
    runs: Path,
    overrides: tuple[str, ...],
    county: Path | None,
) -> None:
    """Write a two-page memo to the council: PLANS, scenarios or run folders, as options, the first one recommended."""
    from optimizer.ask import Search, runs_of
    from optimizer.county.files import replacing_file
    from optimizer.county.writing import refuse_taken
    from optimizer.plan.answer import distinct_names
    from optimizer.report.documents.docx_writing import docx_bytes
    from optimizer.report.memo.asked import asked_of
    from optimizer.report.memo.memo import council_memo

    if out.suffix.lower() != ".docx":
        raise click.UsageError("--out needs a name that ends in .docx.")
    if not overwrite:
        refuse_taken(out)
    with live_progress() as on_progress:
        found = runs_of(plans, overrides, county, runs, Search(), on_progress, fresh=False)
    answers = distinct_names([run.answer for run in found], [str(path) for path in plans])
    made_from = [f"Run {run.folder.name}, finished {run.manifest.finished_at[:10]}" for run in found]
    content = docx_bytes(council_memo(asked_of(answers, recommend, made_from)))
    with replacing_file(out) as draft:
        draft.write_bytes(content)
    click.echo(f"Written: {out}")
    sys.exit(max(exit_code(answer) for answer in answers))
