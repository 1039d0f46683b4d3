"""Partner briefs read back: one page, every number the run's own, and nothing of anybody else in it."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from optimizer.county.records import Overlap
from optimizer.county.terms import Stance
from optimizer.plan.plan import Plan
from optimizer.report.brief.brief import partner_brief
from optimizer.report.brief.files import brief_files
from optimizer.report.brief.partner import Partner, partner_of, partners_of
from optimizer.report.brief.turns import Turns
from optimizer.report.documents.blocks import Document, Grid
from optimizer.report.documents.docx_writing import docx_bytes
from optimizer.report.documents.html_writing import html_text
from optimizer.report.words import exact_usd
from optimizer.runs.folder import Run
from optimizer.why.asked import asked_of
from optimizer.why.break_even import break_even
from optimizer.why.partner_prices import partner_turns
from tests.cases import ROOT, sampled
from tests.report.documents.marked import hostile, rivalled
from tests.report.documents.reading import (
    needs_office,
    pages_of,
    pdf_pages,
    reallocate,
    table_of,
    tables_of,
    texts_of,
    usd,
)

POCKET = ROOT / "scenarios" / "whatifs" / "pocket"
CLEAR_CREEK = ROOT / "scenarios" / "whatifs" / "clear_creek"
INTERNAL = ("relian", "quartile", "demand", "consent", "political", "probability", "chance", "saved", "hurdle")
"""Words of fields that are the county's own business."""


@pytest.fixture(scope="module")
def bell(runs: dict[str, Run]) -> Partner:
    return partner_of(runs["on_paper"].answer, "bell")


def document_of(partner: Partner, turns: Turns | None = None) -> Document:
    return partner_brief(partner, turns or Turns(), "Reference 0123456789, 2026-01-01")


