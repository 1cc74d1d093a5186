"""A learner reaches the parts of a running world, each with its own protocol, through the links."""

import json
import shutil
from pathlib import Path

import pytest

from tests.functional.labs.conftest import Run
from tests.unit.labs import little

pytestmark = pytest.mark.xdist_group("labs-connecting")
SITE = {
    "books": {
        "part": "rest-api",
        "with": {
            "resources": {"articles": {"records": [{"id": "A-1", "name": "bag of coffee"}]}},
            "login": {"client": "shop", "secret": "kestrel"},
        },
    },
    "db": {"part": "postgres", "with": {"setup": ["create table seats (id int)", "insert into seats values (7)"]}},
    "drop": {"part": "sftp-drop", "with": {"password": "kestrel-7", "folders": {"out": "read", "in": "write"}}},
}


@pytest.fixture
def mine(run: Run, tmp_path: Path) -> Path:
    given = little.scenario()
    # One long lap: between two laps the database is made fresh, and lets nobody in.
    phases = [{"name": "morning", "lasts": "240s", "simulates": "8h"}]
    folder = little.make(tmp_path / "little", site=given["site"] | SITE, phases=phases)
    done = run("start", folder, tmp_path / "mine", "--runtime", "local")
    assert done.returncode == 0, done.stderr
    return tmp_path / "mine"


def test_each_part_in_its_own_way(run: Run, mine: Path) -> None:
    _parts_are_listed(run, mine)
    _requests_have_the_login(run, mine)
    _queries_are_answered(run, mine)
    _files_come_and_go(run, mine)
    _what_is_not_there_is_said(run, mine)


def _parts_are_listed(run: Run, mine: Path) -> None:
    listed = {one["part"]: one for one in json.loads(run("connect", "--json", cwd=mine).stdout)}
    assert sorted(listed) == ["books", "db", "drop", "erp"]
    assert listed["db"]["env"]["DB_URL"].startswith("postgresql://app:app@127.0.0.1:")
    assert listed["drop"]["env"]["DROP_PASSWORD"] == "kestrel-7"
    assert "fdelab connect books GET /api/v1/articles" in run("connect", cwd=mine).stdout


def _requests_have_the_login(run: Run, mine: Path) -> None:
    asked = run("connect", "books", "--json", "--", "GET", "/api/v1/articles", cwd=mine)
    answer = json.loads(asked.stdout)
    assert answer["status"] == 200, answer
    assert json.loads(answer["body"])["data"][0]["name"] == "bag of coffee"
    refused = run("connect", "books", "--json", "-H", "Authorization: Bearer none", "/api/v1/articles", cwd=mine)
    assert json.loads(refused.stdout)["status"] == 401
    assert "<?xml" in run("connect", "erp", "/?wsdl", cwd=mine).stdout
    counted = "select count(*) from attempts where link = 'books' and path = '/api/v1/articles' and status = 200"
    assert run("sql", "--lap", "1", "--csv", counted, cwd=mine).stdout.split()[1] == "1"
    if shutil.which("curl"):
        assert run("connect", "books", cwd=mine).stdout.startswith("TOKEN=$(curl")


def _queries_are_answered(run: Run, mine: Path) -> None:
    done = run("connect", "db", "--json", "select id from seats", cwd=mine)
    assert json.loads(done.stdout) == [{"id": 7}], done.stderr
    wrong = run("connect", "db", "select id from seets", cwd=mine)
    assert (wrong.returncode, "seets" in wrong.stderr) == (2, True)


def _files_come_and_go(run: Run, mine: Path) -> None:
    (mine / "hello.txt").write_text("good morning")
    put = run("connect", "drop", "--", "put", "hello.txt", "/in/", cwd=mine)
    assert put.returncode == 0, put.stderr
    listed = json.loads(run("connect", "drop", "--json", "--", "ls", "/", cwd=mine).stdout)
    assert [one["name"] for one in listed] == ["in/", "out/"]
    denied = run("connect", "drop", "--", "put", "hello.txt", "/out/hello.txt", cwd=mine)
    assert denied.returncode == 3
    assert "Traceback" not in denied.stderr


def _what_is_not_there_is_said(run: Run, mine: Path) -> None:
    done = run("connect", "dbb", cwd=mine)
    assert (done.returncode, "did you mean 'db'?" in done.stderr) == (2, True)
    assert run("stop", cwd=mine).returncode == 0
    down = run("connect", cwd=mine)
    assert (down.returncode, "fdelab start" in down.stderr) == (2, True)
