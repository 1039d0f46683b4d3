"""A scenario and what came of it, as far as a reader or a comparison needs to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.county.county import County
from optimizer.plan.plan import Plan
from optimizer.solve.outcome import Stopped

RULES = "rules"
"""Input of an answer beside its settings: a consultant's own rules, by the name and the sha256 of their file."""


@dataclass(frozen=True)
class Answer:
    """One scenario's question, inputs and answer."""

    name: str
    """Short name, unique in a comparison."""
    title: str
    question: str
    stopped: Stopped | None
    """Why the search stopped; None: nothing was searched, the plan was made by a rule or by hand."""
    plan: Plan | None
    """None: no plan is held."""
    settings: Mapping[str, Any]
    """Every setting by dotted path, the locks and bans by what they hold, and `RULES` if there were any."""
    county: County
    """The county as the scenario sees it: tables changed, blank terms filled."""


def same_county(one: County, other: County) -> bool:
    """Whether two tables are of one county, as far as they tell: name, state, and some service that both have."""
    named = (one.facts.name, one.facts.state) == (other.facts.name, other.facts.state)
    known = {service.service_id for service in one.services}
    return named and any(service.service_id in known for service in other.services)


def county_label(county: County) -> str:
    """A county as a reader knows it."""
    return f"{county.facts.name}, {county.facts.state}"


HEADS = frozenset({"service_id", "name", "department", "worth_usd_per_year", "input", "measure", "unit"})
"""What heads the other columns of a comparison, so that no scenario can be called so in one."""


def distinct_names(answers: Sequence[Answer], labels: Sequence[str]) -> list[Answer]:
    """Answers named apart, from columns too: by their own name, else by the label they were asked under, else by a
    number.
    """
    names = [found.name for found in answers]
    taken = {f"{name}_usd_per_year" for name in names} | HEADS
    named = [
        label if names.count(name) > 1 or name in taken else name for name, label in zip(names, labels, strict=True)
    ]
    counted = [
        f"{name}#{named[:place].count(name) + 1}" if name in named[:place] else name for place, name in enumerate(named)
    ]
    return [replace(found, name=name) for found, name in zip(answers, counted, strict=True)]
