"""A region whose every text is hostile, whose counties have the same name, and which has all that a region can have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from optimizer.ask_region import answer_region
from optimizer.county import records
from optimizer.runs.region_folder import RegionRun
from optimizer.scenario.scenario import Case
from tests.cases import FACTS, case_of, offer, organization, plain_money, service
from tests.region.regions import region_of

NEIGHBOUR = {"one": "two", "two": "one"}


def hostile_region(names: Sequence[str], runs: Path) -> RegionRun:
    """Two counties: a firm that serves both, a shared unit, and a sale each way."""
    region = region_of({name: _county(name, names) for name in NEIGHBOUR})
    asked = replace(region.scenario, title=names[2], question=names[5])
    return answer_region(replace(region, scenario=asked), runs)


def _county(name: str, names: Sequence[str]) -> Case:
    other = NEIGHBOUR[name]
    funds = (records.Fund(fund="General", restricted=False), records.Fund(fund=names[3], restricted=True))
    facts = FACTS.model_copy(update={"name": names[0], "state": names[1], "funds": funds})
    services = [
        service(
            row, 1000.0, name=f"{names[place % len(names)][:280]} {row}", department=names[(place + 2) % len(names)]
        )
        for place, row in enumerate(("firm", "pooled", f"{name}-bought", f"{name}-sold", "kept"))
    ]
    sale = records.Sale(
        sale_id=f"{name}-sale", service_id=f"{name}-sold", org_id=other, offer_id=f"{other}-bought-{name}",
        price_usd_per_year=300, marginal_usd_per_year=100, buyer_cost_usd_per_year=1000, setup_usd=0, fte=0,
        lead_time_months=0,
    )  # fmt: skip
    unit = records.Pool(pool_id="pool", name=names[4], host_org_id="firm", setup_usd=10, fixed_usd_per_year=20,
                        min_members=2, max_members=9, share_rule="equal")  # fmt: skip
    return case_of(
        services,
        [organization("firm", 5.0, name=names[2]), organization(other, 1.0, name=names[0], kind="county")],
        [
            offer("firm", "firm", 400, decision="partner"),
            offer("pooled", "pool", 50),
            offer(f"{name}-bought", other, 300, decision="partner"),
        ],
        plain_money(),
        facts=facts,
        pools=[unit],
        sales=[sale],
        capacities=[records.Capacity(org_id="firm", resource="usd", amount=5000)],
        mandates=[records.Mandate(mandate_id="m", name=names[6], citation=names[0], authority=names[1],
                                  required_coverage=0.5, funded=True)],
        mandate_services=[records.MandateService(mandate_id="m", service_id="firm", weight=1)],
        spare_staff=[records.SpareStaff(department=names[0], fte=5)],
    )  # fmt: skip
