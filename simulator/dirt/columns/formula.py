"""Values computed from other columns of the same row."""

from typing import ClassVar

import numpy as np
from pydantic import Field, field_validator

from simulator.dirt.arrays import Array, objects
from simulator.dirt.base import ColumnKind, Make, ShortParams
from simulator.dirt.expression import Expression


class Formula(ShortParams):
    """`formula: quantity * price` is short for `value`."""

    SHORT: ClassVar[str] = "value"

    value: str
    """An expression over the row's other columns."""
    decimals: int = Field(default=6, ge=0, le=9)
    """Decimal places to which fractions are rounded."""

    @field_validator("value")
    @classmethod
    def _is_one(cls, text: str) -> str:
        Expression(text)
        return text


def _make(params: Formula, make: Make) -> Array:
    values = np.asarray(Expression(params.value)(make.column))
    if values.dtype.kind == "U":
        values = objects(values.tolist(), values.size) if values.ndim else np.array(values.item(), dtype=object)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise ValueError(f"{params.value!r} is no number in some row")
    if values.dtype.kind == "f":
        values = np.round(values, params.decimals) + 0.0
    return np.broadcast_to(values, (make.rows,))


FORMULA = ColumnKind(
    "formula", Formula, _make, lambda _params: None, needs=lambda params: Expression(params.value).names
)
