"""Consecutive numbers, and identifiers made from them."""

from typing import ClassVar

import numpy as np
from pydantic import field_validator

from simulator.dirt.arrays import Array, objects
from simulator.dirt.base import ColumnKind, Make, ShortParams, Type


class Sequence(ShortParams):
    """`sequence: "SKU-{:05d}"` is short for `format`; without a format they are whole numbers."""

    SHORT: ClassVar[str] = "format"

    start: int = 1
    """The first row's number."""
    step: int = 1
    """From one row's number to the next."""
    format: str | None = None
    """The format in which Python's `str.format` writes the number: `SKU-{:05d}`."""

    @field_validator("format")
    @classmethod
    def _writes_a_number(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                different = text.format(1) != text.format(2)
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise ValueError(f"{text!r} does not write a number: {error}") from None
            if not different:
                raise ValueError(f"{text!r} writes no number; it needs a place such as {{:05d}}")
        return text


def _make(params: Sequence, make: Make) -> Array:
    numbers = params.start + params.step * np.arange(make.rows, dtype=np.int64)
    return numbers if params.format is None else objects(map(params.format.format, numbers.tolist()), make.rows)


def _type(params: Sequence) -> Type:
    return "integer" if params.format is None else "text"


SEQUENCE = ColumnKind("sequence", Sequence, _make, _type)
