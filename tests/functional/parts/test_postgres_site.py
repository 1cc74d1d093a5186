"""What the customer's people do with their PostgreSQL, and what its owner allows."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest

SCHEMA = """
CREATE SCHEMA erp;
CREATE TABLE erp.items (sku text PRIMARY KEY, cost numeric(8, 2));
INSERT INTO erp.items VALUES ('A', 1.50), ('B', 2.25);
"""
PARAMS: dict[str, Any] = {
    "files": ["schema.sql"],
    "setup": [
        "CREATE TABLE orders (id int PRIMARY KEY, status text, margin int, at timestamp)",
        "CREATE TABLE secrets (word text)",
        """CREATE FUNCTION harm() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
            DELETE FROM erp.items WHERE sku = 'A'; UPDATE orders SET margin = 0 WHERE id IN (1, 2) $$""",
        "INSERT INTO orders VALUES (1, 'new', 5), (2, 'new', 6), (3, 'new', 7)",
    ],
    "access": "read",
    "grants": {"erp.items": ["select"], "orders": {"select": ["id", "status"], "update": ["status"]}},
    "jobs": {
        "nightly": {"after": 90.0, "run": "UPDATE orders SET at = clock.now(); DELETE FROM orders WHERE id = 3"},
        "broken": {"after": 90.0, "run": "SELECT 1 / 0"},
        "endless": {"after": 90.0, "run": "SELECT pg_sleep(60)"},
    },
    "probes": {"orders": "SELECT count(*) FROM orders", "late": "SELECT extract(epoch FROM max(at)) FROM orders"},
    "unchanged": {"items": "SELECT * FROM erp.items", "keys": "SELECT id, margin FROM orders WHERE id < 3"},
    "tells": {"orders": "SELECT id, status FROM orders ORDER BY id"},
}
STARTS = datetime(2026, 3, 2, 8, 0)
"""Where a scenario's laps begin that does not say it."""


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("files")
    (folder / "schema.sql").write_text(SCHEMA)
    return start_site("postgres", process={"files": folder}, **PARAMS)


def connect(site: Any, **more: Any) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host="127.0.0.1", port=site.port, user="app", password="app", dbname="customer", autocommit=True, **more
    )


