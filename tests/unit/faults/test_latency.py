"""Latency has the shape that its parameters say."""

import math
import statistics
from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.faults.effects import Delay
from simulator.faults.latency import LATENCY, Latency


def draws(params: Any) -> list[float]:
    latency = Latency.model_validate(params)
    rng = Random(7)
    return sorted(latency.draw(rng) for _ in range(20_000))


def test_lognormal_has_the_quantiles_that_were_asked_for() -> None:
    drawn = draws({"median": "200ms", "p99": "2s"})
    assert drawn[len(drawn) // 2] == pytest.approx(0.2, rel=0.05)
    assert drawn[int(len(drawn) * 0.99)] == pytest.approx(2.0, rel=0.1)
    assert min(drawn) > 0


def test_uniform_covers_its_range() -> None:
    drawn = draws({"from": "8s", "to": "12s"})
    assert 8 <= drawn[0] < 8.01
    assert 11.99 < drawn[-1] <= 12
    assert statistics.mean(drawn) == pytest.approx(10, rel=0.01)


def test_a_heavy_tail_has_the_same_quantiles_and_goes_on_far_beyond() -> None:
    heavy, light = (draws({"median": "200ms", "p99": "2s", "tail": tail}) for tail in ("pareto", "lognormal"))
    assert heavy[len(heavy) // 2] == pytest.approx(0.2, rel=0.05)
    assert heavy[int(len(heavy) * 0.99)] == pytest.approx(2.0, rel=0.1)
    # A power law: P(longer than x) = 1/2 (median / x) ** shape, where the lognormal has next to nothing.
    assert heavy[int(len(heavy) * 0.999)] == pytest.approx(2.0 * 10 ** (math.log(10) / math.log(50)), rel=0.3)
    assert heavy[int(len(heavy) * 0.999)] > 1.5 * light[int(len(light) * 0.999)]
    assert heavy[-1] <= 3600


def test_jitter_goes_both_ways_and_never_below_nothing() -> None:
    drawn = draws({"fixed": "100ms", "jitter": "50ms"})
    assert 0.05 <= drawn[0] < 0.051
    assert 0.149 < drawn[-1] <= 0.15
    assert statistics.mean(drawn) == pytest.approx(0.1, rel=0.01)
    assert draws({"fixed": "10ms", "jitter": "50ms"})[0] == 0


@pytest.mark.parametrize("params", ["2s", 2.0, {"fixed": "2s"}])
def test_fixed_is_what_it_says(params: Any) -> None:
    effect = LATENCY.effect(Latency.model_validate(params), Random(1))
    assert (effect.on, effect.parts) == ("response", (Delay(2.0),))


@pytest.mark.parametrize(
    "params",
    [
        {},
        None,
        {"from": "1s"},
        {"fixed": "1s", "to": "2s"},
        {"from": "2s", "to": "1s"},
        {"median": "2s", "p99": "1s"},
        {"median": "0s", "p99": "1s"},
        {"fixed": "20m sim"},
        {"fixed": "1s", "on": "both"},
        {"jitter": "1s"},
        {"from": "1s", "to": "2s", "jitter": "1s"},
        {"fixed": "1s", "tail": "pareto"},
        {"median": "1s", "p99": "1s", "tail": "pareto"},
        {"median": "1s", "p99": "2s", "tail": "fat"},
    ],
)
def test_what_makes_no_sense_is_refused(params: Any) -> None:
    with pytest.raises(ValidationError):
        Latency.model_validate(params)
