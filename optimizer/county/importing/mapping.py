"""A mapping: how the columns of a foreign inventory become the tables of a county."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StrictInt, StrictStr, model_validator

from optimizer.county.files import Encoding
from optimizer.county.importing.parts import Conditions, Part, Scalar, YamlPath
from optimizer.county.importing.rules import AnyRule, Apportion
from optimizer.county.records import Service

Columns = Annotated[tuple[StrictStr, ...], Field(min_length=1)]
HeaderRow = Annotated[int, Field(ge=1, le=1000, strict=True)]
SERVICE_FIELDS = tuple(Service.model_fields)
NEEDED_FIELDS = tuple(
    name for name, info in Service.model_fields.items() if info.is_required() and name != "service_id"
)
NUMBER_FIELDS = ("personnel_usd", "nonpersonnel_usd", "overhead_usd", "revenue_usd", "fte")


class Funds(Part):
    """Which funds the law ties to a purpose: name those, or name those it does not."""

    restricted: tuple[StrictStr, ...] | None = None
    unrestricted: tuple[StrictStr, ...] | None = None
    assumption: StrictStr

    @model_validator(mode="after")
    def _one_list(self) -> Funds:
        if (self.restricted is None) == (self.unrestricted is None):
            raise ValueError("give either `restricted` (all others are not) or `unrestricted` (all others are)")
        return self


class CountyFacts(Part):
    """What no inventory says of the county itself."""

    name: StrictStr
    state: StrictStr
    population: Annotated[StrictInt, Field(ge=0)]
    fiscal_year: Annotated[StrictInt, Field(ge=0)]
    general_fund: StrictStr
    """The fund that pays agreements and pools, named as in the services."""
    funds: Funds


class Titles(Part):
    """Titles between the rows, as of departments: a row in which nothing else stands."""

    column: StrictStr
    """Column in which they stand."""
    named: StrictStr = Field(alias="as")
    """Column that is added: the last title above, or in, the row."""


class Place(Part):
    """Where the rows stand."""

    sheet: StrictStr | None = None
    """Sheet of a workbook; none for a CSV file, or for a workbook of one sheet."""
    header_row: HeaderRow = 1
    """Row of the column names; rows above it are not read."""
    titles: Titles | None = None
    """Titles between the rows that become a column."""
    fill_down: Columns | tuple[()] = ()
    """Columns in which a blank means what stands above it, as where cells are merged downwards."""


class JoinedSheet(Place):
    """Another sheet whose columns are looked up by key, and are then named `<name>.<column>`."""

    name: Annotated[StrictStr, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
    on: Columns
    """Key columns, called the same in both sheets; the key is unique in the joined one."""
    missing: Literal["refuse", "blank"] = "refuse"
    """What a row without a partner there gets."""


class SourceLayout(Part):
    """How the file is laid out."""

    main: Place = Place()
    joins: tuple[JoinedSheet, ...] = ()
    numbers: Literal["plain", "us"] = "plain"
    """How numbers are typed where a cell holds text: plain (1234.5) or us ($1,234.50 and (500) for -500 as well)."""
    delimiter: Literal[",", ";", "\t", "|"] = ","
    """Between the cells of a CSV file."""
    encoding: Encoding = "utf-8"
    """How the letters of a CSV file are written."""


class Blank(Part):
    """What counts as blank in some columns, and what a blank there stands for."""

    columns: Columns
    also_blank: tuple[Scalar, ...] = ()
    """Texts that mean blank, besides an empty cell."""
    taken_as: Scalar | None = None
    """What a blank stands for; without it a blank stays blank."""
    assumption: StrictStr | None = None

    @model_validator(mode="after")
    def _assumption_is_stated(self) -> Blank:
        if self.taken_as is not None and not self.assumption:
            raise ValueError("`taken_as` needs an `assumption` that says why")
        return self


class Drop(Part):
    """Rows that are not services."""

    where: Conditions
    reason: StrictStr
    counted: bool = True
    """false for rows that hold no dollars of their own (totals, notes, repeated headers): they are left out of the
    source's total too."""


class GroupSum(Part):
    """A column added up over the rows of a group."""

    of: StrictStr
    where: Conditions = ()


class Group(Part):
    """Rows with the same values in `by` become one."""

    by: Columns
    sums: dict[StrictStr, GroupSum]
    first: tuple[StrictStr, ...] = ()
    """Columns of which the first value that is not blank is taken; any other column must agree within a group."""
    drop: tuple[Drop, ...] = ()
    """Groups that are not services."""


