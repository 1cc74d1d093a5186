"""What the file of a business may contain: what a case is, what is asked and answered, what is true, what it costs.

The model knows only the shape. Names, types and questions are checked by whoever computes them.
"""

import re
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from scenarios.exchange import AnswerField, Block, Expression, OneKind, Request, Then, named
from scenarios.texts import Line, Slug, Sql, Text

FOLDER = "business"
"""The scenario's folder for them, each in `NAME.yaml`."""
NAME = r"^[a-z0-9][a-z0-9-]*$"
"""What a name of one looks like."""

ColumnType = Literal["text", "integer", "real", "boolean"]
ReadType = Literal["text", "integer", "real", "boolean", "time", "date"]

OTHERWISE = "otherwise"
"""The condition that always holds."""


class Parameter(OneKind):
    """A parameter that `with` may set, and its default: `{share: 30%}`."""

    KINDS = ("dataset", "part", "column", "text", "number", "integer", "share", "money", "time")

    of: Slug | None = None
    """Of a column: its dataset, or the parameter that names the dataset."""
    min: float | None = None
    max: float | None = None


class Draw(Block):
    """A list of rows that are drawn for each case: distinct rows of a dataset."""

    draw: Slug
    """The dataset, or the parameter that names it."""
    from_: int | Slug = Field(default=1, alias="from")
    to: int | Slug = 1
    take: dict[str, Slug] = Field(min_length=1, max_length=50)
    """Names in expressions, each with its column, or the parameter that names it; `key` is the dataset's key."""
    with_: dict[str, "Span"] = Field(default={}, alias="with", max_length=20)
    """More names, each a whole number that is drawn."""

    @model_validator(mode="after")
    def _have_names(self) -> Self:
        named([*self.take, *self.with_], "a column of a list")
        return self


class Span(Block):
    """A whole number from here to there."""

    from_: int = Field(alias="from")
    to: int

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.to < self.from_:
            raise ValueError("`to` is less than `from`")
        return self


class Rows(Block):
    """A list of the rows of another dataset that belong to a case."""

    rows: Slug
    by: Slug
    """The column that has the case's key."""


class Starts(Block):
    """Levels that were counted: one row a key."""

    of: Slug
    value: Slug
    counted_at: Slug


class Series(Block):
    """A level by key that changes in simulated time: from a dataset, or a part's own state."""

    of: Slug | None = None
    """The dataset of changes…"""
    part: Slug | None = None
    """…or the part whose state it is…"""
    series: Slug | None = None
    """…under this name."""
    by: list[str] = Field(min_length=1, max_length=5)
    """The names of the case, or of a list's row, that are the key; of a dataset, its columns of these names."""
    changes_at: Slug | None = None
    """The dataset's column of times."""
    value: Expression | None = None
    """The level from then on, over the dataset's columns…"""
    adds: Expression | None = None
    """…or what is added to it."""
    least: float | None = None
    """No level is less."""
    starts: Starts | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.of is None) == (self.part is None):
            raise ValueError("a series comes from one of: of (a dataset) · part")
        if (self.part is None) != (self.series is None):
            raise ValueError("`part` and `series` belong together")
        if self.of is not None and ((self.value is None) == (self.adds is None) or self.changes_at is None):
            raise ValueError("a series of a dataset needs `changes_at`, and one of: value · adds")
        if self.starts is not None and self.adds is None:
            raise ValueError("`starts` belongs to a series that `adds`")
        return self


class Cases(Block):
    """What a case is."""

    data: Slug | None = None
    """A dataset of which each row is a case; left out: cases come at the flow's rate, and have a `number`."""
    due_at: Slug | None = None
    """Its column of simulated times at which cases are due; left out: the flow's rate, row by row."""
    key: Line | None = None
    """How the key is written where there is no dataset: `"C-{number:05d}"`."""
    draws: Slug = "cases"
    """The name of the dice that lists are drawn with."""
    lists: dict[str, Draw | Rows] = Field(default={}, max_length=10)
    series: dict[str, Series] = Field(default={}, max_length=10)

    @model_validator(mode="after")
    def _fit(self) -> Self:
        named([*self.lists, *self.series], "a list or series")
        if self.due_at is not None and self.data is None:
            raise ValueError("`due_at` is a column of `data`")
        if self.data is not None and self.key is not None:
            raise ValueError("cases of a dataset have its key")
        return self


class Verdict(Block):
    """When this is the verdict, and what is then said."""

    when: Expression
    says: Line | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"when": value} if isinstance(value, str) else value


