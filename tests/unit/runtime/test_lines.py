import itertools

from hypothesis import given
from hypothesis import strategies as st

from simulator.runtime.lines import MAX_LINE, Lines


def read(*chunks: bytes) -> list[str]:
    lines = Lines()
    return [line for chunk in chunks for line in lines.feed(chunk)] + lines.end()


def test_lines_are_cut_at_line_ends_wherever_the_chunks_end() -> None:
    assert read(b"on", b"e\ntw", b"o\n\nthree") == ["one", "two", "", "three"]


def test_carriage_returns_before_line_ends_are_no_part_of_the_line() -> None:
    assert read(b"one\r\ntwo") == ["one", "two"]


def test_what_is_not_text_is_replaced() -> None:
    assert read(b"caf\xe9\n") == ["caf\ufffd"]


def test_a_long_line_is_cut_and_the_next_one_is_whole() -> None:
    chunks = [b"x" * 10_000] * 7 + [b"\nnext\n"]
    assert read(*chunks) == ["x" * MAX_LINE + " …", "next"]


def test_an_endless_line_takes_no_memory() -> None:
    lines = Lines()
    for _ in range(100):
        assert lines.feed(b"x" * 65_536) == []
    assert len(lines._rest) <= MAX_LINE + 1


@given(st.text(alphabet="ab\n", max_size=200), st.lists(st.integers(0, 200)))
def test_chunking_does_not_matter(text: str, cuts: list[int]) -> None:
    at = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    chunks = [text[a:b].encode() for a, b in itertools.pairwise(at)]
    assert read(*chunks) == read(text.encode())
