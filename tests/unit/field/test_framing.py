"""Framing agrees with the parser that servers use, whatever pieces the bytes come in, and never changes a byte."""

from itertools import pairwise

import httptools
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.field.framing import Framer, Head, Piece, Requests, Responses, Status

TOKENS = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12)
VALUES = st.text('abcXYZ019 :;,/"äöüß', max_size=20).map(str.strip)
BODIES = st.binary(max_size=300)
RESERVED = {"content-length", "transfer-encoding", "connection", "upgrade", "proxy-connection", "host", "expect"}


def _chunked(body: bytes, size: int, trailer: bool) -> bytes:
    chunks = [body[i : i + size] for i in range(0, len(body), size)]
    data = b"".join(b"%x;name=value\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return data + b"0\r\n" + (b"Checksum: 1\r\n" if trailer else b"") + b"\r\n"


@st.composite
def messages(draw: st.DrawFn, line: bytes, bodiless: bool = False) -> bytes:
    headers = draw(st.dictionaries(TOKENS.filter(lambda name: name not in RESERVED), VALUES, max_size=4))
    lines = [line, *(f"{name}: {value}".encode("latin-1") for name, value in headers.items())]
    body = draw(BODIES)
    kind = "none" if bodiless else draw(st.sampled_from(["length", "chunked"]))
    if kind == "length":
        form = draw(st.sampled_from([b"Content-Length: %d", b"content-length:%d", b"CONTENT-LENGTH:  %d "]))
        lines.append(form % len(body))
    elif kind == "chunked":
        lines.append(draw(st.sampled_from([b"Transfer-Encoding: chunked", b"transfer-encoding:  gzip, chunked"])))
        body = _chunked(body, draw(st.integers(1, 100)), draw(st.booleans()))
    return b"\r\n".join([*lines, b"", b""]) + (b"" if kind == "none" else body)


METHODS = st.sampled_from([b"GET", b"POST", b"PUT", b"DELETE", b"OPTIONS", b"PATCH"])
REQUEST = st.tuples(METHODS, st.booleans()).flatmap(
    lambda what: messages(what[0] + b" /orders?x=%20a HTTP/1.1", bodiless=what[1])
)
STATUSES = st.sampled_from([200, 201, 404, 500, 503])
RESPONSE = STATUSES.flatmap(lambda code: messages(b"HTTP/1.1 %d Some Reason" % code))


def cut(framer: Framer, data: bytes, cuts: list[int]) -> list[Piece]:
    places = sorted({0, len(data), *(place % (len(data) + 1) for place in cuts)})
    pieces = [data[a:b] for a, b in pairwise(places)]
    return [piece for part in pieces for piece in framer.feed(part)]


class Seen:
    """What httptools sees."""

    def __init__(self) -> None:
        self.begun = 0
        self.complete = 0

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_message_complete(self) -> None:
        self.complete += 1


def check(framer: Framer, parser: object, seen: Seen, sent: list[bytes], cuts: list[int]) -> None:
    data = b"".join(sent)
    pieces = cut(framer, data, cuts)
    assert b"".join(piece.data for piece in pieces) == data
    whole, message = [], b""
    for piece in pieces:
        assert (piece.begins is not None) == (message == b"")
        message += piece.data
        if piece.last:
            whole.append(message)
            message = b""
    assert whole == sent
    assert isinstance(parser, httptools.HttpRequestParser | httptools.HttpResponseParser)
    parser.feed_data(data)
    assert seen.begun == seen.complete == len(sent)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(REQUEST, max_size=5), st.lists(st.integers(0, 10_000), max_size=12))
def test_requests_are_cut_where_they_end(sent: list[bytes], cuts: list[int]) -> None:
    seen = Seen()
    check(Requests(), httptools.HttpRequestParser(seen), seen, sent, cuts)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RESPONSE, max_size=5), st.lists(st.integers(0, 10_000), max_size=12))
