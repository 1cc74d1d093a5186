"""What a deployment may do to a PostgreSQL that would keep a lap from beginning or from being looked at: in vain."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import psycopg
import pytest

from simulator.parts.postgres.probing import MOST_BYTES

ITEMS = {"rows": 50, "columns": {"id": {"sequence": {}}, "name": {"pick": ["A", "B"]}}}
PARAMS: dict[str, Any] = {
    "access": "create",
    "setup": [
        "CREATE TABLE items (id int PRIMARY KEY, name text)",
        "CREATE TABLE notes (id int GENERATED ALWAYS AS IDENTITY, word text)",
    ],
    "data": {"items": "items", "later": "items"},
    "probes": {"items": "SELECT count(*) FROM items", "notes": "SELECT count(*) FROM notes"},
    "unchanged": {"kept": "SELECT * FROM items"},
    "tells": {"notes": "SELECT id, word FROM notes ORDER BY id"},
}
COUNT = "SELECT count(*) FROM odd"
HOLD = "BEGIN; LOCK TABLE items, notes IN ACCESS EXCLUSIVE MODE; SELECT clock.at()"


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("postgres", process={"datasets": {"items": ITEMS}}, **PARAMS)


@pytest.fixture(autouse=True)
def fresh(site: Any) -> None:
    site.renew()


def connect(site: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host="127.0.0.1", port=site.port, user="app", password="app", dbname="customer", autocommit=True
    )


def is_shut_out(site: Any) -> bool:
    try:
        connect(site).close()
    except psycopg.OperationalError as error:
        return "not permitted to log in" in str(error)
    return False


def until(true: Callable[[], bool], within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def again_and_again(site: Any, statement: str) -> Iterator[None]:
    """Somebody does that all the time, on whatever connection is to be had."""
    over = False

    def act() -> None:
        while not over:
            with suppress(psycopg.Error), connect(site) as db:
                db.execute(statement.encode())
                while not over:
                    db.execute("SELECT 1")
                    time.sleep(0.01)

    thread = Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        over = True
        thread.join()


def test_a_lock_that_is_held_keeps_no_lap_from_beginning(site: Any) -> None:
    with again_and_again(site, HOLD):
        time.sleep(0.3)
        site.begin()
    assert site.settle()["probes"] == {"items": 50.0, "notes": 0.0, "kept": 0.0}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO items VALUES (1, 'mine')",
        "CREATE TABLE later (mine int)",
        "CREATE TABLE later (id bigint, name text DEFAULT 'mine', mine int)",
        "CREATE VIEW later AS SELECT 1 AS mine",
    ],
)
def test_what_is_in_the_way_of_a_lap_s_data_is_undone(site: Any, statement: str) -> None:
    with connect(site) as db:
        db.execute(statement.encode())
    site.begin()
    with connect(site) as db:
        assert db.execute("SELECT count(*), count(name) FROM later").fetchone() == (50, 50)
        with pytest.raises(psycopg.errors.UndefinedColumn):
            db.execute("SELECT mine FROM later")
    assert site.settle()["probes"] == {"items": 50.0, "notes": 0.0, "kept": 0.0}


def test_what_it_made_before_the_lap_stays_where_it_is_in_nobody_s_way(site: Any) -> None:
    with connect(site) as db:
        db.execute("CREATE TABLE mine (id int)")
        site.begin()
        assert db.execute("SELECT count(*) FROM mine").fetchone() == (0,)
    site.settle()


def test_a_lock_that_is_held_keeps_nobody_from_looking(site: Any) -> None:
    site.begin()
    with connect(site) as db:
        db.execute("DELETE FROM items WHERE id < 11")
    with again_and_again(site, HOLD):
        time.sleep(0.3)
        state = site.settle()
    assert state["probes"] == {"items": 40.0, "notes": 0.0, "kept": 10.0}
    with connect(site) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("body", ["LANGUAGE sql RETURN 0", "LANGUAGE plpgsql AS 'BEGIN RETURN 0; END'"])
def test_nothing_of_its_own_is_run_by_the_owner(site: Any, body: str) -> None:
    with connect(site) as db:
        db.execute("CREATE TABLE mine (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="language"):
            db.execute(f"CREATE FUNCTION public.count(bigint) RETURNS bigint {body}".encode())


MEMORY = "SELECT length(string_agg(repeat('x', 1000), '')) FROM generate_series(1, 900000)"
ONE_VALUE = "SELECT length(repeat('x', 900000000))"
TEMPORARY = "CREATE TEMP TABLE mine AS SELECT random()::text || n FROM generate_series(1, 100000000) n"
SPILLED = "SELECT count(*) FROM (SELECT n, random() r FROM generate_series(1, 100000000) n ORDER BY r) many"
LASTING = "INSERT INTO notes (word) SELECT random()::text FROM generate_series(1, 100000000)"


@pytest.mark.parametrize("statement", [MEMORY, ONE_VALUE, TEMPORARY, SPILLED, LASTING])
def test_a_statement_that_takes_too_much_fails_by_itself(site: Any, statement: str) -> None:
    site.begin()
    with connect(site) as db, pytest.raises((psycopg.errors.OutOfMemory, psycopg.errors.AdminShutdown)):
        db.execute(statement.encode())
    assert site.settle()["probes"]["items"] == 50.0


def test_who_has_filled_the_disk_gets_in_again_in_the_next_lap(site: Any) -> None:
    site.begin()
    with suppress(psycopg.Error), connect(site) as db:
        while True:
            db.execute("INSERT INTO notes (word) SELECT random()::text FROM generate_series(1, 50000)")
    until(lambda: is_shut_out(site))
    site.settle()
    site.renew()
    with connect(site) as db:
        assert db.execute("SELECT count(*) FROM notes").fetchone() == (0,)


def test_values_that_unfold_are_told_as_far_as_they_fit(site: Any) -> None:
    site.begin()
    with connect(site) as db:
        db.execute("INSERT INTO notes (word) VALUES ('first')")
        for _ in range(3):
            db.execute("INSERT INTO notes (word) VALUES (repeat('x', 30000000))")
            db.execute("INSERT INTO notes (word) SELECT repeat('x', 90000) FROM generate_series(1, 100)")
    told = site.settle()["tells"]["notes"]
    assert told[0] == {"id": 1, "word": "first"}
    assert {len(row["word"]) for row in told[1:]} == {90_000}
    assert len(told) * 90_000 < MOST_BYTES + 100 * 90_000


@pytest.fixture(scope="module")
def odd(start_site: Callable[..., Any]) -> Any:
    return start_site(
        "postgres",
        access="create",
        setup=["CREATE TABLE odd (id int, at timestamp, day date, share float8, amount numeric, doc json, tree jsonb)"],
        probes={"last": "SELECT max(share) FROM odd", "sum": "SELECT sum(amount) FROM odd", "n": COUNT},
        unchanged={"kept": "SELECT * FROM odd WHERE id < 0"},
        tells={"odd": "SELECT * FROM odd ORDER BY id", "mine": "SELECT word FROM mine", "n": COUNT},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("at", "infinity", "infinity"),
        ("at", "-infinity", "-infinity"),
        ("at", "290000-01-01", "290000-01-01T00:00:00"),
        ("at", "0044-03-15 BC", "0044-03-15T00:00:00 BC"),
        ("at", "2026-03-02 08:00:00.5", "2026-03-02T08:00:00.5"),
        ("day", "infinity", "infinity"),
        ("share", "NaN", "NaN"),
        ("share", "Infinity", "Infinity"),
        ("amount", "NaN", "NaN"),
        ("amount", "1e400", None),
        ("doc", "[" * 1000 + "]" * 1000, None),
        ("tree", "[" * 1000 + "]" * 1000, None),
        ("tree", "[" + ",".join(["[]"] * 21_500) + "]", None),
    ],
    ids=range(13),
)
def test_what_no_driver_reads_is_told_as_text_or_said_to_be_untold(
    odd: Any, column: str, value: str, told: str | None
) -> None:
    odd.renew()
    odd.begin()
    with connect(odd) as db:
        db.execute(f"INSERT INTO odd (id, {column}) VALUES (1, %s), (2, NULL)".encode(), (value,))
    state = odd.settle()
    rows = {row["id"]: row[column] for row in state["tells"]["odd"]}
    assert rows == ({1: told} if told is not None else {}) | {2: None}
    assert ("odd" in state["untold"]) is (told is None)
    assert state["probes"]["n"] == 2
    for probe in ("last", "sum"):
        assert state["probes"][probe] is None
    if told is None:
        (row,) = [row for row in odd.rows("probes") if row["name"] == "odd"]
        assert "cannot be told" in row["detail"]


def test_a_table_that_a_deployment_should_have_made_is_told_to_be_missing(odd: Any) -> None:
    odd.renew()
    odd.begin()
    state = odd.settle()
    assert state["tells"]["mine"] == []
    assert "does not exist" in state["untold"]["mine"]
    assert state["tells"]["n"] == [{"count": 0}]
