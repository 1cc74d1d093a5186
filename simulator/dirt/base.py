"""Define kinds of columns and kinds of dirt.

A column is a NumPy array: text as objects of `str`, whole numbers as int64, other numbers as float64, times as
datetime64[us] without a zone, truth values as bool. A dirty column keeps that type while all of its cells have it, and
otherwise is an array of plain Python objects; a missing cell is None.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import BaseModel, model_validator

from scenarios.model import DirtUse
from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array, generator

if TYPE_CHECKING:
    from simulator.dirt.work import Work

Type = Literal["text", "integer", "real", "time", "boolean"]

_TYPES: dict[str, Type] = {"O": "text", "i": "integer", "f": "real", "M": "time", "b": "boolean"}


def type_of(values: Array) -> Type:
    """Return the type of a clean column."""
    return _TYPES[values.dtype.kind]


@dataclass(frozen=True)
class Make:
    """What a column is generated from."""

    rows: int
    seed: int
    """The column's own seed."""
    starts: datetime
    """Simulated local time at the lap's start."""
    column: Callable[[str], Array]
    """Returns another clean column of the same dataset."""
    far: Callable[[str], Array]
    """Returns a clean column of any dataset, by `dataset.column`."""

    @property
    def rng(self) -> np.random.Generator:
        """The column's generator, from its beginning."""
        return generator(self.seed)


class ShortParams(Params):
    """Parameters with a short form: a plain value stands for the field `SHORT`."""

    @model_validator(mode="before")
    @classmethod
    def _plain_value(cls, value: Any) -> Any:
        short = getattr(cls, "SHORT", None)
        return value if short is None or isinstance(value, dict | BaseModel) else {short: value}


@dataclass(frozen=True)
class ColumnKind:
    """A registered kind of column."""

    name: str
    params: type[Params]
    make: Callable[[Any, Make], Array]
    """Called with the parameters from the scenario."""
    type: Callable[[Any], Type | None]
    """The column's type, as far as its parameters tell."""
    raw: Callable[[Any, Make], Array] | None = None
    """Generates numbers in which a drift can mix old and new parameters; None: a drift mixes whole values."""
    finish: Callable[[Any, Array, Make], Array] | None = None
    """Turns the numbers of `raw` into values."""
    needs: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Returns the columns of the same dataset that it is made from."""
    far: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Returns the columns of other datasets that it is made from, as `dataset.column`."""


@dataclass(frozen=True)
class DirtKind:
    """A registered kind of dirt."""

    name: str
    params: type[Params]
    apply: "Callable[[Any, DirtUse, Work], None]"
    """Called with the parameters from the scenario, how they are used, and the data."""
    corrupts: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Returns the columns that it corrupts."""
    reads: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Returns the columns that it reads besides."""
    adds: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Returns the names of columns that it adds."""
    takes: frozenset[Type] | None = None
    """The types of column that it can corrupt; None: any."""
    last: bool = False
    """Whether it needs the rows in delivered order, so that it comes after all others, wherever it is listed."""
    words: frozenset[str] = frozenset({"share", "where", "per", "by"})
    """The keys of a `DirtUse` that it supports."""
