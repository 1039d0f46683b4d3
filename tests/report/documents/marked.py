"""Partners of a county whose names, or whose neighbours, are marked so that they are found wherever they stand."""

from __future__ import annotations

from dataclasses import replace

from optimizer.report.brief.partner import Partner, partner_of
from optimizer.solve.outcome import Stopped


def rivalled(partner: Partner) -> Partner:
    """The same where all that is of others, and what the scenario is called, is marked: ZZ, and 987,... dollars."""
    county, plan, own = partner.answer.county, partner.plan, partner.org_id
    hosted = {pool.pool_id for pool in county.pools if pool.host_org_id == own}
    organizations = tuple(
        row
        if row.org_id == own
        else row.model_copy(update={"name": f"ZZ{row.name}", "agreement_usd_per_year": 987_001.0})
        for row in county.organizations
    )
    offers = tuple(
        row
        if row.org_id == own or row.pool_id in hosted
        else row.model_copy(update={"price_usd_per_year": 987_002.0, "transition_usd": 987_003.0})
        for row in county.offers
    )
    pools = tuple(row if row.pool_id in hosted else row.model_copy(update={"name": "ZZ"}) for row in county.pools)
    others = plan.decisions["org_id"] != own
    decisions = plan.decisions.assign(
        provider=plan.decisions["provider"].mask(others, "ZZ"),
        name=plan.decisions["name"].mask(others, "ZZ"),
        consent_owner="ZZ",
        department="ZZ",
        today_usd_per_year=987_004.0,
        saving_usd_per_year=987_005.0,
        gross_usd_per_year=plan.decisions["gross_usd_per_year"].mask(others, 987_006.0),
    )
    foreign = plan.sales["org_id"] != own
    sales = plan.sales.assign(
        marginal_usd_per_year=987_007.0,
        gain_usd_per_year=987_008.0,
        buyer=plan.sales["buyer"].mask(foreign, "ZZ"),
    )
    limits = plan.limits.assign(
        text=plan.limits["text"].mask(~plan.limits["subject"].astype(str).str.startswith(f"{own} "), "ZZ")
    )
    county = county.with_tables(organizations=organizations, offers=offers, pools=pools)
    plan = replace(plan, decisions=decisions, sales=sales, limits=limits, cost_usd=987_009.0, today_usd=987_010.0)
    answer = replace(partner.answer, name="ZZ", title="ZZ", question="ZZ", county=county, plan=plan)
    return partner_of(answer, own)


def hostile(partner: Partner) -> Partner:
    """The same with names that were made to break a file, and an answer that was stopped early."""
    bad = "W" * 300
    county = partner.answer.county
    names = ["=cmd|'x'!A0", "<script>x</script>", bad, "\u202eabc", *[bad] * len(county.services)]
    services = tuple(row.model_copy(update={"name": name}) for row, name in zip(county.services, names, strict=False))
    organization = partner.organization.model_copy(update={"name": "<b>Bell</b> & " + bad})
    decisions = partner.plan.decisions.assign(name=[row.name for row in services])
    answer = replace(partner.answer, county=county.with_tables(services=services), stopped=Stopped.TIME)
    return Partner(answer, replace(partner.plan, decisions=decisions), organization)
