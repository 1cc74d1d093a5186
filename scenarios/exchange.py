"""What a business asks a service, and what it must answer: requests, the fields of answers, and what comes next."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from scenarios.problems import did_you_mean
from scenarios.texts import Line, Text
from scenarios.units import Simulated

Expression = Annotated[str, Field(min_length=1, max_length=600)]
"""A text that is computed, in the grammar of `docs/business.md`."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")


def named(names: Iterable[str], what: str) -> None:
    """Raise `ValueError` unless expressions can use these names."""
    for name in names:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for {what}: lower-case letters, digits and _, a letter first")


class Block(BaseModel):
    """A block of a business's file: unknown keys are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True, defer_build=True
    )


class OneKind(BaseModel):
    """A block in which one key names the kind; its value belongs to that kind."""

    model_config = ConfigDict(
        extra="allow", frozen=True, populate_by_name=True, serialize_by_alias=True, defer_build=True
    )

    KINDS: ClassVar[tuple[str, ...]] = ()

    about: Text = ""
    """What it means, for learners."""

    @property
    def kind(self) -> str:
        """The kind's name."""
        return next(iter(self.__pydantic_extra__ or {}))

    @property
    def value(self) -> Any:
        """What stands under the kind's name."""
        return (self.__pydantic_extra__ or {})[self.kind]

    @model_validator(mode="after")
    def _is_one_kind(self) -> Self:
        found = list(self.__pydantic_extra__ or {})
        others = [f.alias or n for n, f in type(self).model_fields.items()]
        for name in found:
            if name not in self.KINDS:
                raise ValueError(f"unknown key {name!r}; {did_you_mean(name, [*self.KINDS, *others])}")
        if len(found) != 1:
            raise ValueError(f"needs one of: {' · '.join(self.KINDS)}")
        return self


class Request(Block):
    """What is sent; names in braces are filled in."""

    line: Line = Field(pattern=r"^(GET|POST|PUT|PATCH|DELETE) /\S*$")
    about: Text = ""
    headers: dict[str, Line] = Field(default={}, max_length=20)
    json_: Any = Field(default=None, alias="json")
    """A JSON value; a text that is one name in braces keeps its type; `{each: LIST, json: …}` is a list."""
    form: dict[str, Line] | None = Field(default=None, max_length=50)
    body: Text | None = None
    """A text, such as XML."""
    media: Line | None = None
    """Its Content-Type; left out: of what is sent."""
    accepts: list[int] = Field(default=[], max_length=20)
    """Statuses beside 2xx that are answers too. Such an answer has no fields, and `status` says which it is."""
    means: dict[str, Line] = Field(default={}, max_length=50)
    """What the fields mean, where their types do not say enough."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = [n for n, v in (("json", self.json_), ("form", self.form), ("body", self.body)) if v is not None]
        if len(said) > 1:
            raise ValueError(f"a request has one of: {' · '.join(said)}")
        return self


class AnswerField(OneKind):
    """`{number: /total}`: a type, and where it stands, as a JSON pointer or `{xpath: …}`."""

    KINDS = ("text", "number", "integer", "boolean", "choice", "date", "time")

    same: Line | None = None
    """A name of the case whose value must stand there."""
    of: list[Line] | None = Field(default=None, min_length=1, max_length=100)
    """Of a choice: its values."""
    min: float | None = None
    max: float | None = None
    optional: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        value = self.value
        if isinstance(value, dict):
            if list(value) != ["xpath"] or not isinstance(value["xpath"], str):
                raise ValueError("where it stands is a JSON pointer such as /total, or `{xpath: …}`")
        elif not isinstance(value, str) or not value.startswith("/"):
            raise ValueError("where it stands is a JSON pointer such as /total, or `{xpath: …}`")
        if (self.kind == "choice") != (self.of is not None):
            raise ValueError("`of` lists the values of a choice, and a choice needs it")
        if (self.min is not None or self.max is not None) and self.kind not in ("number", "integer"):
            raise ValueError("`min` and `max` are of numbers")
        return self


class Then(Block):
    """What the customer does next because of an answer."""

    when: Expression
    after: Simulated = 0.0
    at_most: int = Field(default=1, alias="at most", ge=1, le=100)
    """How often for a case."""
    request: Request | None = None
    """Another request; left out: the same again."""
    answer: dict[str, AnswerField] = Field(default={}, max_length=50)
    """What it must answer; in expressions `NAME.field`."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        named(self.answer, "a field")
        if self.answer and self.request is None:
            raise ValueError("the same again has the same answer")
        return self
