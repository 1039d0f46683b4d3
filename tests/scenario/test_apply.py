"""Changes to a county's tables: what a cell becomes, who did it, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optimizer.county.county import TABLES, County, Source
from optimizer.county.records import LinkService, Offer
from optimizer.county.terms import EXIT_ID, Decision, ShareRule
from optimizer.errors import Refused
from optimizer.scenario.apply import apply_changes
from optimizer.scenario.scenario import CellChange, Change, Scenario
from tests.cases import settings_of
from tests.scenario.conftest import Desk

ALL = tuple(TABLES)


def refused(county: County, scenario: Scenario) -> list[str]:
    with pytest.raises(Refused) as caught:
        apply_changes(county, scenario, ALL)
    return [str(finding) for finding in caught.value.findings]


def cells(changes: tuple[CellChange, ...]) -> list[tuple[Any, ...]]:
    return [(change.table, change.key, change.column, change.before, change.after) for change in changes]


def test_no_changes_leave_the_county_as_it_is(desk: Desk, county: County) -> None:
    assert apply_changes(county, desk.ask("title: x"), ALL) == (county, ())


def test_scaling_multiplies_and_leaves_blanks_blank(desk: Desk, county: County) -> None:
    scenario = desk.ask(
        """
        change:
          - in: offers
            where: {service.department: Sheriff}
            scale: {quality: 0.5, price_usd_per_year: 1.1}
        """
    )
    changed, changes = apply_changes(county, scenario, ALL)
    assert cells(changes) == [
        ("offers", ("dispatch-jeffcom",), "price_usd_per_year", 500, 550),
        ("offers", ("dispatch-jeffcom",), "quality", 1, 0.5),
        ("offers", ("dispatch-pool_911",), "price_usd_per_year", 450, 495),
    ]
    assert {change.origin for change in changes} == {"scenarios/whatifs/ask.yaml:2"}
    assert changed.offers[5].quality is None
    assert changed.offers[:2] == county.offers[:2]
    assert county.offers[2].quality == 1


def test_scaling_nothing_but_blanks_is_refused(desk: Desk, county: County) -> None:
    text = "change: [{in: organizations, where: {kind: private}, scale: {agreement_usd_per_year: 2}}]"
    told = "ask.yaml:1 organizations scale agreement_usd_per_year: found only blank cells, needs a number to scale"
    assert told in refused(county, desk.ask(text))[0]


def test_overrides_of_every_kind_of_cell(desk: Desk, county: County) -> None:
    scenario = desk.ask(
        """
        set:
          services.plowing.mandate_level: 1
          services.gravel.division: null
          services.library.name: 007
          organizations.paveco.kind: nonprofit
          mandates.roads_open.allowed_decisions: [keep, outsource]
          pools.pool_911.max_members: 6
        change:
          - in: services
            where: {department: Public Works}
            override: {delegable: no, consent_owner: Commissioner}
          - in: capacities
            where: {org_id: evergreen}
            override: {amount: 700}
          - in: mandate_services
            where: {service_id: gravel}
            override: {weight: "3"}
        """
    )
    changed, changes = apply_changes(county, scenario, ALL)
    assert cells(changes) == [
        ("services", ("plowing",), "mandate_level", 4, 1),
        ("services", ("plowing",), "delegable", True, False),
        ("services", ("plowing",), "consent_owner", None, "Commissioner"),
        ("services", ("gravel",), "division", "Pits", None),
        ("services", ("gravel",), "delegable", True, False),
        ("services", ("gravel",), "consent_owner", None, "Commissioner"),
        ("services", ("library",), "name", "Service library", "007"),
        ("organizations", ("paveco",), "kind", "private", "nonprofit"),
        ("pools", ("pool_911",), "max_members", 4, 6),
        ("mandates", ("roads_open",), "allowed_decisions", ("keep", "partner"), ("keep", "outsource")),
        ("capacities", ("evergreen", "usd", 1), "amount", 500, 700),
        ("mandate_services", ("roads_open", "gravel"), "weight", 1, 3),
    ]
    assert changed.mandates[0].allowed_decisions == (Decision.KEEP, Decision.OUTSOURCE)
    assert isinstance(changed.services[0].mandate_level, int)
    assert isinstance(changed.pools[1].max_members, int)


def test_cells_of_sales_staff_links_and_communication(desk: Desk, county: County) -> None:
    scenario = desk.ask(
        """
        set:
          sales.books_for_evergreen.price_usd_per_year: 60
          proposals.trail.score: 5
          links.radio.volume_per_year: 80
          pools.pool_911.share_rule: use
          organizations.jeffcom.price_escalation_share: -0.02
        change:
          - in: sales
            where: {organization.kind: special_district}
            scale: {marginal_usd_per_year: 1.1}
          - in: spare_staff
            where: {department: Sheriff, year: 2}
            override: {fte: 1.5}
          - in: communication_costs
            where: {from_org_id: null}
            scale: {usd_per_unit: 2}
        """
    )
    changed, changes = apply_changes(county, scenario, ALL)
    assert cells(changes) == [
        ("organizations", ("jeffcom",), "price_escalation_share", 0, -0.02),
        ("pools", ("pool_911",), "share_rule", None, "use"),
        ("links", ("radio",), "volume_per_year", 120, 80),
        ("communication_costs", (None, "jeffcom"), "usd_per_unit", 40, 80),
        ("sales", ("books_for_evergreen",), "price_usd_per_year", None, 60),
        ("sales", ("calls_for_jeffcom",), "marginal_usd_per_year", 200, 220),
        ("spare_staff", ("Sheriff", 2), "fte", 2.5, 1.5),
        ("proposals", ("trail",), "score", 3, 5),
    ]
    assert changed.pools[1].share_rule is ShareRule.USE


def test_the_written_order_counts_within_a_file(desk: Desk, county: County) -> None:
    first_scaled = desk.ask(
        """
        change:
          - {in: services, where: {department: Culture}, scale: {fte: 3}}
          - {in: services, where: {fte: 3}, override: {department: Books}}
          - {in: services, where: {department: Books}, scale: {fte: 2}}
        set: {services.library.personnel_usd: 10}
        """
    )
    library = apply_changes(county, first_scaled, ALL)[0].services[4]
    assert (library.fte, library.department, library.personnel_usd) == (6, "Books", 10)
    twice = "change: [{in: services, where: {}, scale: {fte: 2}}, {in: services, where: {}, override: {fte: 5}}]"
    assert {row.fte for row in apply_changes(county, desk.ask(twice), ALL)[0].services} == {5}
    before = "set: {services.library.fte: 7}\nchange: [{in: services, where: {fte: 7}, scale: {fte: 2}}]"
    assert apply_changes(county, desk.ask(before), ALL)[0].services[4].fte == 14
    after = "change: [{in: services, where: {fte: 7}, scale: {fte: 2}}]\nset: {services.library.fte: 7}"
    assert "no row of services with fte: 7" in refused(county, desk.ask(after))[0]


def test_layers_build_on_each_other(desk: Desk, county: County) -> None:
    desk.write("counties/clear_creek.yaml", "change: [{in: services, where: {}, scale: {fte: 2}}]")
    scenario = desk.ask(
        "change: [{in: services, where: {fte: 16}, scale: {fte: 3}}]\nset: {services.library.fte: 1}",
        overrides=["services.jail.fte=9"],
    )
    changed, changes = apply_changes(county, scenario, ALL)
    assert [row.fte for row in changed.services] == [2, 2, 48, 9, 1]
    assert [(change.key, change.before, change.after, change.origin) for change in changes] == [
        (("plowing",), 1, 2, "scenarios/counties/clear_creek.yaml:1"),
        (("gravel",), 1, 2, "scenarios/counties/clear_creek.yaml:1"),
        (("dispatch",), 8, 48, "scenarios/whatifs/ask.yaml:1"),
        (("jail",), 1, 9, "--set"),
    ]


@pytest.mark.parametrize(("renaming", "growing"), [("a", "b"), ("b", "a")])
def test_what_ifs_do_not_see_each_others_changes_of_a_table(
    renaming: str, growing: str, desk: Desk, county: County
) -> None:
    rename = "{in: services, where: {department: Culture}, override: {department: Sheriff}}"
    grow = "{in: services, where: {department: Sheriff}, scale: {fte: 2}}"
    desk.write(f"whatifs/{renaming}.yaml", f"change: [{rename}]")
    desk.write(f"whatifs/{growing}.yaml", f"change: [{grow}]")
    changed, _ = apply_changes(county, desk.ask("include: [a, b]"), ALL)
    assert [row.fte for row in changed.services] == [1, 1, 16, 2, 1]
    assert changed.services[4].department == "Sheriff"


def test_joined_records_are_what_all_layers_have_made_of_them(desk: Desk, county: County) -> None:
    desk.write(
        "whatifs/move.yaml", "change: [{in: services, where: {department: Culture}, override: {department: Parks}}]"
    )
    scenario = desk.ask(
        "include: [move]\nchange: [{in: offers, where: {service.department: Parks}, override: {price_usd_per_year: 1}}]"
    )
    at_once = apply_changes(county, scenario, ALL)
    first, early = apply_changes(
        county, scenario, [name for name in ALL if name not in ("offers", "uses", "coverages")]
    )
    assert first.offers == county.offers
    then, late = apply_changes(first, scenario, ("offers", "coverages", "uses"))
    assert (then, early + late) == at_once
    assert then.offers[4].price_usd_per_year == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            "change: [{in: services, where: {department: Sheriff}, scale: {fte: 2}}]",
            "change: [{in: services, where: {critical: yes}, scale: {fte: 3}}]",
        ),
        ("set: {services.dispatch.fte: 2}", "change: [{in: services, where: {critical: yes}, override: {fte: 2}}]"),
        ("set: {services.dispatch.fte: 2}", "set: {services.dispatch.fte: 2}"),
    ],
)
def test_two_what_ifs_may_not_touch_one_cell(one: str, two: str, desk: Desk, county: County) -> None:
    desk.write("whatifs/one.yaml", one)
    desk.write("whatifs/two.yaml", two)
    for includes in ("[one, two]", "[two, one]"):
        findings = refused(county, desk.ask(f"include: {includes}"))
        assert len(findings) == 1
        told = "two.yaml:1: found a change of services dispatch fte, which scenarios/whatifs/one.yaml:1 changes too"
        assert findings[0].startswith(f"scenarios/whatifs/{told}")


def test_a_clash_is_told_once_per_pair_of_selectors(desk: Desk, county: County) -> None:
    desk.write("whatifs/one.yaml", "change: [{in: services, where: {}, scale: {fte: 2}}]")
    findings = refused(
        county, desk.ask("include: [one]\nchange: [{in: services, where: {}, scale: {fte: 3, personnel_usd: 2}}]")
    )
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "{in: offers, where: {offer_id: plowing-paveco}, scale: {moved_share: 1.5}}",
            "ask.yaml:1: offers row 2 column moved_share: found 1.2",
        ),
        (
            "{in: pools, where: {pool_id: pool_911}, scale: {max_members: 0.9}}",
            "column max_members: found 3.6, needs a whole number",
        ),
        (
            "{in: services, where: {service_id: dispatch}, override: {fund: Genral}}",
            "ask.yaml:1: services row 4 column fund: found 'Genral', needs a name that is in funds",
        ),
        (
            "{in: offers, where: {offer_id: plowing-paveco}, override: {org_id: pavco}}",
            "ask.yaml:1: offers row 2 column org_id: found 'pavco'",
        ),
        (
            "{in: offers, where: {offer_id: plowing-paveco}, override: {pool_id: pool_911}}",
            "ask.yaml:1: offers row 2 column org_id: found both paveco and pool_911",
        ),
        (
            "{in: offers, where: {offer_id: plowing-paveco}, override: {decision: keep}}",
            "column decision: found 'keep'",
        ),
        (
            "{in: pools, where: {}, override: {min_members: 4}}",
            "column min_members: found 4, needs at most max_members, 3",
        ),
        (
            "{in: pool_tiers, where: {}, scale: {to_volume: 0}}",
            "column to_volume: found 0, needs more than from_volume, 0",
        ),
        (
            "{in: pools, where: {pool_id: pool_911}, override: {resource: null}}",
            "ask.yaml:1: pool_tiers row 2 column pool_id: found a tier of pool_911, which has no resource",
        ),
        (
            "{in: services, where: {department: Sherrif}, scale: {fte: 2}}",
            "ask.yaml:1 services where department: found no row of services with department: 'Sherrif'",
        ),
        ("{in: priors, where: {}, scale: {price_share: 2}}", "ask.yaml:1 priors: found no rows in priors"),
        (
            "{in: sales, where: {sale_id: calls_for_jeffcom}, override: {org_id: jefcom}}",
            "ask.yaml:1: sales row 3 column org_id: found 'jefcom', needs a name that is in organizations",
        ),
        (
            "{in: sales, where: {sale_id: calls_for_jeffcom}, override: {service_id: calls}}",
            "column service_id: found 'calls', needs a name that is in services",
        ),
        ("{in: sales, where: {fte: 0.5}, scale: {lead_time_months: 100}}", "column lead_time_months: found 300"),
        (
            "{in: links, where: {link_id: radio}, override: {volume_per_year: null}}",
            "column volume_per_year: found blank",
        ),
        (
            "{in: links, where: {link_id: yards}, override: {kind: communicates}}",
            "ask.yaml:1: links row 2 column volume_per_year: found blank, needs the units that pass in a year",
        ),
        (
            "{in: pools, where: {pool_id: pool_books}, override: {share_rule: use}}",
            "column share_rule: found use, and no",
        ),
        (
            "{in: offers, where: {offer_id: plowing-paveco}, override: {decision: exit}}",
            "column decision: found 'exit', needs partner, consolidate or outsource",
        ),
    ],
)
def test_changes_that_break_the_tables_are_refused(entry: str, told: str, desk: Desk, county: County) -> None:
    findings = refused(county, desk.ask(f"change: [{entry}]"))
    assert len(findings) == 1, findings
    assert told in findings[0]


def test_links_of_another_kind_have_what_that_kind_needs(desk: Desk, county: County) -> None:
    third = LinkService(link_id="yards", service_id="library", position=3)
    three = county.with_tables(link_services=(*county.link_services, third))
    talking = desk.ask("set: {links.yards.kind: communicates, links.yards.volume_per_year: 5}")
    assert "links row 2 column link_id: found a link of 3, needs exactly 2 services" in refused(three, talking)[0]
    assert apply_changes(county, talking, ALL)[0].links[0].volume_per_year == 5
    last = "{in: link_services, where: {link_id: yards}, override: {position: 2}}"
    needy = desk.ask(f"set: {{links.yards.kind: needs}}\nchange: [{last}]")
    assert "found no service at position 1, needs a first service" in "".join(refused(county, needy))
    assert apply_changes(county, desk.ask("set: {links.yards.kind: needs}"), ALL)[0].links[0].kind == "needs"


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("org_id: paveco", "column org_id: found 'paveco', needs a blank, as the offer ends a service"),
        ("decision: partner", "column decision: found 'partner', needs exit, as the offer ends a service"),
    ],
)
def test_an_offer_to_end_a_service_stays_one(override: str, told: str, desk: Desk, county: County) -> None:
    end = Offer(offer_id=f"{EXIT_ID}library", service_id="library", decision=Decision.EXIT, transition_usd=20)
    ended = county.with_tables(offers=(*county.offers, end))
    change = f"change: [{{in: offers, where: {{decision: exit}}, override: {{{override}}}}}]"
    assert told in refused(ended, desk.ask(change))[0]
    dearer, _ = apply_changes(ended, desk.ask(f"set: {{offers.{EXIT_ID}library.transition_usd: 30}}"), ALL)
    assert dearer.offers[-1].transition_usd == 30


def test_rows_are_named_as_the_countys_files_name_them(desk: Desk, county: County) -> None:
    sources = {"offers": Source("data/clear_creek/offers.csv", (2, 3, 5, 7, 8, 9))}
    county = County(**{**{name: county.table(name) for name in TABLES}, "facts": county.facts, "sources": sources})
    findings = refused(county, desk.ask("change: [{in: offers, where: {}, scale: {coverage: 2}}]"))
    assert len(findings) == 6
    assert findings[2].startswith(
        "scenarios/whatifs/ask.yaml:1: data/clear_creek/offers.csv row 5 column coverage: found 1.96"
    )
    changed, _ = apply_changes(county, desk.ask("set: {offers.gravel-paveco.coverage: 0.5}"), ALL)
    assert changed.where("offers", 2) == "data/clear_creek/offers.csv row 5"


def test_everything_wrong_is_told_at_once(desk: Desk, county: County) -> None:
    findings = refused(
        county,
        desk.ask(
            """
            set: {organizations.jefcom.agreement_usd_per_year: 1}
            change:
              - {in: services, where: {department: Parks}, scale: {fte: 2}}
              - {in: offers, where: {}, scale: {coverage: 1.5}}
            """
        ),
    )
    assert len(findings) == 8
    told = (
        "found no row of organizations with org_id: 'jefcom', needs a value that some row has. Did you mean 'jeffcom'?"
    )
    assert told in "\n".join(findings)


def test_a_county_that_was_unsound_before_is_not_blamed_on_the_scenario(desk: Desk, county: County) -> None:
    bent = county.with_tables(services=(*county.services[:4], county.services[4].model_copy(update={"fund": "Lost"})))
    changed, _ = apply_changes(bent, desk.ask("set: {services.jail.fte: 2}"), ALL)
    assert changed.services[3].fte == 2


def test_changes_made_by_programs_are_checked_like_files(county: County) -> None:
    def with_change(*changes: Change) -> Scenario:
        return Scenario("x", "X", "", Path("x"), (), settings_of({}), changes, (), {})

    def change(table: str, where: dict[str, Any], scale: dict[str, float]) -> Change:
        return Change(table, where, scale, {}, "program", "program")

    scaled, _ = apply_changes(county, with_change(change("services", {"fte": 8}, {"fte": 2})), ALL)
    assert scaled.services[2].fte == 16
    for bad, told in (
        (change("servces", {}, {"fte": 2}), "found 'servces', needs a table of the county. Did you mean 'services'?"),
        (change("services", {"x": 1}, {"fte": 2}), "program where x: found 'x', needs a column of services"),
        (change("services", {}, {"service_id": 2}), "program scale service_id: found a key column"),
    ):
        assert told in refused(county, with_change(bad))[0]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "{in: servces, where: {}, scale: {fte: 2}}",
            ":1:15 in: found 'servces', needs a table of the county. Did you mean 'services'?",
        ),
        ("{where: {}, scale: {fte: 2}}", "found a selector without in"),
        (
            "{in: services, scale: {fte: 2}}",
            "found a selector without where, needs where. Write where: {} if every row is meant.",
        ),
        ("{in: services, where: {}}", "found a selector that changes nothing, needs scale, override, lock or forbid"),
        ("{in: services, where: {}, scale: {}}", "found a selector that changes nothing"),
        (
            "{in: services, where: {}, scal: {fte: 2}}",
            "scal: found 'scal', needs in, where, scale, override, lock, forbid, county. Did you mean 'scale'?",
        ),
        ("{in: services, where: Sheriff, scale: {fte: 2}}", "where: found 'Sheriff', needs columns with values"),
        ("{in: services, where: {}, scale: 2}", "scale: found 2, needs columns with values"),
        ("{in: services, where: {}, scale: {service_id: 2}}", "scale service_id: found a key column"),
        (
            "{in: services, where: {}, scale: {name: 2}}",
            "found name, which holds no numbers, needs a column of numbers",
        ),
        ("{in: services, where: {}, scale: {fte: -1}}", "found -1, needs a factor from 0 to 1,000,000"),
        ("{in: services, where: {}, scale: {fte: .nan}}", "found nan, needs a factor"),
        ("{in: services, where: {}, scale: {fte: 1e7}}", "needs a factor"),
        ("{in: services, where: {}, scale: {fte: true}}", "found true, needs a factor"),
        ("{in: services, where: {}, scale: {fte: 10%}}", "found '10%', needs a factor"),
        ("{in: services, where: {}, scale: {fte: [1]}}", "found [1], needs a factor"),
        ("{in: services, where: {}, scale: {fte: 2}, override: {fte: 2}}", "found a column that is scaled too"),
        (
            "{in: offers, where: {}, scale: {service.fte: 2}}",
            "scale service.fte: found 'service.fte', needs a column of offers",
        ),
        (
            "{in: services, where: {}, override: {mandate_level: 9}}",
            ":1:62 override mandate_level: found 9, needs a whole level from 0 to 4",
        ),
        ("{in: services, where: {departmnt: x}, scale: {fte: 2}}", ":1:44 where departmnt: found 'departmnt'"),
        ("Sheriff", "change: found 'Sheriff', needs a selector"),
        (
            "{in: services, where: {}, lock: stay}",
            "lock: found 'stay', needs one of keep, partner, consolidate, outsource",
        ),
        ("{in: services, where: {}, lock: {provider: jeffcom}}", "needs a decision, and a provider if one is meant"),
        ("{in: services, where: {}, lock: {decision: keep, provider: jeffcom}}", "found keep with a provider"),
        (
            "{in: services, where: {}, lock: {decision: partner, provider: }}",
            "found null, needs an organization or a pool",
        ),
        ("{in: services, where: {}, lock: {decision: partner, by: x}}", "needs a decision, and a provider"),
        ("{in: organizations, where: {}, lock: partner}", "found a lock of an organization, needs a lock of services"),
        (
            "{in: offers, where: {}, forbid: [partner]}",
            "found lock or forbid in offers, needs services or organizations",
        ),
        (
            "{in: services, where: {}, forbid: outsource}",
            "forbid: found 'outsource', needs a list of decisions. Write forbid: [outsource].",
        ),
        ("{in: services, where: {}, forbid: []}", "needs a list of decisions"),
        ("{in: services, where: {}, forbid: [outsorce]}", "Did you mean 'outsource'?"),
        ("{in: organizations, where: {}, forbid: [keep]}", "found keep, needs partner, consolidate, outsource"),
        ("{in: services, where: {}, lock: keep, forbid: [keep]}", "found lock and forbid of keep"),
        (
            "{in: organizations, where: {}, forbid: [exit]}",
            "found exit, needs partner, consolidate, outsource or insource. Only services are ended.",
        ),
        (
            "{in: services, where: {}, lock: {decision: exit, provider: jeffcom}}",
            "found exit with a provider, needs exit alone. A service that is ended has no provider.",
        ),
        ("{in: services, where: {}, lock: sell}", "needs one of keep, partner, consolidate, outsource, insource, exit"),
        (
            "{in: sales, where: {}, forbid: [insource]}",
            "found lock or forbid in sales, needs services or organizations",
        ),
        ("{in: pools, where: {}, override: {share_rule: need}}", "found 'need', needs one of equal, use, population"),
        ("{in: spare_staff, where: {}, override: {year: 3}}", "override year: found a key column"),
        ("{in: services, where: {x: 1}, lock: keep}", "where x: found 'x', needs a column of services"),
    ],
)
def test_selectors_that_make_no_sense_are_refused_before_any_county_is_read(entry: str, told: str, desk: Desk) -> None:
    findings = desk.refused(f"change: [{entry}]")
    assert len(findings) == 1, findings
    assert findings[0].startswith("scenarios/whatifs/ask.yaml:1:")
    assert told in findings[0]
