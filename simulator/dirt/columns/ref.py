"""Values of another dataset: keys that refer to its rows, and other columns of those rows."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from scenarios.vocabulary import Params
from simulator.dirt.base import Array, ColumnKind, Make, ShortParams

FAR = r"^[\w-]+\.\w+$"


class Ref(ShortParams):
    """`ref: skus.id` is short for `column`: each row has the key of one row in the other dataset."""

    SHORT: ClassVar[str] = "column"

    column: str = Field(pattern=FAR)
    """`dataset.column`."""
    skew: float = Field(default=0, ge=0, le=4)
    """0: every row is equally likely; 1: as in Zipf's law, the second is half as likely as the first."""
    each: bool = False
    """Every row is referred to, as evenly as the number of rows allows."""


def _ref(params: Ref, make: Make) -> Array:
    values, rng = make.far(params.column), make.rng
    if params.each:
        return np.asarray(values[rng.permutation(np.arange(make.rows) % len(values))])
    if params.skew == 0:
        return np.asarray(values[rng.integers(0, len(values), make.rows)])
    edges = np.cumsum(1.0 / np.arange(1, len(values) + 1) ** params.skew)
    drawn = np.searchsorted(edges / edges[-1], rng.random(make.rows), side="right")
    return np.asarray(values[rng.permutation(len(values))[drawn]])


class Lookup(Params):
    """What another dataset says about this row's key."""

    column: str = Field(pattern=FAR)
    """`dataset.column` whose value is taken."""
    by: str = Field(json_schema_extra={"names": "column"})
    """The column with the key in this dataset."""
    on: str
    """The column with the key in the other dataset."""

    @property
    def key(self) -> str:
        """Return `dataset.column` of the key in the other dataset."""
        return f"{self.column.partition('.')[0]}.{self.on}"


def _lookup(params: Lookup, make: Make) -> Array:
    there, found = make.far(params.key), make.far(params.column)
    place = {value: number for number, value in enumerate(there.tolist())}
    keys = make.column(params.by).tolist()
    try:
        return found[np.fromiter((place[key] for key in keys), np.intp, len(keys))]
    except KeyError as error:
        raise ValueError(f"no row of {params.key} is {error.args[0]!r}") from None


REF = ColumnKind("ref", Ref, _ref, lambda _params: None, far=lambda params: (params.column,))
LOOKUP = ColumnKind(
    "lookup",
    Lookup,
    _lookup,
    lambda _params: None,
    needs=lambda params: (params.by,),
    far=lambda params: (params.column, params.key),
)
