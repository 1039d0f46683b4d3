"""The data dictionary is complete, and docs/tables.md says what the records say."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.county.county import TABLES
from optimizer.county.dictionary import data_dictionary, tables_markdown

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"


def test_the_page_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page[page.index("\n## county\n") :] == tables_markdown(), (
        "docs/tables.md is not what the records say: replace its sections from `county` on by tables_markdown()"
    )


def test_every_column_is_there_once_and_in_words() -> None:
    dictionary = data_dictionary()
    assert not dictionary.duplicated(["table", "column"]).any()
    assert (dictionary[["type", "blank", "needs", "description"]] != "").all(axis=None)
    for name, table in TABLES.items():
        assert tuple(dictionary.loc[dictionary["table"] == name, "column"]) == table.columns
    assert list(dictionary["table"].drop_duplicates()) == ["county", "districts", "groups", "funds", *TABLES]


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("services", "personnel_usd", ("number", "USD per year", "refused", "US dollars, 0 or more")),
        ("services", "demand_level", ("whole number", "", "not scored", "a whole number from -4 to 4")),
        ("services", "delegable", ("yes/no", "", "refused", "yes or no")),
        ("offers", "transition_usd", ("number", "USD", "estimated", "US dollars, 0 or more")),
        ("offers", "org_id", ("id", "", "a pool does", "an id")),
        ("offers", "estimated", ("list", "", "all given", "column names separated by ;")),
        ("pool_tiers", "usd_per_unit", ("number", "USD per unit", "refused", "US dollars, 0 or more")),
        ("capacities", "amount", ("number", "the resource's", "refused", "an amount, 0 or more")),
        ("links", "kind", ("word", "", "refused", "one of together, apart, needs, communicates")),
        (
            "links",
            "volume_per_year",
            ("number", "units per year", "the link is not of kind communicates", "an amount, 0 or more"),
        ),
        ("communication_costs", "to_org_id", ("id", "", "the county itself", "an id")),
        (
            "organizations",
            "max_term_years",
            ("whole number", "years", "estimated by kind", "a whole number from 1 to 1000"),
        ),
        (
            "organizations",
            "price_escalation_share",
            ("number", "share", "estimated by kind", "a number from -0.5 to 0.5"),
        ),
        ("groups", "population", ("whole number", "residents", "refused", "a whole number, 0 or more")),
        ("mandate_services", "weight", ("number", "", "refused", "a number above 0 to 1e+09")),
        ("county", "currency", ("text", "", "USD", "a text")),
    ],
)
def test_a_column_in_words(table: str, column: str, expected: tuple[str, ...]) -> None:
    rows = data_dictionary().set_index(["table", "column"])
    assert tuple(rows.loc[(table, column), ["type", "unit", "blank", "needs"]]) == expected


def test_every_dollar_and_every_share_has_a_unit() -> None:
    numbers = data_dictionary().query("type == 'number'").set_index("column")
    bare = set(numbers.index[numbers["unit"] == ""])
    assert bare == {"weight", "score"}
