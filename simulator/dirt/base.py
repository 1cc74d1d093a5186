"""What kinds of columns and kinds of dirt are.

A column is a NumPy array: text as objects of `str`, whole numbers as int64, other numbers as float64, times as
datetime64[us] without a zone, truth values as bool. A dirty column keeps that type as long as its cells have it, and
is an array of plain Python objects once some have not; a missing cell is None.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, model_validator

from scenarios.model import DirtUse
from scenarios.vocabulary import Params
from simulator.seeds import child

if TYPE_CHECKING:
    from simulator.dirt.work import Work

Array = npt.NDArray[Any]
Type = Literal["text", "integer", "real", "time", "boolean"]

_TYPES: dict[str, Type] = {"O": "text", "i": "integer", "f": "real", "M": "time", "b": "boolean"}


def generator(seed: int, *names: str) -> np.random.Generator:
    """A NumPy generator of its own for `names` under `seed`."""
    return np.random.Generator(np.random.PCG64(child(seed, *names)))


def objects(values: Iterable[Any], rows: int) -> Array:
    """An array of plain Python objects; NumPy would make something else of equally long texts or lists."""
    array = np.empty(rows, dtype=object)
    array[:] = list(values)
    return array


def type_of(values: Array) -> Type:
    """The type of a clean column."""
    return _TYPES[values.dtype.kind]


@dataclass(frozen=True)
class Make:
    """What a column is made with."""

    rows: int
    seed: int
    """The column's own."""
    starts: datetime
    """Simulated local time at the lap's start."""
    column: Callable[[str], Array]
    """Another column of the same dataset, clean."""
    far: Callable[[str], Array]
    """A column of any dataset, clean, by `dataset.column`."""

    @property
    def rng(self) -> np.random.Generator:
        """The column's generator, from its beginning."""
        return generator(self.seed)


class ShortParams(Params):
    """Parameters that may be written short: a plain value is that of the field `SHORT`."""

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
    """Numbers on which a drift may mix old and new parameters; None: it mixes whole values."""
    finish: Callable[[Any, Array, Make], Array] | None = None
    """Makes values of `raw`."""
    needs: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Columns of the same dataset that it is made from."""
    far: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Columns of other datasets that it is made from, as `dataset.column`."""


@dataclass(frozen=True)
class DirtKind:
    """A registered kind of dirt."""

    name: str
    params: type[Params]
    apply: "Callable[[Any, DirtUse, Work], None]"
    """Called with the parameters from the scenario and how they are used."""
    strikes: Callable[[Any], Iterable[str]] = lambda _params: ()
    """The columns that it strikes."""
    reads: Callable[[Any], Iterable[str]] = lambda _params: ()
    """The columns that it reads beside them."""
    adds: Callable[[Any], Iterable[str]] = lambda _params: ()
    """Names that its data has beside the columns'."""
    takes: frozenset[Type] | None = None
    """The types of column that it strikes; None: any."""
    last: bool = False
    """It looks at rows as they are delivered, so it comes after all others, whatever their order."""
    words: frozenset[str] = frozenset({"share", "where", "per", "by"})
    """What of a `DirtUse` it heeds."""
