"""Whom a fault strikes, and what it leaves."""

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios.model import FaultUse
from simulator.clock import Clock, Span, Timeline
from simulator.evidence.recorder import Recorder
from simulator.faults.effects import Delay
from simulator.field.fault_injection import ActiveFault, Origin, ordinal


def armed(folder: Path, seed: int = 1, **use: Any) -> tuple[ActiveFault, Recorder]:
    span = Span("all", 0.0, 1e9, datetime(2026, 3, 2), 1.0, graded=True, shift=False)
    recorder = Recorder(folder, "field")
    fault = FaultUse.model_validate({"link": "api"} | use)
    return ActiveFault(fault, "http", seed, Clock(Timeline((span,)), time.monotonic()), recorder), recorder


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("HW-000123", 123),
        ("a7b42c", 42),
        ("none", None),
        ("", None),
        (None, None),
        ("HW-7\n", 7),
        ("٣", 3),
        ("1" * 60_000, int("1" * 100)),
    ],
)
def test_the_number_in_a_business_key(key: str | None, number: int | None) -> None:
    assert ordinal(key) == number


def test_a_key_has_one_fate_whenever_it_comes(tmp_path: Path) -> None:
    forward, _ = armed(tmp_path, reset=None, share="20%")
    backward, _ = armed(tmp_path, reset=None, share="20%")
    keys = [f"HW-{n:06}" for n in range(100)]
    struck = {key for key in keys if forward.draw(Origin("r", key))}
    assert len(struck) == 20
    assert {key for key in reversed([*keys, *keys]) if backward.draw(Origin("r", key))} == struck


def test_without_keys_the_cards_fall_as_things_arrive(tmp_path: Path) -> None:
    fault, _ = armed(tmp_path, reset=None, share="10%")
    assert [sum(fault.draw() is not None for _ in range(10)) for _ in range(20)] == [1] * 20


def test_how_hard_a_key_is_struck_does_not_depend_on_order(tmp_path: Path) -> None:
    uses: dict[str, Any] = {"latency": {"from": "1s", "to": "9s"}}
    forward, backward, other = (armed(tmp_path, seed, **uses)[0] for seed in (1, 1, 2))
    keys = [f"HW-{n}" for n in range(20)]

    def holds(fault: ActiveFault, order: list[str]) -> dict[str, float]:
        dealt = {key: fault.draw(Origin(key, key)) for key in order}
        return {key: strike.effect.get(Delay).seconds for key, strike in dealt.items() if strike}

    assert holds(forward, keys) == holds(backward, keys[::-1])
    assert holds(forward, keys) != holds(other, keys)


def test_a_strike_leaves_one_row_and_only_if_it_took_effect(tmp_path: Path) -> None:
    fault, recorder = armed(tmp_path, reset=None)
    for number in range(3):
        strike = fault.draw(Origin(f"r{number}", f"K-{number}"))
        assert strike is not None
        if number != 1:
            strike.begin()
        if number != 2:
            strike.end()
            strike.end()
    fault.close()  # the lap is over while the last one goes on
    recorder.close()
    rows = [json.loads(line) for line in (tmp_path / "faults.field.jsonl").read_text().splitlines()]
    assert [(row["request"], row["key"], row["kind"], row["link"]) for row in rows] == [
        ("r0", "K-0", "reset", "api"),
        ("r2", "K-2", "reset", "api"),
    ]


def test_after_the_lap_nothing_is_written(tmp_path: Path) -> None:
    fault, _ = armed(tmp_path, reset=None)
    strike = fault.draw()
    fault.close()
    assert strike is not None
    strike.begin()
    strike.end()
    assert list(tmp_path.iterdir()) == []
