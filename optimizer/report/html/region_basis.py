"""What a region's run rests on: what it does not know, the settings of each county, and how it was searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from optimizer.counts import count_of
from optimizer.plan.region import RegionAnswer
from optimizer.report.html.parts import Section
from optimizer.report.html.region_parts import Basis
from optimizer.report.html.run_basis import DELIVERY, INPUTS, LAW, told_value
from optimizer.report.html.tables import table_of
from optimizer.report.region_tables import joined
from optimizer.report.region_words import region_status, there_once
from optimizer.report.sought import Sought
from optimizer.report.words import exact_usd, listed


def region_unknown(answer: RegionAnswer, names: Mapping[str, str]) -> Section:
    """What no search can know, with this run's own numbers where it has them."""
    return Section("unknown", "What the tool does not know", tuple(_unknown(answer, names)))


def _unknown(answer: RegionAnswer, names: Mapping[str, str]) -> Iterator[str]:
    yield INPUTS
    if answer.plan is not None:
        yield (
            "Whether each county agrees. What is proved is proved of the region as a whole; that a county gains by the "
            "plan of all does not mean that no other plan would be better for it."
        )
        yield (
            "What planning together is truly worth. Each county's best plan alone is what the same search found "
            f"without the others.{_twice(answer)}"
        )
        decisions = joined(answer.plan, "decisions", names)
        moved = decisions[decisions["moved"]]
        marked = int((moved["estimated"] != "").sum())
        if len(moved):
            yield (
                "Whether savings come true, and what providers will really ask. "
                f"{count_of(marked, 'move rests', 'moves rest')} on estimated terms, {len(moved) - marked} on terms "
                "that were given; the part of promised savings that is counted on is an assumption."
            )
            yield (
                "Whether a provider fails or a county withdraws. Chances of failure are put by kind of organization "
                "where nobody stated them; what is shared is counted as if every member stays."
            )
    yield DELIVERY
    yield LAW


def _twice(answer: RegionAnswer) -> str:
    once = there_once(answer)
    return f" Plans alone may claim the same thing twice: {', '.join(once)}." if once else ""


def region_settings(answer: RegionAnswer, names: Mapping[str, str]) -> Section:
    """Settings that govern the region, and those in which its counties differ."""
    governing = pd.DataFrame(
        [(path, told_value(value)) for path, value in answer.settings.items()], columns=["setting", "value"]
    )
    parts = [part.settings for part in answer.counties.values()]
    paths = dict.fromkeys(path for settings in parts for path in settings)
    rows = [(path, *(told_value(own[path]) if path in own else "" for own in parts)) for path in paths]
    heads = {f"county_{number}": name for number, name in enumerate(names.values(), start=1)}
    differing = pd.DataFrame([row for row in rows if len(set(row[1:])) > 1], columns=["setting", *heads])
    blocks = [table_of(governing, "region-settings", "Settings that govern the region as a whole")]
    line = "Every setting of a county, and the file and line that set it, stands in the county's part."
    if not differing.empty:
        blocks.append(table_of(differing, "differing-table", "Settings in which the counties differ", heads=heads))
    elif len(parts) > 1:
        line += " All counties have the same."
    return Section("assumptions", "Every assumption and its origin", (line,), tuple(blocks))


def region_searched(answer: RegionAnswer, manifest: Mapping[str, Any], names: Mapping[str, str]) -> Section:
    """Status, bound, solver and versions, as the region's manifest has them."""
    plan = answer.plan
    rows = [("Why the search stopped", str(manifest["stopped"])), ("A plan is held", "yes" if plan else "no")]
    if plan is not None:
        gap = None if plan.bound_usd is None else plan.sought_usd - plan.bound_usd
        rows += [
            ("Present cost of the plan, all counties", exact_usd(plan.cost_usd)),
            (Sought.of(plan.plans.values()).bound_head, exact_usd(plan.bound_usd)),
            ("Gap", "nothing is proved" if gap is None else f"${max(gap, 0.0):,.2f}"),
        ]
    rows += [
        ("Present value of a dollar a year", f"{answer.annuity:.6f}"),
        ("Nobody may pay more than alone", "asked" if answer.settings["region.nobody_worse_off"] else "not asked"),
        ("Counties, as the region calls them", listed([f"{key} ({name})" for key, name in names.items()])),
        ("Engine", str(manifest["engine"])),
        ("Solver", str(manifest["solver"])),
        ("Searched for", f"{manifest['elapsed_s']:,.2f} s"),
        ("Finished", str(manifest["finished_at"])),
        ("Run", str(manifest["key"])),
        *((f"Version of {name}", str(version)) for name, version in manifest["versions"].items()),
    ]
    return Section(
        "searched",
        "How it was searched",
        (
            region_status(answer),
            "Every county was planned alone first, then all together. The same inputs, settings and versions give the "
            "same plan.",
        ),
        (table_of(pd.DataFrame(rows, columns=["what", "found"]), "searched-table", "The search"),),
    )


def region_inputs(names: Mapping[str, str], basis: Mapping[str, Basis]) -> Section:
    """What tells the inputs of every county from others, as the counties' manifests have it."""
    hashes = pd.DataFrame(
        [(table, names[key], digest) for key in names for table, digest in basis[key].manifest["inputs"].items()],
        columns=["table", "county", "sha256"],
    )
    heads = {"county": "County", "sha256": "SHA-256"}
    return Section(
        "inputs",
        "Inputs, as the scenario saw them",
        ("Tables with the same hash have the same content.",),
        (table_of(hashes, "hashes-table", "Every table of every county", heads=heads),),
        on_demand=True,
    )
