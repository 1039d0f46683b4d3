"""memo and brief: documents of a page or two for people outside the budget office."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from optimizer.commands.options import ExistingPath, FilePath, scenario_options
from optimizer.commands.outcome import ends_code, exit_code, live_steps
from optimizer.commands.written import end_written, refuse_place, regions_to_tell, runs_to_tell, written_plans

if TYPE_CHECKING:
    from optimizer.plan.answer import Answer
    from optimizer.plan.region import RegionAnswer
    from optimizer.report.brief.partner import Partner
    from optimizer.report.brief.turns import Turns
    from optimizer.report.documents.blocks import Document
    from optimizer.runs.folder import Run
    from optimizer.runs.region_folder import RegionRun


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
    """Write a two-page memo to the council: PLANS, scenarios or run folders, as options, the first one recommended.

    They are all of single counties or all of regions.
    """
    from optimizer.ask_several import are_regions
    from optimizer.county.files import replacing_file
    from optimizer.report.documents.docx_writing import docx_bytes

    refuse_place(out, ".docx", overwrite=overwrite)
    if are_regions(plans):
        regions = regions_to_tell(plans, overrides, runs, {"--county": county})
        document, codes = _memo_of_regions(regions, plans, recommend), [exit_code(run.answer) for run in regions]
    else:
        found = runs_to_tell(plans, overrides, county, runs)
        document, codes = _memo_of_counties(found, plans, recommend), [exit_code(run.answer) for run in found]
    with replacing_file(out) as draft:
        draft.write_bytes(docx_bytes(document))
    end_written(out, codes)


def _memo_of_counties(found: list[Run], plans: tuple[Path, ...], recommend: str | None) -> Document:
    from optimizer.plan.answer import distinct_names
    from optimizer.report.memo.asked import asked_of
    from optimizer.report.memo.memo import council_memo

    answers = distinct_names([run.answer for run in found], [str(path) for path in plans])
    return council_memo(asked_of(answers, recommend, [_made_from(run) for run in found]))


def _memo_of_regions(found: list[RegionRun], plans: tuple[Path, ...], recommend: str | None) -> Document:
    from optimizer.plan.compare_regions import distinct_regions
    from optimizer.report.memo.region_asked import region_asked_of
    from optimizer.report.memo.region_memo import region_memo

    answers = distinct_regions([run.answer for run in found], [str(path) for path in plans])
    return region_memo(region_asked_of(answers, recommend, [_made_from(run) for run in found]))


def _made_from(run: Run | RegionRun) -> str:
    return f"Run {run.folder.name}, finished {run.manifest.finished_at[:10]}"


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
    from optimizer.ask_several import are_regions

    if are_regions([plan]):
        (region,) = regions_to_tell([plan], overrides, runs, {"--county": county, "--break-even": with_prices})
        _briefs_of_region(region, out, org_ids, overwrite=overwrite)
    (run,) = runs_to_tell([plan], overrides, county, runs)
    _briefs_of_county(run, out, org_ids, with_prices=with_prices, overwrite=overwrite)


def _briefs_of_county(run: Run, out: Path, org_ids: tuple[str, ...], *, with_prices: bool, overwrite: bool) -> NoReturn:
    from optimizer.report.brief.files import brief_files, refuse_taken_files
    from optimizer.report.brief.partner import partner_of, partners_of
    from optimizer.report.brief.turns import Turns
    from optimizer.why.ends import ends_noted

    answer = run.answer
    if answer.plan is None:
        _end_without_plan(answer)
    partners = [partner_of(answer, org_id) for org_id in org_ids] or partners_of(answer)
    refuse_taken_files(out, [partner.org_id for partner in partners], overwrite=overwrite)
    with ends_noted() as ends:
        turns = _turns_of(run, partners) if with_prices else [Turns() for _ in partners]
    reference = _reference(run)
    files = {
        name: content
        for partner, found in zip(partners, turns, strict=True)
        for name, content in brief_files(partner, found, reference).items()
    }
    _end_briefs(out, files, max(exit_code(answer), ends_code(ends)))


def _briefs_of_region(run: RegionRun, out: Path, org_ids: tuple[str, ...], *, overwrite: bool) -> NoReturn:
    from optimizer.report.brief.files import document_files, refuse_taken_files
    from optimizer.report.brief.region_brief import region_brief
    from optimizer.report.brief.region_partner import region_partner_of, region_partners_of

    answer = run.answer
    if answer.plan is None:
        _end_without_plan(answer)
    partners = [region_partner_of(answer, org_id) for org_id in org_ids] or region_partners_of(answer)
    refuse_taken_files(out, [partner.org_id for partner in partners], overwrite=overwrite)
    reference = _reference(run)
    files = {
        name: content
        for partner in partners
        for name, content in document_files(partner.org_id, region_brief(partner, reference)).items()
    }
    _end_briefs(out, files, exit_code(answer))


def _reference(run: Run | RegionRun) -> str:
    """The run without the name of its scenario."""
    return f"Reference {run.manifest.key[:10]}, {run.manifest.finished_at[:10]}"


def _end_without_plan(answer: Answer | RegionAnswer) -> NoReturn:
    from optimizer.report.words import no_plan_sentence

    click.echo(f"{no_plan_sentence(answer.stopped)} There is nothing to propose; nothing was written.", err=True)
    sys.exit(exit_code(answer))


def _end_briefs(out: Path, files: Mapping[str, bytes], code: int) -> NoReturn:
    from optimizer.report.brief.files import write_files

    write_files(out, files)
    for name in files:
        click.echo(f"Written: {out / name}")
    if not files:
        click.echo("The plan proposes nothing to any organization. Name one with --organization to tell it why.")
    sys.exit(code)


def _turns_of(run: Run, partners: list[Partner]) -> list[Turns]:
    """Where the prices of every organization turn, by asking the run's plan again."""
    from optimizer.why.asked import asked_of
    from optimizer.why.partner_prices import partner_turns

    with live_steps() as on_step:
        asked = asked_of(run.folder)
        return [partner_turns(asked, partner, on_step) for partner in partners]
