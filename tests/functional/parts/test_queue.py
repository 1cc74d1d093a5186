"""The queue as a deployment meets it: functions in PostgreSQL, called with psycopg."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

SIM = 450.0
"""Simulated seconds a second, as the site of these tests has them."""
DAY = 86_400.0

PARAMS: dict[str, Any] = {
    "queues": {
        "orders": {
            "visibility": DAY,
            "attempts": 2,
            "publish": [{"data": "orders", "time": "at", "poison": 0.25, "duplicated": 0.25}],
        },
        "bills": {"visibility": 2.0 * SIM, "publish": [{"data": "orders", "time": "at", "poison": 0.25}]},
        "brief": {"visibility": 1.0 * SIM},
        "done": {"visibility": DAY},
        "theirs": {"may": ["publish"]},
        "later": {"publish": [{"text": '{"n": {n}}', "key": "L-{n}", "every": 2.0 * SIM}]},
    },
}
DATASETS = {
    "orders": {
        "rows": 8,
        "key": "id",
        "columns": {
            "id": {"sequence": {"format": "O-{}"}},
            "at": {"time": {"from": "2026-03-02T07:00:00", "spans": 1800.0}},
        },
    }
}


@pytest.fixture(scope="module")
def queue(start_site: Callable[..., Any]) -> Any:
    return start_site("queue", process={"datasets": DATASETS}, **PARAMS)


@pytest.fixture
def db(queue: Any) -> Iterator[psycopg.Connection[Any]]:
    queue.begin()
    with psycopg.connect(
        host="127.0.0.1", port=queue.port, user="app", password="app", dbname="bus", autocommit=True
    ) as db:
        yield db


def receive(db: psycopg.Connection[Any], name: str = "orders", n: int = 1) -> list[tuple[UUID, str, str, int]]:
    return db.execute("SELECT receipt, key, body, attempt FROM queue.receive(%s, %s)", (name, n)).fetchall()


def until(true: Callable[[], Any], within: float = 30.0) -> Any:
    deadline = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def call(db: psycopg.Connection[Any], function: str, *args: Any) -> Any:
    marks = ", ".join(["%s"] * len(args))
    return (db.execute(f"SELECT queue.{function}({marks})".encode(), args).fetchone() or [None])[0]


def test_messages_are_received_once_and_again_when_they_are_given_back(queue: Any, db: Any) -> None:
    first = receive(db, n=100)
    assert len(first) == 10  # two of eight are published twice
    assert receive(db, n=100) == []
    assert call(db, "ack", first[0][0]) is True
    assert call(db, "ack", first[0][0]) is False
    assert call(db, "nack", first[1][0]) is True
    (again,) = receive(db)
    assert (again[1], again[3]) == (first[1][1], 2)
    assert again[0] != first[1][0]
    assert call(db, "ack", again[0]) is True
    queue.settle()
    events = Counter(row["event"] for row in queue.rows("facts_queue") if row["queue"] == "orders")
    assert events["published"] == 10
    assert events["received"] == 10 + 1
    assert events["expired"] == 0
    assert events["stale"] == 1
    assert events["acked"] == 2
    assert events["left"] == 8


def test_a_message_comes_again_when_its_time_is_over(queue: Any, db: Any) -> None:
    for key in ("A", "B"):
        call(db, "publish", "brief", key, "x")
    kept, lost = receive(db, "brief", 2)
    assert call(db, "extend", kept[0], "1 day") is True
    ((_, key, _, attempt),) = until(lambda: receive(db, "brief", 2))
    assert (key, attempt) == ("B", 2)
    assert call(db, "ack", lost[0]) is False  # somebody else has it now
    queue.settle()
    rows = [row for row in queue.rows("facts_queue") if row["queue"] == "brief"]
    assert [row["key"] for row in rows if row["event"] in ("expired", "stale")] == ["B", "B"]
    first, again = (row["at"] for row in rows if row["event"] == "received" and row["key"] == "B")
    assert again - first >= 1.0


def test_what_nobody_can_handle_is_put_aside_and_can_be_played_again(queue: Any, db: Any) -> None:
    for _ in range(2):
        for receipt, *_ in receive(db, n=100):
            assert call(db, "nack", receipt)
    assert receive(db) == []  # each has been received twice
    dead = db.execute("SELECT id, reason FROM queue.dead('orders')").fetchall()
    assert {reason for _, reason in dead} == {"too many attempts"}
    assert call(db, "replay", dead[0][0]) is True
    ((receipt, *_, attempt),) = receive(db)
    assert attempt == 1
    assert call(db, "dead_letter", receipt, "no use") is True
    depth = db.execute("SELECT ready, delayed, in_flight, dead FROM queue.depth('orders')").fetchone()
    assert depth == (0, 0, 0, 10)
    assert queue.settle()["queues"]["orders"] == {"left": 0, "dead": 10}


def test_some_messages_cannot_be_read_and_the_evidence_says_which(queue: Any, db: Any) -> None:
    def readable(body: str) -> bool:
        try:
            return isinstance(json.loads(body), dict)
        except ValueError:
            return False

    received = receive(db, n=100)
    broken = {key for _, key, body, _ in received if not readable(body)}
    queue.settle()
    published = [row for row in queue.rows("facts_queue") if row["event"] == "published" and row["queue"] == "orders"]
    assert {row["key"] for row in published if row["kind"] == "poison"} == broken
    assert len(broken) == 2
    assert sum(n > 1 for n in Counter(row["key"] for row in published).values()) == 2


def test_messages_come_by_simulated_time(queue: Any, db: Any) -> None:
    ((_, key, body, _),) = until(lambda: receive(db, "later"))
    assert (key, body) == ("L-1", '{"n": 1}')
    queue.settle()
    at = {row["event"]: row["at"] for row in queue.rows("facts_queue") if row["key"] == "L-1"}
    assert at["published"] == pytest.approx(2.0)
    assert at["received"] >= at["published"]


def test_the_deployment_publishes_and_reaches_nothing_but_the_functions(queue: Any, db: Any) -> None:
    assert call(db, "publish", "theirs", "K", "{}") > 0
    assert call(db, "publish", "done", "K", "x", "1 day") > 0
    assert receive(db, "done") == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="app may not receive with queue 'theirs'"):
        receive(db, "theirs")
    with pytest.raises(psycopg.errors.UndefinedObject, match="there is no queue 'orderz'"):
        receive(db, "orderz")
    for inside in ("SELECT * FROM queue.messages", "SELECT queue.take('theirs', 1, 'x')", "DELETE FROM queue.events"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(inside.encode())
    assert call(db, "ack", uuid4()) is False


def test_a_transaction_that_fails_gives_the_message_back_at_once(queue: Any, db: Any) -> None:
    before = until(lambda: db.execute("SELECT ready FROM queue.depth('orders')").fetchone())
    with db.transaction(force_rollback=True):
        assert len(receive(db, n=3)) == 3
    assert db.execute("SELECT ready FROM queue.depth('orders')").fetchone() == before


def test_a_worker_of_the_customer_s_dies_with_a_message_in_its_hands(queue: Any, db: Any) -> None:
    worker = {
        "queue": "bills",
        "takes": 0.0,
        "every": 1.0,
        "sends": "done",
        "poison": "dead",
        "dies": 0.25,
        "back": 45.0,
    }
    queue.configure(**PARAMS | {"workers": {"billing": worker}})

    def is_done() -> Any:
        return db.execute("SELECT ready + in_flight + delayed FROM queue.depth('bills')").fetchone() == (0,)

    until(is_done)
    keys = Counter(key for _, key, _, _ in receive(db, "done", 100))
    queue.settle()
    rows = [row for row in queue.rows("facts_queue") if row["who"] == "billing"]
    died = [row for row in rows if row["event"] == "died"]
    assert died
    assert sum(keys.values()) == sum(row["event"] == "published" for row in rows)
    handed = {row["key"] for row in rows if row["event"] == "acked"}
    assert handed <= keys.keys()
    assert {row["kind"] for row in rows if row["event"] == "dead"} == {"poison"}


def test_nothing_of_a_lap_is_left(queue: Any, db: Any) -> None:
    call(db, "publish", "done", "mine", "of the last lap")
    receive(db, n=3)
    queue.begin()
    with psycopg.connect(
        host="127.0.0.1", port=queue.port, user="app", password="app", dbname="bus", autocommit=True
    ) as again:
        assert receive(again, "done") == []
        assert {attempt for *_, attempt in receive(again, n=100)} == {1}
    queue.settle()
    assert {row["event"] for row in queue.rows("facts_queue") if row["queue"] == "done"} == set()
