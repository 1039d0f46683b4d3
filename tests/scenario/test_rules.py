"""Locks and bans: which ids they come to, which layer's counts, and what cannot both hold."""

from __future__ import annotations

import pytest

from optimizer.county.county import County
from optimizer.county.terms import Decision
from optimizer.errors import Refused
from optimizer.scenario.apply import resolve_rules
from optimizer.scenario.scenario import Forbid, Lock, Scenario
from tests.scenario.conftest import Desk

HERE = "scenarios/whatifs/ask.yaml"


def refused(county: County, scenario: Scenario) -> list[str]:
    with pytest.raises(Refused) as caught:
        resolve_rules(county, scenario)
    return [str(finding) for finding in caught.value.findings]


def test_rules_come_to_ids_in_the_countys_order(desk: Desk, county: County) -> None:
    scenario = desk.ask(
        """
        change:
          - {in: services, where: {department: Sheriff}, lock: keep}
          - {in: services, where: {service_id: plowing}, lock: {decision: partner, provider: evergreen}}
          - {in: services, where: {service_id: library}, lock: {decision: consolidate, provider: pool_books}}
          - {in: organizations, where: {kind: private}, forbid: [outsource, partner]}
          - {in: services, where: {service_class: [roads, library]}, forbid: [outsource]}
        """
    )
    locks, forbids = resolve_rules(county, scenario)
    assert locks == (
        Lock("plowing", Decision.PARTNER, "evergreen", f"{HERE}:3"),
        Lock("dispatch", Decision.KEEP, None, f"{HERE}:2"),
        Lock("jail", Decision.KEEP, None, f"{HERE}:2"),
        Lock("library", Decision.CONSOLIDATE, "pool_books", f"{HERE}:4"),
    )
    assert forbids == (
        Forbid("plowing", None, Decision.OUTSOURCE, f"{HERE}:6"),
        Forbid("gravel", None, Decision.OUTSOURCE, f"{HERE}:6"),
        Forbid("library", None, Decision.OUTSOURCE, f"{HERE}:6"),
        Forbid(None, "paveco", Decision.PARTNER, f"{HERE}:5"),
        Forbid(None, "paveco", Decision.OUTSOURCE, f"{HERE}:5"),
    )


def test_a_what_ifs_lock_replaces_the_countys_and_the_later_one_in_a_file_counts(desk: Desk, county: County) -> None:
    desk.write("counties/clear_creek.yaml", "change: [{in: services, where: {department: Sheriff}, lock: keep}]")
    scenario = desk.ask(
        """
        change:
          - {in: services, where: {critical: yes}, lock: partner}
          - {in: services, where: {service_id: dispatch}, lock: {decision: outsource, provider: jeffcom}}
        """
    )
    assert resolve_rules(county, scenario)[0] == (
        Lock("dispatch", Decision.OUTSOURCE, "jeffcom", f"{HERE}:3"),
        Lock("jail", Decision.KEEP, None, "scenarios/counties/clear_creek.yaml:1"),
    )


def test_the_same_lock_or_ban_from_two_what_ifs_counts_once(desk: Desk, county: County) -> None:
    desk.write("whatifs/one.yaml", "change: [{in: services, where: {service_id: jail}, lock: keep, forbid: [partner]}]")
    scenario = desk.ask(
        "include: [one]\nchange: [{in: services, where: {department: Sheriff}, lock: keep, forbid: [partner]}]"
    )
    locks, forbids = resolve_rules(county, scenario)
    assert [(lock.service_id, lock.origin) for lock in locks] == [("dispatch", f"{HERE}:2"), ("jail", f"{HERE}:2")]
    assert [(ban.service_id, ban.origin) for ban in forbids] == [("dispatch", f"{HERE}:2"), ("jail", f"{HERE}:2")]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("lock: keep", "lock: partner"),
        ("lock: partner", "lock: {decision: partner, provider: jeffcom}"),
        ("lock: {decision: partner, provider: evergreen}", "lock: {decision: partner, provider: jeffcom}"),
    ],
)
def test_two_what_ifs_may_not_lock_one_service_differently(one: str, two: str, desk: Desk, county: County) -> None:
    desk.write("whatifs/one.yaml", f"change: [{{in: services, where: {{department: Sheriff}}, {one}}}]")
    desk.write("whatifs/two.yaml", f"change: [{{in: services, where: {{critical: yes}}, {two}}}]")
    for includes in ("[one, two]", "[two, one]"):
        findings = refused(county, desk.ask(f"include: {includes}"))
        assert len(findings) == 1
        assert findings[0].startswith("scenarios/whatifs/two.yaml:1 lock: found a lock of dispatch to partner")
        assert "which scenarios/whatifs/one.yaml:1 locks to" in findings[0]


@pytest.mark.parametrize(
    ("lock", "forbid", "subject"),
    [
        ("where: {service_id: jail}, lock: keep", "in: services, where: {department: Sheriff}, forbid: [keep]", "jail"),
        (
            "where: {service_id: plowing}, lock: {decision: outsource, provider: paveco}",
            "in: organizations, where: {kind: private}, forbid: [outsource]",
            "plowing",
        ),
        (
            "where: {service_id: dispatch}, lock: {decision: consolidate, provider: pool_911}",
            "in: organizations, where: {org_id: jeffcom}, forbid: [consolidate]",
            "dispatch",
        ),
    ],
)
@pytest.mark.parametrize("layer", ["counties/clear_creek.yaml", "whatifs/other.yaml", "the same file"])
def test_what_is_forbidden_cannot_be_locked(
    lock: str, forbid: str, subject: str, layer: str, desk: Desk, county: County
) -> None:
    text = f"change:\n  - {{in: services, {lock}}}\n"
    if layer == "the same file":
        text += f"  - {{{forbid}}}\n"
        origin = f"{HERE}:3"
    else:
        desk.write(layer, f"change: [{{{forbid}}}]")
        origin = f"scenarios/{layer}:1"
    if layer.startswith("whatifs"):
        text += "include: [other]\n"
    findings = refused(county, desk.ask(text))
    assert len(findings) == 1
    assert findings[0].startswith(f"{HERE}:2 lock: found a lock of {subject} to ")
    assert f"which {origin} forbids" in findings[0]


