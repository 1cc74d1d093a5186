"""What a customer still has of a bad day: its tables in SQL, and its files, of a real incident."""

import csv
import hashlib
import io
import json
import os
import subprocess
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from labs.engagement.tables import LearnerTables, QueryProblem
from tests.functional.labs.conftest import FDELAB, Run

pytestmark = pytest.mark.xdist_group("labs-investigating")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all that is asked here."""
    return tmp_path_factory.mktemp("investigating") / "state"


@pytest.fixture(scope="module")
def mine(state: Path) -> Path:
    """An engagement whose customer delivers files, without a world; it is asked, and nobody changes it."""
    folder = state.with_name("mine")
    argv = [str(FDELAB), "start", "phantom-stock", str(folder), "--files-only"]
    done = subprocess.run(argv, env=os.environ | {"FDELAB_STATE": str(state)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def test_the_tables_are_asked_without_quotes(run: Run, mine: Path) -> None:
    done = run("sql", "--json", "select happened_at, route, status from calls order by happened_at limit 2", cwd=mine)
    assert done.returncode == 0, done.stderr
    assert [list(row) for row in json.loads(done.stdout)] == [["happened_at", "route", "status"]] * 2
    counted = run("sql", "--csv", "select count(*) as n from logs", cwd=mine)
    lines = (mine / "incident" / "logs.keeper.jsonl").read_text().count("\n")
    assert list(csv.reader(io.StringIO(counted.stdout))) == [["n"], [str(lines)]]


def test_tables_and_columns_say_what_they_mean(run: Run, mine: Path) -> None:
    tables = {row["table"]: row for row in json.loads(run("sql", "--describe", "--json", cwd=mine).stdout)}
    assert tables["messages"]["a row is"] == "what people wrote to the learner"
    assert not tables.keys() & {"corruptions", "drifts", "struck"}
    columns = json.loads(run("sql", "--describe", "messages", "--json", cwd=mine).stdout)
    assert [one["column"] for one in columns][:3] == ["happened_at", "sender", "text"]
    assert run("sql", "--describe", "messags", cwd=mine).stderr.count("messages") == 1


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("select * from messags", 'Did you mean "messages"'),
        ("select sendr from messages", '"sender"'),
        ("select sender, at from messages", "column 'at' of the files is happened_at here"),
        ("select * from read_text('/etc/passwd')", "are locked here"),
        ("copy messages to '/tmp/fdelab-out.csv'", "are locked here"),
        ("install httpfs", "are locked here"),
        ("set enable_external_access = true", "has been locked"),
        ("select * from corruptions", "does not exist"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(run: Run, mine: Path, query: str, says: str) -> None:
    done = run("sql", query, cwd=mine)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_a_query_without_an_end_is_ended(mine: Path) -> None:
    """In this process, with a bound that a test can wait for."""
    with LearnerTables(mine / "incident") as tables:
        with pytest.raises(QueryProblem, match=r"took more than 0\.2 s"):
            tables.ask("select count(*) from range(100000000000)", 1, seconds=0.2)
        assert tables.ask("select 1", 1).rows == [(1,)]


def test_a_script_comes_by_a_pipe(mine: Path, state: Path) -> None:
    def piped(text: str) -> subprocess.CompletedProcess[str]:
        env, argv = os.environ | {"FDELAB_STATE": str(state)}, [str(FDELAB), "sql", "--csv"]
        return subprocess.run(argv, cwd=mine, env=env, input=text, capture_output=True, text=True)

    done = piped("create view late as select 41 + 1 as x;\nselect x from late;\nselect 2 as y")
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("x\n42\ny\n2\n")
    broken = piped("select 1 as a; selec 2; select 3")
    assert broken.returncode == 2
    assert "syntax error" in broken.stderr


def test_the_incident_holds_what_a_customer_has(run: Run, mine: Path) -> None:
    listed = json.loads(run("incident", "--json", cwd=mine).stdout)
    assert {one["kind"] for one in listed} == {"files", "mail", "logs", "tables"}
    assert run("incident", cwd=mine).stdout.count("\n") == len(listed) + 1
    (first, *_) = (one["path"] for one in listed if one["kind"] == "mail")
    mail = message_from_bytes((mine / "incident" / first).read_bytes(), policy=policy.SMTPUTF8)
    told = [json.loads(line) for line in (mine / "incident" / "messages.field.jsonl").read_text().splitlines()]
    assert mail.get_content().strip() == told[0]["text"]
    assert not any(file.stat().st_mode & 0o222 for file in (mine / "incident").rglob("*"))


def test_files_are_those_that_arrived_that_day(run: Run, mine: Path) -> None:
    rows = [json.loads(line) for line in (mine / "incident" / "facts_arrivals.site.jsonl").read_text().splitlines()]
    assert len(rows) > 20
    for row in rows:
        file = mine / "incident" / "files" / "drop" / row["path"].strip("/")
        assert hashlib.sha256(file.read_bytes()).hexdigest() == row["sha256"], row["path"]
    first = mine / "incident" / "files" / "drop" / rows[0]["path"].strip("/")
    assert run("incident", rows[0]["path"].strip("/"), cwd=mine).stdout == first.read_text("utf-8")


def test_one_that_is_not_there_is_told_with_what_may_be_meant(run: Run, mine: Path) -> None:
    done = run("incident", "tables/legder.csv", cwd=mine)
    assert (done.returncode, "tables/ledger.csv" in done.stderr) == (2, True)
    assert run("incident", "ledger.csv", "--path", cwd=mine).stdout.strip() == str(mine / "incident/tables/ledger.csv")


def test_a_lap_needs_a_world(run: Run, mine: Path) -> None:
    done = run("sql", "--lap", "1", "select 1", cwd=mine)
    assert done.returncode == 2
    assert "fdelab start" in done.stderr
    assert run("sql", "--lap", "none", "select 1", cwd=mine).returncode == 2
