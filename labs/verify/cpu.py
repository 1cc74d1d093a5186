"""How much of a machine an exam takes, as its own evidence says."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

SPAN_S = 10.0
"""Seconds over which CPU is averaged: one that fills the machine for so long is hungry, however long it waits then."""


def cores(evidence: Path) -> float | None:
    """Cores that world and deployment kept busy in the busiest ten seconds of a lap; None where nobody looked."""
    lines = [line for file in evidence.glob("resources.*.jsonl") for line in file.read_text("utf-8").splitlines()]
    return busiest(row for line in lines if (row := _row(line)) is not None)


def _row(line: str) -> dict[str, Any] | None:
    try:
        row: dict[str, Any] = json.loads(line)
    except ValueError:  # the last line of a writer that died
        return None
    return row


def busiest(rows: Iterable[Mapping[str, Any]]) -> float | None:
    """Return the same of rows of the table `resources`, which hold about one a second for each process."""
    spans: dict[int, dict[str, list[float]]] = {}
    for row in rows:
        spans.setdefault(int(row["at"] // SPAN_S), {}).setdefault(row["service"], []).append(row["cpu"])
    return max((sum(sum(each) / len(each) for each in span.values()) for span in spans.values()), default=None)
