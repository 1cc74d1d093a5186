"""Writing evidence: whatever a row holds, it is one line that can be read again."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.evidence.recorder import Recorder

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
