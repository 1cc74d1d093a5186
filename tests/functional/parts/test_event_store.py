"""The event store as a deployment meets it, with httpx as the stock client."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

RATE = 450.0
LOANS = {
    "rows": 40,
    "columns": {
        "id": {"sequence": "L-{:03d}"},
        "at": {"time": {"from": "2026-03-02T06:00", "spans": "4h", "arrival": "even"}},
        "bad": {"outcome": {"logistic": {"bias": 0}}},
        "known_at": {"later": {"than": "at", "from": "2m sim", "to": "2m sim"}},
    },
    "dirt": [
        {"label-noise": {"column": "bad"}, "share": "25%"},
        {"duplicate": {}, "share": "10%"},
    ],
}
PARAMS: dict[str, Any] = {
    "streams": {
        "predictions": {"key": "loan", "value": "score", "version": "model", "required": ["score"]},
        "labels": {"data": "loans", "time": "known_at", "fields": ["id", "bad"], "value": "bad"},
    },
    "latency": {"median": "1ms", "p99": "2ms"},
}


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("event-store", process={"datasets": {"loans": LOANS}}, **PARAMS)


@pytest.fixture
def store(site: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{site.port}/v1", timeout=60) as client:
        yield client
    site.control.post("/settle")


def read(store: httpx.Client, stream: str, since: int = 0, **query: Any) -> tuple[list[dict[str, Any]], int]:
    """All that there is behind the cursor, page by page, and the cursor for the next."""
    events: list[dict[str, Any]] = []
    while True:
        page = store.get(f"/streams/{stream}", params={"since": since, **query}).raise_for_status().json()
        events += page["events"]
        since = page["next"]
        if not page["more"]:
            return events, since


def test_what_is_appended_is_there_to_be_read_and_in_the_evidence(site: Any, store: httpx.Client) -> None:
    site.begin()
    one = {"loan": "L-001", "score": 0.25, "model": 3, "role": "champion", "propensity": 0.9, "id": "e-1", "why": ["x"]}
    made = store.post("/streams/predictions", json=one)
    assert (made.status_code, made.json()) == (201, {"seqs": [1]})
    assert store.post("/streams/predictions", json=[{"loan": 2, "score": True}, one]).json() == {"seqs": [2, 1]}
    events, cursor = read(store, "predictions", limit=1)
    assert ([event["data"] for event in events], cursor) == ([one, {"loan": 2, "score": True}], 2)
    assert read(store, "predictions", cursor) == ([], 2)
    assert [event["seq"] for event in read(store, "predictions", key="2")[0]] == [2]
    assert store.get("/streams").json()["streams"][0] == {"name": "predictions", "events": 2}
    assert site.settle()["predictions"] == 2
    first, second = site.rows("facts_events")
    assert {name: first[name] for name in ("seq", "key", "version", "role", "value", "propensity")} == {
        "seq": 1, "key": "L-001", "version": "3", "role": "champion", "value": 0.25, "propensity": 0.9,
    }  # fmt: skip
    assert first["sim"] == events[0]["at"]
    assert (second["key"], second["value"], second["role"]) == ("2", 1.0, None)
    reads = [(row["since"], row["until"], row["events"], row["known"]) for row in site.rows("facts_event_reads")]
    assert reads[:3] == [(0, 1, 1, 2), (1, 2, 1, 2), (2, 2, 0, 2)]
    calls = [(row["route"], row["status"], row["key"]) for row in site.rows("calls")]
    assert calls[0] == ("append predictions", 201, "L-001")


def test_labels_come_late_as_they_are_delivered_and_the_evidence_knows_the_truth(
    site: Any, store: httpx.Client
) -> None:
    site.begin()
    early, cursor = read(store, "labels")
    assert len(early) >= 20
    assert set(early[0]["data"]) == {"id", "bad"}
    site.configure(**PARAMS | {"held": ["labels"]})
    frozen, cursor = read(store, "labels", cursor)
    time.sleep(13 * 60 / RATE)
    assert read(store, "labels", cursor) == ([], cursor)
    site.configure(**PARAMS)
    later, cursor = read(store, "labels", cursor)
    assert len(later) >= 2
    told = [*early, *frozen, *later]
    assert [event["seq"] for event in told] == list(range(1, cursor + 1))
    assert [event["at"] for event in told] == sorted(event["at"] for event in told)
    known = site.settle()["labels"]
    assert known >= cursor
    truth = {row["key"]: row for row in site.rows("facts_labels")}
    assert len(truth) == 40
    first = {event["data"]["id"]: event for event in reversed(told)}
    for key, event in first.items():
        row = truth[key]
        assert (row["seq"], row["sim"], row["told"]) == (event["seq"], event["at"], event["data"]["bad"])
    assert all(row["came"] == (row["seq"] <= known) for row in truth.values())
    assert sum(row["told"] != row["value"] for row in truth.values()) == 10


def test_labels_that_nobody_could_know_yet_are_in_the_evidence_too(site: Any, store: httpx.Client) -> None:
    site.begin()
    site.settle()
    came = [row["came"] for row in site.rows("facts_labels")]
    assert 20 <= sum(came) < 40 == len(came)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "no JSON"),
        (b"[]", 400, "1 to 1000"),
        (b"[1]", 422, "must be an object"),
        (b'{"score": 1}', 422, "loan must be"),
        (b'{"loan": "a"}', 422, "score is missing"),
        (b'{"loan": "a", "score": "' + b"x" * 16_400 + b'"}', 413, "16384 bytes"),
        (b" " * (2**20 + 1), 413, "exceeded"),
    ],
    ids=["no-json", "none", "number", "no-key", "no-score", "large", "huge"],
)
def test_what_is_wrong_is_said(site: Any, store: httpx.Client, body: bytes, status: int, said: str) -> None:
    site.begin()
    refused = store.post("/streams/predictions", content=body)
    assert (refused.status_code, refused.headers["Content-Type"]) == (status, "application/problem+json")
    assert said in refused.text
    assert read(store, "predictions") == ([], 0)


def test_who_may_come_and_where(site: Any, store: httpx.Client) -> None:
    site.begin()
    assert store.post("/streams/labels", json={"id": 1}).status_code == 405
    assert "There are: predictions, labels" in store.get("/streams/labls").text
    assert store.get("/streams/labels?since=-1").status_code == 400
    assert store.get("/nowhere").json()["type"] == "urn:problem:not-found"
    site.configure(**PARAMS | {"token": "s3", "room": "40b"})
    assert store.get("/streams/labels").headers["WWW-Authenticate"] == "Bearer"
    store.headers["Authorization"] = "Bearer s3"
    assert store.post("/streams/predictions", json={"loan": "a", "score": 1}).status_code == 201
    assert store.post("/streams/predictions", json={"loan": "b", "score": 1}).status_code == 507
    site.settle()
    assert store.get("/streams/labels").status_code == 503
