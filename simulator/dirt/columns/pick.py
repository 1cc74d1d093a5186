"""One of several values, with weights."""

from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import ConfigDict, Field, field_validator, model_validator

from scenarios.vocabulary import WRITTEN
from simulator.dirt.arrays import Array, objects
from simulator.dirt.base import ColumnKind, Make, ShortParams, Type


class Pick(ShortParams):
    """`pick: [A, B]` is short for `of`; `of: {A: 3, B: 1}` has weights."""

    model_config = ConfigDict(json_schema_extra={WRITTEN: {"required": [], "additionalProperties": {"type": "number"}}})

    SHORT: ClassVar[str] = "of"

    of: dict[str, float] = Field(min_length=1)
    """Values with their weights, whose sum does not matter."""
    as_: Literal["text", "integer", "number"] = Field(default="text", alias="as")
    """What the values are."""
    dealt: bool = False
    """Whether each value comes exactly as often as its weight says, in an order by the seed, and is not drawn."""

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

    @model_validator(mode="after")
    def _are_numbers(self) -> Self:
        if self.as_ != "text":
            for one in self.of:
                try:
                    int(one) if self.as_ == "integer" else float(one)
                except ValueError:
                    raise ValueError(f"{one!r} is no {'whole ' * (self.as_ == 'integer')}number") from None
        return self


def deal(weights: list[float], rng: np.random.Generator, rows: int) -> Array:
    """Return indexes into the values, each exactly as often as its weight says, rounded by the largest remainders."""
    shares = np.array(weights, dtype=float) / sum(weights) * rows
    counts = np.floor(shares).astype(int)
    counts[np.argsort(counts - shares, kind="stable")[: rows - counts.sum()]] += 1
    return rng.permutation(np.repeat(np.arange(len(weights)), counts))


def draw(weights: list[float], rng: np.random.Generator, rows: int) -> Array:
    """Return indexes into the values."""
    edges = np.cumsum(np.array(weights, dtype=float))
    return np.searchsorted(edges / edges[-1], rng.random(rows), side="right")


def _make(params: Pick, make: Make) -> Array:
    places = (deal if params.dealt else draw)(list(params.of.values()), make.rng, make.rows)
    if params.as_ == "text":
        return objects(params.of, len(params.of))[places]
    kind = np.int64 if params.as_ == "integer" else np.float64
    return np.asarray(np.array([kind(one) for one in params.of])[places])


def _type(params: Pick) -> Type:
    kinds: dict[str, Type] = {"integer": "integer", "number": "real", "text": "text"}
    return kinds[params.as_]


PICK = ColumnKind("pick", Pick, _make, _type)
