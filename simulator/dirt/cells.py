"""Kinds of dirt that change cells one by one, from nothing but their values."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from pydantic import BeforeValidator, Field

from scenarios.model import DirtUse
from scenarios.vocabulary import Params
from simulator.dirt.base import Array, DirtKind, Type
from simulator.dirt.work import Mask, Work

_LISTED = BeforeValidator(lambda v: [v] if isinstance(v, str) else v, json_schema_input_type=str | list[str])
Names = Annotated[list[str], Field(min_length=1), _LISTED]
"""One name, or a list of them."""


class Cells(Params):
    """What is common to dirt that strikes cells."""

    column: Names
    """One column or several; in each the share is dealt anew."""


def everywhere(_params: Any, values: Array) -> Mask:
    """Any cell can be struck."""
    return np.ones(len(values), np.bool_)


def cell_kind(
    name: str,
    params: type[Cells],
    corrupt: Callable[[Any, Array, np.random.Generator], Array],
    *,
    can: Callable[[Any, Array], Mask] = everywhere,
    takes: frozenset[Type] | None = None,
) -> DirtKind:
    """A kind whose `corrupt` makes dirty values of clean ones, each different from what it was.

    `can` says which values of a column it would change at all; only those can be struck.
    """

    def apply(params: Any, use: DirtUse, work: Work) -> None:
        for column in params.column:
            rng = work.rng(column)
            values = work.truth(column)
            ids = work.deal(use, work.free(column) & can(params, values), rng)
            work.set(column, ids, corrupt(params, values[ids], rng), name, work.mechanism(use, column))

    return DirtKind(name, params, apply, strikes=lambda params: params.column, takes=takes)
