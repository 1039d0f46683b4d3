"""The shipped priors: complete, each with its source, and never better than what is published."""

from optimizer.county.generator import catalogue
from optimizer.county.terms import MOVES, Decision, Kind
from optimizer.options.priors import ANY, shipped_priors


def row(service_class: str, kind: str, decision: Decision):
    return next(p for p in shipped_priors() if (p.service_class, p.kind, p.decision) == (service_class, kind, decision))


def test_every_decision_that_is_offered_has_a_catch_all():
    rest = {prior.decision for prior in shipped_priors() if (prior.service_class, prior.kind) == (ANY, ANY)}
    assert rest == set(MOVES)


def test_keys_are_unique_and_name_what_exists():
    priors = shipped_priors()
    keys = [(prior.service_class, prior.kind, prior.decision) for prior in priors]
    assert len(set(keys)) == len(keys)
    assert {prior.kind for prior in priors} <= {ANY, *Kind}
    assert {prior.service_class for prior in priors} <= {ANY, *catalogue.table("classes")["service_class"]}


def test_every_row_says_where_it_comes_from():
    assert all(len(prior.source) > 8 for prior in shipped_priors())
    assert all(prior.transferred_share + prior.displaced_share <= 1 for prior in shipped_priors())


def test_signs_are_those_of_the_evidence():
    """Sharing lowers cost in roads, waste, police, library and sewer, raises it in elder services and planning."""
    for service_class in ("roads", "waste", "police", "library", "sewer"):
        assert row(service_class, ANY, Decision.PARTNER).price_share < 0.8
    for service_class in ("fire", "ems", "water", "recreation", "economic_development", "back_office"):
        assert row(service_class, ANY, Decision.PARTNER).price_share == 1
    for service_class in ("elder", "planning"):
        assert row(service_class, ANY, Decision.PARTNER).price_share > 1
