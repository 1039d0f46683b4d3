"""A county as records, as frames, and as places that a reader can look up."""

from __future__ import annotations

import pytest

from optimizer.county.county import TABLES, County, Source, frame_of
from optimizer.county.records import Record
from tests.county.sample import COUNTY, FACTS, service


@pytest.mark.parametrize("table", TABLES)
def test_a_frame_has_the_same_columns_and_types_with_and_without_rows(table: str) -> None:
    full, bare = COUNTY.frame(table), County(FACTS, services=()).frame(table)
    assert tuple(full.columns) == tuple(bare.columns) == TABLES[table].columns
    assert list(full.dtypes) == list(bare.dtypes)
    assert len(full) == len(COUNTY.table(table))


def test_a_blank_number_is_nan_and_a_word_is_plain_text() -> None:
    offers = COUNTY.frame("offers")
    assert offers["coverage"].isna().tolist() == [True, False, False]
    assert offers["decision"].tolist() == ["partner", "outsource", "consolidate"]
    assert all(type(word) is str for word in offers["decision"])


def test_a_changed_county_keeps_the_places_of_tables_of_the_same_length() -> None:
    county = County(
        FACTS,
        services=(service("a"), service("b")),
        sources={"services": Source("services.csv", (2, 5)), "offers": Source("offers.csv", ())},
    )
    renamed = county.with_tables(services=(service("a"), service("c")))
    assert renamed.where("services", 1, "fte") == "services.csv row 5 column fte"
    longer = county.with_tables(services=(*county.services, service("c")))
    assert longer.where("services", 1, "fte") == "services row 3 column fte"
    assert county.services[1].service_id == "b"


def test_what_is_found_of_a_table_is_found_once_for_all_counties_that_have_the_very_table() -> None:
    looked: list[int] = []

    def rows_of(_: type[Record], rows: tuple[Record, ...]) -> int:
        looked.append(len(rows))
        return len(rows)

    county = COUNTY.with_tables(sales=())
    renamed = county.with_tables(services=(service("a"), service("c")))
    assert renamed.found_of("offers", rows_of) == county.found_of("offers", rows_of) == len(county.offers)
    assert looked == [len(county.offers)]
    assert renamed.frame("offers") is county.frame("offers")
    # a table that was replaced is another one, in either county
    assert renamed.found_of("services", rows_of) == 2
    assert county.found_of("services", rows_of) == len(county.services) != 2
    assert renamed.frame("services")["service_id"].tolist() == ["a", "c"]


def test_a_frame_that_is_told_is_that_of_this_county_alone() -> None:
    county = COUNTY.with_tables(sales=())
    told = county.frame("offers").assign(coverage=0.5)
    assert county.with_tables(offers=county.offers).knowing({"offers": {frame_of: told}}).frame("offers") is told
    assert county.frame("offers")["coverage"].isna().tolist() == [True, False, False]
