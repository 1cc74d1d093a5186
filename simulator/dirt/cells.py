"""Kinds of dirt that change single cells, based on nothing but their values."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field

from scenarios.model import DirtUse
from scenarios.vocabulary import Params
from simulator.dirt.arrays import Array
from simulator.dirt.base import DirtKind, Type
from simulator.dirt.work import Mask, Work

_LISTED = BeforeValidator(lambda v: [v] if isinstance(v, str) else v, json_schema_input_type=str | list[str])
Names = Annotated[list[str], Field(min_length=1), _LISTED]
"""One name, or a list of them."""


class Cells(Params):
    """Parameters that all dirt on cells has."""

    column: Names
    """One column or several; the share applies to each of them separately."""


def everywhere(_params: Any, values: Array) -> Mask:
    """Return a mask of all cells: any cell can be corrupted."""
    return np.ones(len(values), np.bool_)


def cell_kind(
    name: str,
    params: type[Cells],
    corrupt: Callable[[Any, Array, np.random.Generator], Array],
    *,
    can: Callable[[Any, Array], Mask] = everywhere,
    takes: frozenset[Type] | None = None,
) -> DirtKind:
    """Return a kind of dirt whose `corrupt` turns clean values into dirty ones, each different from before.

    `can` says which values of a column it would change at all; only those can be corrupted.
    """

    def apply(params: Any, use: DirtUse, work: Work) -> None:
        for column in params.column:
            rng = work.rng(column)
            values = work.truth(column)
            ids = work.draw(use, work.free(column) & can(params, values), rng)
            work.set(column, ids, corrupt(params, values[ids], rng), name, work.mechanism(use, column))

    return DirtKind(name, params, apply, corrupts=lambda params: params.column, takes=takes)
