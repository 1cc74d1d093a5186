"""An HTTP connection without its sockets: bytes go in, actions come out, and no event loop runs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.model import FaultUse
from simulator.faults.effects import Reset
from simulator.field.attempts import Log
from simulator.field.config import Link
from simulator.field.fault_injection import ActiveFault, LinkInjection, Origin
from simulator.field.http_actions import Action, Answered, CloseClient, CutOff, DeliverAgain, EndBy, ResetClient, Send
from simulator.field.http_state import HttpState
from simulator.field.message_transform import Gathered
from simulator.field.toll import Toll
from simulator.plan import Listen

PLACE = Listen(host="127.0.0.1", port=0)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


def request(path: str, body: bytes = b"", more: str = "", method: str = "POST") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: a\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Lap:
    """A clock that stands still, and a recorder that keeps rows."""

    start = 0.0

    def __init__(self) -> None:
        self.rows: list[tuple[str, dict[str, Any]]] = []

    def at(self) -> float:
        return 0.0

    def write(self, table: str, row: dict[str, Any]) -> None:
        self.rows.append((table, row))

    def cut(self, table: str, at: float | None) -> None:
        raise AssertionError("no table is full")

    def table(self, name: str) -> list[dict[str, Any]]:
        return [row for table, row in self.rows if table == name]


@dataclass
class OneLink:
    """A link's state."""

    config: Link
    faults: tuple[ActiveFault, ...] = ()
    log: Log | None = None
    toll: Toll | None = None


@dataclass
class Wire:
    """A state machine, and a transport that does at once whatever it asks for."""

    uses: list[dict[str, Any]]
    key: str | None = None
    slow: bool = False
    """Bytes have left only when the client leaves."""
    over: list[LinkInjection] = field(default_factory=list)
    lap: Lap = field(default_factory=Lap)
    done: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        config = Link(name="erp", protocol="http", listen=PLACE, target=PLACE, key=self.key)
        self.link = OneLink(config, log=Log("erp", self.lap, self.lap))
        self.arm(*self.uses)
        self.state = HttpState(self.link, Origin)

    def arm(self, *uses: dict[str, Any]) -> None:
        known = [FaultUse.model_validate({"link": "erp"} | use) for use in uses]
        self.link.faults = tuple(ActiveFault(use, "http", 1, self.lap, self.lap) for use in known)

    def do(self, actions: Iterable[Action]) -> list[Action]:
        done = []
        for action in actions:
            done.append(action)
            if isinstance(action, Send):
                self.over += action.ends
            elif isinstance(action, Answered):
                self.state.left(action.attempt, 0.0)
        self.done += done
        if not self.slow:
            self.has_sent()
        return done

    def has_sent(self) -> None:
        """All bytes have left."""
        for injection in self.over:
            injection.end()
        self.over.clear()

    def asks(self, data: bytes) -> list[Action]:
        return self.do(self.state.receive_request(data, 0.0))

    def answers(self, data: bytes) -> list[Action]:
        return self.do(self.state.receive_response(data, 0.0))

    def leaves(self) -> None:
        self.has_sent()
        self.do(self.state.lose("left", 0.0))
        for fault in self.link.faults:
            fault.close()


def sent(actions: Iterable[Action], side: str) -> bytes:
    return b"".join(action.data for action in actions if isinstance(action, Send) and action.side == side)


def test_bytes_that_no_fault_is_set_for_are_passed_on_as_they_are() -> None:
    wire = Wire([{"abort": 503, "where": {"path": "/other"}}])
    assert wire.asks(request("/a", b"x")) == [Send("request", request("/a", b"x"))]
    answered = wire.answers(OK)
    assert answered[0] == Send("response", OK)
    assert isinstance(answered[1], Answered)
    assert [(row["path"], row["status"], row["result"]) for row in wire.lap.table("attempts")] == [
        ("/a", 200, "answered")
    ]
    assert wire.lap.table("faults") == []