class Money(Block):
    """What is booked on an account."""

    when: Expression = OTHERWISE
    """Left out: always."""
    costs: Expression | None = None
    earns: Expression | None = None
    booked_at: Expression | None = None
    """A simulated time; left out: when the case was due."""
    about: Text = ""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.costs is None) == (self.earns is None):
            raise ValueError("money is booked by one of: costs · earns")
        return self


class Column(OneKind):
    """`{real: truth}`: a type, and an expression."""

    KINDS = ("text", "integer", "real", "boolean")

    truth: bool = False
    """Whether only an examiner knows it: no customer records it."""

    @model_validator(mode="after")
    def _is_text(self) -> Self:
        if not isinstance(self.value, str):
            raise ValueError("a column is computed by an expression")
        return self


class Facts(Block):
    """The table of cases. Columns `at` and `done_at` stand first in it, `verdict` and `detail` last."""

    table: str = Field(pattern=r"^facts_[a-z0-9_]+$", max_length=64)
    about: Line
    columns: dict[str, Column] = Field(default={}, max_length=50)

    @model_validator(mode="after")
    def _have_names(self) -> Self:
        named(self.columns, "a column")
        for name in self.columns:
            if name in RESERVED:
                raise ValueError(f"every table of facts has a column {name!r}, or the reader adds it")
        return self


RESERVED = frozenset({"at", "done_at", "verdict", "detail", "lap", "phase", "phase_at"})


class Read(Block):
    """Rows that a part tells when the lap is over."""

    part: Slug
    """The part, or the parameter that names it."""
    tells: Slug
    columns: dict[str, ReadType] = Field(min_length=1, max_length=50)
    about: Text = ""


class SettledTable(Block):
    """A table that is made when the lap is over: by SQL, or by a settlement in Python."""

    about: Line
    columns: dict[str, ColumnType] = Field(min_length=1, max_length=50)
    """Beside `at`, which is the result's `due_at`."""
    sql: Sql | None = None
    python: Slug | None = None
    """The name of a settlement (entry point `fdelab.settlements`)."""
    with_: dict[str, Any] = Field(default={}, alias="with")
    """Its parameters."""
    truth: list[str] = Field(default=[], max_length=50)
    """The columns that only an examiner knows."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        named(self.columns, "a column")
        if (self.sql is None) == (self.python is None):
            raise ValueError("a table is made by one of: sql · python")
        if taken := [name for name in self.columns if name in RESERVED - {"done_at", "verdict", "detail"}]:
            raise ValueError(f"every table has a column {taken[0]!r}, or the reader adds it")
        return self


class SettledMoney(Block):
    """Entries of the ledger that are made when the lap is over."""

    sql: Sql
    """It returns `due_at` (wall seconds), `key`, and `costs` or `earns`."""
    about: Text = ""


class Settle(Block):
    """What is looked at when the lap is over."""

    reads: dict[str, Read] = Field(default={}, max_length=20)
    tables: dict[str, SettledTable] = Field(default={}, max_length=10)
    money: dict[Slug, SettledMoney] = Field(default={}, max_length=20)

    @model_validator(mode="after")
    def _have_names(self) -> Self:
        named(self.reads, "a read")
        for name in self.tables:
            if not re.fullmatch(r"facts_[a-z0-9_]{1,58}", name):
                raise ValueError(f"table {name!r}: its name begins with `facts_`")
        return self


class Decisions(Block):
    """What a deployment decides beside the fields of its answer."""

    side_effects: list[str] = Field(default=[], alias="side-effects", max_length=20)
    """Reads whose rows it makes."""


class Business(Block):
    """One business process of the customer: its cases, what is asked, what is true, what it costs."""

    name: str = Field(pattern=NAME, max_length=64)
    about: Text
    parameters: dict[str, Parameter] = Field(default={}, max_length=50)
    cases: Cases = Field(default_factory=Cases)
    request: Request
    answer: dict[str, AnswerField] = Field(default={}, max_length=50)
    values: dict[str, Expression] = Field(default={}, max_length=100)
    verdicts: dict[Slug, Verdict] = Field(min_length=1, max_length=50)
    right: list[Slug] = Field(min_length=1, max_length=50)
    then: dict[str, Then] = Field(default={}, max_length=10)
    money: dict[Slug, Money] = Field(default={}, max_length=50)
    facts: Facts
    settle: Settle = Field(default_factory=Settle)
    decisions: Decisions = Field(default_factory=Decisions)

    @model_validator(mode="after")
    def _have_names(self) -> Self:
        named(self.parameters, "a parameter")
        named(self.answer, "a field")
        named(self.values, "a value")
        named(self.then, "a step")
        return self
