"""Of a database, a customer still has what the engineer's role may read; no more ships with an incident."""

from datetime import datetime
from typing import Any

import pytest

from scenarios.model import DatasetSpec
from simulator.clock import Span, Timeline
from simulator.dirt import Datasets
from simulator.parts import PARTS
from simulator.parts.base import Day

SPEC = DatasetSpec.model_validate({"rows": 3, "columns": {"id": {"sequence": {}}}})
DAY = Day(
    1,
    Timeline((Span("drain", 0.0, 1.0, datetime(2026, 3, 2), 1.0, graded=False, shift=False),)),
    Datasets({"seats": SPEC, "truth": SPEC}, 1),
)


@pytest.mark.parametrize(
    ("more", "left"),
    [
        ({}, ["backup/seats.csv", "backup/truth.csv"]),
        ({"grants": {"seats": ["select"]}}, ["backup/seats.csv"]),
        ({"grants": {"seats": ["insert"], "truth": {"select": ["id"]}}}, []),
    ],
)
def test_what_is_left(more: dict[str, Any], left: list[str]) -> None:
    kind = PARTS["postgres"]
    params = kind.params.model_validate({"data": {"seats": "seats", "truth": "truth"}} | more)
    files = dict(kind.leaves(params, DAY))
    assert list(files) == left
    assert all(content.count(b"\n") == 4 for content in files.values())
