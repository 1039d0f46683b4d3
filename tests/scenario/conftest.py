"""A folder with scenarios and data, and a small county to try scenarios on."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from optimizer.county import records
from optimizer.county.county import County
from optimizer.errors import Refused
from optimizer.scenario.loading import load_scenario
from optimizer.scenario.scenario import Scenario
from tests.cases import ROOT, offer, organization, service


@dataclass(frozen=True)
class Desk:
    """Scenario files under test: the shipped base.yaml, and a county named clear_creek."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "scenarios"

    def write(self, name: str, text: str) -> Path:
        """Write a file below scenarios/, dedented."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    def ask(self, text: str, name: str = "ask", overrides: Sequence[str] = (), county: Path | None = None) -> Scenario:
        """Load a what-if of the given text; it is put into clear_creek unless it names a county itself."""
        text = dedent(text).lstrip("\n")
        if "county:" not in text and county is None:
            text += "\ncounty: clear_creek\n"
        return load_scenario(self.write(f"whatifs/{name}.yaml", text), overrides, county)

    def refused(self, text: str, overrides: Sequence[str] = (), county: Path | None = None) -> list[str]:
        """The findings of a what-if that cannot be loaded."""
        with pytest.raises(Refused) as refused:
            self.ask(text, overrides=overrides, county=county)
        return [str(finding) for finding in refused.value.findings]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_in(tmp_path)


def desk_in(folder: Path) -> Desk:
    """A desk in a folder of its own."""
    (folder / "scenarios" / "whatifs").mkdir(parents=True)
    (folder / "data" / "clear_creek").mkdir(parents=True)
    shutil.copy(ROOT / "scenarios" / "base.yaml", folder / "scenarios" / "base.yaml")
    return Desk(folder)


@pytest.fixture
def county() -> County:
    return small_county()


def small_county() -> County:
    """Five services in three departments, two towns, a firm, two pools, two sales, and one of every other table."""
    return County(
        facts=records.Facts(
            name="Clear Creek",
            state="CO",
            population=9000,
            fiscal_year=2026,
            general_fund="General",
            districts=(
                records.District(district="west", population=4000),
                records.District(district="east", population=5000),
            ),
            groups=(records.Group(group="seniors", population=2100),),
            funds=(records.Fund(fund="General", restricted=False), records.Fund(fund="Roads", restricted=True)),
        ),
        services=(
            service("plowing", 400, department="Public Works", fund="Roads", mandate_level=4, quartile=1),
            service("gravel", 300, department="Public Works", fund="Roads", mandate_level=2, division="Pits"),
            service(
                "dispatch",
                900,
                department="Sheriff",
                service_class="dispatch",
                mandate_level=4,
                critical=True,
                consent_owner="Sheriff",
                fte=8,
            ),
            service(
                "jail",
                700,
                department="Sheriff",
                service_class="jail",
                mandate_level=4,
                delegable=False,
                consent_owner="Sheriff",
            ),
            service("library", 200, department="Culture", service_class="library", mandate_level=0, quartile=4),
        ),
        organizations=(
            organization("jeffcom", 5000, kind="special_district", min_volume_usd_per_year=100),
            organization("evergreen", 4000),
            organization("paveco", kind="private", agreement_usd_per_year=None),
        ),
        capacities=(
            records.Capacity(org_id="jeffcom", resource="fte", amount=10),
            records.Capacity(org_id="evergreen", resource="usd", year=1, amount=500),
        ),
        overlaps=(records.Overlap(org_id="evergreen", service_id="library", stance="would_partner"),),
        offers=(
            offer("plowing", "paveco", 350, moved_share=0.8),
            offer("gravel", "paveco", 250),
            offer("dispatch", "jeffcom", 500, coverage=0.98),
            offer("gravel", "evergreen", 280, estimated=("price_usd_per_year", "coverage")),
            offer("library", "pool_books", 150),
            offer("dispatch", "pool_911", 450, quality=None),
        ),
        coverages=(records.Coverage(offer_id="dispatch-jeffcom", district="west", coverage=0.9),),
        uses=(
            records.Use(offer_id="dispatch-jeffcom", resource="fte", amount=8),
            records.Use(offer_id="dispatch-pool_911", resource="calls", amount=9000),
        ),
        pools=(
            records.Pool(
                pool_id="pool_books", name="Books", setup_usd=100, fixed_usd_per_year=50, min_members=1, max_members=3
            ),
            records.Pool(
                pool_id="pool_911",
                name="911",
                host_org_id="jeffcom",
                resource="calls",
                setup_usd=900,
                fixed_usd_per_year=70,
                min_members=1,
                max_members=4,
            ),
        ),
        pool_tiers=(
            records.PoolTier(
                pool_id="pool_911", tier=1, from_volume=0, to_volume=20000, usd_per_unit=0.01, fixed_usd_per_year=5
            ),
        ),
        mandates=(
            records.Mandate(
                mandate_id="roads_open",
                name="Open roads",
                citation="C.R.S. 43-2-111",
                authority="state",
                required_coverage=0.9,
                funded=True,
                allowed_decisions=("keep", "partner"),
            ),
        ),
        mandate_services=(
            records.MandateService(mandate_id="roads_open", service_id="plowing", weight=2),
            records.MandateService(mandate_id="roads_open", service_id="gravel", weight=1),
        ),
        links=(
            records.Link(link_id="yards", kind="together"),
            records.Link(link_id="radio", kind="communicates", volume_per_year=120),
        ),
        link_services=(
            records.LinkService(link_id="yards", service_id="plowing", position=1),
            records.LinkService(link_id="yards", service_id="gravel", position=2),
            records.LinkService(link_id="radio", service_id="dispatch", position=1),
            records.LinkService(link_id="radio", service_id="jail", position=2),
        ),
        communication_costs=(
            records.CommunicationCost(to_org_id="jeffcom", usd_per_unit=40),
            records.CommunicationCost(from_org_id="jeffcom", to_org_id="evergreen", usd_per_unit=60),
        ),
        sales=(
            records.Sale(
                sale_id="books_for_evergreen",
                service_id="library",
                org_id="evergreen",
                marginal_usd_per_year=40,
                buyer_cost_usd_per_year=90,
                setup_usd=10,
                fte=0.5,
                lead_time_months=3,
            ),
            records.Sale(
                sale_id="calls_for_jeffcom",
                service_id="dispatch",
                org_id="jeffcom",
                price_usd_per_year=300,
                marginal_usd_per_year=200,
                buyer_cost_usd_per_year=400,
                setup_usd=50,
                fte=2,
                lead_time_months=6,
            ),
        ),
        spare_staff=(
            records.SpareStaff(department="Culture", fte=1),
            records.SpareStaff(department="Sheriff", year=2, fte=2.5),
        ),
        proposals=(
            records.Proposal(proposal_id="trail", name="Trail", fund="General", usd_per_year=50, score=3, max_share=1),
        ),
    )
