"""Laps whose files are closed with the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scenarios.loader import load
from tests.unit.workloads.cases.labels import BUSINESS, SCENARIO, Lap, write

Make = Callable[..., Lap]


@pytest.fixture
def lap(tmp_path: Path) -> Iterator[Make]:
    made: list[Lap] = []

    def make(business: str = BUSINESS, scenario: str = SCENARIO, seed: int = 3) -> Lap:
        """A lap of the example, or of one that is like it."""
        folder = write(tmp_path / f"scenario-{len(made)}", business, scenario)
        made.append(Lap(folder / "lap", load(folder), seed))
        return made[-1]

    yield make
    for one in made:
        one.recorder.close()
