"""A scenario and what came of it, as far as a reader or a comparison needs to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optimizer.county.county import County
from optimizer.plan.plan import Plan
from optimizer.solve.outcome import Stopped


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
    """Every setting by dotted path, and the locks and bans by what they hold."""
    county: County
    """The county as the scenario sees it: tables changed, blank terms filled."""


def distinct_names(answers: Sequence[Answer], labels: Sequence[str]) -> list[Answer]:
    """Answers named so that no two share a name: by their own, or else by the label they were asked under."""
    names = [found.name for found in answers]
    return [
        replace(found, name=label) if names.count(found.name) > 1 else found
        for found, label in zip(answers, labels, strict=True)
    ]
