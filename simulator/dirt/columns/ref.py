"""Values of another dataset: keys that refer to its rows, and other columns of those rows."""

from typing import ClassVar, Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array
from simulator.dirt.base import ColumnKind, Make, ShortParams

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
    since: str | None = None
    """Where the other dataset has several rows of a key: its column of the times from which each holds…"""
    at: str | None = Field(default=None, json_schema_extra={"names": "column"})
    """…and this dataset's column of times. Before the first of them, the first holds."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.since is None) != (self.at is None):
            raise ValueError("`since` and `at` belong together")
        return self

    @property
    def key(self) -> str:
        """Return `dataset.column` of the key in the other dataset."""
        return f"{self.column.partition('.')[0]}.{self.on}"

    @property
    def times(self) -> str:
        """Return `dataset.column` of the times in the other dataset."""
        return f"{self.column.partition('.')[0]}.{self.since}"


def _as_of(params: Lookup, make: Make) -> Array:
    """Return what held of each row's key at the row's time."""
    found, since = make.far(params.column), make.far(params.times)
    places: dict[object, list[int]] = {}
    for number in np.argsort(since, kind="stable").tolist():
        places.setdefault(make.far(params.key)[number], []).append(number)
    keys, times = make.column(params.by).tolist(), make.column(params.at or "")
    chosen = np.empty(len(keys), np.intp)
    for row, key in enumerate(keys):
        if key not in places:
            raise ValueError(f"no row of {params.key} is {key!r}")
        rows = places[key]
        chosen[row] = rows[max(int(np.searchsorted(since[rows], times[row], side="right")) - 1, 0)]
    return np.asarray(found[chosen])


def _lookup(params: Lookup, make: Make) -> Array:
    if params.since is not None:
        return _as_of(params, make)
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
    needs=lambda params: (params.by, *((params.at,) if params.at else ())),
    far=lambda params: (params.column, params.key, *((params.times,) if params.since else ())),
)
