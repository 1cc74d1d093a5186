"""However the bytes of a connection are split, the same comes of them."""

from collections.abc import Iterable, Iterator
from itertools import cycle
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.field.http_actions import Action, Answered, CutOff, DeliverAgain, Send
from simulator.field.message_transform import Gathered
from tests.unit.field.wires import Wire, request

EXCHANGES = [
    (request("/a", b'{"id": "K-1", "n": [1, 2]}'), b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + b'{"a": [1]'),
    (
        b"PUT /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n02\r\n{}\r\n0\r\nA: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{1}!\r\n0\r\nSum: 9\r\n\r\n",
    ),
    (b"HEAD /c HTTP/1.1\r\nHost: a\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"),
    (request("/d", b'{"id": "K-2"}'), b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
    (request("/e", method="GET"), b"HTTP/1.1 503 Busy\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n{}"),
]
FAULTS: list[dict[str, Any]] = [
    {"abort": 503},
    {"accepted": 202},
    {"reset": None},
    {"reset": {"on": "response"}},
    {"timeout": None},
    {"latency": "2s"},
    {"latency": {"fixed": "1s", "on": "request"}},
    {"bandwidth": "1k"},
    {"late_body": "1s"},
    {"dribble": {"bytes": 1, "every": "1s"}},
    {"truncate": "50%"},
    {"truncate": {"bytes": 3, "then": "stall"}},
    {"garble": None},
    {"garble": {"on": "request"}},
    {"headers": {"set": {"X-A": "1"}}},
    {"misframe": None},
    {"duplicate": None},
    {"stale": None},
    {"throttle": {"limit": 2}},
    {"expired": None},
]


def chunks(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    start = 0
    for size in cycle(sizes):
        if start >= len(data):
            return
        yield data[start : start + size]
        start += size


def told(actions: Iterable[Action]) -> list[Any]:
    """What was done, whatever portions its bytes came in."""
    shown: list[Any] = []
    for action in actions:
        if isinstance(action, Send):
            way = [action.side, len(action.paced), action.sliced is not None]
            if not action.data:
                continue
            if shown and shown[-1][:3] == way and not action.hold:
                shown[-1][4] += action.data
            else:
                shown.append([*way, action.hold, action.data])
        elif isinstance(action, CutOff):
            shown.append([type(action), action.then])
        elif isinstance(action, DeliverAgain):
            shown.append([type(action), action.request, action.after])
        elif not isinstance(action, Answered):
            shown.append([type(action)])
    return shown


def played(uses: list[dict[str, Any]], exchanges: list[int], sizes: list[int], key: bool) -> tuple[Any, Any, Any]:
    """What is done with these exchanges, each in pieces of these sizes, and the rows that they leave."""
    wire = Wire(uses, key=r'"id": "([^"]+)"' if key else None, slow=True)
    requests, responses = (b"".join(EXCHANGES[n][side] for n in exchanges) for side in (0, 1))
    for data in chunks(requests, sizes):
        wire.asks(data)
    for data in chunks(responses, sizes):
        wire.answers(data)
    wire.do(wire.state.end_response(0.0))
    wire.leaves()
    faults = [{name: row[name] for name in ("kind", "key", "detail", "effect")} for row in wire.lap.table("faults")]
    attempts = wire.lap.table("attempts")
    for row in attempts:
        if row["result"] != "answered":  # named by what came of its body before the connection ended
            del row["operation"]
    return told(wire.done), attempts, faults


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(FAULTS),
    st.sampled_from([{}, {"share": "50%"}, {"first": 1}, {"every": 2}]),
    st.lists(st.integers(0, len(EXCHANGES) - 1), min_size=1, max_size=6),
    st.lists(st.integers(1, 60), min_size=1, max_size=8),
    st.booleans(),
)
def test_any_split_of_the_bytes_comes_to_the_same(
    fault: dict[str, Any], picks: dict[str, Any], exchanges: list[int], sizes: list[int], key: bool
) -> None:
    uses = [fault | picks]
    key = key and bool(picks)  # what strikes every request does not wait for the key, and then goes by arrival
    assert played(uses, exchanges, sizes, key) == played(uses, exchanges, [1 << 20], key)
    assert Gathered.held == 0


@given(
    st.lists(st.integers(0, len(EXCHANGES) - 1), min_size=1, max_size=6),
    st.lists(st.integers(1, 60), min_size=1, max_size=8),
)
def test_any_split_of_bytes_that_were_passed_on_already_leaves_the_same_rows(
    exchanges: list[int], sizes: list[int]
) -> None:
    rows = []
    for portions in (sizes, [1 << 20]):
        wire = Wire([])
        for side, passed in ((0, wire.state.passed_request), (1, wire.state.passed_response)):
            for data in chunks(b"".join(EXCHANGES[n][side] for n in exchanges), portions):
                wire.do(passed(data, 0.0))
        wire.leaves()
        rows.append(wire.lap.table("attempts"))
    assert rows[0] == rows[1]
    assert {row["result"] for row in rows[0]} == {"answered"}
    assert len(rows[0]) == len(exchanges)
