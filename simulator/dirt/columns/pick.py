"""One of several values, with weights."""

from typing import Any, ClassVar

import numpy as np
from pydantic import ConfigDict, Field, field_validator, model_validator

from scenarios.vocabulary import WRITTEN
from simulator.dirt.base import Array, ColumnKind, Make, ShortParams, Type, objects


class Pick(ShortParams):
    """`pick: [A, B]` is short for `of`; `of: {A: 3, B: 1}` has weights."""

    model_config = ConfigDict(json_schema_extra={WRITTEN: {"required": [], "additionalProperties": {"type": "number"}}})

    SHORT: ClassVar[str] = "of"

    of: dict[str, float] = Field(min_length=1)
    """Values with their weights, whose sum does not matter."""

    @model_validator(mode="before")
    @classmethod
    def _plain_weights(cls, value: Any) -> Any:
        return {"of": value} if isinstance(value, dict) and "of" not in value else value

    @field_validator("of", mode="before", json_schema_input_type=dict[str, float] | list[str])
    @classmethod
    def _plain_list(cls, value: Any) -> Any:
        return {str(one): 1.0 for one in value} if isinstance(value, list) else value

    @field_validator("of")
    @classmethod
    def _some_weight(cls, value: dict[str, float]) -> dict[str, float]:
        if min(value.values()) < 0 or sum(value.values()) <= 0:
            raise ValueError("weights are not negative, and one of them is more than nothing")
        return value


def draw(weights: list[float], rng: np.random.Generator, rows: int) -> Array:
    """Return indexes into the values."""
    edges = np.cumsum(np.array(weights, dtype=float))
    return np.searchsorted(edges / edges[-1], rng.random(rows), side="right")


def _make(params: Pick, make: Make) -> Array:
    return objects(params.of, len(params.of))[draw(list(params.of.values()), make.rng, make.rows)]


def _type(_params: Pick) -> Type:
    return "text"


PICK = ColumnKind("pick", Pick, _make, _type)
