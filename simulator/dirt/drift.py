"""Columns whose distribution changes with simulated time: covariate, concept and label drift.

One mechanism serves all three: from a point in time on, a column is generated with other parameters. A change of a
feature's distribution is covariate drift, of an outcome's coefficients concept drift, and of a class's weights prior
drift of the label. How the new parameters take over is `shape` (Gama et al., ACM Computing Surveys 46(4), 2014):
`sudden`, `gradual` (more and more rows are of the new kind), `ramp` (incremental: each row's value moves from old to
new). `lasts` ends a drift, and `every` repeats it. Old and new values use the same random numbers, so that nothing else
changes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from scenarios.model import Drift
from simulator.dirt.arrays import Array, generator
from simulator.dirt.base import ColumnKind, Make
from simulator.seeds import child, rng

TABLE = "drifts"

Weights = npt.NDArray[np.float64]


def starts(drift: Drift, times: Array, seed: int) -> datetime:
    """Return when the new parameters begin to take over; with the dataset's `seed`, its drifts shift together."""
    begin = drift.at
    if begin is None:
        assert drift.after is not None
        first: datetime = times.min().item()
        begin = first + timedelta(seconds=drift.after)
    return begin + timedelta(seconds=round(drift.within * rng(seed, "drift", begin.isoformat()).random()))


def weights(drift: Drift, times: Array, seed: int) -> Weights:
    """Return how much of the new value each row has, from 0 to 1."""
    since = (times - np.datetime64(starts(drift, times, seed), "us")).astype(np.float64) / 1e6
    if drift.every is not None:
        since = np.where(since >= 0, np.mod(since, drift.every), since)
    if drift.over:
        found = np.clip(since / drift.over, 0.0, 1.0)
        if drift.lasts is not None:
            found = np.minimum(found, np.clip(1.0 - (since - drift.lasts) / drift.over, 0.0, 1.0))
        return np.asarray(found)
    over = since >= 0 if drift.lasts is None else (since >= 0) & (since < drift.lasts)
    return over.astype(np.float64)


def drifting(kind: ColumnKind, params: Any, drifts: Sequence[Drift], make: Make, seed: int) -> Array:
    """Return the column with all its drifts, each applied to the result of the one before; `seed` is the dataset's."""
    first = kind.params.model_validate(params)
    raw, finish = kind.raw or kind.make, kind.finish or _as_it_is
    values = raw(first, make)
    for number, drift in enumerate(drifts):
        new = raw(kind.params.model_validate(drift.to), make)
        share = weights(drift, make.column(drift.by), seed)
        if drift.shape == "ramp":
            values = values * (1.0 - share) + new * share
        else:
            luck = generator(child(make.seed, "drift", str(number))).random(make.rows)
            values = np.where(luck < share, new, values)
    return finish(first, values, make)


def _as_it_is(_params: Any, values: Array, _make: Make) -> Array:
    return values


@dataclass(frozen=True)
class Change:
    """One true change point."""

    sim: datetime
    """Simulated time at which it begins."""
    until: datetime
    """Simulated time at which it is complete."""
    row: int | None
    """The first row after it began; None when there is none."""
    back: bool
    """Whether it leads from the new parameters back to the old ones."""


def changes(drift: Drift, times: Array, seed: int) -> Iterator[Change]:
    """Yield the change points within the data, in order."""
    begin, over = starts(drift, times, seed), timedelta(seconds=drift.over)
    end: datetime = times.max().item()
    order = np.argsort(times, kind="stable")
    while begin <= end:
        for back in (False, True) if drift.lasts is not None else (False,):
            sim = begin + timedelta(seconds=drift.lasts or 0.0) if back else begin
            if sim <= end:
                place = int(np.searchsorted(times[order], np.datetime64(sim, "us")))
                yield Change(sim, sim + over, int(order[place]) if place < len(order) else None, back)
        if drift.every is None:
            return
        begin += timedelta(seconds=drift.every)


def rows(
    dataset: str, drift: Drift, times: Array, keys: Array, before: Any, when: Callable[[datetime], float], seed: int
) -> Iterator[dict[str, Any]]:
    """Yield the change points as rows of the evidence; `when` returns the wall second of a simulated time."""
    old, new = (orjson.dumps(params).decode() for params in (before, drift.to))
    for change in changes(drift, times, seed):
        at = when(change.sim)
        yield {
            "at": at if at >= 0 else None,
            "dataset": dataset,
            "column": drift.column,
            "drift": drift.is_,
            "shape": drift.shape,
            "sim": change.sim.isoformat(),
            "until": change.until.isoformat(),
            "row": change.row,
            "key": None if change.row is None else str(keys[change.row]),
            "before": new if change.back else old,
            "after": old if change.back else new,
        }
