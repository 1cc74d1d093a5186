"""The service desk as a deployment meets it, with httpx as the stock client."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

PACKET = {"chat": "C-1", "order": "HX-1", "topic": "refund", "transcript": ["where is it"], "reason": "unsure"}
DESK: dict[str, Any] = {
    "seats": 1,
    "handling": {"median": "100h sim", "spread": 0, "asking": "10m sim"},
    "patience": {"from": "10h sim", "to": "10h sim"},
    "most": 2,
    "latency": {"median": "1ms", "p99": "2ms"},
}


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("service-desk", **DESK)


@pytest.fixture
def desk(site: Any) -> Iterator[httpx.Client]:
    site.begin()
    with httpx.Client(base_url=f"http://127.0.0.1:{site.port}", timeout=60) as client:
        yield client
    site.control.post("/settle")


def test_a_case_is_taken_and_known_to_the_workloads(site: Any, desk: httpx.Client) -> None:
    answer = desk.post("/handovers", json=PACKET)
    assert (answer.status_code, answer.json()) == (201, {"ticket": "T-00001", "missing": [], "wait_minutes": 0.0})
    (case,) = site.settle()["cases"]
    assert (case["chat"], case["outcome"], case["packet"], case["handled"]) == ("C-1", "taken", PACKET, 6000)
    (row,) = site.rows("facts_handovers")
    assert (row["ticket"], row["missing"], row["outcome"], row["handled"]) == ("T-00001", None, "taken", 6000)
    assert [call["result"] for call in site.rows("calls")] == ["ok"]


def test_what_a_packet_lacks_is_told_and_takes_longer(site: Any, desk: httpx.Client) -> None:
    answer = desk.post("/handovers", json={"chat": "C-2", "topic": "", "transcript": [], "reason": "unsure"})
    assert answer.json()["missing"] == ["order", "topic", "transcript"]
    assert site.settle()["cases"][0]["handled"] == pytest.approx(6010)


def test_the_desk_tells_how_long_one_would_wait(desk: httpx.Client) -> None:
    assert desk.get("/desk").json() == {"seats": 1, "busy": 0, "queue": 0, "wait_minutes": 0.0}
    desk.post("/handovers", json=PACKET)
    state = desk.get("/desk").json()
    assert (state["busy"], state["queue"]) == (1, 0)
    assert 5900 < state["wait_minutes"] <= 6000


def test_too_many_are_refused(site: Any, desk: httpx.Client) -> None:
    statuses = [desk.post("/handovers", json=PACKET | {"chat": f"C-{n}"}).status_code for n in range(4)]
    assert statuses == [201, 201, 201, 503]
    assert [case["outcome"] for case in site.settle()["cases"]] == ["taken", "waiting", "waiting"]


def test_seats_change_with_the_phase(site: Any, desk: httpx.Client) -> None:
    site.configure(**DESK | {"seats": 3})
    assert desk.get("/desk").json()["seats"] == 3


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"chat": ""}', b'{"chat": 7}', b"{}"])
def test_what_is_no_packet_is_refused(site: Any, desk: httpx.Client, body: bytes) -> None:
    answer = desk.post("/handovers", content=body)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert site.settle()["cases"] == []


def test_nobody_is_there_before_the_day(site: Any) -> None:
    site.control.post("/settle")
    assert httpx.get(f"http://127.0.0.1:{site.port}/desk").status_code == 503


@pytest.mark.parametrize(
    "inner",
    [
        b"[" * 1015 + b"]" * 1015,
        b"[" * 480 + b"]" * 480,
        b"[" * 17 + b"]" * 17,
        b"[" + b",".join([b"[]"] * 21_500) + b"]",
        b"NaN",
        b'"\\ud800"',
    ],
    ids=range(6),
)
def test_a_packet_that_nobody_could_pass_on_is_refused_and_the_evidence_says_so(
    site: Any, desk: httpx.Client, inner: bytes
) -> None:
    answer = desk.post("/handovers", content=b'{"chat": "C-1", "transcript": ' + inner + b"}")
    assert answer.status_code == 422
    assert "cannot be read" in answer.json()["error"]
    assert site.settle()["cases"] == []
    assert [call["result"] for call in site.rows("calls")] == ["refused"]


def test_a_desk_keeps_only_so_much_of_packets(site: Any, desk: httpx.Client) -> None:
    site.configure(most=10_000, **{k: v for k, v in DESK.items() if k != "most"})
    body = b'{"chat": "C-1", "transcript": "' + b"x" * 64_000 + b'"}'
    statuses = [desk.post("/handovers", content=body).status_code for _ in range(540)]
    assert statuses.index(503) == 2**25 // len(body)
    assert len(site.settle()["cases"]) == statuses.count(201)
