"""What the faults that edit messages do to one."""

import gzip
import json
import xml.etree.ElementTree as ET
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.faults import FAULTS
from simulator.faults.effects import Changed, Reply, Rewrite
from simulator.faults.message import Message
from simulator.faults.paths import holders, steps
from simulator.faults.schema import Reshape, Type

NAMES = st.sampled_from(["id", "price", "lines", "é"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(NAMES, below, max_size=3),
    max_leaves=10,
)


def response(body: bytes | str, media: str = "application/json", **headers: str) -> Message:
    data = body.encode() if isinstance(body, str) else body
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Message("HTTP/1.1 200 OK", (("Content-Type", media), ("Content-Length", str(len(data))), *named), data)


def edit(name: str, params: Any, message: Message, seed: int = 1) -> Changed | Reply | None:
    kind = FAULTS[name]
    rewrite = kind.effect(kind.params.model_validate(params), Random(seed)).get(Rewrite)
    assert rewrite is not None
    return rewrite.edit(message)


def changed(name: str, params: Any, message: Message, seed: int = 1) -> Message:
    result = edit(name, params, message, seed)
    assert isinstance(result, Changed)
    assert result.description
    assert result.message.header("content-length") in (None, str(len(result.message.body)))
    return result.message


@given(JSON, st.integers(1, 3), st.integers(0, 2**32))
def test_garbled_json_is_no_json_and_as_long(document: Any, count: int, seed: int) -> None:
    before = response(json.dumps(document, ensure_ascii=True))
    after = changed("garble", {"bytes": count}, before, seed)
    flipped = [i for i, (a, b) in enumerate(zip(before.body, after.body, strict=True)) if a != b]
    assert 1 <= len(flipped) <= count
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        json.loads(after.body)


@pytest.mark.parametrize("seed", range(20))
def test_garbled_xml_is_no_xml(seed: int) -> None:
    after = changed("garble", None, response('<a x="1"><b>2</b><c/></a>', "text/xml"), seed)
    with pytest.raises(ET.ParseError):
        ET.fromstring(after.body)


def test_headers_are_dropped_and_set() -> None:
    before = response("{}", ETag="1", Retry_After="5")
    after = changed("headers", {"drop": ["etag", "vary"], "set": {"Retry-After": 0, "Cache-Control": "public"}}, before)
    assert [after.header(name) for name in ("ETag", "Retry-After", "Cache-Control")] == [None, "0", "public"]
    assert after.body == before.body
    assert edit("headers", {"drop": ["Vary"]}, before) is None


def test_an_answer_says_another_type() -> None:
    assert changed("mislabel", {"type": "text/html"}, response("{}")).header("content-type") == "text/html"
    assert edit("mislabel", {"type": "application/json"}, response("{}")) is None


@pytest.mark.parametrize("packed", [False, True])
def test_an_answer_says_that_it_is_compressed_and_is_not(packed: bool) -> None:
    before = response(gzip.compress(b"{}"), Content_Encoding="gzip") if packed else response("{}")
    after = changed("mislabel", {"coding": "gzip"}, before)
    assert (after.header("content-encoding"), after.body) == ("gzip", b"{}")


def test_an_answer_says_utf8_and_is_cp1252() -> None:
    after = changed("mislabel", {"charset": "cp1252"}, response('{"town": "Köln – €"}', "application/json"))
    assert after.header("content-type") == "application/json; charset=utf-8"
    assert after.body.decode("cp1252") == '{"town": "Köln – €"}'
    with pytest.raises(UnicodeDecodeError):
        after.body.decode("utf-8")
    assert edit("mislabel", {"charset": "cp1252"}, response("plain ASCII")) is None


def test_a_broken_chunk_comes_behind_half_of_the_body() -> None:
    result = edit("misframe", None, response("0123456789"))
    assert isinstance(result, Changed)
    assert result.message.header("content-length") is None
    assert result.spoilt == b"5\r\n01234\r\nupstream error\r\n"
    assert edit("misframe", None, response("")) is None


def test_an_error_hides_in_a_success() -> None:
    after = changed("hidden_error", {"on": "response", "body": "<error/>", "media": "text/xml"}, response("{}"))
    assert (after.status, after.body, after.media()) == (200, b"<error/>", "text/xml")


ORDER = {"id": 7, "lines": [{"sku": "A-1", "price": 1.5}, {"sku": "B-2"}], "total": "12.50", "x y": 1}


@pytest.mark.parametrize(
    ("params", "wanted"),
    [
        ({"rename": {"$.id": "order_no"}}, {"order_no": 7} | {k: v for k, v in ORDER.items() if k != "id"}),
        ({"rename": {"$.id": "total"}}, None),
        ({"remove": ["$.lines[*].price"]}, ORDER | {"lines": [{"sku": "A-1"}, {"sku": "B-2"}]}),
        ({"remove": ["$.lines[1].sku", "$.nothing"]}, ORDER | {"lines": [{"sku": "A-1", "price": 1.5}, {}]}),
        ({"remove": ["$['x y']"]}, {k: v for k, v in ORDER.items() if k != "x y"}),
        ({"retype": {"$.id": "string", "$.total": "number"}}, ORDER | {"id": "7", "total": 12.5}),
        ({"retype": {"$.id": "list", "$.total": "object"}}, ORDER | {"id": [7], "total": {"value": "12.50"}}),
        ({"retype": {"$.id": "null"}}, ORDER | {"id": None}),
        ({"retype": {"$.id": "number"}}, None),
        ({"remove": ["$.lines.price"]}, None),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_the_schema_of_answers_changes(params: Any, wanted: Any, packed: bool) -> None:
    body = json.dumps(ORDER)
    before = response(gzip.compress(body.encode()), Content_Encoding="gzip") if packed else response(body)
    if wanted is None:
        assert edit("schema", params, before) is None
    else:
        assert json.loads(changed("schema", params, before).body) == wanted


@pytest.mark.parametrize("body", [b"", b"<xml/>", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_json_has_no_schema(body: bytes) -> None:
    assert edit("schema", {"remove": ["$.id"]}, response(body)) is None


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), JSON), st.sampled_from(["a", "b", "c"]))
def test_a_renamed_field_renamed_back_is_the_document_that_was(document: dict[str, Any], name: str) -> None:
    before = json.dumps(document)
    there, back = Reshape(rename=((f"$.{name}", "new"),)), Reshape(rename=(("$.new", name),))
    assert bool(there.apply(document)) is bool(back.apply(document))
    assert json.dumps(document) == before


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_became_a_string_becomes_that_number_again(number: float) -> None:
    to: tuple[Type, ...] = ("string", "number")
    document = {"a": {"b": number}}
    for kind in to:
        Reshape(retype=(("$.a.b", kind),)).apply(document)
    assert document == {"a": {"b": number}}
    assert type(document["a"]["b"]) is type(number)


@given(st.lists(JSON | st.dictionaries(st.sampled_from(["price", "sku"]), JSON, min_size=1), max_size=4))
def test_what_was_removed_is_nowhere_and_all_else_is_as_it_was(lines: list[Any]) -> None:
    document = {"lines": lines, "price": 1}
    kept = json.dumps(document)
    places = [(holder, holder["price"]) for holder, name in holders(document, "$.lines[*].price") if name in holder]
    assert bool(Reshape(remove=("$.lines[*].price",)).apply(document)) is bool(places)
    assert not [holder for holder, name in holders(document, "$.lines[*].price") if name in holder]
    for holder, value in places:
        holder["price"] = value
    assert json.loads(kept) == document


def request(method: str, body: bytes) -> Message:
    return Message(f"{method} /orders HTTP/1.1", (("Content-Length", str(len(body))),), body)


@pytest.mark.parametrize(
    ("method", "body", "refused"),
    [
        ("POST", b'{"channel": "web", "lines": [{"unit": "pc"}]}', False),
        ("POST", b'{"channel": "web", "lines": [{"unit": "pc"}, {}]}', True),
        ("POST", b'{"channel": null, "lines": [{"unit": "pc"}]}', True),
        ("PUT", b"{}", True),
        ("PATCH", b"", True),
        ("GET", b"", False),
        ("DELETE", b"", False),
    ],
)
def test_a_field_is_required(method: str, body: bytes, refused: bool) -> None:
    result = edit("schema", {"require": ["$.channel", "$.lines[*].unit"]}, request(method, body))
    if not refused:
        assert result is None
        return
    assert isinstance(result, Reply)
    assert result.status == 422
    assert json.loads(result.body)["detail"][0]["msg"] == "Field required"


@pytest.mark.parametrize(
    ("path", "wanted"), [("$.a", ("a",)), ("$.a.b[*].c", ("a", "b", None, "c")), ("$[0]['a b']", (0, "a b"))]
)
def test_a_path_has_steps(path: str, wanted: tuple[object, ...]) -> None:
    assert steps(path) == wanted


@pytest.mark.parametrize("path", ["", "$", "a", "$a", "$..a", "$.a[?(@.b)]", "$.a b", "$.a["])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="is no path"):
        steps(path)
