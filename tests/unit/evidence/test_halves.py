"""What a recorder tells the customer, and what it keeps for the examiner."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.model import Scenario
from simulator.clock import timeline
from simulator.evidence import listing
from simulator.evidence.reader import Evidence, open_evidence
from simulator.evidence.recorder import Recorder
from simulator.evidence.run import FORMAT, Run, save
from simulator.evidence.tables import AT, CORE, CUSTOMER, EXAMINER, Column, Table
from tests.unit.grader.laps import scenario

MADE = Table(
    "facts_made",
    "what was made",
    (AT, Column("key", "text"), Column("told", "integer"), Column("truth", "integer", whose=EXAMINER)),
    whose=CUSTOMER,
)
TABLES = (*CORE, MADE)


def begin(folder: Path, model: Scenario | None = None, **more: Any) -> dict[str, Any]:
    """The lap's `run.json`, written in two."""
    model = model or scenario()
    folder.mkdir(parents=True, exist_ok=True)
    run = {
        "format": FORMAT, "session": "s", "scenario": model.model_dump(mode="json", by_alias=True),
        "scenario_hash": "h", "seed": 41, "lap": 1, "runtime": "local", "exam": True,
        "tables": [t.to_json() for t in TABLES], "timeline": timeline(model).to_json(), "finished": False,
    } | more  # fmt: skip
    save(folder, run)
    return run


def end(folder: Path, run: dict[str, Any]) -> None:
    save(folder, run | {"finished": True, "files": listing.tables(folder)})


def text(folder: Path) -> str:
    """All that lies in a folder, without the folders in it."""
    return "\n".join(file.read_text() for file in sorted(folder.iterdir()) if file.is_file())


def test_the_customers_files_hold_no_truth(tmp_path: Path) -> None:
    run = begin(tmp_path)
    with Recorder(tmp_path, "field", tables=TABLES) as recorder:
        recorder.write("facts_made", {"at": 3.0, "key": "A", "told": 1, "truth": 775533})
        recorder.write("requests", {"id": "1", "intended_at": 3.0, "outcome": "wrong", "detail": "told 1, true 775533"})
        recorder.write("requests", {"id": "2", "intended_at": 3.0, "outcome": "error", "detail": "HTTP 503"})
        recorder.write("corruptions", {"at": None, "dataset": "x", "clean": "775533"})
        recorder.write("faults", {"at": 3.0, "link": "erp", "kind": "garble"})
        recorder.write("facts_undeclared", {"at": 3.0, "x": 775533})
    end(tmp_path, run)
    said = text(tmp_path)
    assert "775533" not in said and '"outcome":"wrong"' not in said and "garble" not in said
    assert "HTTP 503" in said
    assert (
        not {"scenario", "seed", "calibration", "scenario_hash"}
        & json.loads((tmp_path / "run.json").read_text()).keys()
    )
    with Evidence(tmp_path) as evidence:
        assert evidence.ask("select told, truth from facts_made") == [(1, 775533)]
        assert evidence.ask("select id, outcome, detail from requests order by id") == [
            ("1", "wrong", "told 1, true 775533"), ("2", "error", "HTTP 503")
        ]  # fmt: skip
        assert evidence.ask("select clean from corruptions") == [("775533",)]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(("facts_made", "requests")), st.sampled_from(("ok", "wrong", "error")),
        st.none() | st.integers(0, 9), st.booleans(),
    ),
    max_size=30,
)  # fmt: skip


@given(rows=ROWS, writers=st.integers(1, 3))
def test_the_two_sides_joined_are_what_was_written_in_its_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], writers: int
) -> None:
    folder = tmp_path_factory.mktemp("lap")
    run = begin(folder)
    recorders = [Recorder(folder, f"w{n}", tables=TABLES) for n in range(writers)]
    meant: dict[str, list[Any]] = {"facts_made": [], "requests": []}
    for number, (table, outcome, truth, flushed) in enumerate(rows):
        recorder = recorders[number % writers]
        key = str(number)
        if table == "requests":
            detail = None if truth is None else f"is {truth}"
            row = {"id": key, "intended_at": 3.0, "outcome": outcome, "detail": detail}
            meant[table].append((number % writers, key, outcome, detail))
        else:
            row = {"at": 3.0, "key": key, "told": number, "truth": truth}
            meant[table].append((number % writers, key, number, truth))
        recorder.write(table, dict(row))
        if flushed:
            recorder.flush()
    for recorder in recorders:
        recorder.close()
    end(folder, run)
    with Evidence(folder) as evidence:
        for table, columns in (("facts_made", "key, told, truth"), ("requests", "id, outcome, detail")):
            by_writer = [row[1:] for row in sorted(meant[table], key=lambda row: row[0])]
            assert evidence.ask(f"select {columns} from {table}") == by_writer


def test_a_row_without_its_other_half_is_never_seen(tmp_path: Path) -> None:
    """A lap is read while it is written: what is wrong must not be seen as right for a moment."""
    begin(tmp_path)
    recorder = Recorder(tmp_path, "field", tables=TABLES)
    for n in range(2_000):
        recorder.write("requests", {"id": str(n), "intended_at": 3.0, "outcome": "wrong", "detail": "x" * (n % 300)})
        if n % 97 == 0:
            with Evidence(tmp_path) as evidence:
                assert evidence.ask("select count(*) from requests where outcome <> 'wrong'") == [(0,)]
    recorder.close()


def test_a_torn_half_in_a_running_lap_is_dropped(tmp_path: Path) -> None:
    begin(tmp_path)
    with Recorder(tmp_path, "field", tables=TABLES) as recorder:
        recorder.write("facts_made", {"at": 3.0, "key": "A", "told": 1, "truth": 2})
    with (tmp_path / "examiner" / "facts_made.field.jsonl").open("ab") as file:
        file.write(b'{"_row":1,"tru')
    with Evidence(tmp_path) as evidence:
        assert evidence.ask("select told, truth from facts_made") == [(1, 2)]


def test_a_process_that_begins_again_goes_on_counting(tmp_path: Path) -> None:
    begin(tmp_path)
    for n in range(2):
        with Recorder(tmp_path, "site", tables=TABLES) as recorder:
            recorder.write("facts_made", {"at": 3.0, "key": str(n), "told": n, "truth": n})
    with Evidence(tmp_path) as evidence:
        assert evidence.ask("select told, truth from facts_made order by told") == [(0, 0), (1, 1)]


def test_phases_to_come_are_not_told(tmp_path: Path) -> None:
    save(tmp_path, begin(tmp_path), until=2.0)
    with open_evidence(tmp_path) as evidence:
        assert [span.name for span in evidence.laps[0].spans] == ["warm-up", "day"]
    assert [span.name for span in Run.read(tmp_path).spans] == ["warm-up", "day", "night", "drain"]
    assert "night" not in (tmp_path / "run.json").read_text()
