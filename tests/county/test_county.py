"""A county as records, as frames, and as places that a reader can look up."""

from __future__ import annotations

import pytest

from optimizer.county.county import TABLES, County, Source
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
