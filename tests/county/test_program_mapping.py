"""Program Mapping: shares of the budget by hand."""

from __future__ import annotations

import pytest

from optimizer.county.county import County
from optimizer.county.program_mapping import map_programs
from optimizer.county.reading import read_county
from optimizer.county.records import Overlap
from tests.cases import FACTS, ROOT, organization, service


def test_shares_by_hand() -> None:
    # gross 100, 200, 300, 400; east delivers a and b, west b, somebody would buy c, d is not delivered by west either
    county = County(
        facts=FACTS,
        services=(
            service("a", 100, mandate_level=4),
            service("b", 150, overhead_usd=50, department="Library"),
            service("c", 300),
            service("d", 400),
        ),
        organizations=(organization("east"), organization("west")),
        overlaps=tuple(
            Overlap(org_id=org, service_id=service_id, stance=stance)
            for org, service_id, stance in (
                ("east", "a", "delivers"),
                ("east", "b", "would_partner"),
                ("east", "b", "delivers"),
                ("west", "b", "would_take_over"),
                ("west", "c", "would_buy"),
                ("west", "d", "no"),
            )
        ),
    )
    found = map_programs(county)
    assert found.total_usd_per_year == 1000
    assert found.also_delivered_share == 0.3
    assert found.leverageable_share == 0.6
    assert dict(zip(found.by_organization["org_id"], found.by_organization["share"], strict=True)) == {
        "east": 0.3,
        "west": 0.2,
    }
    assert dict(zip(found.by_department["department"], found.by_department["share"], strict=True)) == {
        "Works": 100 / 800,
        "Library": 1,
    }
    assert dict(zip(found.by_mandate_level["mandate_level"], found.by_mandate_level["share"], strict=True)) == {
        4: 1,
        0: 200 / 900,
    }
    assert list(found.by_providers["providers"]) == [0, 1, 2]


def test_clear_creek_is_made_to_the_published_share() -> None:
    # "upwards of 78% of its budget", counting what the county could sell
    found = map_programs(read_county(ROOT / "data" / "clear_creek"))
    assert found.leverageable_share == pytest.approx(0.78, abs=0.005)