def test_other_decisions_and_other_providers_may_be_forbidden(desk: Desk, county: County) -> None:
    scenario = desk.ask(
        """
        change:
          - {in: services, where: {service_id: plowing}, lock: {decision: partner, provider: jeffcom}}
          - {in: services, where: {service_id: plowing}, forbid: [outsource, keep]}
          - {in: organizations, where: {org_id: evergreen}, forbid: [partner]}
        """
    )
    locks, forbids = resolve_rules(county, scenario)
    assert (len(locks), len(forbids)) == (1, 3)


def test_sales_and_endings_are_locked_and_forbidden_like_moves(desk: Desk, county: County) -> None:
    scenario = desk.ask(
        """
        change:
          - {in: services, where: {service_id: dispatch}, lock: {decision: insource, provider: jeffcom}}
          - {in: services, where: {service_id: library}, lock: insource, forbid: [exit]}
          - {in: services, where: {service_id: gravel}, lock: exit}
          - {in: services, where: {service_id: jail}, lock: keep, forbid: [insource]}
          - {in: organizations, where: {org_id: evergreen}, forbid: [insource, partner]}
        """
    )
    locks, forbids = resolve_rules(county, scenario)
    assert locks == (
        Lock("gravel", Decision.EXIT, None, f"{HERE}:4"),
        Lock("dispatch", Decision.INSOURCE, "jeffcom", f"{HERE}:2"),
        Lock("jail", Decision.KEEP, None, f"{HERE}:5"),
        Lock("library", Decision.INSOURCE, None, f"{HERE}:3"),
    )
    assert forbids == (
        Forbid("jail", None, Decision.INSOURCE, f"{HERE}:5"),
        Forbid("library", None, Decision.EXIT, f"{HERE}:3"),
        Forbid(None, "evergreen", Decision.PARTNER, f"{HERE}:6"),
        Forbid(None, "evergreen", Decision.INSOURCE, f"{HERE}:6"),
    )


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        (
            "{department: Public Works}, lock: insource",
            "a lock of plowing to insource, which no sale is for, needs a sale of the service. Add it to sales, or",
        ),
        (
            "{service_id: dispatch}, lock: {decision: insource, provider: evergreen}",
            "found a lock of dispatch to insource with evergreen, which no sale is for, needs a sale of the service. "
            "It could be sold to jeffcom.",
        ),
        (
            "{service_id: dispatch}, lock: {decision: insource, provider: pool_911}",
            "found provider 'pool_911', needs an organization of the county, which buys. Known: evergreen, jeffcom,",
        ),
    ],
)
def test_a_lock_to_a_sale_that_nobody_asks_for_is_refused(lock: str, told: str, desk: Desk, county: County) -> None:
    findings = refused(county, desk.ask(f"change: [{{in: services, where: {lock}}}]"))
    assert len(findings) == 1
    assert findings[0].startswith(f"{HERE}:1 lock: ")
    assert told in findings[0]


def test_a_countys_lock_to_a_missing_sale_that_a_what_if_replaces_does_not_count(desk: Desk, county: County) -> None:
    desk.write("counties/clear_creek.yaml", "change: [{in: services, where: {service_id: jail}, lock: insource}]")
    text = "change: [{in: services, where: {service_id: jail}, lock: keep}]"
    assert resolve_rules(county, desk.ask(text))[0] == (Lock("jail", Decision.KEEP, None, f"{HERE}:1"),)


@pytest.mark.parametrize(
    ("forbid", "which"),
    [
        ("in: services, where: {service_id: dispatch}, forbid: [insource]", f"{HERE}:3"),
        ("in: services, where: {service_id: dispatch}, forbid: [keep]", f"{HERE}:3 (keep)"),
        ("in: organizations, where: {org_id: jeffcom}, forbid: [insource]", f"{HERE}:3"),
    ],
)
def test_what_may_not_be_sold_or_kept_cannot_be_locked_to_a_sale(
    forbid: str, which: str, desk: Desk, county: County
) -> None:
    lock = "in: services, where: {service_id: dispatch}, lock: {decision: insource, provider: jeffcom}"
    findings = refused(county, desk.ask(f"change:\n  - {{{lock}}}\n  - {{{forbid}}}\n"))
    told = f"{HERE}:2 lock: found a lock of dispatch to insource with jeffcom, which {which} forbids, needs locks that"
    assert len(findings) == 1
    assert findings[0].startswith(told)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            "in: services, where: {department: Parks}, lock: keep",
            ":1 services where department: found no row of services",
        ),
        ("in: organizations, where: {org_id: evergren}, forbid: [partner]", "Did you mean 'evergreen'?"),
        (
            "in: services, where: {}, lock: {decision: partner, provider: jefcom}",
            ":1 lock: found provider 'jefcom', needs an organization or a pool of the county. Did you mean 'jeffcom'?",
        ),
        ("in: services, where: {}, lock: {decision: consolidate, provider: pool_book}", "Did you mean 'pool_books'?"),
    ],
)
def test_rules_about_what_is_not_there_are_refused(entry: str, told: str, desk: Desk, county: County) -> None:
    findings = refused(county, desk.ask(f"change: [{{{entry}}}]"))
    assert len(findings) == 1
    assert told in findings[0]
