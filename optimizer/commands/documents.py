"""memo and brief: documents of a page or two for people outside the budget office."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from optimizer.commands.options import ExistingPath, FilePath, scenario_options
from optimizer.commands.outcome import exit_code, live_steps
from optimizer.commands.written import end_written, refuse_place, runs_to_tell, written_plans

if TYPE_CHECKING:
    from optimizer.report.brief.partner import Partner
    from optimizer.report.brief.turns import Turns
    from optimizer.runs.folder import Run


@click.command()
@written_plans("document", ".docx")
@click.option("--recommend", metavar="NAME", help="Name of the plan that is recommended.  [default: the first]")
def memo(
    plans: tuple[Path, ...],
    out: Path,
    overwrite: bool,
    runs: Path,
    overrides: tuple[str, ...],
    county: Path | None,
    recommend: str | None,
) -> None:
    """Write a two-page memo to the council: PLANS, scenarios or run folders, as options, the first one recommended."""
    from optimizer.county.files import replacing_file
    from optimizer.plan.answer import distinct_names
    from optimizer.report.documents.docx_writing import docx_bytes
    from optimizer.report.memo.asked import asked_of
    from optimizer.report.memo.memo import council_memo

    refuse_place(out, ".docx", overwrite=overwrite)
    found = runs_to_tell(plans, overrides, county, runs)
    answers = distinct_names([run.answer for run in found], [str(path) for path in plans])
    made_from = [f"Run {run.folder.name}, finished {run.manifest.finished_at[:10]}" for run in found]
    content = docx_bytes(council_memo(asked_of(answers, recommend, made_from)))
    with replacing_file(out) as draft:
        draft.write_bytes(content)
    end_written(out, map(exit_code, answers))


@click.command()
@click.argument("plan", type=ExistingPath)
@click.option("--out", required=True, type=FilePath, help="Folder for a .html and a .docx file per organization.")
@click.option(
    "--organization",
    "org_ids",
    multiple=True,
    metavar="ID",
    help="This organization, also if the plan proposes nothing to it.  [default: all that it proposes something to]",
)
@click.option(
    "--break-even",
    "with_prices",
    is_flag=True,
    help="Add up to which price each proposal holds, by searching again; it tells a partner how far it could go.",
)
@click.option("--overwrite", is_flag=True, help="Replace briefs that are there.")
@click.option("--runs", default="runs", show_default=True, type=FilePath, help="Folder of all runs.")
@scenario_options
def brief(
    plan: Path,
    out: Path,
    org_ids: tuple[str, ...],
    with_prices: bool,
    overwrite: bool,
    runs: Path,
    overrides: tuple[str, ...],
    county: Path | None,
) -> None:
    """Write a page per organization: what PLAN proposes to it, what the county offers and asks, what would change."""
    from optimizer.report.brief.files import brief_files, refuse_taken_files, write_files
    from optimizer.report.brief.partner import partner_of, partners_of
    from optimizer.report.brief.turns import Turns
    from optimizer.report.words import no_plan_sentence

    (run,) = runs_to_tell([plan], overrides, county, runs)
    answer = run.answer
    if answer.plan is None:
        click.echo(f"{no_plan_sentence(answer.stopped)} There is nothing to propose; nothing was written.", err=True)
        sys.exit(exit_code(answer))
    partners = [partner_of(answer, org_id) for org_id in org_ids] or partners_of(answer)
    refuse_taken_files(out, partners, overwrite=overwrite)
    turns = _turns_of(run, partners) if with_prices else [Turns() for _ in partners]
    reference = f"Reference {run.manifest.key[:10]}, {run.manifest.finished_at[:10]}"
    files = {
        name: content
        for partner, found in zip(partners, turns, strict=True)
        for name, content in brief_files(partner, found, reference).items()
    }
    write_files(out, files)
    for name in files:
        click.echo(f"Written: {out / name}")
    if not files:
        click.echo("The plan proposes nothing to any organization. Name one with --organization to tell it why.")
    sys.exit(exit_code(answer))


def _turns_of(run: Run, partners: list[Partner]) -> list[Turns]:
    """Where the prices of every organization turn, by asking the run's plan again."""
    from optimizer.why.asked import asked_of
    from optimizer.why.partner_prices import partner_turns

    with live_steps() as on_step:
        asked = asked_of(run.folder)
        return [partner_turns(asked, partner, on_step) for partner in partners]
