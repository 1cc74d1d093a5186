import json
from typing import Any

import pytest

from simulator.parts.llm import requests
from simulator.parts.llm.errors import ApiError, duration, retry
from simulator.parts.llm.schema import fit

USER = {"role": "user", "content": "Hello"}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
ASKED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
IMAGE, NO_SCHEMA = {"type": "image_url"}, {"type": "json_schema"}
TOOL = {"type": "function", "function": {"name": "f"}}


def refused(**body: Any) -> ApiError:
    with pytest.raises(ApiError) as error:
        requests.read(json.dumps({"model": "m", "messages": [USER]} | body).encode())
    assert error.value.status == 400
    return error.value


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"messages": None}, "messages", "missing_required_parameter"),
        ({"messages": []}, "messages", "empty_array"),
        ({"messages": "Hello"}, "messages", "invalid_type"),
        ({"messages": ["Hello"]}, "messages[0]", "invalid_type"),
        ({"messages": [{"content": "x"}]}, "messages[0].role", "missing_required_parameter"),
        ({"messages": [{"role": "user"}]}, "messages[0].content", "missing_required_parameter"),
        ({"messages": [{"role": "user", "content": 3}]}, "messages[0].content", "invalid_type"),
        ({"messages": [{"role": "user", "content": [IMAGE]}]}, "messages[0].content[0].type", "invalid_value"),
        ({"messages": [USER, ASKED, USER]}, "messages.[2].role", None),
        ({"messages": [USER, ASKED]}, "messages.[2].role", None),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "c9"}]}, "messages.[0].role", None),
        ({"tools": [{"type": "function"}]}, "tools[0].function.name", "missing_required_parameter"),
        ({"tool_choice": "auto"}, "tool_choice", None),
        ({"tools": [TOOL], "tool_choice": TOOL | {"function": {"name": "g"}}}, "tool_choice", "invalid_value"),
        ({"response_format": {"type": "xml"}}, "response_format.type", "invalid_value"),
        ({"response_format": NO_SCHEMA}, "response_format.json_schema.schema", "missing_required_parameter"),
        ({"max_tokens": 0}, "max_tokens", "integer_below_min_value"),
        ({"max_tokens": "9"}, "max_tokens", "invalid_type"),
        ({"stream": "yes"}, "stream", "invalid_type"),
        ({"stop": ["a"] * 5}, "stop", "invalid_type"),
        ({"n": 2}, "n", "invalid_value"),
        ({"n": 0}, "n", "integer_below_min_value"),
        ({"n": 129}, "n", "integer_above_max_value"),
        ({"temperature": 2.01}, "temperature", "decimal_above_max_value"),
        ({"temperature": True}, "temperature", "invalid_type"),
        ({"temperature": float("nan")}, None, None),
        ({"top_p": -0.1}, "top_p", "decimal_below_min_value"),
        ({"presence_penalty": 3}, "presence_penalty", "decimal_above_max_value"),
        ({"frequency_penalty": -2.5}, "frequency_penalty", "decimal_below_min_value"),
        ({"seed": 1.5}, "seed", "invalid_type"),
        ({"logprobs": True}, "logprobs", "unsupported_parameter"),
        ({"functions": [{"name": "f"}]}, "functions", "unsupported_parameter"),
        ({"stream_options": {"include_usage": True}}, "stream_options", None),
        ({"top_k": 5}, None, None),
        ({"model": ""}, None, None),
    ],
)  # fmt: skip
def test_a_bad_request_names_its_parameter(body: dict[str, Any], param: str | None, code: str | None) -> None:
    error = refused(**body)
    assert (error.param, error.code) == (param, code)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(ApiError, match="could not parse"):
        requests.read(body)


def test_a_whole_request_is_read() -> None:
    result = {"role": "tool", "content": [{"type": "text", "text": "ok"}], "tool_call_id": "c1"}
    body = {"messages": [USER, ASKED, result], "tools": [TOOL], "tool_choice": "required", "max_completion_tokens": 9}
    read = requests.read(json.dumps({"model": "m", "stop": "x"} | body).encode())
    assert [message.text for message in read.messages] == ["Hello", "", "ok"]
    assert read.messages[1].calls[0].name == "f"
    assert (read.choice, read.most, read.stop, list(read.offered)) == ("required", 9, ("x",), ["f"])


def test_what_other_clients_send_too_is_taken() -> None:
    more: dict[str, Any] = {
        "temperature": 0,
        "top_p": 1,
        "n": 1,
        "seed": 7,
        "user": "u",
        "logit_bias": None,
        "logprobs": False,
    }
    more |= {"frequency_penalty": 0.0, "store": False, "metadata": {}, "reasoning_effort": None, "top_k": None}
    assert requests.read(json.dumps({"model": "m", "messages": [USER]} | more).encode()).most is None


def test_durations_are_written_as_the_headers_do() -> None:
    assert [duration(s) for s in (0.12, 7.66, 63, 0)] == ["120ms", "7.66s", "1m3s", "0ms"]
    assert retry(1.2) == {"retry-after": "2", "retry-after-ms": "1200"}
    assert retry(0) == {"retry-after": "1", "retry-after-ms": "1"}


def test_an_object_is_made_to_fit_its_schema() -> None:
    schema = {
        "type": "object",
        "properties": {
            "intent": {"type": "string", "enum": ["refund", "other"]},
            "amount": {"anyOf": [{"type": "number"}, {"type": "null"}]},
            "note": {"type": ["string", "null"]},
            "count": {"type": "integer"},
            "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
            "sure": {"type": "boolean"},
        },
        "$defs": {"Line": {"type": "object", "properties": {"text": {"type": "string"}}}},
    }
    given = {"intent": "nonsense", "amount": "1.234,50", "count": "7 pieces", "lines": [{"text": 3, "x": 1}], "y": 2}
    assert fit(given, schema) == {
        "intent": "refund", "amount": 1234.5, "note": None, "count": 7, "lines": [{"text": "3"}], "sure": False
    }  # fmt: skip
    assert fit({}, schema)["amount"] is None


def test_a_schema_that_never_ends_is_left_alone() -> None:
    schema = {"type": "object", "properties": {"next": {"$ref": "#"}}}
    assert fit({}, schema) is not None
