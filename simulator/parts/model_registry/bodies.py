"""The bodies of requests to the registry, and refusals of invalid ones."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StringConstraints, ValidationError

from simulator import gate
from simulator.parts.model_registry.params import NAME, Plain
from simulator.parts.problems import Problem, parsed

_SAID = gate.Bounds(largest=2**16)
"""Limits of a request that is not an artefact."""

Text = Annotated[str, StringConstraints(max_length=2000)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=80)]

B = TypeVar("B", bound="Body")


class Body(BaseModel):
    """Base class of all bodies: whoever changes something may say who they are, and why."""

    model_config = ConfigDict(extra="forbid", strict=True)

    who: Word | None = None
    reason: Text | None = None


class NewModel(Body):
    """A new model."""

    name: Annotated[str, StringConstraints(pattern=NAME)]


class Details(Body):
    """A version's description; in a change, missing keys stay the same, and null removes a tag."""

    description: Text | None = None
    metrics: dict[Word, FiniteFloat] = Field(default={}, max_length=200)
    tags: dict[Word, Text | None] = Field(default={}, max_length=200)
    params: dict[Word, Plain] = Field(default={}, max_length=200)


class Move(Body):
    """An alias for a version."""

    version: int
    expects: int | None = None
    """Move it only if this version has it now."""


class Ask(Body):
    """A request for a review."""

    reviewer: str


def read(model: type[B], body: bytes) -> B:
    """Return the body of a request. Raises `Problem`."""
    if len(body) > _SAID.largest:
        raise Problem(413, "too_large", f"A request that is no artefact has at most {_SAID.largest} bytes.")
    data: Any = parsed(body, _SAID) if body.strip() else {}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong = [{"field": ".".join(map(str, one["loc"])), "detail": one["msg"]} for one in error.errors()[:20]]
        raise Problem(422, "validation_failed", f"{wrong[0]['field']}: {wrong[0]['detail']}", errors=wrong) from None
