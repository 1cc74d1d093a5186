"""The customer's data, generated from specifications and a seed, column by column, when first used."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import numpy as np

from scenarios.model import DatasetSpec, DirtUse, SimulatedClock
from simulator.dirt import drift
from simulator.dirt.arrays import Array
from simulator.dirt.base import Make
from simulator.dirt.columns import COLUMNS
from simulator.dirt.drift import drifting
from simulator.dirt.kinds import DIRT
from simulator.dirt.ledger import Ledger, Segment, delivered, segments
from simulator.dirt.render import readable
from simulator.dirt.work import Ids, Shape, Work
from simulator.evidence.recorder import Recorder
from simulator.seeds import child

STARTS = SimulatedClock().starts


class Datasets(Mapping[str, "Dataset"]):
    """All datasets of a lap by name. The same seed gives the same bytes, in whatever order they are used."""

    def __init__(self, specs: Mapping[str, DatasetSpec], seed: int, starts: datetime = STARTS) -> None:
        """Prepare the datasets; `starts` is the simulated local time at the lap's start."""
        self._made = {
            name: Dataset(name, spec, child(seed, "dataset", name), starts, self) for name, spec in specs.items()
        }

    def __getitem__(self, name: str) -> "Dataset":
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    def write(self, recorder: Recorder, when: Callable[[datetime], float]) -> None:
        """Append the ledgers and change points of all datasets to the evidence.

        `when` returns the wall second of a simulated time.
        """
        for dataset in self.values():
            dataset.ledger.write(recorder)
            for row in dataset.changes(when):
                recorder.write(drift.TABLE, row)

    def far(self, column: str) -> Array:
        """Return a clean column by `dataset.column`. Raises `KeyError` when it does not exist."""
        dataset, _, name = column.partition(".")
        return self[dataset].clean[name]


class DataFailed(Exception):
    """A column or its dirt cannot be generated as specified; the message says which, and why."""


class Dataset:
    """One table: as it should be (`clean`), as the customer delivers it (`dirty`), and the ledger of differences.

    All arrays are read-only, because several users share them.
    """

    def __init__(self, name: str, spec: DatasetSpec, seed: int, starts: datetime, others: Datasets) -> None:
        self.name = name
        self.spec = spec
        self.key: str = spec.key or next(iter(spec.columns))
        """The column that the business knows a row by."""
        self.clean: Clean = Clean(name, spec, seed, starts, others)
        self._seed = seed

    @property
    def dirty(self) -> Mapping[str, Array]:
        """The delivered columns by their clean names, and those that a change of schema adds."""
        return self._finished[0]

    @property
    def origin(self) -> Ids:
        """For each delivered row, the number of the clean row that it is, or is a copy of."""
        return self._finished[1]

    @property
    def ledger(self) -> Ledger:
        """Everything that makes `dirty` differ from `clean`."""
        return self._finished[2]

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The delivered columns and their names, from which row on."""
        return self._finished[3]

    @property
    def segments(self) -> list[Segment]:
        """Return the delivered data, split where names change."""
        return list(segments(self.dirty, self.shapes))

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield the delivered rows in order, as plain values by delivered name; undecodable bytes become U+FFFD."""
        for segment in self.segments:
            names = list(segment.columns)
            for row in zip(*map(_plain, segment.columns.values()), strict=True):
                yield dict(zip(names, row, strict=True))

    def changes(self, when: Callable[[datetime], float]) -> Iterator[dict[str, Any]]:
        """Yield the true change points of its drifts, as rows of the evidence."""
        before = {name: next(iter(use.kinds.values())) for name, use in self.spec.columns.items()}
        for one in self.spec.drift:
            times, keys = self.clean[one.by], self.clean[self.key]
            yield from drift.rows(self.name, one, times, keys, before[one.column], when, self._seed)
            before[one.column] = one.to

    @cached_property
    def _finished(self) -> tuple[dict[str, Array], Ids, Ledger, tuple[Shape, ...]]:
        work = Work(dict(self.clean), child(self._seed, "dirt"), self.clean.more)
        for use in sorted(self.spec.dirt, key=_last):
            work.next()
            ((name, params),) = use.kinds.items()
            kind = DIRT[name]
            try:
                kind.apply(kind.params.model_validate(params), use, work)
            except (ValueError, KeyError, TypeError) as error:
                raise DataFailed(f"{name} in dataset {self.name}: {error}") from error
        order = work.order()
        straight = len(order) == work.rows and bool((order == np.arange(work.rows)).all())
        dirty = work.columns if straight else {name: values[order] for name, values in work.columns.items()}
        for values in dirty.values():
            values.setflags(write=False)
        origin = work.origin[order]
        ledger = Ledger(self.name, delivered(work.corruptions, work.positions()), self.clean[self.key][origin])
        return dirty, origin, ledger, work.shapes()


def _plain(values: Array) -> list[Any]:
    found: list[Any] = values.tolist()
    return [readable(v) if isinstance(v, str) else v for v in found] if values.dtype == object else found


def _last(use: DirtUse) -> bool:
    return DIRT[next(iter(use.kinds))].last


class Clean(Mapping[str, Array]):
    """Clean columns in order, each generated when it is first used."""

    def __init__(self, name: str, spec: DatasetSpec, seed: int, starts: datetime, others: Datasets) -> None:
        self._name = name
        self._spec = spec
        self._make = partial(Make, starts=starts, column=self.__getitem__, far=others.far)
        self._seed = seed
        self._made: dict[str, Array] = {}
        self._open: list[str] = []

    def __getitem__(self, name: str) -> Array:
        if name not in self._made:
            if name in self._open:
                raise DataFailed(f"column {self._name}.{name} is made from itself")
            self._open.append(name)
            try:
                values = self._column(name, self._spec.rows)
            except (ValueError, KeyError, TypeError) as error:
                raise DataFailed(f"column {self._name}.{name}: {error}") from error
            finally:
                self._open.pop()
            values.setflags(write=False)
            self._made[name] = values
        return self._made[name]

    def more(self, name: str, rows: int) -> Array:
        """Return what the column would have in further rows."""
        return self._column(name, self._spec.rows + rows)[self._spec.rows :]

    def before(self, name: str) -> Array:
        """Return what the column would have, had no concept changed: by the same random numbers, row by row."""
        return self._column(name, self._spec.rows, but="concept")

    def _column(self, name: str, rows: int, but: str | None = None) -> Array:
        ((word, params),) = self._spec.columns[name].kinds.items()
        kind, make = COLUMNS[word], self._make(rows, seed=child(self._seed, "column", name))
        if drifts := [one for one in self._spec.drift if one.column == name and one.is_ != but]:
            return drifting(kind, params, drifts, make, self._seed)
        return kind.make(kind.params.model_validate(params), make)

    def __iter__(self) -> Iterator[str]:
        return iter(self._spec.columns)

    def __len__(self) -> int:
        return len(self._spec.columns)
