"""Columns that are renamed, added or removed from some delivered row on, as after an update overnight."""

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from scenarios.model import DirtUse
from scenarios.units import Share
from scenarios.vocabulary import Params
from simulator.dirt.base import DirtKind
from simulator.dirt.expression import holds
from simulator.dirt.work import Work


class SchemaChange(Params):
    """It starts with the first delivered row that meets `where`; without `where`, after a share of the rows."""

    rename: dict[str, str] = Field(default={})
    """New names by the columns' current names."""
    add: dict[str, str | int | float | bool | None] = Field(default={})
    """New columns, each with the value that it has in all rows from then on."""
    remove: list[str] = Field(default=[])
    """Columns that are no longer there."""
    after: Share = 0.5
    """The share of the rows before the change."""

    @model_validator(mode="after")
    def _something_changes(self) -> Self:
        if not (self.rename or self.add or self.remove):
            raise ValueError("a change of schema has one of: rename · add · remove")
        if both := self.rename.keys() & set(self.remove):
            raise ValueError(f"{min(both)!r} is both renamed and removed")
        return self


def _apply(params: SchemaChange, use: DirtUse, work: Work) -> None:
    row = round(params.after * work.size)
    if use.where is not None:
        found = np.flatnonzero(holds(use.where, work.truth, work.size)[work.order()])
        row = int(found[0]) if len(found) else work.size
    if row < work.size:
        mechanism = work.mechanism(use)
        for name in params.remove:
            work.lose(name, row, "schema-change", mechanism)
        for name, new in params.rename.items():
            work.rename(name, row, new, "schema-change", mechanism)
        for name, value in params.add.items():
            work.add(name, row, value, "schema-change", mechanism)


SCHEMA_CHANGE = DirtKind(
    "schema-change",
    SchemaChange,
    _apply,
    corrupts=lambda params: [*params.rename, *params.remove],
    adds=lambda params: [*params.rename.values(), *params.add],
    last=True,
    words=frozenset({"where"}),
)