def test_responses_are_cut_where_they_end(sent: list[bytes], cuts: list[int]) -> None:
    seen = Seen()
    check(Responses(lambda: "GET"), httptools.HttpResponseParser(seen), seen, sent, cuts)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(RESPONSE, max_size=5), st.lists(st.integers(0, 10_000), max_size=12))
def test_what_is_passed_over_in_a_body_is_what_would_be_one_piece_of_it(sent: list[bytes], cuts: list[int]) -> None:
    data = b"".join(sent)
    fed, skipped = Responses(lambda: "GET"), Responses(lambda: "GET")
    places = sorted({0, len(data), *(place % (len(data) + 1) for place in cuts)})
    for part in (data[a:b] for a, b in pairwise(places)):
        pieces = list(fed.feed(part))
        if skipped.in_body(len(part)):
            skipped.skip(len(part))
            assert pieces == [Piece(part, None, last=False)]
        else:
            assert [_told(piece) for piece in skipped.feed(part)] == [_told(piece) for piece in pieces]


def _told(piece: Piece) -> tuple[bytes, bool, bool]:
    return piece.data, piece.begins is None, piece.last


@given(st.binary(max_size=2000), st.lists(st.integers(0, 10_000), max_size=12))
def test_whatever_comes_leaves_unchanged(data: bytes, cuts: list[int]) -> None:
    for framer in (Requests(), Responses(lambda: None)):
        pieces = cut(framer, data, cuts)
        assert b"".join(piece.data for piece in pieces) + framer.finish() == data


def test_a_head_is_read_as_far_as_somebody_asks() -> None:
    (piece,) = Requests().feed(b'PUT /a%20b?c=d HTTP/1.1\r\nHost: erp\r\nSOAPAction:  "x#y" \r\n\r\n')
    assert isinstance(piece.begins, Head)
    assert (piece.begins.method, piece.begins.path) == ("PUT", "/a%20b")
    assert piece.begins.headers == {"host": "erp", "soapaction": '"x#y"'}


@pytest.mark.parametrize(
    ("method", "head", "ends"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", True),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", True),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", True),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\n", True),
        ("GET", b"HTTP/1.0 200 OK\r\n\r\n", False),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", False),
        ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", True),
    ],
)
def test_what_follows_a_response_head(method: str, head: bytes, ends: bool) -> None:
    (piece,) = Responses(lambda: method).feed(head)
    assert isinstance(piece.begins, Status)
    assert piece.last is ends


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\x00", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"A" * 70_000, b"nonsense\r\n\r\n"]
)
def test_what_is_not_http_is_passed_on_at_once(data: bytes) -> None:
    requests = Requests()
    assert b"".join(piece.data for piece in requests.feed(data)) == data
    assert requests.raw


def test_lines_may_end_without_a_carriage_return() -> None:
    pieces = list(Requests().feed(b"GET / HTTP/1.1\nHost: a\n\nPOST / HTTP/1.1\nContent-Length: 2\n\nok"))
    assert [piece.last for piece in pieces] == [True, True]


def test_an_empty_line_before_a_request_belongs_to_it() -> None:
    (piece,) = Requests().feed(b"\r\nGET /a HTTP/1.1\r\n\r\n")
    assert isinstance(piece.begins, Head)
    assert piece.begins.path == "/a"


@pytest.mark.parametrize("line", [b"-4", b"+4", b"0x4", b"0_4", b"", b"4" * 17, b"4;" + b"x" * 10_000])
def test_what_is_no_chunk_is_passed_on_and_framed_no_more(line: bytes) -> None:
    responses = Responses(lambda: "GET")
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = (line or b";") + b"\r\nabcd\r\n0\r\n\r\n"
    assert b"".join(piece.data for data in (head, chunk) for piece in responses.feed(data)) == head + chunk
    assert responses.raw


def test_a_chunks_line_without_an_end_takes_no_memory() -> None:
    responses = Responses(lambda: "GET")
    list(responses.feed(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
    list(responses.feed(b"0" * 5_000))
    assert not responses.raw
    list(responses.feed(b"0" * 5_000))
    assert responses.raw
