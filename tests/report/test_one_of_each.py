"""A county that has one of everything, and two plans for it: nothing of one is told as of many."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from optimizer.counts import all_of, count_of
from optimizer.county import records
from optimizer.plan.answer import Answer
from optimizer.plan.compare import compare
from optimizer.report.brief.files import brief_files
from optimizer.report.brief.partner import partner_of
from optimizer.report.brief.turns import Turns
from optimizer.report.comparison import show_comparison
from optimizer.report.documents.docx_writing import docx_bytes
from optimizer.report.html.comparison_page import comparison_page
from optimizer.report.html.run_page import run_page
from optimizer.report.html.writing import page_text
from optimizer.report.memo.asked import asked_of
from optimizer.report.memo.memo import council_memo
from optimizer.report.terminal import show_answer
from optimizer.runs.folder import Engine, Run, changed_of, setters_of, write_run
from tests.cases import case_of, offer, organization, plain_money, service, solved
from tests.report.documents.reading import tables_of, texts_of
from tests.report.html.reading import ReadPage

MANY = re.compile(
    r"(?<![\w.,$%-])1 (?:more |other |further )?(?:services|organizations|agreements|years|duties|limits|plans"
    r"|scenarios|rows|members|units|departments|funds|decisions|providers|steps|rules|options|proposals)\b"
    r"|\ball 1\b|any of the 1\b|Of the 1\b|[Ee]very one of these"
)


def run_of(limits: dict[str, Any], root: Path) -> Run:
    duty = records.Mandate(
        mandate_id="duty",
        name="Repair",
        citation="C.R.S. 1",
        authority="state",
        required_coverage=0.5,
        funded=True,
    )
    served = records.MandateService(mandate_id="duty", service_id="a", weight=1)
    case = case_of(
        [service("a")],
        [organization("east")],
        [offer("a", "east", 40)],
        plain_money(**limits),
        mandates=[duty],
        mandate_services=[served],
    )
    return write_run(case, Engine("highs", {}, {}), *solved(case), root)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    folder = tmp_path_factory.mktemp("runs")
    return [run_of({"agreements": agreements}, folder) for agreements in (1, 0)]


def printed(show: Any, *given: Any) -> str:
    out = io.StringIO()
    show(Console(file=out, width=400), *given)
    return out.getvalue()


def document_text(content: bytes) -> str:
    return " ".join([*texts_of(content), str(tables_of(content))])


def texts(runs: list[Run]) -> dict[str, str]:
    answers: list[Answer] = [run.answer for run in runs]
    compared = compare([answers[0], Answer(**{**vars(answers[1]), "name": "other"})])
    manifests = [run.manifest.model_dump(mode="json") for run in runs]
    memo = docx_bytes(council_memo(asked_of([answers[0]], None, [""])))
    pages = [
        page_text(run_page(run.answer, setters_of(run), changed_of(run), manifest))
        for run, manifest in zip(runs, manifests, strict=True)
    ]
    brief = brief_files(partner_of(answers[0], "east"), Turns(), "")
    return {
        "moved": ReadPage(pages[0]).text,
        "kept": ReadPage(pages[1]).text,
        "compared": ReadPage(page_text(comparison_page(compared, manifests))).text,
        "memo": document_text(memo),
        "brief": " ".join(document_text(file) for name, file in brief.items() if name.endswith(".docx")),
        "terminal": printed(show_answer, answers[0]) + printed(show_answer, answers[1]),
        "side by side": printed(show_comparison, compared),
    }


@pytest.mark.usefixtures("undrawn")
def test_nothing_of_one_is_told_as_of_many(runs: list[Run]) -> None:
    told = texts(runs)
    assert [(name, found.group()) for name, text in told.items() for found in MANY.finditer(text)] == []
    assert "The county signs 1 of at most 1 agreement" in told["moved"]
    assert "This difference is proved." in told["compared"]


def test_counts_in_words() -> None:
    assert (count_of(1, "duty", "duties"), count_of(1200, "duty", "duties")) == ("1 duty", "1,200 duties")
    assert (all_of(1, "service"), all_of(8, "service")) == ("the one service", "all 8 services")
