"""The fixed set of verbs a mapping may use to give a value.

A verb names source columns and constants, nothing else: no code, no templates, nothing evaluated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, StrictStr, model_validator
from pydantic import Tag as Chosen

from optimizer.county.importing.parts import Conditions, Given, Part, Scalar, Term, TextPattern, plain_text


def _by_text(value: Any) -> Any:
    return {plain_text(key): item for key, item in value.items()} if isinstance(value, Mapping) else value


class Rule(Part):
    """What every rule may add to its verb."""

    values: Annotated[dict[str, Scalar | None], BeforeValidator(_by_text)] = Field(default_factory=dict)
    """Source text to value; null means blank."""
    patterns: tuple[TextPattern, ...] = ()
    """Tried in order where `values` has nothing."""
    otherwise: Literal["refuse", "as_is", "blank"] | Given = "refuse"
    """What becomes of a text that neither values nor patterns cover, or of a row that fits no case."""
    when_blank: Given | None = None
    """Value of a row in which the source is blank; without it a blank stays blank, or is refused where needed."""
    assumption: StrictStr | None = None
    """Why a value that the source does not hold may be used; listed in the report."""

    @property
    def translates(self) -> bool:
        return bool(self.values or self.patterns)

    @model_validator(mode="after")
    def _assumptions_are_stated(self) -> Rule:
        gives = isinstance(self.otherwise, Given) or self.when_blank is not None or isinstance(self, Constant)
        if gives and not self.assumption:
            raise ValueError("an `assumption` beside it, as it gives a value that is not in the source")
        return self

    def terms(self) -> tuple[Term, ...]:
        """Columns and numbers this rule reads itself, without those of rules inside it."""
        return ()

    def inner(self) -> tuple[Rule, ...]:
        """Rules inside this one."""
        return ()

    def columns(self) -> Iterator[str]:
        """Every source column that this rule reads, rules inside it included."""
        yield from (term for term in self.terms() if isinstance(term, str))
        for rule in self.inner():
            yield from rule.columns()


class Column(Rule):
    """The cell of a source column."""

    column: StrictStr

    def terms(self) -> tuple[Term, ...]:
        return (self.column,)


class Constant(Rule):
    """The same value in every row."""

    constant: Scalar


class Arithmetic(Rule):
    """A number made of others; a blank among them gives a blank."""

    decimals: Annotated[int, Field(ge=0, le=6)] | None = None
    """Digits after the point that are kept; none given: all."""


class Sum(Arithmetic):
    """Terms added up."""

    sum: Annotated[tuple[Term, ...], Field(min_length=1)]

    def terms(self) -> tuple[Term, ...]:
        return self.sum


class Difference(Arithmetic):
    """The first term less all the others."""

    difference: Annotated[tuple[Term, ...], Field(min_length=2)]

    def terms(self) -> tuple[Term, ...]:
        return self.difference


class Product(Arithmetic):
    """Terms multiplied; a share of a total is its product with the share."""

    product: Annotated[tuple[Term, ...], Field(min_length=2)]

    def terms(self) -> tuple[Term, ...]:
        return self.product


class Quotient(Arithmetic):
    """The first term divided by the second; blank where that is 0."""

    quotient: tuple[Term, Term]

    def terms(self) -> tuple[Term, ...]:
        return self.quotient


class Join(Rule):
    """Texts one after the other; blank ones are left out."""

    join: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    between: StrictStr = Field(default=" ", alias="with")

    def terms(self) -> tuple[Term, ...]:
        return self.join


class Slug(Rule):
    """Texts in lower case with a hyphen between words, as an id is written."""

    slug: Annotated[tuple[StrictStr, ...], Field(min_length=1)]

    def terms(self) -> tuple[Term, ...]:
        return self.slug


class FirstOf(Rule):
    """The first cell that is not blank."""

    first_of: Annotated[tuple[StrictStr, ...], Field(min_length=1)]

    def terms(self) -> tuple[Term, ...]:
        return self.first_of


class Apportion(Rule):
    """A number that stands for several rows, shared out among them.

    Every row of the same `within` holds the same number in `apportion`; it is split in proportion to the first
    of the columns in `by` that adds up to more than 0 there, rounded so that the parts add up to the number.
    """

    apportion: StrictStr
    by: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    within: Annotated[tuple[StrictStr, ...], Field(min_length=1)]
    decimals: Annotated[int, Field(ge=0, le=6)] = 2

    def terms(self) -> tuple[Term, ...]:
        return (self.apportion, *self.by, *self.within)


class Case(Part):
    """A value or a rule for the rows in which all its conditions hold."""

    where: Conditions
    value: Scalar | None = Field(default=None, alias="is")
    """The value itself; null means blank."""
    rule: AnyRule | None = None
    assumption: StrictStr | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> Case:
        if (self.rule is None) == ("value" not in self.model_fields_set):
            raise ValueError("a case gives either `is` (a value) or `rule`")
        return self


class Cases(Rule):
    """The first case whose conditions hold decides."""

    cases: Annotated[tuple[Case, ...], Field(min_length=1)]

    def terms(self) -> tuple[Term, ...]:
        return tuple(condition.column for case in self.cases for condition in case.where)

    def inner(self) -> tuple[Rule, ...]:
        return tuple(case.rule for case in self.cases if case.rule is not None)

    @model_validator(mode="after")
    def _plain_cases(self) -> Cases:
        if self.translates or self.otherwise == "as_is":
            raise ValueError(
                "cases give their values themselves: no values, patterns or `otherwise: as_is` beside them"
            )
        if any(isinstance(rule, Apportion) for rule in self.inner()):
            raise ValueError("apportion cannot stand inside a case: it must see all rows")
        return self


VERBS = ("column", "constant", "sum", "difference", "product", "quotient", "join", "slug", "first_of", "apportion",
         "cases")  # fmt: skip


def _verb(value: Any) -> str | None:
    if isinstance(value, Rule):
        return type(value).__name__.lower().replace("firstof", "first_of")
    if not isinstance(value, Mapping):
        return None
    found = [verb for verb in VERBS if verb in value]
    return found[0] if len(found) == 1 else None


def _shorthand(value: Any) -> Any:
    """A bare text names a column."""
    return {"column": value} if isinstance(value, str) else value


AnyRule = Annotated[
    Annotated[
        Annotated[Column, Chosen("column")]
        | Annotated[Constant, Chosen("constant")]
        | Annotated[Sum, Chosen("sum")]
        | Annotated[Difference, Chosen("difference")]
        | Annotated[Product, Chosen("product")]
        | Annotated[Quotient, Chosen("quotient")]
        | Annotated[Join, Chosen("join")]
        | Annotated[Slug, Chosen("slug")]
        | Annotated[FirstOf, Chosen("first_of")]
        | Annotated[Apportion, Chosen("apportion")]
        | Annotated[Cases, Chosen("cases")],
        Discriminator(
            _verb,
            custom_error_type="verb",
            custom_error_message="a rule is a column name or holds exactly one verb: " + ", ".join(VERBS),
        ),
    ],
    BeforeValidator(_shorthand),
]

Case.model_rebuild()
Cases.model_rebuild()
