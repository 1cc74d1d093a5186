"""The registered faults, and what their parameters mean."""

from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from simulator.faults import FAULTS
from simulator.faults.base import Blow, Reply, Reset, Silence


def blow(name: str, params: Any) -> Blow:
    kind = FAULTS[name]
    return kind.blow(kind.params.model_validate(params), Random(1))


def test_what_there_is() -> None:
    assert sorted(FAULTS) == ["abort", "bandwidth", "latency", "refuse", "reset", "timeout"]
    assert [name for name in sorted(FAULTS) if "tcp" not in FAULTS[name].protocols] == ["abort"]


@pytest.mark.parametrize(
    ("name", "params", "wanted"),
    [
        ("abort", None, Blow("request", ending=Reply(503, b"", "text/plain; charset=utf-8"))),
        ("abort", 429, Blow("request", ending=Reply(429, b"", "text/plain; charset=utf-8"))),
        ("bandwidth", "16k", Blow("response", pace=16384.0)),
        ("bandwidth", {"per_second": "1m", "on": "request"}, Blow("request", pace=1048576.0)),
        ("refuse", None, Blow("request", ending=Reset())),
        ("reset", {"on": "response"}, Blow("response", ending=Reset())),
        ("timeout", None, Blow("request", ending=Silence(None))),
        ("timeout", {"after": "5s"}, Blow("request", ending=Silence(5.0))),
    ],
)
def test_what_each_does(name: str, params: Any, wanted: Blow) -> None:
    assert blow(name, params) == wanted


@pytest.mark.parametrize(
    ("name", "params"),
    [("abort", 200), ("abort", {"code": 503}), ("bandwidth", "0k"), ("bandwidth", None), ("reset", {"after": "1s"})],
)
def test_what_makes_no_sense_is_refused(name: str, params: Any) -> None:
    with pytest.raises(ValidationError):
        blow(name, params)


def test_every_parameter_has_a_schema_for_editors() -> None:
    for kind in FAULTS.values():
        assert kind.params.model_json_schema()["additionalProperties"] is False
