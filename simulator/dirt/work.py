"""A dataset while dirt is applied: cells change, rows are copied and move, names change, and all of it is recorded.

Rows have ids here: those of the clean data first, then those of copies. A row's place in the delivered data is known
only at the end (`positions`). Which rows are corrupted is always decided on the clean data, so that what an author says
about it holds whatever was corrupted before.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np
import numpy.typing as npt

from scenarios.model import DirtUse
from simulator.dirt.arrays import Array, generator, objects
from simulator.dirt.expression import Expression, holds

Mask = npt.NDArray[np.bool_]
Ids = npt.NDArray[np.intp]

What = Literal["cell", "extra", "moved", "renamed", "added"]
Mechanism = Literal["ECAR", "EAR", "ENAR"]
"""Erroneous completely at random · at random: depends on another column · not at random: on the value itself."""

_STEEP = 3.0
"""With `by`, a row's weight is its rank from 0 to 1 to this power: the top tenth is corrupted 3.4 times as often."""


@dataclass(frozen=True)
class Corruption:
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
    """The columns by their delivered names, from delivered row `row` on."""

    row: int
    names: Mapping[str, str]


class Work:
    """The state of a dataset between clean and dirty."""

    def __init__(self, clean: Mapping[str, Array], seed: int, more: Callable[[str, int], Array]) -> None:
        self.clean = clean
        self.more = more
        """Returns a column's values in additional rows."""
        self.seed = seed
        self.columns: dict[str, Array] = dict(clean)
        self.rows = len(next(iter(clean.values())))
        """Number of rows of the clean data."""
        self.origin: Ids = np.arange(self.rows)
        """The clean row that each row is, or is a copy of."""
        self.place: npt.NDArray[np.float64] = np.arange(self.rows, dtype=np.float64)
        """What the delivered order is sorted by."""
        self.corruptions: list[Corruption] = []
        self._names: list[tuple[int, str, str | None]] = []
        self._corrupted: dict[str, Mask] = {}
        self._own: set[str] = set()
        self._moved: Mask = np.zeros(self.rows, np.bool_)
        self._number = 0

    @property
    def size(self) -> int:
        """The number of rows, including copies."""
        return len(self.origin)

    def next(self) -> np.random.Generator:
        """Start the next use of dirt, and return its generator."""
        self._number += 1
        return self.rng()

    def rng(self, *names: str) -> np.random.Generator:
        """Return a generator for the current use of dirt, a different one for each of its `names`."""
        return generator(self.seed, str(self._number), *names)

    def truth(self, column: str) -> Array:
        """Return a clean column, extended by the copies' rows."""
        return self.clean[column][self.origin] if self.size > self.rows else self.clean[column]

    def order(self) -> Ids:
        """Return the ids in delivered order."""
        if self.size == self.rows and not self._moved.any():
            return np.arange(self.size)
        return np.argsort(self.place, kind="stable")

    def positions(self) -> Ids:
        """Return each id's position in the delivered order."""
        found = np.empty(self.size, np.intp)
        found[self.order()] = np.arange(self.size)
        return found

    def mechanism(self, use: DirtUse, column: str | None = None) -> Mechanism:
        """Return what the choice of rows for `use` depends on."""
        looked = {name for name in (use.per, use.by) if name} | (Expression(use.where).names if use.where else set())
        if column in looked:
            return "ENAR"
        return "EAR" if looked else "ECAR"

    def free(self, column: str) -> Mask:
        """Return a mask of the rows whose cell in that column is not corrupted yet."""
        corrupted = self._corrupted.get(column)
        return np.ones(self.size, np.bool_) if corrupted is None else ~corrupted

    def still(self) -> Mask:
        """Return a mask of the rows that have not been moved."""
        return ~self._moved

    def originals(self) -> Mask:
        """Return a mask of the rows that are not copies."""
        return np.arange(self.size) < self.rows

    def draw(self, use: DirtUse, can: Mask, rng: np.random.Generator) -> Ids:
        """Return the ids that `use` corrupts, drawn from those that `can` be, in ascending order."""
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
        if use.by is None:
            return ids[np.sort(rng.choice(len(ids), number, replace=False, shuffle=False))]
        # The smallest of exponential draws with these rates: a weighted sample without replacement (Efraimidis and
        # Spirakis, 2006).
        luck = rng.standard_exponential(len(ids)) / _weights(self.truth(use.by)[ids], low=use.towards == "low")
        return ids[np.sort(np.argpartition(luck, number)[:number])]

    def set(self, column: str, ids: Ids, values: Array, kind: str, mechanism: Mechanism) -> None:
        """Change cells, and record what they were; `values` belong to `ids`, in order."""
        if not len(ids):
            return
        before = self.columns[column]
        clean = self.truth(column)[ids]
        if values.dtype != before.dtype and before.dtype != object:
            self.columns[column] = before.astype(object)
        elif column not in self._own:
            self.columns[column] = before.copy()
        self._own.add(column)
        self.columns[column][ids] = values
        self._corrupted.setdefault(column, np.zeros(self.size, np.bool_))[ids] = True
        self.corruptions.append(Corruption("cell", kind, mechanism, column, ids, clean, values))

    def copy(self, ids: Ids, kind: str, mechanism: Mechanism) -> Ids:
        """Deliver rows twice, each copy right after its original; return the ids of the copies, in order."""
        copies = np.arange(self.size, self.size + len(ids))
        for name, values in self.columns.items():
            self.columns[name] = np.concatenate([values, values[ids]])
        self._own |= self.columns.keys()
        for name, corrupted in self._corrupted.items():
            self._corrupted[name] = np.concatenate([corrupted, corrupted[ids]])
        self.origin = np.concatenate([self.origin, self.origin[ids]])
        self.place = np.concatenate([self.place, self.place[ids]])
        self._moved = np.concatenate([self._moved, np.zeros(len(ids), np.bool_)])
        nothing = objects([None] * len(ids), len(ids))
        self.corruptions.append(Corruption("extra", kind, mechanism, None, copies, nothing, self.origin[copies]))
        return copies

    def move(self, ids: Ids, places: npt.NDArray[np.float64], kind: str, mechanism: Mechanism) -> None:
        """Deliver rows elsewhere: where rows with these `place`s are."""
        self.place[ids] = places
        self._moved[ids] = True
        # Where they come to stand is filled in at the end.
        self.corruptions.append(Corruption("moved", kind, mechanism, None, ids, self.origin[ids], ids))

    def when(self, column: str, times: Array) -> npt.NDArray[np.float64]:
        """Return the places of rows with these times, where rows are sorted by the column."""
        places = np.searchsorted(np.maximum.accumulate(self.clean[column]), times, side="right")
        # Among rows that come to stand between the same two, the older one is first.
        ranks = np.argsort(np.argsort(times, kind="stable"), kind="stable")
        return np.asarray(places - 0.5 + 0.25 * ranks / max(len(times), 1))

    def rename(self, column: str, row: int, new: str, kind: str, mechanism: Mechanism) -> None:
        """Deliver a column under another name from delivered row `row` on."""
        self._noted("renamed", kind, mechanism, column, row, (self._named(column, row), new))
        self._names.append((row, column, new))

    def add(self, column: str, row: int, value: object, kind: str, mechanism: Mechanism) -> None:
        """Deliver a new column from delivered row `row` on."""
        values = objects([None] * self.size, self.size)
        values[self.order()[row:]] = value
        self.columns[column] = values
        self._noted("added", kind, mechanism, column, row, (None, column))
        self._names.append((row, column, column))

    def lose(self, column: str, row: int, kind: str, mechanism: Mechanism) -> None:
        """Stop delivering a column from delivered row `row` on; its cells are missing there, whatever they were."""
        gone = np.sort(self.order()[row:])
        for number, s in enumerate(self.corruptions):
            if s.what == "cell" and s.column == column:
                left = ~np.isin(s.ids, gone)
                self.corruptions[number] = replace(s, ids=s.ids[left], clean=s.clean[left], dirty=s.dirty[left])
        self.set(column, gone, objects([None] * len(gone), len(gone)), kind, mechanism)
        self._noted("renamed", kind, mechanism, column, row, (self._named(column, row), None))
        self._names.append((row, column, None))

    def shapes(self) -> tuple[Shape, ...]:
        """Return the names under which columns are delivered, and from which rows on."""
        rows = sorted({0, *(row for row, _, _ in self._names)})
        return tuple(Shape(row, {n: c for c in self.columns if (n := self._named(c, row)) is not None}) for row in rows)

    def _named(self, column: str, row: int) -> str | None:
        """Return a column's name in a delivered row; None when it is missing there."""
        name = column if column in self.clean else None
        for since, _, new in sorted((c for c in self._names if c[1] == column), key=lambda change: change[0]):
            name = new if since <= row else name
        return name

    def _noted(
        self, what: What, kind: str, mechanism: Mechanism, column: str, row: int, names: tuple[str | None, str | None]
    ) -> None:
        clean, dirty = (objects([name], 1) for name in names)
        self.corruptions.append(Corruption(what, kind, mechanism, column, np.array([row]), clean, dirty))


def _share(share: float, whole: int) -> int:
    """Return a share of `whole` as a number, with halves rounded up."""
    return int(Fraction(share).limit_denominator(100_000) * whole + Fraction(1, 2))


def _weights(values: Array, *, low: bool) -> npt.NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - counts / 2)[inverse] / len(values)
    return np.asarray((1.0 - ranks if low else ranks) ** _STEEP)
