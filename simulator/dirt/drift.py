"""Columns whose making changes with simulated time: covariate, concept and label drift.

One mechanism for all three: from a point in time on, a column is made with other parameters. A feature's distribution
that changes is covariate drift, an outcome's coefficients are the concept, a class's weights the prior of the label.
How the new takes over is `shape` (Gama et al., ACM Computing Surveys 46(4), 2014): `sudden`, `gradual` (more and more
rows are of the new kind), `ramp` (incremental: each row's value moves on the way from old to new); what `lasts` ends,
and with `every` it recurs. Old and new are made from the same random numbers, so that nothing else changes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from scenarios.model import Drift
from simulator.dirt.base import Array, ColumnKind, Make, generator
from simulator.seeds import child, rng

TABLE = "drifts"

Weights = npt.NDArray[np.float64]


def starts(drift: Drift, times: Array, seed: int) -> datetime:
    """When the new begins to take over; `seed` is the dataset's, so that its drifts are late together."""
    begin = drift.at
    if begin is None:
        assert drift.after is not None
        first: datetime = times.min().item()
        begin = first + timedelta(seconds=drift.after)
    return begin + timedelta(seconds=round(drift.within * rng(seed, "drift", begin.isoformat()).random()))


def weights(drift: Drift, times: Array, seed: int) -> Weights:
    """How much of the new each row has, from 0 to 1."""
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
    """The column with all its drifts, each taking over from what was before; `seed` is the dataset's."""
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
    """When it begins."""
    until: datetime
    """When it is complete."""
    row: int | None
    """The first row after it began; None: there is none."""
    back: bool
    """From the new to the old again."""


def changes(drift: Drift, times: Array, seed: int) -> Iterator[Change]:
    """The change points that fall into the data, in order."""
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
    """The change points as the evidence has them; `when` gives the wall second of a simulated time."""
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