def until(true: Callable[[], object], within: float = 30.0) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_role_sees_what_it_was_granted_and_nothing_else(site: Any) -> None:
    with connect(site) as db:
        assert db.execute("SELECT count(*) FROM erp.items").fetchone() == (2,)
        assert db.execute("SELECT id, status FROM orders WHERE id = 1").fetchone() == (1, "new")
        db.execute("UPDATE orders SET status = status")
        for forbidden in (
            "SELECT margin FROM orders",
            "SELECT * FROM secrets",
            "UPDATE orders SET margin = 0",
            "INSERT INTO erp.items VALUES ('C', 1)",
            "CREATE TABLE mine (id int)",
            "CREATE SCHEMA mine",
            "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1",
            "CREATE EXTENSION plpgsql",
            "SELECT lo_create(0)",
            "SELECT * FROM clock.spans",
            "SELECT * FROM pg_authid",
            "SELECT pg_ls_dir('.')",
            "SELECT pg_reload_conf()",
            "ALTER SYSTEM SET work_mem = '1GB'",
            "SET ROLE postgres",
        ):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.DuplicateObject)):
                db.execute(forbidden)
    with pytest.raises(psycopg.OperationalError):
        connect(site, options="-c dbname=site_template").execute("SELECT 1 FROM erp.items WHERE 1/0 = 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=site.port, user="app", password="app", dbname="site_template")


def test_the_customer_s_jobs_run_by_simulated_time_and_probes_see_what_they_did(site: Any) -> None:
    site.begin()
    until(lambda: len(site.rows("facts_jobs")) >= 2)
    with connect(site) as db:
        db.execute("UPDATE orders SET status = 'shipped' WHERE id = 1")
        now = db.execute("SELECT to_char(clock.now(), 'YYYY-MM-DD HH24')").fetchone()
        assert now == ("2026-03-02 08",)
    state = site.settle()
    jobs = {row["job"]: row for row in site.rows("facts_jobs")}
    assert {name: row["result"] for name, row in jobs.items()} == {
        "nightly": "ok", "broken": "DivisionByZero", "endless": None
    }  # fmt: skip
    assert jobs["nightly"]["rows"] == 1
    assert jobs["nightly"]["due"] == "2026-03-02T08:01:30"
    assert jobs["nightly"]["at"] >= 90 / 450
    assert jobs["endless"]["done_at"] is None
    assert state["probes"]["orders"] == 2.0
    assert state["probes"]["items"] == state["probes"]["keys"] == 0.0
    assert state["tells"] == {"orders": [{"id": 1, "status": "shipped"}, {"id": 2, "status": "new"}]}
    simulated = state["probes"]["late"] - 1772438400  # 2026-03-02T08:00
    assert 90 <= simulated <= jobs["nightly"]["done_at"] * 450


def test_what_must_not_change_is_counted_by_row(site: Any) -> None:
    site.begin()
    with connect(site) as db:
        db.execute("SELECT harm()")
    probes = site.settle()["probes"]
    assert (probes["items"], probes["keys"]) == (1.0, 2.0)
    assert {row["name"] for row in site.rows("probes")} == {"orders", "late", "items", "keys"}


def test_a_phase_locks_tables_stops_writes_and_limits_statements(site: Any) -> None:
    site.begin()
    with connect(site) as db:
        site.configure(**PARAMS | {"locked": ["orders"]})
        db.execute("SET lock_timeout = '300ms'")
        until(lambda: fails(db, "SELECT id FROM orders", psycopg.errors.LockNotAvailable))
        site.configure(**PARAMS | {"read_only": True})
        until(lambda: not fails(db, "SELECT id FROM orders", psycopg.errors.LockNotAvailable))
        db.execute("SET lock_timeout = 0")
        until(lambda: fails(db, "UPDATE orders SET status = ''", psycopg.errors.ReadOnlySqlTransaction))
        site.configure(**PARAMS | {"read_only": True, "statement_timeout": 0.1})
        until(lambda: fails(db, "SELECT pg_sleep(0.5)", psycopg.errors.QueryCanceled))
        site.configure(**PARAMS)
        limits = (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.QueryCanceled)
        until(lambda: not fails(db, "UPDATE orders SET status = ''", *limits))
    site.settle()


def fails(db: psycopg.Connection[Any], statement: str, *how: type[psycopg.Error]) -> bool:
    try:
        db.execute(statement.encode())
    except how:
        return True
    return False


def test_nothing_of_a_lap_is_left(site: Any) -> None:
    site.begin(**PARAMS | {"locked": ["erp.items"]})
    with connect(site) as db:
        db.execute("UPDATE orders SET status = 'of the last lap'")
        db.execute("CREATE TEMP TABLE mine AS SELECT 1")
        site.begin()  # it was aborted
        with pytest.raises(psycopg.OperationalError):
            db.execute("SELECT 1")
    with connect(site) as db:
        assert db.execute("SELECT DISTINCT status FROM orders").fetchall() == [("new",)]
        assert db.execute("SELECT count(*) FROM erp.items").fetchone() == (2,)
    site.settle()
    site.renew()
    with connect(site) as db:
        assert db.execute("SELECT clock.at(), clock.now()").fetchone() == (None, STARTS)


def test_rows_that_are_there_before_the_lap_are_as_old_as_it(start_site: Callable[..., Any]) -> None:
    """Of `setup`, of datasets, and of a deployment that makes its tables when it starts; each lap anew."""
    setup = [
        "CREATE TABLE picks (id int PRIMARY KEY, at timestamp NOT NULL DEFAULT clock.now())",
        "INSERT INTO picks (id) SELECT g FROM generate_series(1, 3) g",
        "INSERT INTO picks VALUES (4, clock.now() - interval '3 days')",
        "CREATE TABLE articles (number int, at timestamp NOT NULL DEFAULT clock.now())",
    ]
    datasets = {"articles": {"rows": 2, "columns": {"number": {"sequence": {}}}, "key": "number"}}
    params = {"setup": setup, "data": {"articles": "articles"}, "access": "create",
              "unchanged": {"picks": "SELECT * FROM picks", "articles": "SELECT * FROM articles"}}  # fmt: skip
    site = start_site("postgres", process={"datasets": datasets}, **params)
    for _ in range(2):
        with connect(site) as db:
            db.execute("CREATE TABLE IF NOT EXISTS mine (id int, at timestamp NOT NULL DEFAULT clock.now())")
            db.execute("INSERT INTO mine VALUES (1)")
            assert db.execute("SELECT DISTINCT at FROM mine").fetchall() == [(STARTS,)]
        site.begin()
        with connect(site) as db:
            found = db.execute("SELECT at FROM picks ORDER BY id").fetchall()
            assert found == [(STARTS,)] * 3 + [(STARTS - timedelta(days=3),)]
            assert db.execute("SELECT at FROM articles").fetchall() == [(STARTS,)] * 2
            until(lambda: db.execute("SELECT clock.now() > %s", (STARTS,)).fetchone() == (True,))
        assert site.settle()["probes"] == {"picks": 0, "articles": 0}
        site.renew()


def test_a_dataset_in_two_encodings_is_loaded_and_is_not_all_readable(start_site: Callable[..., Any]) -> None:
    cities = {
        "rows": 300,
        "columns": {
            "id": {"sequence": {}},
            "city": {"pick": ["Köln", "München", "Bonn"]},
            "size": {"number": {"uniform": {"from": 0, "to": 9}}},
        },
        "dirt": [
            {"mixed-encoding": {"column": "city"}, "share": "50%"},
            {"separators": {"column": "size"}, "share": "10%"},
        ],
    }
    site = start_site("postgres", process={"datasets": {"cities": cities}}, data={"cities": "cities"})
    site.begin()
    with connect(site) as db:
        found = db.execute("SELECT city, count(*) FROM cities GROUP BY city").fetchall()
        names = dict(found)
        texts = [size for (size,) in db.execute("SELECT size FROM cities WHERE size LIKE '%,%'")]
    site.settle()
    assert names.keys() == {"Bonn", "Köln", "München", "K÷ln", "M³nchen"}
    struck = names["K÷ln"] + names["M³nchen"]
    assert struck == (names["Köln"] + names["München"] + struck + 1) // 2
    assert len(texts) == 30
