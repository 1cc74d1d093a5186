"""An HTTP connection without its sockets: bytes go in, actions come out, and no event loop runs."""

from typing import Any

import pytest

from simulator.faults.effects import Reset
from simulator.field.http_actions import Answered, CloseClient, CutOff, DeliverAgain, EndBy, ResetClient, Send
from simulator.field.message_transform import Gathered
from tests.unit.field.wires import OK, Wire, request, sent


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
