"""Generated counties: totals to the cent, shares as specified, any size, same seed same county."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.county.checks import check_county
from optimizer.county.county import TABLES, County
from optimizer.county.generator import PRESETS, generate, spec_for
from optimizer.errors import Refused
from tests.cases import made_county
from tests.examples import examples


def clear_creek() -> County:
    return made_county(4)


def gross(county: County) -> pd.Series:
    services = county.frame("services")
    return services["personnel_usd"] + services["nonpersonnel_usd"] + services["overhead_usd"]


def cents(usd: pd.Series) -> int:
    return int(np.rint(usd * 100).astype(np.int64).sum())


@pytest.mark.parametrize("preset", ["clear_creek", "moffat_like"])
def test_totals_are_met_to_the_cent(preset):
    spec = spec_for(preset)
    county = made_county(4, preset)
    assert len(county.services) == spec.services
    assert len(county.organizations) == spec.organizations
    assert cents(gross(county)) == round(spec.budget_usd * 100)
    assert cents(county.frame("services")["fte"]) == round(spec.fte * 100)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shares_are_those_of_the_published_inventories(seed):
    county = made_county(seed)
    services, cost = county.frame("services"), gross(county)
    mandated = services["mandate_level"] >= 3
    assert 0.33 <= mandated.mean() <= 0.42
    assert 0.47 <= cost[mandated].sum() / cost.sum() <= 0.56
    assert services["personnel_usd"].sum() / cost.sum() == pytest.approx(0.56, abs=0.001)
    assert 0.55 <= cost.nlargest(80).sum() / cost.sum() <= 0.65
    assert cost.min() >= 1000
    high = services["reliance_level"] >= 3
    assert 0.5 <= high.mean() <= 0.6


def test_personnel_is_mostly_nearly_all_or_nearly_nothing():
    county = clear_creek()
    share = county.frame("services")["personnel_usd"] / gross(county)
    assert ((share < 0.2) | (share > 0.6)).mean() > 0.9
    assert (share < 0.2).mean() > 0.2


@pytest.mark.parametrize(("preset", "share"), [("clear_creek", 0.78), ("moffat_like", 0.59)])
def test_the_published_share_of_the_budget_overlaps(preset, share):
    county = made_county(4, preset)
    overlapping = county.frame("services")["service_id"].isin(county.frame("overlaps")["service_id"])
    cost = gross(county)
    assert cost[overlapping].sum() / cost.sum() == pytest.approx(share, abs=0.005)


@pytest.mark.parametrize("preset", ["clear_creek", "moffat_like"])
def test_the_largest_partner_overlaps_122_services(preset):
    counts = made_county(4, preset).frame("overlaps")["org_id"].value_counts()
    assert counts.iloc[0] == 122
    assert counts.iloc[1] < 122


def test_vendors_are_few():
    county = clear_creek()
    services, overlaps = county.frame("services"), county.frame("overlaps")
    kinds = county.frame("organizations").set_index("org_id")["kind"]
    firms = overlaps[overlaps["org_id"].map(kinds) == "private"]
    outsourceable = services[services["delegable"] & services["service_id"].isin(overlaps["service_id"])]
    per_service = firms["service_id"].value_counts().reindex(outsourceable["service_id"], fill_value=0)
    assert per_service.mean() < 2
    assert (per_service <= 1).mean() > 0.5


def test_kinds_of_organizations_and_stances_are_mixed():
    county = clear_creek()
    kinds = county.frame("organizations")["kind"].value_counts()
    assert set(kinds.index) == {
        "municipality", "special_district", "school_district", "county", "state", "nonprofit", "private",
    }  # fmt: skip
    assert kinds["special_district"] > kinds["municipality"] >= 4
    stances = county.frame("overlaps")["stance"].value_counts(normalize=True)
    assert stances["delivers"] > 0.4
    assert 0 < stances["would_buy"] < 0.1


def test_about_half_of_the_overlaps_that_could_move_came_with_a_price():
    county = clear_creek()
    services, overlaps, offers = county.frame("services"), county.frame("overlaps"), county.frame("offers")
    delegable = set(services.loc[services["delegable"], "service_id"])
    plausible = overlaps[overlaps["service_id"].isin(delegable) & (overlaps["stance"] != "would_buy")]
    quoted = offers[offers["org_id"].notna()]
    assert 0.4 <= len(quoted) / len(plausible) <= 0.65
    assert quoted["price_usd_per_year"].notna().all()
    terms = quoted[["transition_usd", "retained_revenue_usd", "coverage", "fte_displaced", "lead_time_months"]]
    assert 0.05 < terms.isna().any(axis=1).mean() < 0.3


def test_the_county_passes_its_checks_and_what_is_not_delegable_has_no_offer():
    county = clear_creek()
    assert check_county(county) == []
    fixed = {service.service_id for service in county.services if not service.delegable}
    assert fixed
    assert not fixed & {offer.service_id for offer in county.offers}


def test_keeping_everything_satisfies_every_duty():
    county = clear_creek()
    assert county.mandates
    assert all("keep" in mandate.allowed_decisions for mandate in county.mandates if mandate.allowed_decisions)
    assert all(mandate.required_coverage <= 1 for mandate in county.mandates)
    served = {row.mandate_id for row in county.mandate_services}
    assert served == {mandate.mandate_id for mandate in county.mandates}


def test_elected_officials_own_their_services():
    owners = clear_creek().frame("services").groupby("department")["consent_owner"].unique()
    for office in ("Sheriff", "Clerk and Recorder", "Assessor", "Treasurer", "Coroner", "District Attorney"):
        assert list(owners[office]) == [office]


def test_pools_get_cheaper_with_volume_and_can_be_opened():
    county = clear_creek()
    assert 5 <= len(county.pools) <= 8
    assert any(pool.host_org_id is None for pool in county.pools)
    uses = county.frame("uses").merge(county.frame("offers")[["offer_id", "pool_id"]], on="offer_id")
    for pool in county.pools:
        tiers = [tier for tier in county.pool_tiers if tier.pool_id == pool.pool_id]
        rates = [tier.usd_per_unit for tier in tiers]
        assert rates == sorted(rates, reverse=True)
        assert [tier.from_volume for tier in tiers[1:]] == [tier.to_volume for tier in tiers[:-1]]
        mine = uses[(uses["pool_id"] == pool.pool_id) & (uses["resource"] == pool.resource)]
        assert pool.min_members <= len(mine) == pool.max_members
        assert tiers[-1].from_volume <= mine["amount"].sum() <= tiers[-1].to_volume


def test_the_same_seed_gives_the_same_county_and_another_seed_another():
    assert generate(spec_for("clear_creek"), 4) == made_county(4)
    assert made_county(3).services != made_county(4).services


@given(
    services=st.integers(20, 300),
    organizations=st.integers(0, 90),
    seed=st.integers(0, 2**32),
    preset=st.sampled_from(sorted(PRESETS)),
)
@settings(max_examples=examples(16), suppress_health_check=[HealthCheck.too_slow])
def test_any_size_is_a_county_that_passes_its_checks(services, organizations, seed, preset):
    spec = spec_for(preset, services=services, organizations=organizations)
    county = generate(spec, seed)
    assert check_county(county) == []
    assert (len(county.services), len(county.organizations)) == (services, organizations)
    assert cents(gross(county)) == round(spec.budget_usd * 100)


def test_a_region_of_many_counties_has_places_in_its_names():
    county = made_county(1, "region", services=2500, organizations=120)
    names = county.frame("services")["name"]
    assert names.is_unique
    assert names.str.contains("Aspen|Alder|Copper|Hawk").any()
    assert len(county.pools) > 7
    assert check_county(county) == []


def test_smaller_presets_scale_in_proportion():
    spec = spec_for("clear_creek", services=80, organizations=None)
    assert (spec.budget_usd, spec.fte, spec.population) == (3_840_000.0, 22.8, 940)
    assert sum(district.population for district in generate(spec, 1).facts.districts) == 940
    assert spec_for("clear_creek", services=80, budget_usd=1e6).budget_usd == 1e6


@pytest.mark.parametrize(
    ("preset", "changes", "where", "words"),
    [
        ("clear_crek", {}, "preset", "Did you mean 'clear_creek'?"),
        ("clear_creek", {"services": 0}, "services", "greater than or equal to 1"),
        ("clear_creek", {"budget_usd": 1000.0}, "specification", "twice cost_floor_usd"),
        ("clear_creek", {"overlap_share_of_cost": 1.2}, "overlap_share_of_cost", "less than or equal to 1"),
        ("clear_creek", {"organisations": 3}, "organisations", "Did you mean 'organizations'?"),
        (
            "clear_creek",
            {"population": 5, "districts": PRESETS["clear_creek"].districts},
            "specification",
            "add up to population",
        ),
    ],
)
def test_a_county_that_cannot_be_is_refused(preset, changes, where, words):
    with pytest.raises(Refused) as refusal:
        spec_for(preset, **changes)
    assert where in {finding.where for finding in refusal.value.findings}
    assert words in str(refusal.value)


@pytest.mark.parametrize("table", ["services", "offers", "overlaps"])
def test_ids_leave_room_for_those_of_estimated_offers(table):
    county = clear_creek()
    longest = max(len(org.org_id) for org in county.organizations), max(len(s.service_id) for s in county.services)
    assert len("est~") + sum(longest) + len("~") + len("~consolidate") <= 80
    assert county.frame(table)[TABLES[table].key[0]].notna().all()
