"""The registered faults, and what their parameters mean."""

from random import Random
from typing import Any

import pytest
from pydantic import ValidationError

from scenarios.model import FaultUse
from simulator.faults import FAULTS
from simulator.faults.base import problem
from simulator.faults.effects import (
    Allowance,
    BodyDelay,
    Copy,
    DelayedClose,
    End,
    FaultEffect,
    Loss,
    Pace,
    Reply,
    Reset,
    Silence,
    Slices,
    Truncation,
)

PLAIN = "text/plain; charset=utf-8"


def effect(name: str, params: Any) -> FaultEffect:
    kind = FAULTS[name]
    return kind.effect(kind.params.model_validate(params), Random(1))


def test_what_there_is() -> None:
    assert sorted(name for name in FAULTS if "tcp" in FAULTS[name].protocols) == [
        "bandwidth", "cut", "down", "latency", "loss", "refuse", "reset", "slicer", "slow_close", "timeout"
    ]  # fmt: skip
    assert sorted(name for name in FAULTS if "tcp" not in FAULTS[name].protocols) == [
        "abort", "accepted", "dribble", "duplicate", "expired", "garble", "headers", "hidden_error", "late_body",
        "misframe", "mislabel", "schema", "stale", "throttle", "truncate",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "params", "wanted"),
    [
        ("abort", None, FaultEffect("request", (Reply(503, b"", PLAIN),), "answered 503")),
        ("abort", 429, FaultEffect("request", (Reply(429, b"", PLAIN),), "answered 429")),
        (
            "abort",
            {"status": 503, "headers": {"Retry-After": 5}},
            FaultEffect("request", (Reply(503, b"", PLAIN, (("Retry-After", "5"),)),), "answered 503"),
        ),
        ("truncate", None, FaultEffect("response", (Truncation(0.5, "close"),))),
        ("truncate", {"bytes": 0, "then": "stall"}, FaultEffect("response", (Truncation(0, "stall"),))),
        ("dribble", {"every": "1s"}, FaultEffect("response", (Slices(1, 0, 1.0),), "1 bytes every 1 s")),
        ("late_body", "3s", FaultEffect("response", (BodyDelay(3.0),), "body 3 s behind its head")),
        (
            "duplicate",
            {"answer": "second"},
            FaultEffect("request", (Copy(0.0, "second"),), "delivered twice, second answered"),
        ),
        ("bandwidth", "16k", FaultEffect("response", (Pace(16384.0),))),
        ("bandwidth", {"per_second": "1m", "on": "request"}, FaultEffect("request", (Pace(1048576.0),))),
        ("bandwidth", {"per_second": "1m", "of": "link"}, FaultEffect("response", (Pace(1048576.0, "link"),))),
        ("cut", "10k", FaultEffect("response", (End(), Allowance(10240)))),
        ("cut", {"after": "512b", "by": "reset"}, FaultEffect("response", (Reset(), Allowance(512)))),
        ("cut", {"after": "0b", "by": "silence"}, FaultEffect("response", (Silence(None), Allowance(0)))),
        ("down", None, FaultEffect("request", (End(),))),
        ("loss", "2%", FaultEffect("response", (Loss(0.02, 0.2),))),
        ("loss", {"segments": "10%", "again": "1s", "on": "request"}, FaultEffect("request", (Loss(0.1, 1.0),))),
        ("slicer", "64b", FaultEffect("response", (Slices(64, 0, 0.0),))),
        ("slow_close", "5s", FaultEffect("response", (DelayedClose(5.0),))),
        ("refuse", None, FaultEffect("request", (Reset(),))),
        ("reset", {"on": "response"}, FaultEffect("response", (Reset(),))),
        ("reset", {"after": "1s"}, FaultEffect("request", (Reset(1.0),))),
        ("timeout", None, FaultEffect("request", (Silence(None),))),
        ("timeout", {"after": "5s"}, FaultEffect("request", (Silence(5.0),))),
    ],
)
def test_what_each_does(name: str, params: Any, wanted: FaultEffect) -> None:
    assert effect(name, params) == wanted


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("abort", 200),
        ("abort", {"code": 503}),
        ("bandwidth", "0k"),
        ("bandwidth", None),
        ("reset", {"before": "1s"}),
        ("bandwidth", {"per_second": "1k", "of": "all"}),
        ("cut", None),
        ("cut", {"after": "1k", "by": "fire"}),
        ("down", "1s"),
        ("loss", None),
        ("loss", "0%"),
        ("loss", "60%"),
        ("loss", {"segments": "1%", "again": "0s"}),
        ("slicer", "0b"),
        ("slicer", {"size": "10b", "variation": "10b"}),
        ("slow_close", None),
        ("slow_close", "0s"),
        ("abort", {"headers": {"Content-Length": 3}}),
        ("abort", {"headers": {"X-Two": "a\r\nb"}}),
        ("truncate", "100%"),
        ("truncate", {"at": "50%", "bytes": 3}),
        ("garble", {"bytes": 0}),
        ("headers", None),
        ("headers", {"drop": ["Transfer-Encoding"]}),
        ("headers", {"set": {"no name": "x"}}),
        ("mislabel", None),
        ("mislabel", {"type": "text/html", "coding": "gzip"}),
        ("mislabel", {"charset": "klingon"}),
        ("late_body", None),
        ("late_body", "0s"),
        ("dribble", None),
        ("accepted", 503),
        ("hidden_error", {"status": 500}),
        ("throttle", {"limit": 0}),
        ("throttle", {"form": "epoch"}),
        ("expired", {"login": {"path": "login"}}),
        ("stale", {"key": "host"}),
        ("schema", None),
        ("schema", {"remove": ["order.id"]}),
        ("schema", {"remove": ["$.lines[*]"]}),
        ("schema", {"remove": ["$.a"], "require": ["$.b"]}),
        ("schema", {"retype": {"$.a": "date"}}),
    ],
)
def test_what_makes_no_sense_is_refused(name: str, params: Any) -> None:
    with pytest.raises(ValidationError):
        effect(name, params)


def test_every_parameter_has_a_schema_for_editors() -> None:
    for kind in FAULTS.values():
        assert kind.params.model_json_schema()["additionalProperties"] is False


@pytest.mark.parametrize(
    ("use", "protocol", "speaks", "said"),
    [
        ({"schema": {"remove": ["$.id"]}}, "http", "xml", "schema strikes json bodies, erp speaks xml"),
        ({"schema": {"remove": ["$.id"]}}, "http", "json", None),
        ({"schema": {"remove": ["$.id"]}}, "http", None, None),
        ({"garble": None}, "http", "xml", None),
        ({"truncate": None}, "tcp", None, "truncate strikes http links, erp is tcp"),
        ({"abort": 503, "where": {"path": "/orders/*", "method": "p*", "X-Team": "a"}}, "http", None, None),
        ({"abort": 503, "where": {"path": "orders"}}, "http", None, "a path begins with `/`, 'orders' does not"),
        ({"abort": 503, "where": {"path": "/a?id=*"}}, "http", None, "without its query, '/a?id=*' holds one"),
        ({"abort": 503, "where": {"method": "GET /a"}}, "http", None, "'GET /a' is no method"),
        ({"abort": 503, "where": {"content type": "*"}}, "http", None, "'content type' is no header's name"),
    ],
)
def test_a_fault_that_cannot_strike_says_why(use: Any, protocol: str, speaks: str | None, said: str | None) -> None:
    complaint = problem(FaultUse.model_validate({"link": "erp"} | use), protocol, FAULTS, speaks)
    assert (complaint is None) if said is None else said in (complaint or "")
