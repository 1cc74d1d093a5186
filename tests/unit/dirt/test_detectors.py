"""Our streams against an independent detector: river's ADWIN finds the change points that the evidence says.

It reads 0/1 errors of a model, 2,000 stable ones first, in 60 runs, as in the measurements that scenarios are designed
by: there half of the runs had found it after 111 more for an error that goes from .10 to .30, after 303 for .20, and
after 655 for a ramp over 1,000. Other draws, so the medians may be off by a fifth.
"""

from math import log
from statistics import median
from typing import Any

import pytest
from river.drift import ADWIN

from tests.unit.dirt.data import datasets

STABLE, RUNS = 2000, 60


def _errors(rate: float) -> dict[str, Any]:
    return {"logistic": {"bias": log(rate / (1 - rate))}}


def _delays(after: float, **words: str) -> tuple[list[int], int]:
    """In how many samples after the true change point each run's detector found it, and how many alarms were false."""
    spec = {
        "rows": STABLE + 1500,
        "columns": {
            "at": {"time": {"spans": f"{STABLE + 1500}m", "arrival": "even"}},
            "error": {"outcome": _errors(0.10)},
        },
        "drift": [
            {"column": "error", "is": "concept", "to": _errors(after), "by": "at", "after": f"{STABLE}m sim"} | words
        ],
    }
    delays, false = [], 0
    for seed in range(RUNS):
        data = datasets(seed, stream=spec)["stream"]
        (change,) = data.changes(lambda _sim: 0.0)
        detector = ADWIN(delta=0.002, clock=32)
        for number, error in enumerate(data.clean["error"].tolist()):
            detector.update(error)
            if detector.drift_detected and number < change["row"]:
                # An alarm because the error fell by chance is one too.
                false += 1
            elif detector.drift_detected:
                delays.append(number - change["row"])
                break
    return delays, false


@pytest.mark.parametrize(
    ("after", "words", "expected"),
    [
        (0.30, {}, 111),
        (0.20, {}, 303),
        (0.30, {"shape": "ramp", "over": "1000m sim"}, 655),
    ],
)
def test_adwin_finds_the_change_about_when_it_should(after: float, words: dict[str, str], expected: int) -> None:
    delays, false = _delays(after, **words)
    assert false == 0
    assert len(delays) == RUNS
    assert median(delays) == pytest.approx(expected, rel=0.2)
