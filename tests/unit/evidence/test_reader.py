"""Loading evidence: types, phases, torn files, and a database that can reach nothing."""

import json
import os
from pathlib import Path

import duckdb
import pytest

from scenarios.brief import FILE, INCIDENT
from simulator.evidence import listing
from simulator.evidence.reader import Evidence
from simulator.evidence.recorder import Recorder
from simulator.evidence.run import EvidenceMissing, EvidenceTorn, Run
from simulator.evidence.tables import AT, REQUESTS, Column, Table
from tests.unit.grader.laps import Lap


def test_a_row_belongs_to_the_phase_of_its_clock(tmp_path: Path) -> None:
    lap = Lap().request(0.0).request(1.999).request(2.0).request(12.0).request(22.0).request(99.0)
    with Evidence(lap.write(tmp_path)) as evidence:
        rows = evidence.ask("select lap, phase, phase_at from requests order by intended_at")
    assert rows == [
        (1, "warm-up", 0.0),
        (1, "warm-up", 1.999),
        (1, "day", 0.0),
        (1, "night", 0.0),
        (1, "drain", 0.0),
        (1, None, None),
    ]


def test_the_clock_may_be_another_column_and_may_be_null(tmp_path: Path) -> None:
    lap = Lap().add("facts_orders", ordered_at=3.5, order="a").add("facts_orders", ordered_at=None, order="b")
    with Evidence(lap.write(tmp_path)) as evidence:
        assert evidence.ask('select "order", phase, phase_at from facts_orders') == [
            ("a", "day", 1.5),
            ("b", None, None),
        ]


def test_every_declared_table_exists_with_its_types(tmp_path: Path) -> None:
    with Evidence(Lap().write(tmp_path)) as evidence:
        assert evidence.ask("select count(*) from facts_logins") == [(0,)]
        types = dict(evidence.ask("select column_name, column_type from (describe facts_logins)"))
    assert types == {
        "at": "DOUBLE",
        "open": "BIGINT",
        "refused": "BOOLEAN",
        "lap": "BIGINT",
        "phase": "VARCHAR",
        "phase_at": "DOUBLE",
    }


def test_types_are_declared_and_not_guessed(tmp_path: Path) -> None:
    lap = Lap().add("logs", at=1, service="api", line="17").add("logs", at=2.5, service="api", line='{"a": 1}')
    with Evidence(lap.write(tmp_path)) as evidence:
        assert evidence.ask('select "at", line from logs') == [(1.0, "17"), (2.5, '{"a": 1}')]


def test_all_writers_of_a_table_are_read(tmp_path: Path) -> None:
    folder = Lap().add("calls", at=1.0, part="erp").write(tmp_path)
    with Recorder(folder, "site") as site:
        site.write("calls", {"at": 2.0, "part": "crm"})
    with Evidence(folder) as evidence:
        assert evidence.ask("select part from calls order by part") == [("crm",), ("erp",)]


def test_the_phases_are_a_table(tmp_path: Path) -> None:
    with Evidence(Lap().write(tmp_path)) as evidence:
        rows = evidence.ask("select lap, name, begins, ends, graded, shift from phases")
    assert rows == [
        (1, "warm-up", 0.0, 2.0, False, False),
        (1, "day", 2.0, 12.0, True, False),
        (1, "night", 12.0, 22.0, True, True),
        (1, "drain", 22.0, 27.0, False, False),
    ]


def test_laps_are_told_apart(tmp_path: Path) -> None:
    folders = [Lap(number=n).request(3.0).request(4.0).write(tmp_path) for n in (2, 1)]
    with Evidence(*folders) as evidence:
        assert [run.lap for run in evidence.runs] == [1, 2]
        assert evidence.ask("select lap, count(*) from requests group by lap order by lap") == [(1, 2), (2, 2)]
        assert evidence.reached() == {1: 4.0, 2: 4.0}


def test_a_lap_that_has_no_phases_yet_can_be_read(tmp_path: Path) -> None:
    lap = Lap(run={"timeline": [], "finished": False}).add("logs", at=0.0, service="api", line="hello")
    with Evidence(lap.write(tmp_path)) as evidence:
        assert evidence.ask("select line, phase, phase_at from logs") == [("hello", None, None)]


