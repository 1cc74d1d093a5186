"""The gate: what comes through it can be kept, walked and written again; the rest is told as what cannot be told."""

import json
import math
import tracemalloc
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator import gate
from simulator.evidence.tables import Type

ANY_TEXT = st.text(st.characters(exclude_categories=()))
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.binary() | st.decimals() | st.datetimes(),
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner) | st.tuples(inner, inner),
    max_leaves=30,
)
DEEP = 5_000


def nested(levels: int, mark: str = "[") -> bytes:
    return (mark * levels + "1" + {"[": "]", '{"a":': "}"}[mark] * levels).encode()


@given(st.binary() | ANYTHING.map(gate.dumps))
def test_what_comes_through_can_be_written_again_by_anybody(body: bytes) -> None:
    try:
        value = gate.parse(body)
    except gate.Untold:
        return
    assert orjson.loads(orjson.dumps(value)) == value
    assert json.loads(json.dumps(value, allow_nan=False)) == value


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"NaN", "no JSON"),
        (b'{"a": -Infinity}', "no JSON"),
        (b"1e999", "no JSON"),
        (b"9" * 5_000, "no JSON"),
        (b'"\\ud800"', "no JSON"),
        (b"\xff", "no JSON"),
        (b"", "no JSON"),
        (nested(33), "nested deeper than 32"),
        (nested(1015), "nested deeper than 32"),
        (nested(5_000), "nested deeper than 32"),
        (nested(33, '{"a":'), "nested deeper than 32"),
        (b"[" + b",".join([b"[]"] * 21_500) + b"]", "more than 10000 values"),
        (b"[" + b",".join([b'"",""'] * 5_001) + b"]", "more than 10000 values"),
        (b'"' + b"x" * 2**20 + b'"', "larger than 1048576 bytes"),
    ],
    ids=range(14),
)
def test_what_cannot_be_told_says_why_in_one_line(body: bytes, why: str) -> None:
    with pytest.raises(gate.Untold) as said:
        gate.parse(body)
    assert why in str(said.value)
    assert len(str(said.value)) < 100
    assert "\n" not in str(said.value)


@pytest.mark.parametrize(
    "text", ["[" * 1000, "{" * 1000, "," * 20_000, '\\"[' * 500, "]" * 50 + "[" * 50], ids=range(5)
)
def test_what_stands_in_a_text_is_no_level_and_no_value(text: str) -> None:
    assert gate.parse(json.dumps({text[:60]: text})) == {text[:60]: text}


def test_bounds_are_what_is_just_let_through() -> None:
    assert gate.parse(nested(32))
    assert len(gate.parse(b"[" + b",".join([b"1"] * 9_999) + b"]")) == 9_999
    assert gate.parse(str(2**64 - 1)) == 2**64 - 1
    assert gate.parse("1" + "0" * 30) == 1e30


def test_what_is_refused_for_its_values_never_takes_their_memory() -> None:
    body = b"[" + b",".join([b"[]"] * 300_000) + b"]"
    tracemalloc.start()
    with pytest.raises(gate.Untold):
        gate.parse(body)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * len(body)


@given(st.integers(0, 30_000), st.sampled_from([b"[]", b"{}", b'""', b'{"a":{}}', b"0"]))
def test_a_document_costs_no_more_than_is_reckoned(many: int, one: bytes) -> None:
    body = b"[" + b",".join([one] * many) + b"]"
    bounds = gate.Bounds(most=10**6)
    tracemalloc.start()
    value = gate.parse(body, bounds)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept <= bounds.cost(len(body)) + 4096
    assert len(value) == many


@given(ANYTHING)
def test_whatever_is_written_can_be_read(value: Any) -> None:
    orjson.loads(gate.dumps(value))


def test_what_is_written_is_what_it_was_as_far_as_json_can_say_it() -> None:
    told = {"a": "x\ud800y", "b": 2**70, "c": 10**400, "d": math.nan, "e": [Decimal("1.5"), date(2026, 3, 2)],
            "f": b"\xffx", "\udc80": {1: 2}}  # fmt: skip
    assert orjson.loads(gate.dumps(told)) == {
        "a": "x?y", "b": 2.0**70, "c": None, "d": None, "e": ["1.5", "2026-03-02"], "f": "\ufffdx", "?": {"1": 2},
    }  # fmt: skip


def test_what_is_too_deep_to_be_written_ends_where_it_is_too_deep() -> None:
    value: Any = 1
    for _ in range(DEEP):
        value = [value]
    assert b"null" in gate.dumps({"packet": value, "other": 1})
    assert b'"other":1' in gate.dumps({"packet": value, "other": 1})


@given(ANYTHING, st.sampled_from(["text", "integer", "real", "boolean"]))
def test_a_value_fits_its_column_or_is_null(value: Any, kind: Type) -> None:
    found, told = gate.fitted(value, kind)
    wanted: dict[str, type] = {"text": str, "integer": int, "real": float, "boolean": bool}
    assert found is None or type(found) is wanted[kind]
    assert told or found is None
    if kind == "integer" and isinstance(found, int):
        assert -(2**63) <= found < 2**63
    if kind == "real" and isinstance(found, float):
        assert math.isfinite(found)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-03-02T08:00:00.5", datetime(2026, 3, 2, 8, 0, 0, 500_000)),
        ("2026-03-02T08:00:00+02:00", datetime(2026, 3, 2, 8)),
        ("infinity", None),
        ("290000-01-01T00:00:00", None),
        ("0044-03-15T00:00:00 BC", None),
        (None, None),
        ({"a": 1}, None),
    ],
)
def test_a_time_is_one_that_python_has(value: Any, moment: datetime | None) -> None:
    assert gate.moment(value) == moment


@pytest.mark.parametrize(
    ("value", "number"), [(0.5, 0.5), ("0.5", 0.5), ("NaN", None), ("Infinity", None), (10**400, None), ([], None)]
)
def test_a_number_is_a_finite_one(value: Any, number: float | None) -> None:
    assert gate.real(value) == number
