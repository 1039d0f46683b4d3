"""Hypothesis strategies for the tables that tie services to each other and to those who would buy them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from optimizer.county import records
from optimizer.county.terms import LinkKind
from tests.strategy_parts import dollars, some


@st.composite
def links(draw: st.DrawFn, services: list[records.Service]) -> dict[str, Any]:
    """At most one link, over the first few services; over two of them if it is one along which they communicate."""
    if len(services) < 2 or not draw(st.booleans()):
        return {}
    kind = draw(st.sampled_from(LinkKind))
    communicates = kind is LinkKind.COMMUNICATES
    link = records.Link(link_id="link", kind=kind, volume_per_year=draw(dollars(9_000)) if communicates else None)
    tied = services[: 2 if communicates else draw(st.integers(2, len(services)))]
    rows = (
        records.LinkService(link_id="link", service_id=service.service_id, position=place)
        for place, service in enumerate(tied, start=1)
    )
    return {"links": (link,), "link_services": tuple(rows)}


@st.composite
def communication_costs(draw: st.DrawFn, organizations: list[records.Organization]) -> list[records.CommunicationCost]:
    """Costs between some pairs, either of the two first; a pair may be one place and itself."""
    places = [None, *(row.org_id for row in organizations)]
    pairs = [(one, other) for number, one in enumerate(places) for other in places[number:]]
    return [
        records.CommunicationCost(from_org_id=ends[0], to_org_id=ends[1], usd_per_unit=draw(dollars(90)))
        for pair in draw(some(pairs))
        for ends in (draw(st.permutations(pair)),)
    ]


@st.composite
def sales(
    draw: st.DrawFn, services: list[records.Service], organizations: list[records.Organization]
) -> list[records.Sale]:
    """Sales that may be worth making or not."""
    possible = [(service, organization) for service in services for organization in organizations]
    return [
        records.Sale(
            sale_id=f"sale{number}",
            service_id=service.service_id,
            org_id=organization.org_id,
            price_usd_per_year=draw(st.none() | dollars()),
            marginal_usd_per_year=draw(dollars()),
            buyer_cost_usd_per_year=draw(dollars()),
            setup_usd=draw(dollars(9_000)),
            fte=draw(st.integers(0, 8)) / 4,
            lead_time_months=float(draw(st.integers(0, 24))),
            offer_id=draw(st.sampled_from([None, f"theirs~{number}"])),
            estimated=draw(st.sampled_from([(), ("fte", "setup_usd")])),
        )
        for number, (service, organization) in enumerate(draw(some(possible)))
    ]


@st.composite
def spare_staff(draw: st.DrawFn, services: list[records.Service]) -> list[records.SpareStaff]:
    return [
        records.SpareStaff(department=department, year=year, fte=draw(st.integers(0, 8)) / 4)
        for department in draw(some(list(dict.fromkeys(row.department for row in services))))
        for year in draw(st.sampled_from([(None,), (None, 2), (1, 2)]))
    ]
