"""Settlements in Python, which a business names where SQL does not say enough.

Others come from packages with the entry point `fdelab.settlements`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from scenarios.vocabulary import Registry
from simulator.workloads.base import Context

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Settlement:
    """A registered settlement."""

    name: str
    params: type[BaseModel]
    rows: Callable[[Any, Sequence[Row], Mapping[str, Sequence[Row]], Context], Iterable[Row]]
    """Called with its parameters, the cases (`answer.total` is `answer_total`), the reads by name, and the context of
    the lap. Returns rows with the table's columns, and `due_at` in wall seconds. What a deployment left may be anything
    that fits the columns: no such row may make it raise."""


SETTLEMENTS: Registry[Settlement] = Registry("settlement", {}, group="fdelab.settlements")