LINE = b'{"at":2.5,"service":"b\\u00e4\xc3\xa4","line":null}'


@pytest.mark.parametrize("length", range(len(LINE)))
def test_a_torn_last_line_is_dropped_while_a_lap_goes_on(tmp_path: Path, length: int) -> None:
    folder = Lap(run={"finished": False}).add("logs", at=1.0, service="api").write(tmp_path)
    with (folder / "logs.field.jsonl").open("ab") as file:
        file.write(LINE[:length])
    with Evidence(folder) as evidence:
        assert evidence.ask('select "at" from logs') == [(1.0,)]


@pytest.mark.parametrize("length", range(1, len(LINE)))
def test_a_torn_last_line_of_a_finished_lap_is_lost_evidence(tmp_path: Path, length: int) -> None:
    folder = Lap().add("logs", at=1.0, service="api").write(tmp_path)
    with (folder / "logs.field.jsonl").open("ab") as file:
        file.write(LINE[:length])
    with pytest.raises(EvidenceTorn, match=r"1/logs\.field\.jsonl, line 2"):
        Evidence(folder)


def test_a_last_line_that_only_lacks_its_end_counts(tmp_path: Path) -> None:
    folder = Lap().add("logs", at=1.0).write(tmp_path)
    with (folder / "logs.field.jsonl").open("ab") as file:
        file.write(LINE)
    with Evidence(folder) as evidence:
        assert evidence.ask("select count(*) from logs") == [(2,)]


@pytest.mark.parametrize(
    "broken", [b'{"at":2.5,"service":\n', b'{"at":2.5}{"at":3}\n', b"[1]\n", b"\x00\x00\n", b"17\n"]
)
def test_a_broken_line_elsewhere_is_an_error_with_its_place(tmp_path: Path, broken: bytes) -> None:
    folder = Lap().add("logs", at=1.0).write(tmp_path)
    with (folder / "logs.field.jsonl").open("ab") as file:
        file.write(broken + LINE + b"\n" + LINE[:9])
    with pytest.raises(EvidenceTorn, match=r"1/logs\.field\.jsonl, line 2"):
        Evidence(folder)


def test_a_value_of_another_type_is_an_error_with_its_place(tmp_path: Path) -> None:
    folder = Lap().add("logs", at=1.0).add("logs", at="noon").write(tmp_path)
    with pytest.raises(EvidenceTorn, match=r"logs\.field\.jsonl.*noon") as caught:
        Evidence(folder)
    assert "/" not in str(caught.value).replace("1/logs", "")


@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_text('{file}')",
        "select * from '{file}'",
        "attach '{file}.db'",
        "copy requests to '{file}.csv'",
        "install httpfs",
        "set enable_external_access=true",
        "set threads=2",
    ],
)
def test_the_database_reaches_nothing_outside(tmp_path: Path, statement: str) -> None:
    folder = Lap().write(tmp_path)
    with Evidence(folder) as evidence, pytest.raises(duckdb.Error):
        evidence.ask(statement.format(file=folder / "run.json"))


def test_no_folder_no_evidence(tmp_path: Path) -> None:
    with pytest.raises(EvidenceMissing, match=r"run\.json"):
        Evidence(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": 99}, "reads formats 1 to 3"),
        ({"format": True}, "reads formats 1 to 3"),
        ({"format": "1"}, "reads formats 1 to 3"),
        ({"seed": "x"}, "seed"),
        ({"scenario": {}}, "scenario"),
        ({"timeline": [{"name": "day"}]}, "timeline"),
        ({"tables": [{"name": "facts_x"}]}, "tables"),
    ],
)
def test_a_run_that_cannot_be_read_says_why(tmp_path: Path, change: dict[str, object], complaint: str) -> None:
    folder = Lap(run=change).write(tmp_path)
    with pytest.raises(EvidenceTorn, match=complaint):
        Run.read(folder)


def test_a_torn_run_says_why(tmp_path: Path) -> None:
    folder = Lap().write(tmp_path)
    (folder / "run.json").write_text('{"format": 1,')
    with pytest.raises(EvidenceTorn, match=r"run\.json"):
        Run.read(folder)


