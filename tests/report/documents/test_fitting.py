"""Lists are folded so that a document fits, and no row is lost: it is shown or it is counted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.report.documents.blocks import Block, Document, Grid, Heading, Items, Paragraph, Picture
from optimizer.report.documents.columns import WIDTH, column_widths
from optimizer.report.documents.fitting import fitted
from optimizer.report.documents.letters import clean, lines_of, short, width_pt
from tests.examples import examples


def grid(rows: int, text: str, least: int = 2) -> Grid:
    return Grid(
        "A table",
        ("Name", "Amount"),
        tuple((f"{number} {text}", f"${number}") for number in range(rows)),
        (1.0, 0.0),
        lambda shown: (f"{rows - shown} more", f"${sum(range(shown, rows))}"),
        least=least,
        foot=("All", f"${sum(range(rows))}"),
    )


def document(*blocks: Block) -> Document:
    return Document("A title", "A subject", "A footer", blocks)


def test_letters_have_the_published_widths() -> None:
    # Adobe's Helvetica: W 944, i 222, the space 278 thousandths
    assert width_pt("Wi i", 10.0) == pytest.approx(9.44 + 2.22 + 2.78 + 2.22)
    assert lines_of("one two three", 10.0, 40.0) == 2
    assert lines_of("W" * 30, 10.0, 100.0) == 4
    assert lines_of("", 10.0, 40.0) == 1


def test_texts_are_made_safe_and_cuts_are_shown() -> None:
    assert clean("a\n\tb\x00\x1b \u202ec\ud800") == "a b\ufffd\ufffd c\ufffd"
    assert short("abcdef", 4) == "abc…"
    assert short("abcd", 4) == "abcd"


@settings(max_examples=examples(40))
@given(
    st.lists(st.tuples(st.integers(0, 120), st.text(max_size=60)), min_size=1, max_size=4),
    st.integers(1, 2),
)
def test_every_row_is_shown_or_counted(sizes: list[tuple[int, str]], pages: int) -> None:
    lists = [grid(rows, clean(text)) for rows, text in sizes]
    found = fitted(document(Heading("One"), *lists, Paragraph("Two")), pages)
    for before, after in zip(lists, (block for block in found.blocks if isinstance(block, Grid)), strict=True):
        if len(after.rows) == len(before.rows) and after.rows == before.rows:
            continue
        *shown, last = after.rows
        assert tuple(shown) == before.rows[: len(shown)]
        assert last == (f"{len(before.rows) - len(shown)} more", f"${sum(range(len(shown), len(before.rows)))}")
        assert shown


def test_a_picture_gives_way_to_rows_that_are_needed() -> None:
    picture = Picture(b"", "Words", 2.0)
    roomy = fitted(document(grid(5, "x"), picture), 1)
    assert picture in roomy.blocks
    items = Items(tuple(f"{number} {'x' * 90}" for number in range(80)), lambda shown: f"{80 - shown} more", enough=80)
    full = fitted(document(items, picture), 1)
    assert picture not in full.blocks
    (kept,) = full.blocks
    assert isinstance(kept, Items)
    assert kept.texts[-1] == f"{80 - len(kept.texts) + 1} more"


@settings(max_examples=examples(40))
@given(st.lists(st.lists(st.text(max_size=80).map(clean), min_size=4, max_size=4), min_size=1, max_size=6))
def test_columns_are_no_wider_than_the_page(rows: list[list[str]]) -> None:
    table = Grid("A table", ("A", "B b", "C", "D"), tuple(map(tuple, rows)), (0.5, 0.0, 0.2, 0.0))
    widths = column_widths(table)
    assert sum(widths) <= WIDTH + 1e-6
    assert min(widths) > 0


def test_a_table_gives_way_to_what_may_stand_instead_where_nothing_else_fits() -> None:
    long = Paragraph("word " * 2_000)
    said = Paragraph("In a sentence.")
    grid = Grid("Spare", ("Name",), (("row",),) * 3, (1.0,), lambda shown: (f"{3 - shown} more",), instead=said)
    kept = fitted(Document("Title", "", "", (Paragraph("word"), grid)), 1)
    assert [type(block) for block in kept.blocks] == [Paragraph, Grid]
    full = fitted(Document("Title", "", "", (long, grid)), 1)
    assert full.blocks == (long, said)
