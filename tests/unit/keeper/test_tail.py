"""A service's newest lines, however many it prints."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.keeper.live import KEPT_LINES, MAX_LINE, Tail


@given(st.integers(0, 2500), st.integers(0, 2500), st.integers(1, 300))
def test_a_client_gets_the_newest_and_is_told_how_many_it_missed(printed: int, seen: int, most: int) -> None:
    tail = Tail()
    for number in range(printed):
        tail.add(0.0, "stdout", str(number + 1))
    seen = min(seen, printed)
    lines, skipped = tail.since(seen, most)
    assert len(lines) + skipped == printed - seen
    assert len(lines) <= min(most, KEPT_LINES)
    assert [line.text for line in lines] == [str(n) for n in range(printed - len(lines) + 1, printed + 1)]
    assert [line.number for line in lines] == [int(line.text) for line in lines]


def test_a_line_is_no_longer_than_a_person_reads() -> None:
    tail = Tail()
    tail.add(0.0, "stdout", "x" * 10 * MAX_LINE)
    assert len(tail.since(0, 9)[0][0].text) == MAX_LINE
