"""A message as faults see it says what its bytes say, and becomes bytes that say the same."""

import gzip
import zlib

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.faults.message import Message

TOKENS = st.text("abcdefghij-", min_size=1, max_size=8).filter(lambda name: name not in ("te", "host"))
HEADERS = st.lists(st.tuples(TOKENS, st.text("abc ;=,/1", max_size=10).map(str.strip)), max_size=4)


def chunked(body: bytes, size: int, trailers: bytes = b"") -> bytes:
    chunks = b"".join(b"%X;a=b\r\n%b\r\n" % (len(body[i : i + size]), body[i : i + size])
                      for i in range(0, len(body), size))  # fmt: skip
    return chunks + b"0\r\n" + trailers + b"\r\n"


@given(HEADERS, st.binary(max_size=200), st.integers(0, 50), st.booleans())
def test_a_message_has_the_body_that_was_sent(headers: list[tuple[str, str]], body: bytes, size: int, trail: bool):
    framing = ("Transfer-Encoding", "chunked") if size else ("Content-Length", str(len(body)))
    lines = ["HTTP/1.1 200 OK", *(f"{name}: {value}" for name, value in [*headers, framing])]
    trailers = b"Sum: 1\r\n" if trail else b""
    sent = body if not size else chunked(body, size, trailers)
    raw = "\r\n".join([*lines, "", ""]).encode() + sent
    message = Message.parse(raw)
    assert (message.status, message.body, message.headers) == (200, body, (*headers, framing))
    assert Message.parse(message.wire()) == message
    if not size:
        assert message.wire() == raw


@given(st.binary(min_size=1, max_size=200), st.binary(max_size=200), st.booleans())
def test_another_body_is_framed_as_long_as_it_is(before: bytes, after: bytes, in_chunks: bool) -> None:
    frame = b"Transfer-Encoding: chunked" if in_chunks else b"Content-Length: %d" % len(before)
    raw = b"HTTP/1.1 200 OK\r\n" + frame + b"\r\n\r\n" + (chunked(before, 7) if in_chunks else before)
    got = bytearray()

    class Seen:
        complete = False

        def on_body(self, body: bytes) -> None:
            got.extend(body)

        def on_message_complete(self) -> None:
            self.complete = True

    seen = Seen()
    httptools.HttpResponseParser(seen).feed_data(Message.parse(raw).carrying(after).wire())
    assert (bytes(got), seen.complete) == (after, True)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress), ("identity", bytes)],
)
def test_out_of_its_coding(coding: str, pack) -> None:
    body = b"Gr\xc3\xbc\xc3\x9fe" * 50
    packed = pack(body)
    message = Message("HTTP/1.1 200 OK", (("content-encoding", coding), ("content-length", str(len(packed)))), packed)
    plain = message.plain()
    assert plain is not None
    assert (plain.body, plain.header("Content-Length")) == (body, str(len(body)))
    assert plain.header("content-encoding") in (None, "identity")


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("br", b"x"),
        ("gzip", b"no gzip"),
        ("gzip", gzip.compress(b"x" * 9)[:-9]),
        ("gzip", gzip.compress(bytes(1 << 23))),
    ],
    ids=["unknown", "untrue", "unfinished", "enormous"],
)
def test_what_cannot_be_taken_out_of_its_coding_is_left_in_it(coding: str, body: bytes) -> None:
    assert Message("HTTP/1.1 200 OK", (("Content-Encoding", coding),), body).plain() is None


def test_headers_keep_their_place_and_their_case() -> None:
    message = Message("GET / HTTP/1.1", (("Host", "a"), ("X-A", "1"), ("x-a", "2"), ("Last", "3")))
    assert message.saying("X-a", "9").headers == (("Host", "a"), ("X-a", "9"), ("Last", "3"))
    assert message.saying("New", "9").headers[-1] == ("New", "9")
    assert message.header("X-A") == "2"


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "no head"),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", "no head"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "invalid literal"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "not found"),
    ],
)
def test_what_is_no_message_is_refused(raw: bytes, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Message.parse(raw)
