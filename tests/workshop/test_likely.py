"""The order of a worksheet's rows: what is known first, then what is likely, each with its reason."""

from __future__ import annotations

import pytest

from optimizer.county import records
from optimizer.county.county import County
from optimizer.county.terms import Kind
from optimizer.workshop.likelihoods import likelihood_of, likelihoods
from optimizer.workshop.likely import Answers, Chance, names_class
from tests.cases import FACTS, organization, service


def county_of(overlaps: list[tuple[str, str, str]], **changes: object) -> County:
    organizations = (
        organization("east"),
        organization("west"),
        organization("books", name="Valley Library District", kind="special_district"),
        organization("firm", name="Acme", kind="private"),
    )
    services = (
        service("plow", service_class="roads", reliance_level=3),
        service("signs", service_class="roads", reliance_level=3),
        service("branch", service_class="library", reliance_level=3),
        service("jail", service_class="custody", reliance_level=4),
    )
    rows = [records.Overlap(org_id=org, service_id=one, stance=stance) for org, one, stance in overlaps]
    return County(FACTS, services, organizations, overlaps=tuple(rows))


def chances(county: County, org_id: str) -> dict[str, tuple[Chance, float, str]]:
    org = next(org for org in county.organizations if org.org_id == org_id)
    return {row.service.service_id: (row.chance, row.probability, row.why) for row in Answers(county).likely(org)}


def test_what_it_said_comes_first_and_is_told() -> None:
    found = chances(county_of([("east", "jail", "delivers"), ("east", "plow", "no")]), "east")
    assert {*[*found][:2]} == {"jail", "plow"}
    assert found["plow"] == (Chance.KNOWN, 1.0, "Your answer so far: no")


def test_an_offer_is_known_too() -> None:
    offer = records.Offer(offer_id="o", service_id="branch", org_id="firm", decision="outsource")
    found = chances(county_of([]).with_tables(offers=(offer,)), "firm")
    assert found["branch"][0] is Chance.KNOWN


def test_before_anybody_has_answered_the_table_and_the_reliance_decide() -> None:
    # roads and municipality: 0.6 in the table, of which 0.7 at reliance level 3; custody: 0.15, of which a quarter
    found = chances(county_of([]), "east")
    assert found["plow"][1] == pytest.approx(0.7 * likelihood_of("roads", "municipality").likelihood)
    assert found["jail"][1] == pytest.approx(0.25 * likelihood_of("custody", "municipality").likelihood)
    assert found["plow"][2] == "Usual for a municipality (assumption)"
    assert found["jail"][2] == ""


def test_the_answers_of_its_kind_count_with_the_table() -> None:
    # west delivers signs: one of one town, with the table's 0.6 counting for two: (2 x 0.6 + 1) / 3
    found = chances(county_of([("west", "signs", "delivers")]), "east")
    share = 0.7 * (2 * 0.6 + 1) / 3
    assert found["plow"] == (Chance.LIKELY, pytest.approx(share), "1 of 1 of your kind (municipality) deliver roads")
    assert found["signs"][1] == pytest.approx(1 - (1 - share) * 0.85)
    assert found["signs"][2] == "1 of 1 of your kind (municipality) said that they deliver it"


def test_who_only_said_no_delivers_nothing_but_has_answered() -> None:
    found = chances(county_of([("west", "signs", "no")]), "east")
    assert found["plow"][1] == pytest.approx(0.7 * (2 * 0.6 + 0) / 3)


def test_its_own_work_and_its_name_tell() -> None:
    county = county_of([("firm", "plow", "would_take_over")])
    assert chances(county, "firm")["signs"][2] == "You also deliver other roads"
    assert chances(county, "books")["branch"] == (Chance.LIKELY, pytest.approx(0.7 * 0.8), "Your name says library")


@pytest.mark.parametrize(
    ("name", "service_class", "names"),
    [
        ("Valley Fire Protection District", "fire", True),
        ("Friends of the Library", "library", True),
        ("Gold Camp Health Service District", "human_services", False),
        ("Acme", "roads", False),
        ("<script>", "it", False),
    ],
)
def test_names(name: str, service_class: str, names: bool) -> None:
    assert names_class(name, service_class) == names


def test_every_likelihood_has_a_source_and_every_kind_a_row() -> None:
    assert all(row.source for row in likelihoods().values())
    assert {kind for _, kind in likelihoods()} == {*Kind, "*"}
    assert likelihood_of("a class of our own", "county").likelihood == 0.7
