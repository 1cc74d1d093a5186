"""Questions are read; anything else is ignored."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.field.dns import asked

QUERY = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01"
QUESTION = b"\x03www\x07Example\x03com\x00\x00\x1c\x00\x01"


def test_a_question_is_read_without_what_follows_it() -> None:
    assert asked(QUERY + QUESTION + b"\x00\x00\x29\x10\x00") == ("www.example.com", QUESTION)


@pytest.mark.parametrize("length", range(len(QUERY + QUESTION)))
def test_a_question_that_is_cut_short_is_ignored(length: int) -> None:
    assert asked((QUERY + QUESTION)[:length]) is None


@pytest.mark.parametrize(
    "packet",
    [
        b"\x12\x34\x81\x83" + QUERY[4:] + QUESTION,  # an answer
        QUERY[:5] + b"\x00" + QUERY[6:] + QUESTION,  # asks nothing
        QUERY + b"\xc0\x0c\x00\x01\x00\x01",  # a pointer to itself
        QUERY + b"\x00\x00\x01\x00\x01",  # the root
    ],
)
def test_what_is_no_question_is_ignored(packet: bytes) -> None:
    assert asked(packet) is None


@given(st.binary(max_size=100))
def test_no_packet_breaks_it(packet: bytes) -> None:
    asked(packet)
    asked(QUERY + packet)


def test_a_name_longer_than_any_is_ignored() -> None:
    label = b"\x3f" + b"a" * 63
    assert asked(QUERY + label * 3 + b"\x3d" + b"b" * 61 + b"\x00\x00\x01\x00\x01") is not None
    assert asked(QUERY + label * 4 + b"\x00\x00\x01\x00\x01") is None
