"""A dataset while dirt strikes it: cells change, rows are copied and move, names change; all of it is noted.

Rows have ids here: those of the clean data first, copies after them. Where a row stands in the delivered data is
known only at the end (`positions`). What decides who is struck is always the clean data, so that what an author says
of it holds whatever was struck before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from scenarios.model import DirtUse
from simulator.dirt.base import Array, generator, objects
from simulator.dirt.expression import Expression, holds

Mask = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.intp]

What = Literal["cell", "extra", "moved", "renamed", "added"]
Mechanism = Literal["ECAR", "EAR", "ENAR"]
"""Erroneous completely at random · at random: depends on another column · not at random: on the value itself."""

_STEEP = 3.0
"""With `by`, a row's weight is its rank from 0 to 1 to this power: the top tenth is struck 3.4 times as often."""


@dataclass(frozen=True)
class Strike:
    """What one use of dirt did to one column, or to rows."""

    what: What
    kind: str
    mechanism: Mechanism
    column: str | None
    ids: Ids
    clean: Array
    dirty: Array


@dataclass(frozen=True)
class Shape:
    """From delivered row `row` on: the columns by the names that they are delivered under."""

    row: int
    names: Mapping[str, str]


class Work:
    """The state between clean and dirty."""

    def __init__(self, clean: Mapping[str, Array], seed: int) -> None:
        self.clean = clean
        self.seed = seed
        self.columns: dict[str, Array] = dict(clean)
        self.rows = len(next(iter(clean.values())))
        """How many the clean data has."""
        self.origin: Ids = np.arange(self.rows)
        """The clean row that each row is, or is a copy of."""
        self.place: npt.NDArray[np.float64] = np.arange(self.rows, dtype=np.float64)
        """What the delivered order is sorted by."""
        self.strikes: list[Strike] = []
        self.shapes: list[Shape] = [Shape(0, {name: name for name in clean})]
        self._struck: dict[str, Mask] = {}
        self._own: set[str] = set()
        self._number = 0

    @property
    def size(self) -> int:
        """Rows, with the copies."""
        return len(self.origin)

    def next(self) -> np.random.Generator:
        """Begin with the next use of dirt; its generator."""
        self._number += 1
        return self.rng()

    def rng(self, *names: str) -> np.random.Generator:
        """A generator of the present use of dirt, one for each of its names."""
        return generator(self.seed, str(self._number), *names)

    def truth(self, column: str) -> Array:
        """A clean column, with the copies' rows."""
        return self.clean[column][self.origin] if self.size > self.rows else self.clean[column]

    def order(self) -> Ids:
        """Ids in delivered order."""
        return np.argsort(self.place, kind="stable")

    def positions(self) -> Ids:
        """Where each id stands in the delivered order."""
        found = np.empty(self.size, np.intp)
        found[self.order()] = np.arange(self.size)
        return found

    def mechanism(self, use: DirtUse, column: str | None = None) -> Mechanism:
        """By what the rows that `use` strikes are chosen."""
        looked = {name for name in (use.per, use.by) if name} | (Expression(use.where).names if use.where else set())
        if column in looked:
            return "ENAR"
        return "EAR" if looked else "ECAR"

    def free(self, column: str) -> Mask:
        """The rows whose cell in that column nothing has struck yet."""
        struck = self._struck.get(column)
        return np.ones(self.size, np.bool_) if struck is None else ~struck

    def deal(self, use: DirtUse, can: Mask, rng: np.random.Generator) -> Ids:
        """The ids that `use` strikes of those that `can` be struck, in ascending order; exact in number."""
        if use.where is not None:
            can = can & holds(use.where, self.truth, self.size)
        ids = np.flatnonzero(can)
        if use.per is not None:
            values = self.truth(use.per)[ids].tolist()
            kinds = dict.fromkeys(values)
            order = rng.permutation(len(kinds)).tolist()
            drawn = {kind for kind, luck in zip(kinds, order, strict=True) if luck < _share(use.share, len(kinds))}
            return ids[np.fromiter((value in drawn for value in values), np.bool_, len(values))]
        number = _share(use.share, len(ids))
        if number == len(ids):
            return ids
        luck = rng.random(len(ids))
        if use.by is not None:
            luck **= 1.0 / _weights(self.truth(use.by)[ids], low=use.towards == "low")
        return np.sort(ids[np.argsort(-luck, kind="stable")[:number]])

    def set(self, column: str, ids: Ids, values: Array, kind: str, mechanism: Mechanism) -> None:
        """Change cells, and note what they were; `values` are those of `ids`, in order."""
        if not len(ids):
            return
        before = self.columns[column]
        clean = before[ids]
        if values.dtype != before.dtype and before.dtype != object:
            self.columns[column] = before.astype(object)
        elif column not in self._own:
            self.columns[column] = before.copy()
        self._own.add(column)
        self.columns[column][ids] = values
        self._struck.setdefault(column, np.zeros(self.size, np.bool_))[ids] = True
        self.strikes.append(Strike("cell", kind, mechanism, column, ids, clean, values))

    def copy(self, ids: Ids, kind: str, mechanism: Mechanism) -> Ids:
        """Deliver rows once more, right behind themselves; the ids of the copies, in order."""
        copies = np.arange(self.size, self.size + len(ids))
        for name, values in self.columns.items():
            self.columns[name] = np.concatenate([values, values[ids]])
        self._own |= self.columns.keys()
        for name, struck in self._struck.items():
            self._struck[name] = np.concatenate([struck, struck[ids]])
        self.origin = np.concatenate([self.origin, self.origin[ids]])
        self.place = np.concatenate([self.place, self.place[ids]])
        nothing = objects([None] * len(ids), len(ids))
        self.strikes.append(Strike("extra", kind, mechanism, None, copies, nothing, self.origin[copies]))
        return copies

    def move(self, ids: Ids, places: npt.NDArray[np.float64], kind: str, mechanism: Mechanism) -> None:
        """Deliver rows elsewhere: where rows with these `place`s stand."""
        self.place[ids] = places
        # Where they come to stand is filled in at the end.
        self.strikes.append(Strike("moved", kind, mechanism, None, ids, self.origin[ids], ids))

    def reshape(self, row: int, names: Mapping[str, str]) -> None:
        """From delivered row `row` on, the columns have these names; later shapes change alike."""
        self.shapes.append(Shape(row, names))
        self.shapes.sort(key=lambda shape: shape.row)


def _share(share: float, whole: int) -> int:
    """How many of `whole` a share is, halves rounded up."""
    return int(Fraction(share).limit_denominator(100_000) * whole + Fraction(1, 2))


def _weights(values: Array, *, low: bool) -> npt.NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - counts / 2)[inverse] / len(values)
    return np.asarray((1.0 - ranks if low else ranks) ** _STEEP)
