"""Settle how often each case of the day was written down.

A business names it where SQL does not say enough: `settle: {tables: {facts_written: {python: written-once, …}}}`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scenarios.vocabulary import Params
from simulator.workloads.base import Context
from simulator.workloads.cases.settlements import Settlement

Row = Mapping[str, Any]


class WrittenOnce(Params):
    """Parameters of `written-once`."""

    read: str = "written"
    """The name of the read that has what the deployment wrote."""
    column: str = "id"
    """Its column with the key of the case."""


def _rows(
    params: WrittenOnce, cases: Sequence[Row], reads: Mapping[str, Sequence[Row]], _context: Context
) -> Iterator[Row]:
    """Yield each case with how often it is there. What a deployment left may be anything: nothing of it may raise."""
    found = Counter(str(row.get(params.column)) for row in reads.get(params.read, ()))
    for case in cases:
        yield {"due_at": case["due_at"], "id": case["id"], "times": found[str(case["id"])]}


SETTLEMENT = Settlement("written-once", WrittenOnce, _rows)