class Page(HTMLParser):
    """The texts of a page, those of its tables by row, and every address in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(data)
        if self.rows and data.strip() and self.lasttag in ("td", "th"):
            self.rows[-1][-1] += data


def grids_of(document: Document) -> Iterator[Grid]:
    return (block for block in document.blocks if isinstance(block, Grid))


def test_what_a_town_is_asked_for_is_in_the_run(bell: Partner) -> None:
    content = docx_bytes(document_of(bell))
    (row,) = table_of(content, "Services that it would deliver")
    own = bell.plan.decisions.set_index("service_id").loc["snow"]
    assert row == ["Snow and ice control", "partner", "$90,000", "1.00", "0.00", "1", "0", "96.0%", "no"]
    assert own["transition_usd"] == 5_000
    told = texts_of(content)
    # 7 % of the price: the administration share of counties
    assert {
        "$90,000 a year for the services in today's dollars.",
        "$5,000 once, which the county spends on moving them; $0 a year of their revenue stays with the county.",
        "$6,300 a year of the county's own work, as it counts, for administering them.",
        "An agreement from year 1 on, for which it counts $3,000 a year; its longest term is 5 years.",
        "To hire 1.00 FTE of the county's staff.",
        "To have this capacity: staff in every year, 1.5 FTE of at most 2.5 FTE.",
    } <= set(told)
    assert any("Keep the county roads open (C.R.S. 43-2-111): 95.0%" in text for text in told)
    assert any("It is proved to be the best one under the county's rules" in text for text in told)


@pytest.mark.parametrize("name", sampled(["on_paper", "recommended"], 1))
def test_every_brief_of_a_county_has_the_numbers_of_its_run(name: str, runs: dict[str, Run]) -> None:
    answer, plan = runs[name].answer, runs[name].answer.plan
    assert plan is not None
    moved = plan.decisions[plan.decisions["moved"] & (plan.decisions["org_id"] != "")]
    partners = partners_of(answer)
    assert {partner.org_id for partner in partners} == set(moved["org_id"]) | set(plan.sales["org_id"])
    prices = {row.offer_id: row.price_usd_per_year or 0.0 for row in answer.county.offers}
    for partner in partners:
        own = moved[moved["org_id"] == partner.org_id]
        assert partner.moves["service_id"].tolist() != [] or len(partner.sales)
        for grid in grids_of(document_of(partner)):
            whole = grid.foot or grid.rows[0]
            told = dict(zip(grid.head, whole, strict=True))
            if grid.caption.startswith("Services that it would deliver"):
                assert usd(told["Price a year"]) == round(sum(prices[offer] for offer in own["offer_id"]))
                assert float(told["Staff hired"]) == pytest.approx(own["fte_transferred"].sum(), abs=0.005)
                assert float(told["Posts lost"]) == pytest.approx(own["fte_displaced"].sum(), abs=0.005)
                shares = plan.members[plan.members["service_id"].isin(own["service_id"])]["share_usd_per_year"]
                assert usd(told.get("Unit share a year", "$0")) == round(shares.sum())
            else:
                sold = plan.sales[plan.sales["org_id"] == partner.org_id]
                assert usd(told["Price a year"]) == round(sold["price_usd_per_year"].sum())
                assert usd(told["It saves a year"]) == round(sold["buyer_saves_usd_per_year"].sum())


@pytest.mark.slow
def test_renewals_of_all_briefs_add_up_to_the_years_of_the_plan(runs: dict[str, Run]) -> None:
    plan = runs["recommended"].answer.plan
    assert plan is not None
    paid = dict.fromkeys((int(year) for year in plan.years["year"]), 0.0)
    for partner in partners_of(runs["recommended"].answer):
        for text in texts_of(docx_bytes(document_of(partner))):
            renewed = re.search(r"renewed in (.*) for (\$[\d,]+) each time", text)
            for year in re.findall(r"year (\d+)", renewed[1]) if renewed else ():
                paid[int(year)] += usd(renewed[2]) if renewed else 0
    assert list(paid.values()) == plan.years["renewals_usd"].tolist()
    assert sum(paid.values()) > 0


def test_both_files_say_the_same(runs: dict[str, Run]) -> None:
    for partner in partners_of(runs["on_paper"].answer):
        document = document_of(partner)
        page, content = Page(html_text(document)), docx_bytes(document)
        assert page.rows == [row for rows in tables_of(content).values() for row in rows]
        read = " ".join(" ".join(page.texts).split())
        assert [text for text in texts_of(content) if text not in read] == []
        assert page.addresses == []
        assert "script" not in page.tags


@pytest.mark.parametrize("name", sampled(["on_paper", "recommended"], 1))
def test_nothing_of_others_and_nothing_internal_is_in_a_brief(name: str, runs: dict[str, Run]) -> None:
    for partner in partners_of(runs[name].answer):
        told = rivalled(partner)
        files = brief_files(told, Turns(), "Reference 0")
        parts = zipfile.ZipFile(io.BytesIO(files[f"{told.org_id}.docx"]))
        texts = [
            files[f"{told.org_id}.html"].decode(),
            *(parts.read(name).decode("latin-1") for name in parts.namelist()),
        ]
        for text in texts:
            assert "ZZ" not in text
            assert re.search(r"9[ ,]?87\d,\d{3}", text) is None
        assert [word for word in INTERNAL if word in texts[0].lower()] == []


def test_who_said_no_is_not_told_to_deliver_it(runs: dict[str, Run], bell: Partner) -> None:
    no = Overlap(org_id="bell", service_id="payroll", stance=Stance.NO)
    county = bell.answer.county.with_tables(overlaps=(*bell.answer.county.overlaps, no))
    told = texts_of(docx_bytes(document_of(partner_of(replace(bell.answer, county=county), "bell"))))
    assert told == texts_of(docx_bytes(document_of(bell)))
    only = county.with_tables(overlaps=(no,), offers=(), sales=())
    idle = replace(partner_of(replace(runs["on_paper"].answer, county=only), "bell"), plan=_without_moves(bell.plan))
    (row,) = table_of(docx_bytes(document_of(idle)), "Its overlaps and offers")
    assert row[1:] == ["said no", "-", "-", "it has said that it neither delivers the service nor would"]


def _without_moves(plan: Plan) -> Plan:
    kept = plan.decisions.assign(moved=False)
    return replace(plan, decisions=kept, sales=plan.sales.iloc[:0], roadmap=plan.roadmap.iloc[:0])


@pytest.mark.slow
def test_an_organization_that_nothing_is_proposed_to_is_told_why(runs: dict[str, Run]) -> None:
    answer = runs["recommended"].answer
    idle = next(
        partner
        for row in answer.county.organizations
        for partner in [partner_of(answer, row.org_id)]
        if not partner.in_the_plan and any(one.org_id == row.org_id for one in answer.county.offers)
    )
    content = docx_bytes(document_of(idle))
    assert "The plan proposes nothing to this organization." in texts_of(content)
    rows = table_of(content, "Its overlaps and offers")
    assert answer.plan is not None
    left_out = set(answer.plan.left_out["offer_id"])
    own = [row.offer_id for row in answer.county.offers if row.org_id == idle.org_id][: len(rows)]
    told = [row[4] == "it could be done; the plan that was found decides otherwise" for row in rows]
    assert told[: len(own)] == [offer_id not in left_out for offer_id in own]
    bare = answer.county.with_tables(overlaps=(), offers=(), sales=())
    nobody = partner_of(replace(answer, county=bare), idle.org_id)
    assert "hold no service that it also delivers" in " ".join(texts_of(docx_bytes(document_of(nobody))))


def test_a_price_holds_as_far_as_break_even_says_and_names_nobody(runs: dict[str, Run]) -> None:
    run = runs["on_paper"]
    asked, ridge = asked_of(run.folder), partner_of(run.answer, "ridge")
    (row,) = break_even(asked, "blading", "blading-ridge").prices.to_dict("records")
    texts = texts_of(docx_bytes(document_of(ridge, partner_turns(asked, ridge))))
    last = exact_usd(row["in_at_usd_per_year"])
    assert f"Gravel road blading: in the plan up to {last} a year (now $70,000)." in texts
    assert "Bell" not in " ".join(texts)


def test_what_would_bring_an_organization_in(tmp_path: Path) -> None:
    dear = ["--set", "economics.hurdle_share=0.9", "--runs", tmp_path / "runs"]
    words = ["--out", tmp_path / "b", "--organization", "quick", "--break-even", *dear]
    assert reallocate("brief", POCKET / "on_paper.yaml", *words).exit_code == 0
    content = (tmp_path / "b" / "quick.docx").read_bytes()
    assert "The plan proposes nothing to this organization." in texts_of(content)
    told = " ".join(texts_of(content))
    assert "with all its prices at 0." in told or "No level of all its prices" in told
    (row,) = table_of(content, "Its overlaps")
    assert row == ["Payroll processing", "outsource", "$30,000", "given", "by itself it saves too little"]


def test_hostile_text_stays_text(bell: Partner) -> None:
    files = brief_files(hostile(bell), Turns(), "Reference 0")
    html = files["bell.html"].decode()
    page = Page(html)
    assert "<b>Bell" not in html
    assert "&lt;b&gt;Bell&lt;/b&gt; &amp; WWW" in html
    assert page.rows[1][0] == "=cmd|'x'!A0"
    assert "The search for it was stopped early" in html
    assert "\u202e" not in html
    assert table_of(files["bell.docx"], "Services")[0][0] == "=cmd|'x'!A0"


def test_a_command_writes_both_files_of_every_organization(runs: dict[str, Run], tmp_path: Path) -> None:
    folder, out = runs["on_paper"].folder, tmp_path / "briefs"
    done = reallocate("brief", folder, "--out", out)
    assert done.exit_code == 0
    assert {path.name for path in out.iterdir()} == {
        f"{partner.org_id}{ending}" for partner in partners_of(runs["on_paper"].answer) for ending in (".html", ".docx")
    }
    (out / "mine.txt").write_text("kept", encoding="utf-8")
    assert "a brief that is there" in reallocate("brief", folder, "--out", out).stderr
    assert reallocate("brief", folder, "--out", out, "--overwrite", "--organization", "bell").exit_code == 0
    assert (out / "mine.txt").read_text(encoding="utf-8") == "kept"
    unknown = reallocate("brief", folder, "--out", tmp_path / "none", "--organization", "bel")
    assert (unknown.exit_code, "Did you mean bell?" in unknown.stderr) == (2, True)
    assert not (tmp_path / "none").exists()


def test_runs_without_a_plan_or_without_moves_say_so(tmp_path: Path) -> None:
    words = ["--runs", tmp_path / "runs", "--out", tmp_path / "briefs"]
    impossible = ["--set", "limits.revenue_floor_usd_per_year=1000000"]
    done = reallocate("brief", POCKET / "on_paper.yaml", *words, *impossible)
    assert (done.exit_code, "No plan exists" in done.stderr) == (3, True)
    idle = reallocate("brief", POCKET / "on_paper.yaml", *words, "--set", "allowed_decisions=[keep]")
    assert (idle.exit_code, "proposes nothing to any organization" in idle.stdout) == (0, True)
    assert not (tmp_path / "briefs").exists()


@needs_office
@pytest.mark.slow
def test_every_brief_is_one_page_also_at_its_worst(runs: dict[str, Run], tmp_path: Path) -> None:
    answer = runs["recommended"].answer
    largest = max(partners_of(answer), key=lambda partner: len(partner.moves))
    idle = [partner_of(answer, row.org_id) for row in answer.county.organizations]
    idle = [partner for partner in idle if not partner.in_the_plan]
    asked = (largest, hostile(largest), hostile(idle[0]), *partners_of(runs["on_paper"].answer))
    assert pages_of(tmp_path, *(docx_bytes(document_of(partner)) for partner in asked)) == [1] * len(asked)


@pytest.mark.skipif(shutil.which("chromium") is None or shutil.which("pdfinfo") is None, reason="no browser")
@pytest.mark.slow
def test_every_brief_prints_on_one_page(runs: dict[str, Run], tmp_path: Path) -> None:
    partners = partners_of(runs["recommended"].answer)
    largest = max(partners, key=lambda partner: len(partner.moves))
    for number, partner in enumerate((largest, hostile(largest), partners[-1])):
        page, pdf = tmp_path / f"{number}.html", tmp_path / f"{number}.pdf"
        page.write_text(html_text(document_of(partner)), encoding="utf-8")
        browser = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [*browser, profile, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", f"file://{page}"]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        assert pdf_pages(pdf) == 1
