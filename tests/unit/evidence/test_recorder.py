"""Writing evidence: whatever a row holds, it is one line that can be read again."""

import math
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.evidence.recorder import LARGEST, Recorder
from simulator.evidence.tables import AT, Column, Table

values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=())))


@given(row=st.dictionaries(st.text("abc", min_size=1), values))
def test_every_row_becomes_one_line_of_json(tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any]) -> None:
    folder = tmp_path_factory.mktemp("lap")
    with Recorder(folder, "field") as recorder:
        recorder.write("requests", row)
    (line,) = (folder / "requests.field.jsonl").read_bytes().splitlines()
    assert orjson.loads(line).keys() == row.keys()


def test_plain_values_come_back_as_they_were(tmp_path: Path) -> None:
    row = {"a": "ä\n\x00", "b": 2**63 - 1, "c": 0.1, "d": None, "e": True}
    with Recorder(tmp_path, "field") as recorder:
        recorder.write("requests", row)
    assert orjson.loads((tmp_path / "requests.field.jsonl").read_bytes()) == row


def test_half_a_character_and_an_endless_number_fit(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field") as recorder:
        recorder.write("requests", {"a": "x\ud800y", "b": 2**70, "c": 10**400})
    assert orjson.loads((tmp_path / "requests.field.jsonl").read_bytes()) == {"a": "x?y", "b": 2.0**70, "c": None}


def test_rows_are_appended_and_visible_once_flushed(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field") as recorder:
        recorder.write("calls", {"n": 1})
        recorder.flush()
        assert (tmp_path / "calls.field.jsonl").read_bytes() == b'{"n":1}\n'
        recorder.write("calls", {"n": 2})
    assert (tmp_path / "calls.field.jsonl").read_bytes() == b'{"n":1}\n{"n":2}\n'


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in (folder / f"{table}.field.jsonl").read_bytes().splitlines()]


def test_a_table_that_outgrows_its_bound_takes_no_more_and_says_so_at_once_and_in_the_end(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field", most=100) as recorder:
        for n in range(20):
            recorder.write("calls", {"at": float(n), "route": "stock"})
        recorder.write("faults", {"at": 3.0})
        recorder.flush()
        kept = len(rows(tmp_path, "calls"))
        cut = {"at": float(kept), "source": "calls", "writer": "field"}
        assert rows(tmp_path, "cuts") == [cut | {"dropped": 1}]
    assert 0 < (tmp_path / "calls.field.jsonl").stat().st_size <= 100
    assert [row["at"] for row in rows(tmp_path, "calls")] == [float(n) for n in range(kept)]
    assert rows(tmp_path, "faults") == [{"at": 3.0}]
    assert rows(tmp_path, "cuts")[1:] == [cut | {"at": None, "dropped": 20 - kept}]


def test_a_row_beyond_all_measure_is_not_kept(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field") as recorder:
        recorder.write("calls", {"at": 1.0, "route": "x" * LARGEST})
    assert not (tmp_path / "calls.field.jsonl").exists()
    assert [row["dropped"] for row in rows(tmp_path, "cuts")] == [1, 1]


def test_what_traffic_intends_is_as_much_as_the_scenario_wants(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field", most=10) as recorder:
        recorder.write("requests", {"id": "o-1", "detail": "longer than ten bytes"})
    assert len(rows(tmp_path, "requests")) == 1


SAID = Table(
    "facts_said",
    "",
    (AT, Column("text", "text"), Column("many", "integer"), Column("much", "real"), Column("yes", "boolean")),
    whose="customer",
)


@given(row=st.fixed_dictionaries(dict.fromkeys(("text", "many", "much", "yes"), values)))
def test_every_row_of_a_declared_table_can_be_read_as_it_is_declared(
    tmp_path_factory: pytest.TempPathFactory, row: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("lap")
    with Recorder(folder, "field", tables=[SAID]) as recorder:
        recorder.write("facts_said", {"at": 1.0, **row})
    types = {"at": "DOUBLE", "text": "VARCHAR", "many": "BIGINT", "much": "DOUBLE", "yes": "BOOLEAN"}
    with duckdb.connect() as db:
        found = db.execute(
            f"select * from read_json('{folder}/facts_said.field.jsonl', columns={types}, format='newline_delimited')"
        ).fetchall()
    assert len(found) == 1


def test_what_does_not_fit_its_column_is_null_and_said_to_be_cut(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field", tables=[SAID]) as recorder:
        recorder.write("facts_said", {"at": 1.0, "text": 7, "many": "seven", "much": math.nan, "yes": None})
        recorder.write("facts_said", {"at": 2.0, "text": "x", "many": 2**64, "much": 7, "yes": True})
        recorder.write("facts_said", {"at": 3.0, "text": "x", "many": 7, "much": 7.5, "yes": True})
    assert rows(tmp_path, "facts_said") == [
        {"at": 1.0, "text": "7", "many": None, "much": None, "yes": None},
        {"at": 2.0, "text": "x", "many": None, "much": 7.0, "yes": True},
        {"at": 3.0, "text": "x", "many": 7, "much": 7.5, "yes": True},
    ]
    assert [row["dropped"] for row in rows(tmp_path, "cuts")] == [1, 2]


def test_what_comes_when_all_is_closed_is_too_late(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field") as recorder:
        recorder.write("calls", {"n": 1})
    recorder.write("calls", {"n": 2})
    recorder.cut("calls", 1.0)
    assert [row["n"] for row in rows(tmp_path, "calls")] == [1]
    assert not (tmp_path / "cuts.field.jsonl").exists()