def test_laps_of_different_worlds_do_not_mix(tmp_path: Path) -> None:
    other = Table("facts_logins", "", (AT, Column("open", "text")), whose="customer")
    folders = [Lap().write(tmp_path), Lap(number=2, tables=(other,)).write(tmp_path)]
    with pytest.raises(EvidenceTorn, match="facts_logins"):
        Evidence(*folders)


@pytest.mark.parametrize(
    "question",
    [
        "with x as (select * from facts_logins) select count(*) from x, phases where 'requests' = x.service",
        "select count(*) from facts_logins join phases p using (lap)",
        "select (select max(lap) from main.facts_logins)",
        "pivot facts_logins on phase using count(*)",
        "select count(* from facts_logins",
    ],
)
def test_a_question_says_which_tables_it_reads(question: str) -> None:
    with Evidence(tables=[Table("facts_logins", "", (AT,), whose="customer"), REQUESTS]) as evidence:
        assert evidence.mentions(question) == {"facts_logins"}


@pytest.mark.parametrize("name", ["lap", "phase", "phase_at"])
def test_a_table_cannot_take_the_readers_columns(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        Table("facts_x", "", (AT, Column(name, "text")))


def test_tables_survive_run_json(tmp_path: Path) -> None:
    folder = Lap().write(tmp_path)
    declared = Run.read(folder).declared
    assert declared["facts_orders"].settled
    assert [t["settled"] for t in json.loads((folder / "run.json").read_text())["tables"] if t["name"] == "ledger"] == [
        True
    ]


def listed(tmp_path: Path) -> Path:
    """A finished lap that says which files it has."""
    folder = Lap().traffic().add("ledger", at=3.0, account="missing", amount=-1.0).write(tmp_path)
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps(run | {"format": 2, "files": listing.tables(folder)}))
    return folder


def of_format_1(folder: Path) -> Path:
    """The same lap as it was listed before there were digests."""
    run = json.loads((folder / "run.json").read_text())
    sizes = {name: one["size"] for name, one in run["files"].items()}
    (folder / "run.json").write_text(json.dumps(run | {"format": 1, "files": sizes}))
    return folder


def test_a_file_that_is_lost_is_no_empty_table(tmp_path: Path) -> None:
    folder = listed(tmp_path)
    with Evidence(folder) as evidence:
        assert evidence.ask("select sum(amount) from ledger") == [(-1.0,)]
    (folder / "ledger.field.jsonl").unlink()
    with pytest.raises(EvidenceTorn, match=r"1/ledger\.field\.jsonl is missing"):
        Evidence(folder)


def test_a_file_that_has_lost_whole_rows_is_torn(tmp_path: Path) -> None:
    folder = listed(tmp_path)
    file = folder / "requests.field.jsonl"
    size = file.stat().st_size
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:-1]))
    with pytest.raises(EvidenceTorn, match=f"1/requests.field.jsonl has {file.stat().st_size} bytes of {size}"):
        Evidence(folder)


ROW = b'{"at":3.0,"account":"missing","amount":500.0}\n'


def test_rows_that_were_added_later_are_no_evidence(tmp_path: Path) -> None:
    folder = listed(tmp_path)
    with (folder / "ledger.field.jsonl").open("ab") as file:
        file.write(ROW)
    with pytest.raises(EvidenceTorn, match=r"1/ledger\.field\.jsonl has \d+ bytes, and had \d+ when the run was over"):
        Evidence(folder)


def test_rows_that_were_changed_are_no_evidence(tmp_path: Path) -> None:
    file = listed(tmp_path) / "ledger.field.jsonl"
    file.write_bytes(file.read_bytes().replace(b"-1.0", b"+1.0"))
    with pytest.raises(EvidenceTorn, match="its digest differs"):
        Evidence(file.parent)