def test_bytes_that_were_passed_on_already_are_looked_at_later() -> None:
    wire = Wire([])
    for path in ("/a", "/b"):
        assert list(wire.state.passed_request(request(path), 1.0)) == []
        assert list(wire.state.passed_response(OK, 2.0)) == []
    assert wire.lap.rows == []
    assert list(wire.state.look()) == []
    assert [(row["path"], row["at"], row["ended_at"]) for row in wire.lap.table("attempts")] == [
        ("/a", 1.0, 2.0),
        ("/b", 1.0, 2.0),
    ]


def test_a_fault_that_is_set_in_the_middle_of_a_request_leaves_that_one_alone() -> None:
    wire = Wire([])
    first = request("/first", b"x" * 10)
    wire.do(wire.state.passed_request(first[:20], 0.0))
    wire.arm({"abort": 503})
    actions = wire.asks(first[20:] + request("/second"))
    assert sent(actions, "request") == first[20:]
    assert sent(wire.answers(OK), "response").startswith(OK + b"HTTP/1.1 503 ")


def test_an_answer_in_the_targets_place_waits_for_its_turn() -> None:
    wire = Wire([{"abort": 503, "where": {"path": "/abort"}}])
    actions = wire.asks(request("/1") + request("/abort") + request("/2"))
    assert actions == [Send("request", request("/1")), Send("request", request("/2"))]
    first, _, refused, _ = wire.answers(OK)
    assert isinstance(refused, Send)
    assert (first, refused.data[:12]) == (Send("response", OK), b"HTTP/1.1 503")
    (row,) = wire.lap.table("faults")
    assert (row["kind"], row["detail"], row["effect"]) == ("abort", "POST /abort", "answered 503")


def test_what_ends_the_connection_ends_the_actions() -> None:
    wire = Wire([{"reset": None, "where": {"path": "/reset"}}])
    passed, ending = wire.asks(request("/1") + request("/reset") + request("/2"))
    assert passed == Send("request", request("/1"))
    assert isinstance(ending, EndBy)
    assert isinstance(ending.injection.ending, Reset)
    assert wire.state.silent
    assert wire.answers(OK) == wire.asks(request("/3")) == []


def test_an_action_that_ended_the_connection_ends_those_behind_it() -> None:
    wire = Wire([{"abort": 503, "where": {"path": "/other"}}])
    actions = wire.state.receive_request(request("/1") + request("/2"), 0.0)
    assert next(actions) == Send("request", request("/1"))
    wire.state.silent = True  # as a fault of the whole connection does
    assert list(actions) == []


def test_a_late_answer_is_held_up_once_and_recorded_when_its_head_has_left() -> None:
    wire = Wire([{"latency": "2s"}])
    wire.asks(request("/"))
    head, body = wire.answers(OK[:-4]), wire.answers(OK[-4:])
    assert [(action.data, action.hold) for action in head + body if isinstance(action, Send)] == [
        (OK[:-4], 2.0),
        (b"body", 0.0),
    ]
    assert [row["kind"] for row in wire.lap.table("faults")] == ["latency"]


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        ({"late_body": "3s"}, [(OK[:-4], 0.0, False), (b"body", 3.0, False)]),
        ({"dribble": {"bytes": 1, "every": "2s"}}, [(OK[:-4], 0.0, False), (b"body", 2.0, True)]),
    ],
)
def test_a_body_comes_apart_from_its_head(fault: dict[str, Any], wanted: list[tuple[bytes, float, bool]]) -> None:
    wire = Wire([fault])
    wire.asks(request("/"))
    actions = [action for action in wire.answers(OK) if isinstance(action, Send)]
    assert [(action.data, action.hold, action.sliced is not None) for action in actions] == wanted


@pytest.mark.parametrize("then", ["close", "reset", "stall"])
def test_an_answer_is_cut(then: str) -> None:
    wire = Wire([{"truncate": {"at": "50%", "then": then}}])
    wire.asks(request("/"))
    part, cut = wire.answers(OK)[:2]
    assert isinstance(part, Send)
    assert isinstance(cut, CutOff)
    assert (part.data, cut.then) == (OK[:-2], then)
    wire.leaves()
    (row,) = wire.lap.table("faults")
    assert row["effect"] == f"cut behind 2 bytes of the body, then {then}"


