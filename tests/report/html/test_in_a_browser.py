"""Pages in a real browser: usable by keyboard and screen reader, on a phone, on paper, and without scripts.

Skipped where no chromium or no playwright is installed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import cli
from optimizer.report.html.region_parts import PRINTED
from optimizer.report.html.writing import PRINTED_REASONS, PRINTED_ROWS
from tests.cases import ROOT

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api")
axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")]

WHATIFS = ROOT / "scenarios" / "whatifs"
PAGES = {
    "run": ["clear_creek/five_year_roadmap"],
    "none": ["clear_creek/dispatch_goes_nobody_leaves"],
    "kept": ["clear_creek/status_quo"],
    "comparison": ["clear_creek/recommended", "clear_creek/status_quo", "clear_creek/no_layoffs"],
    "region": ["three_counties"],
    "regions": ["three_counties", "cedar_stays_out"],
}

PAPER_PX = 725
"""Width of the text on letter paper, at 96 px an inch."""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, scenarios in PAGES.items():
        words = [
            "report",
            *(str(WHATIFS / f"{scenario}.yaml") for scenario in scenarios),
            "--out",
            str(folder / f"{name}.html"),
        ]
        done = CliRunner().invoke(cli.main, [*words, "--runs", str(folder / "runs")])
        assert done.exit_code == (3 if name == "none" else 0), done.output
    return {name: folder / f"{name}.html" for name in PAGES}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield launched
        launched.close()


def opened(browser: Any, path: Path, width: int = 1366, **options: Any) -> tuple[Any, list[str]]:
    """A page, and what it complained of or asked for beside its own file."""
    page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not own(request.url) else None)
    page.goto(path.as_uri())
    return page, said


def own(address: str) -> bool:
    return address.startswith(("file:", "data:"))


@pytest.mark.parametrize("name", list(PAGES))
def test_a_screen_reader_finds_its_way(browser: Any, pages: dict[str, Path], name: str) -> None:
    page, said = opened(browser, pages[name], bypass_csp=True)
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert said == []


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("width", [390, 1366])
def test_the_page_is_as_wide_as_its_screen(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    page, said = opened(browser, pages[name], width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert said == []
    drawn = page.evaluate("Array.from(document.images, (image) => image.complete && image.naturalWidth > 0)")
    assert all(drawn)


@pytest.mark.parametrize("name", ["run", "comparison", "region", "regions"])
def test_on_a_phone_the_names_of_rows_leave_room_for_the_rest(browser: Any, pages: dict[str, Path], name: str) -> None:
    page, _ = opened(browser, pages[name], 390)
    # names stay in view while the rest is scrolled beside them
    widths = page.evaluate(
        """Array.from(document.querySelectorAll('.scroll table'), (table) =>
          table.offsetWidth > table.parentElement.clientWidth &&
          table.rows[0].cells[0].offsetWidth / table.parentElement.clientWidth)"""
    )
    assert 0 < max(widths) < 0.62


def test_tables_are_sorted_and_searched_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    page, _ = opened(browser, pages["run"])
    table = page.locator("#kept-table")
    head = table.locator("th[data-column=gross_usd_per_year]")
    values = "(table) => Array.from(table.tBodies[0].rows, (row) => Number(row.cells[2].dataset.value))"
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    rising = table.evaluate(values)
    assert rising == sorted(rising)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert table.evaluate(values) == sorted(rising, reverse=True)
    box = page.get_by_label("Search in: Kept services and why, the dearest first")
    box.focus()
    page.keyboard.type("not delegable jail")
    shown = table.locator("tbody tr:visible")
    assert 0 < shown.count() < 20
    assert all("jail" in text.lower() for text in shown.all_inner_texts())
    assert f"{shown.count()} of {len(rising)} shown" in box.locator("xpath=../..").inner_text()


def test_a_regions_page_is_read_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    page, said = opened(browser, pages["region"], 390)
    part = page.locator("nav details").nth(1)
    part.locator("summary").focus()
    page.keyboard.press("Enter")
    part.get_by_role("link", name="Kept services, and why").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#county-2-kept")
    table = page.locator("#moves-table")
    saved = "(table) => Array.from(table.tBodies[0].rows, (row) => Number(row.cells[8].dataset.value))"
    table.locator("th[data-column=saving_usd_per_year] button").focus()
    page.keyboard.press("Enter")
    assert table.evaluate(saved) == sorted(table.evaluate(saved))
    rows, found = table.locator("tbody tr"), table.locator("tbody tr:visible")
    page.get_by_label("Search in: Every move of every county").focus()
    page.keyboard.type("cedar partner")
    assert 0 < found.count() < rows.count()
    assert all("cedar" in text.lower() and "partner" in text for text in found.all_inner_texts())
    # the total of a long table stays in view
    box, foot = (page.locator(f"#moves-table{end}").bounding_box() for end in (" >> xpath=..", " tfoot td >> nth=0"))
    assert box["y"] < foot["y"] < box["y"] + box["height"]
    assert said == []


def test_a_region_is_printed_with_each_county_in_brief(browser: Any, pages: dict[str, Path]) -> None:
    page, _ = opened(browser, pages["region"])
    page.emulate_media(media="print")
    for number in (1, 2, 3):
        shown = [page.locator(f"#county-{number}-{part}").is_visible() for part in PRINTED - {"held"}]
        assert shown == [True] * 3
        assert not page.locator(f"#county-{number}-moves").is_visible()
    assert page.locator("#county-1-county .left").is_visible()
    assert page.locator("#moves-table tbody tr:visible").count() == page.locator("#moves-table tbody tr").count() == 29
    assert not page.locator("#inputs").is_visible()
    page.goto(f"{pages['region'].as_uri()}#print-all")
    assert page.locator("#county-3-kept").is_visible()
    assert not page.locator("#county-1-county .left").is_visible()


@pytest.mark.parametrize("name", list(PAGES))
def test_no_table_is_broader_than_the_paper(browser: Any, pages: dict[str, Path], name: str) -> None:
    """Chromium would shrink all of the page."""
    page, _ = opened(browser, pages[name], PAPER_PX)
    page.emulate_media(media="print")
    broad = page.evaluate(
        """Array.from(document.querySelectorAll('.scroll:not(.wide) table'))
          .filter((table) => table.offsetWidth > table.parentElement.clientWidth + 1).map((table) => table.id)"""
    )
    assert broad == []


def test_a_reason_is_opened_from_its_row(browser: Any, pages: dict[str, Path]) -> None:
    page, _ = opened(browser, pages["run"])
    story = page.locator("#move-2")
    assert story.get_attribute("open") is None
    page.locator("#moves-table a[href='#move-2']").click()
    page.locator("#move-2[open]").wait_for()
    assert story.get_by_text("Today it costs").is_visible()


def test_without_scripts_everything_is_shown(browser: Any, pages: dict[str, Path]) -> None:
    page, _ = opened(browser, pages["run"], java_script_enabled=False)
    rows = page.locator("#kept-table tbody tr")
    assert rows.count() == page.locator("#kept-table tbody tr:visible").count() > 600
    assert page.locator("#move-1 dl").is_visible()
    compared, _ = opened(browser, pages["comparison"], java_script_enabled=False)
    assert compared.locator("#pairs-table tbody tr:visible").count() == 3
    assert not compared.locator("#pairs").is_visible()


def test_the_reader_chooses_two_plans(browser: Any, pages: dict[str, Path]) -> None:
    page, _ = opened(browser, pages["comparison"])
    part, table = page.locator("#pairs"), page.locator("#pairs-table")

    def steps() -> list[float]:
        return [float(cell.get_attribute("data-value")) for cell in part.locator("tbody td[data-value]").all()]

    def cost(place: int) -> float:
        return float(table.locator("tbody tr").first.locator("td").nth(place).get_attribute("data-value"))

    *forth, change = steps()
    last = table.locator("tbody tr").first.locator("td").count() - 1
    assert sum(forth) == pytest.approx(change, abs=1.0)
    assert change == pytest.approx(cost(last) - cost(1), abs=0.01)
    for side, name in ((0, "status_quo"), (1, "recommended")):
        part.locator(f"select[data-side='{side}']").select_option(name)
    *back, turned = steps()
    assert turned == pytest.approx(-change)
    assert sorted(back) == pytest.approx(sorted(-step for step in forth))
    part.locator("select[data-side='0']").select_option("recommended")
    assert "Choose two different plans" in part.inner_text()


def test_paper_has_every_reason_and_whole_tables(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    page, _ = opened(browser, pages["run"])
    written = tmp_path / "page.pdf"
    page.pdf(path=str(written), prefer_css_page_size=True, tagged=True)
    assert b"StructTreeRoot" in written.read_bytes()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    stories = page.locator("details.story")
    assert all(story.get_attribute("open") is not None for story in stories.all())
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowY") == "visible"
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    # chromium repeats no head that holds a button's box
    assert page.evaluate("getComputedStyle(document.querySelector('thead button')).display") == "contents"
    assert not page.locator("nav").is_visible()


def test_paper_is_short_unless_all_is_asked_for(browser: Any, pages: dict[str, Path]) -> None:
    page, _ = opened(browser, pages["run"])
    kept, moves = page.locator("#kept-table tbody tr"), page.locator("#moves-table tbody tr")
    note = page.get_by_text("rows are on paper").first

    def printed(rows: Any) -> int:
        return int(rows.evaluate_all("rows => rows.filter(row => getComputedStyle(row).display !== 'none').length"))

    assert printed(kept) == kept.count() > PRINTED_ROWS
    assert not note.is_visible()
    page.emulate_media(media="print")
    assert (printed(kept), printed(moves)) == (PRINTED_ROWS, moves.count())
    assert printed(page.locator("details.story")) == PRINTED_REASONS
    assert note.is_visible()
    # of what a search leaves, the first ones
    page.emulate_media(media="screen")
    page.get_by_label("Search in: Kept services and why").fill("road")
    left = printed(kept)
    page.emulate_media(media="print")
    assert printed(kept) == min(left, PRINTED_ROWS)
    page.emulate_media(media="screen")
    page.get_by_label("Search in: Kept services and why").fill("")
    page.get_by_label("print every row and every reason").check()
    page.emulate_media(media="print")
    assert printed(kept) == kept.count()
    assert not note.is_visible()
    page.goto(f"{pages['none'].as_uri()}")
    page.goto(f"{pages['run'].as_uri()}#print-all")
    assert printed(page.locator("#kept-table tbody tr")) > PRINTED_ROWS
