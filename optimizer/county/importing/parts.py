"""What rules and mappings are made of: scalars, conditions on rows, patterns of texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictFloat, StrictInt, StrictStr, model_validator

Number = StrictInt | StrictFloat
Scalar = StrictStr | bool | Number
Term = StrictStr | Number
"""A source column (text) or a number."""
YamlPath = tuple[str | int, ...]
"""Where something stands in a mapping: names and places in lists, outermost first."""


def _pattern(value: Any) -> Any:
    if isinstance(value, str):
        try:
            re.compile(value)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
    return value


Pattern = Annotated[StrictStr, BeforeValidator(_pattern), Field(min_length=1, max_length=300)]


def plain_text(value: object) -> str:
    """A scalar as the text a cell would show: 2512.0 as 2512, true as TRUE; white space collapsed."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return " ".join(str(value).split())


class Part(BaseModel):
    """A part of a mapping: frozen, and refusing words it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True)


class Given(Part):
    """A value that the mapping states because the source does not."""

    value: Scalar


class Condition(Part):
    """One test of one source column; a blank cell passes only `blank: true` and `not_in`."""

    column: StrictStr
    equals: Scalar | None = None
    within: tuple[Scalar, ...] | None = Field(default=None, alias="in", min_length=1)
    without: tuple[Scalar, ...] | None = Field(default=None, alias="not_in", min_length=1)
    matches: Pattern | None = None
    """Regular expression, searched anywhere in the text."""
    above: Number | None = None
    at_least: Number | None = None
    below: Number | None = None
    at_most: Number | None = None
    blank: bool | None = None

    @property
    def test(self) -> tuple[str, Any]:
        """The test as a mapping writes it, and what it tests for."""
        (name,) = self.model_fields_set - {"column"}
        return {"within": "in", "without": "not_in"}.get(name, name), getattr(self, name)

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        tests = self.model_fields_set - {"column"}
        if len(tests) != 1 or getattr(self, *tests) is None:
            raise ValueError(
                "a condition is a column and one test: equals, in, not_in, matches, above, at_least, below, at_most, "
                "blank"
            )
        return self


Conditions = Annotated[
    tuple[Condition, ...], BeforeValidator(lambda value: [value] if isinstance(value, Mapping) else value)
]
"""One condition or a list of them, all of which must hold; an empty list always holds."""


class TextPattern(Part):
    """What becomes of a text that a regular expression finds: a value, or one of its groups."""

    matches: Pattern
    value: Scalar | None = Field(default=None, alias="is")
    group: Annotated[int, Field(ge=1, le=9)] | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> TextPattern:
        if (self.group is None) == ("value" not in self.model_fields_set):
            raise ValueError("a pattern gives either `is` (a value) or `group` (the number of its group)")
        if self.group is not None and self.group > re.compile(self.matches).groups:
            raise ValueError(f"the pattern has no group {self.group}")
        return self