@pytest.mark.parametrize(("answer", "after", "hold"), [("first", 1.5, 0.0), ("second", 0.0, 1.5)])
def test_a_request_is_delivered_twice(answer: str, after: float, hold: float) -> None:
    wire = Wire([{"duplicate": {"apart": "1500ms", "answer": answer}}])
    asked = request("/", b"x")
    assert wire.asks(asked[:-1]) == []
    again, passed = wire.asks(asked[-1:])
    assert again == DeliverAgain(asked, after)
    assert isinstance(passed, Send)
    assert (passed.data, passed.hold) == (asked, hold)


def test_a_client_that_asks_before_it_sends_a_body_is_told_to() -> None:
    wire = Wire([{"garble": {"on": "request"}}])
    asked = request("/", b"{}", more="Expect: 100-continue\r\n")
    assert wire.asks(asked[:-2]) == [Send("response", b"HTTP/1.1 100 Continue\r\n\r\n")]
    garbled = sent(wire.asks(asked[-2:]), "request")
    assert (garbled[:-2], garbled[-2:] == b"{}") == (asked[:-2], False)


def test_a_client_that_asks_before_it_sends_a_body_is_refused_at_once() -> None:
    wire = Wire([{"abort": 413}])
    actions = wire.asks(request("/", b"{}", more="Expect: 100-continue\r\n")[:-2])
    assert sent(actions, "response").startswith(b"HTTP/1.1 413 ")
    assert actions[-1] == CloseClient()


def test_a_share_of_the_keys_waits_until_the_key_is_there() -> None:
    keys = [f"HW-{number:06}" for number in range(20)]
    struck = set()
    for key in keys:
        wire = Wire([{"abort": 503, "share": "20%"}], key=r'"id": "([^"]+)"')
        asked = request("/", b'{"id": "%b", "more": true}' % key.encode())
        assert wire.asks(asked[: asked.index(b"HW-")]) == []
        if not sent(wire.asks(asked[asked.index(b"HW-") :]), "request"):
            struck.add(key)
    assert len(struck) == 4


def test_what_is_no_request_does_not_pass_by_the_faults() -> None:
    wire = Wire([{"abort": 503}])
    assert wire.asks(b"\x00\x01\x02 what is this\r\n\r\n") == [ResetClient()]
    assert wire.asks(request("/")) == []


def test_more_requests_than_any_honest_client_sends_are_an_attack() -> None:
    wire = Wire([])
    flood = request("/", method="GET") * 1001
    assert list(wire.state.passed_request(flood, 0.0)) == [ResetClient()]
    assert wire.state.silent


def test_another_protocol_passes_as_it_is() -> None:
    wire = Wire([{"abort": 503, "where": {"path": "/other"}}])
    wire.asks(request("/ws", method="GET"))
    wire.answers(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
    assert wire.asks(b"\x00\x01GET /other HTTP/1.1\r\n\r\n") == [
        Send("request", b"\x00\x01GET /other HTTP/1.1\r\n\r\n")
    ]
    assert wire.answers(b"\x02") == [Send("response", b"\x02")]


def test_an_answer_that_lasts_until_its_connection_closes_is_whole_then() -> None:
    wire = Wire([{"headers": {"set": {"X-A": "1"}}}])
    wire.asks(request("/"))
    assert wire.answers(b"HTTP/1.1 200 OK\r\n\r\nendless") == []
    actions = wire.do(wire.state.end_response(0.0))
    assert sent(actions, "response") == b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nendless"
    assert isinstance(actions[-1], Answered)


def test_a_client_that_leaves_lets_go_of_what_was_gathered() -> None:
    wire = Wire([{"garble": {"on": "request"}}])
    wire.asks(request("/", b"x" * 100)[:-1])
    assert Gathered.held > 0
    wire.leaves()
    assert Gathered.held == 0
    assert [row["result"] for row in wire.lap.table("attempts")] == ["left"]


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
