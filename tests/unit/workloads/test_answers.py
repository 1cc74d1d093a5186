"""Reading answers and what a database tells: one way for all workloads."""

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from simulator.evidence.recorder import Recorder
from simulator.workloads import answers


class Answer(BaseModel):
    """An answer."""

    order_id: str
    total: float


@given(st.binary())
def test_every_body_is_an_answer_or_a_line_that_says_why_not(body: bytes) -> None:
    found = answers.read(Answer, body, order_id="1")
    assert isinstance(found, Answer) or (len(found) <= 220 and "\n" not in found)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"order_id": "1", "total": 2}', None),
        (b'{"order_id": "1", "total": 2, "beside": [1]}', None),
        (b'{"order_id": "2", "total": 2}', "the answer is for order 2"),
        (b'{"order_id": "1"}', "unreadable answer: total: Field required"),
        (b'{"order_id": "1", "total": NaN}', "unreadable answer: no JSON"),
        (b'{"order_id": "1", "total": 2, "beside": ' + b"[" * 40 + b"]" * 40 + b"}", "nested deeper than 32"),
        (b"[" * 2000, "unreadable answer: nested deeper than 32"),
        (b"", "unreadable answer: no JSON"),
    ],
    ids=range(8),
)
def test_what_is_wrong_with_an_answer_is_said(body: bytes, said: str | None) -> None:
    found = answers.read(Answer, body, order_id="1")
    assert said in found if said is not None and isinstance(found, str) else said is None


def test_what_was_told_to_nobody_is_cut_from_its_table(tmp_path: Path) -> None:
    with Recorder(tmp_path, "field") as recorder:
        state = {"tells": {"a": [{"x": 1}], "b": []}, "untold": {"b": "a row cannot be told"}}
        assert answers.told(state, {"a": "facts_a", "b": "facts_b"}, recorder) == state["tells"]
    rows = [orjson.loads(line) for line in (tmp_path / "cuts.field.jsonl").read_bytes().splitlines()]
    assert {row["source"] for row in rows} == {"facts_b"}
