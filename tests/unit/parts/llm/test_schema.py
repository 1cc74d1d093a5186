"""Objects that fit a schema: whatever a caller gives as one, something is made of it, and never much."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.parts.llm.schema import fit, wrong

NAMES = st.sampled_from(["type", "properties", "items", "anyOf", "enum", "$ref", "$defs", "a"])
SCHEMAS = st.recursive(
    st.none() | st.integers() | st.sampled_from(["object", "array", "string", "null", "#/$defs/a", "#", "#/"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


@given(SCHEMAS)
def test_a_schema_is_filled_in_or_refused(schema: Any) -> None:
    if wrong(schema) is None:
        json.dumps(fit({"a": [1, {"a": "x"}]}, schema))


@pytest.mark.parametrize(
    "schema",
    [
        {"properties": {name: {"$ref": "#/"} for name in "abcdefghij"} | {"": {}}},
        {"properties": {name: {"$ref": "#/$defs/a"} for name in "abcdefghij"},
         "$defs": {"a": {"properties": {name: {"$ref": "#/$defs/a"} for name in "abcdefghij"}}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}}},
    ],
    ids=range(3),
)  # fmt: skip
def test_a_schema_that_refers_to_itself_comes_to_an_end(schema: dict[str, Any]) -> None:
    assert len(json.dumps(fit({}, schema))) < 50_000


@pytest.mark.parametrize(
    "schema",
    [5, {"type": 5}, {"properties": []}, {"enum": 5}, {"anyOf": {}}, {"items": 5}, {"properties": {"a": {"type": 5}}}],
    ids=str,
)
def test_what_is_no_schema_is_said_to_be_wrong(schema: Any) -> None:
    assert wrong(schema)