class Names(Part):
    """How services that share a name are told apart, in their names and in their ids."""

    add: tuple[StrictStr, ...] = ()
    """Columns added to a shared name, one after the other, until no two are the same; one in which they do not differ
    is passed over."""


class Programs(Part):
    """Which services are one program: those that share these columns are tied by a `together` link."""

    same: Columns


class LeftOut(Part):
    """Dollars of a kept row that do not belong to the service."""

    column: StrictStr
    reason: StrictStr


class Total(Part):
    """A total that must be found again: total = services + left out + dropped + difference."""

    name: StrictStr
    total: StrictStr
    """Column with the row's own total."""
    services: Annotated[tuple[Literal["personnel_usd", "nonpersonnel_usd", "overhead_usd", "revenue_usd"], ...],
                        Field(min_length=1)]  # fmt: skip
    """Fields of the services that this total is made of."""
    left_out: tuple[LeftOut, ...] = ()


class Against(Part):
    """A column of a joined sheet."""

    sheet: StrictStr
    column: StrictStr


class Compare(Part):
    """A total per key that the source states twice."""

    name: StrictStr
    sum_of: StrictStr
    where: Conditions = ()
    against: Against
    tolerance_usd: Annotated[float, Field(ge=0)] = 1.0


class ImportMapping(Part):
    """A whole mapping."""

    about: StrictStr
    """What it maps, in a sentence."""
    county: CountyFacts
    source: SourceLayout = SourceLayout()
    blank_means: tuple[Blank, ...] = ()
    derive: dict[StrictStr, AnyRule] = Field(default_factory=dict)
    """Columns made from others; each may use the source's and those above it."""
    drop: tuple[Drop, ...] = ()
    """The first reason that applies to a row counts."""
    group: Group | None = None
    columns: dict[StrictStr, AnyRule]
    """Field of a service to the rule that gives it."""
    names: Names = Names()
    programs: Programs | None = None
    keep_totals: Annotated[tuple[Total, ...], Field(min_length=1)]
    compare: tuple[Compare, ...] = ()
    assumptions: tuple[StrictStr, ...] = ()
    """What else is assumed, for the report."""

    @model_validator(mode="after")
    def _joined_sheets(self) -> ImportMapping:
        names = [sheet.name for sheet in self.source.joins]
        if len(names) != len(set(names)):
            raise ValueError("two joined sheets have the same name")
        for compare in self.compare:
            if compare.against.sheet not in names:
                raise ValueError(f"compare looks at sheet {compare.against.sheet!r}, joined are: {', '.join(names)}")
        return self

    @model_validator(mode="after")
    def _apportioned_last(self) -> ImportMapping:
        if any(isinstance(rule, Apportion) for rule in self.derive.values()):
            raise ValueError("apportion stands under columns only: it must see all rows that are kept, and no others")
        return self

    def uses(self) -> Iterator[tuple[YamlPath, str]]:
        """Every source column that the mapping names, with the path of its place in the mapping."""
        for index, blank in enumerate(self.blank_means):
            yield from ((("blank_means", index), column) for column in blank.columns)
        yield from _drops(("drop",), self.drop)
        if self.group:
            yield from _group(self.group)
        yield from ((("names",), column) for column in self.names.add)
        yield from ((("programs",), column) for column in (self.programs.same if self.programs else ()))
        for field, rule in self.columns.items():
            yield from ((("columns", field), column) for column in rule.columns())
        for index, total in enumerate(self.keep_totals):
            yield ("keep_totals", index), total.total
            yield from ((("keep_totals", index), left.column) for left in total.left_out)
        for index, compare in enumerate(self.compare):
            yield ("compare", index), compare.sum_of
            yield ("compare", index), f"{compare.against.sheet}.{compare.against.column}"
            yield from ((("compare", index), condition.column) for condition in compare.where)


def _drops(path: YamlPath, drops: tuple[Drop, ...]) -> Iterator[tuple[YamlPath, str]]:
    for index, drop in enumerate(drops):
        yield from (((*path, index), condition.column) for condition in drop.where)


def _group(group: Group) -> Iterator[tuple[YamlPath, str]]:
    yield from ((("group", "by"), column) for column in group.by)
    yield from ((("group", "first"), column) for column in group.first)
    for name, part in group.sums.items():
        for column in (part.of, *(condition.column for condition in part.where)):
            yield ("group", "sums", name), column
    yield from _drops(("group", "drop"), group.drop)
