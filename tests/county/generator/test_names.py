"""Names read like a real county's: no two alike, no numbering, and a rich catalogue behind them."""

import re

import pytest

from optimizer.county.generator import catalogue
from tests.cases import made_county


@pytest.fixture(scope="module")
def county():
    return made_county(4)


def test_no_two_services_are_named_alike_and_none_is_numbered(county):
    names = county.frame("services")["name"]
    assert names.str.casefold().is_unique
    assert not names.str.contains(r"\d|_").any()
    assert not names.str.contains("{", regex=False).any()
    assert names.str.len().between(6, 90).all()


def test_organizations_are_named_alike_nowhere(county):
    names = county.frame("organizations")["name"]
    assert names.is_unique
    assert {"Clear Creek School District RE-1", "Gilpin County", "City of Idaho Springs"} <= set(names)
    assert not names.str.contains(r"_|\{").any()


def test_names_of_the_towns_are_the_countys_own(county):
    assert "Visitor centers, Georgetown" in set(county.frame("services")["name"])
    other = made_county(4, "moffat_like").frame("services")["name"]
    assert not other.str.contains("Georgetown|Evergreen|Idaho Springs").any()


def test_the_catalogue_is_rich():
    activities, divisions = catalogue.table("activities"), catalogue.table("divisions")
    assert len(activities) >= 300
    assert divisions["division"].is_unique
    assert divisions["department"].nunique() >= 35
    assert len(catalogue.variants()) >= 1000
    assert catalogue.variants()["name"].is_unique


def test_tables_of_the_catalogue_fit_each_other():
    activities, divisions = catalogue.table("activities"), catalogue.table("divisions")
    assert set(activities["division"]) == set(divisions["division"])
    assert set(divisions["service_class"]) <= set(catalogue.table("classes")["service_class"])
    assert set(activities["pool"].dropna()) == set(catalogue.table("pools")["pool"])
    assert {fund["fund"] for fund in catalogue.rows("funds")} >= set(divisions["fund"])
    known = set(activities["activity"])
    for name in ("duties", "links", "communication"):
        for row in catalogue.rows(name):
            assert set(catalogue.listed(row["activities"])) <= known, row
    assert all(len(catalogue.listed(row["activities"])) == 2 for row in catalogue.rows("communication"))
    assert not set(catalogue.table("communication")["link"]) & set(catalogue.table("links")["link"])
    types = catalogue.classes_of_types()
    assert set(catalogue.table("clear_creek_organizations")["type"]) <= set(types)
    assert {name for classes in types.values() for name in classes} <= set(catalogue.table("classes")["service_class"])
    assert set(catalogue.table("buyers")["type"]) <= set(types)
    served = {name for row in catalogue.rows("groups") for name in catalogue.listed(row["classes"])}
    assert served <= set(catalogue.table("classes")["service_class"])
    hosts = {row["host"] for row in catalogue.rows("pools")} - {""}
    assert hosts <= set(types)


def test_every_duty_has_a_citation_of_colorado_law():
    for duty in catalogue.rows("duties"):
        assert re.fullmatch(r"C\.R\.S\. \d.*", duty["citation"]), duty["duty"]


def test_every_class_says_where_its_price_comes_from():
    assert catalogue.table("classes")["basis"].str.contains("assumption|Aldag|Dixon").all()