@pytest.mark.parametrize("name", ["ledger.forged.jsonl", "facts_none.forged.jsonl", FILE, INCIDENT])
@pytest.mark.parametrize("old", [False, True])
def test_a_file_that_the_run_never_wrote_is_no_evidence(tmp_path: Path, name: str, old: bool) -> None:
    folder = of_format_1(listed(tmp_path)) if old else listed(tmp_path)
    (folder / name).write_bytes(ROW)
    if old and name in (FILE, INCIDENT):
        Evidence(folder).close()  # its list was of tables alone
        return
    with pytest.raises(EvidenceTorn, match="was not written by this run"):
        Evidence(folder)


def test_reports_beside_the_evidence_are_no_evidence(tmp_path: Path) -> None:
    folder = listed(tmp_path)
    for name in ("report.json", "report.txt", "keeper.log"):
        (folder / name).write_text("later")
    Evidence(folder).close()


def test_a_listed_file_may_not_be_a_link(tmp_path: Path) -> None:
    file = listed(tmp_path) / "ledger.field.jsonl"
    file.rename(tmp_path / "moved")
    file.symlink_to(tmp_path / "moved")
    with pytest.raises(EvidenceTorn, match="is no regular file"):
        Evidence(file.parent)


@pytest.mark.parametrize("change", [{"finished": False, "files": None}, {"finished": True}])
def test_a_lap_without_a_list_is_read_as_it_is(tmp_path: Path, change: dict[str, object]) -> None:
    """One of practice that is still going on, and one of before there were lists."""
    folder = Lap(run=change).traffic().write(tmp_path)
    (folder / "ledger.more.jsonl").write_bytes(ROW)
    with Evidence(folder) as evidence:
        assert evidence.ask("select sum(amount) from ledger") == [(500.0,)]


@pytest.mark.parametrize("bad", [b"[" * 200_000, b'{"seed": ' + b"9" * 5000 + b"}", b"null", b"\xff"])
def test_a_run_that_cannot_be_parsed_is_torn(tmp_path: Path, bad: bytes) -> None:
    folder = listed(tmp_path)
    (folder / "run.json").write_bytes(bad)
    with pytest.raises(EvidenceTorn):
        Run.read(folder)


def test_a_pipe_in_a_runs_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "run.json")
    with pytest.raises(EvidenceTorn, match="is no regular file"):
        Run.read(tmp_path)


def test_a_question_ends_when_it_takes_too_long(tmp_path: Path) -> None:
    with Evidence(listed(tmp_path)) as evidence:
        with pytest.raises(duckdb.InterruptException), evidence.within(0.2):
            evidence.ask("select count(*) from range(1000000000000) a, range(1000000000000) b")
        assert evidence.ask("select sum(amount) from ledger") == [(-1.0,)]


def test_what_is_forbidden_since_stays_as_it_was(tmp_path: Path) -> None:
    """A scenario of an older version: keys that went, values beyond bounds that came, choices that are no more."""
    folder = Lap().traffic().write(tmp_path)
    run = json.loads((folder / "run.json").read_text())
    old = run["scenario"] | {"mood": "dark", "minutes": 100_000, "title": "a\nb"}
    old["phases"][1] |= {"lasts": -1.0, "weather": "rain"}
    old["checks"][0] |= {"family": "trust", "id": "Old_Name"}
    old["traffic"]["orders"] |= {"rate": 5000.0, "arrival": "bursts"}
    (folder / "run.json").write_text(json.dumps(run | {"scenario": old}))
    found = Run.read(folder).scenario
    assert (found.minutes, found.title, found.phases[1].lasts) == (100_000, "a\nb", -1.0)
    assert (found.checks[0].family, found.checks[0].id) == ("trust", "Old_Name")
    assert (found.traffic["orders"].rate, found.traffic["orders"].arrival) == (5000.0, "bursts")
    assert (found.customer.currency, type(found.clock.starts).__name__) == ("EUR", "datetime")


def test_a_lap_has_come_as_far_as_what_has_happened_and_not_as_what_will(tmp_path: Path) -> None:
    """A change point of the data is written before the lap begins, with the time at which it will come."""
    lap = Lap(run={"finished": False}).request(3.0).add("drifts", at=20.0, dataset="loans")
    with Evidence(lap.write(tmp_path)) as evidence:
        assert evidence.reached() == {1: 3.0}
