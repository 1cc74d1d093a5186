"""Declare what a deployment decides: the fields of its answers, and what it leaves in the customer's systems.

Plain data: a verification makes degenerate deployments of it (always the same, for everybody, never again), each of
which has to fail.
"""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

Kind = Literal["key", "choice", "number", "date", "text", "list"]


@dataclass(frozen=True)
class Decision:
    """One field of an answer."""

    field: str
    kind: Kind
    """`key` repeats what was asked, and is no decision."""
    values: tuple[Any, ...] = ()
    """All values of a choice; of the others some that somebody lazy might always give. A date's are days after the
    request's date."""
    flag: bool = False
    """Whether true says that something is out of the ordinary: on a lap without trouble it is never true."""


@dataclass(frozen=True)
class Left:
    """Rows that a deployment leaves in one of the customer's systems."""

    name: str
    part: str
    """The workload's parameter that names the part."""
    rows: tuple[str, ...]
    """Where they are in the part's final state: keys, outermost first."""
    columns: Mapping[str, str]
    """Every column that the deployment writes, with a dot for an object within; each with what somebody would write who
    does it for everybody: `asked FIELD`, `answer FIELD`, or the text itself."""
    rest: Mapping[str, Any] = field(default_factory=dict)
    """What the part itself adds to a row that is made up."""
    case: str | None = None
    """The column that names the case; None where rows are not about one request."""
    when: tuple[str, Any] | None = None
    """The field of the answer, and its value, with which a deployment leaves a row for the case."""
    alarm: bool = False
    """Whether a row is an alarm: on a lap without trouble there is none."""
    time: str | None = None
    """The column with the simulated time, where the rows have one."""


@dataclass(frozen=True)
class Decisions:
    """All that a deployment decides of one workload."""

    answers: Mapping[str, tuple[Decision, ...]]
    """By the `line` of the route."""
    left: tuple[Left, ...] = ()
    subject: str | None = None
    """The field of the request that says what it is about: whoever learns by heart, learns by it."""
    groups: tuple[str, ...] = field(default=())
    """Fields of the request with few values, by which somebody might treat people differently."""


def derived(answer: type[BaseModel], asked: Mapping[str, str] | None = None) -> tuple[Decision, ...]:
    """Return the decisions that the model of an answer implies, for workloads that declare none.

    `asked` has the fields of the request: a text of the same name is taken for the key.
    """
    found = []
    for name, info in answer.model_fields.items():
        name, options = info.alias or name, list(_options(info.annotation))
        kinds = {one for one in options if isinstance(one, type)}
        choices = tuple(value for one in options if get_origin(one) is Literal for value in get_args(one))
        if bool in kinds or choices:
            found.append(Decision(name, "choice", choices or (True, False)))
        elif {int, float} & kinds:
            found.append(Decision(name, "number", (0, 1)))
        elif date in kinds:
            found.append(Decision(name, "date", (1, 7)))
        elif any(get_origin(one) is list for one in options):
            found.append(Decision(name, "list"))
        else:
            found.append(Decision(name, "key" if name in (asked or {}) else "text"))
    return tuple(found)


def _options(annotation: Any) -> Iterator[Any]:
    """Yield the alternatives of an annotation, without what is only said about them."""
    if get_origin(annotation) in (Union, types.UnionType):
        for one in get_args(annotation):
            yield from _options(one)
    elif hasattr(annotation, "__metadata__"):
        yield from _options(annotation.__origin__)
    elif annotation is not type(None):
        yield annotation
