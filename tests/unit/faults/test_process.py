"""Faults of processes: what their parameters mean, what they cannot strike, and whom they keep from an answer."""

from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.model import FaultUse
from simulator.faults import FAULTS, PROCESS_FAULTS
from simulator.faults.process import Frozen, Full, Gone, Hit, Skewed, Squeezed, mismatch, outage_seconds


def hit(name: str, params: Any) -> Hit:
    kind = PROCESS_FAULTS[name]
    return kind.hit(kind.params.model_validate(params))


def test_no_name_means_two_things() -> None:
    assert not set(PROCESS_FAULTS) & set(FAULTS)


@pytest.mark.parametrize(
    ("name", "params", "wanted"),
    [
        ("kill", None, Gone(1.0)),
        ("kill", "2s", Gone(2.0)),
        ("kill", {"again": "500ms"}, Gone(0.5)),
        ("restart", None, Gone(0.0, 3.0)),
        ("restart", "5s", Gone(0.0, 5.0)),
        ("restart", {"grace": "1s", "again": "2s"}, Gone(2.0, 1.0)),
        ("pause", None, Frozen(None)),
        ("pause", "2s", Frozen(2.0)),
        ("cpu", None, Squeezed(cpus=0.1)),
        ("cpu", "20%", Squeezed(cpus=0.2)),
        ("memory", None, Squeezed(memory=64 * 2**20)),
        ("disk_full", None, Full(0)),
        ("skew", "10m sim", Skewed(600.0)),
        ("skew", {"behind": "10m sim"}, Skewed(-600.0)),
    ],
)
def test_what_each_does(name: str, params: Any, wanted: Hit) -> None:
    assert hit(name, params) == wanted


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("kill", {"after": "1s"}),
        ("pause", "0s"),
        ("cpu", "120%"),
        ("skew", None),
        ("skew", {"ahead": "1m sim", "behind": "1m sim"}),
    ],
)
def test_what_is_refused(name: str, params: Any) -> None:
    with pytest.raises(ValidationError):
        hit(name, params)


@pytest.mark.parametrize(
    ("use", "part", "said"),
    [
        ({"kill": None}, False, None),
        ({"kill": None, "first": 3}, False, None),
        ({"kill": None}, True, "kill strikes services"),
        ({"restart": None}, True, "restart strikes services"),
        ({"skew": "1m sim"}, True, "skew strikes services"),
        ({"pause": None}, True, None),
        ({"cpu": None}, True, None),
        ({"abort": 503}, False, "abort strikes links, not processes: write `link: x`"),
        ({"kill": None, "pause": None}, False, "a fault has one kind, this one has 2: kill, pause"),
        ({}, False, "a fault has one kind, this one has 0: none"),
        ({"kill": None, "share": "5%"}, False, "`share` would pick from it"),
        ({"kill": None, "every": 2}, False, "`every` would pick from it"),
        ({"kill": None, "where": {"path": "/"}}, False, "`where` would pick from it"),
    ],
)
def test_what_cannot_strike_a_process(use: dict[str, Any], part: bool, said: str | None) -> None:
    found = mismatch(FaultUse.model_validate({"service": "x"} | use), PROCESS_FAULTS, part)
    assert found is None if said is None else said in (found or "")


@pytest.mark.parametrize(
    ("given", "on", "patience", "seconds"),
    [
        (Gone(2.0), 10.0, 60.0, 2.0),
        (Gone(20.0), 10.0, 0.0, 10.0),
        (Gone(1.0, grace=5.0), 10.0, 0.0, 1.0),
        (Frozen(None), 10.0, 4.0, 6.0),
        (Frozen(3.0), 10.0, 1.0, 2.0),
        (Frozen(3.0), 10.0, 5.0, 0.0),
        (Squeezed(cpus=0.01), 10.0, 0.0, 0.0),
        (Full(0), 10.0, 0.0, 0.0),
        (Skewed(60.0), 10.0, 0.0, 0.0),
    ],
)
def test_for_how_long_nobody_gets_an_answer(given: Hit, on: float, patience: float, seconds: float) -> None:
    assert outage_seconds(given, on, patience) == seconds
