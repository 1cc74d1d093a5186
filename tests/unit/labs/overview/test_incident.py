"""Looking through a table: words narrow it, columns sort it, and no row is made up or lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labs.overview.incident import Sheet, View

SHEET = Sheet(
    ("at", "cause", "amount", "key"),
    [
        (1.0, "wrong", -45.0, "HW-1"),
        (2.5, "late", -180.0, None),
        (2.0, "wrong", None, "HW-3"),
        (3.0, None, 15.0, "hw-1"),
    ],
)


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("", [1.0, 2.5, 2.0, 3.0]),
        ("WRONG", [1.0, 2.0]),
        ("wrong hw-1", [1.0]),
        ("cause=wrong", [1.0, 2.0]),
        ("cause!=wrong", [2.5, 3.0]),
        ("amount<-100", [2.5]),
        ("amount>=-45", [1.0, 3.0]),
        ("amount=-45", [1.0]),
        ("key=null", [2.5]),
        ("at>2 at<3", [2.5]),
        ("nosuch=1", []),
    ],
)
def test_words_narrow_the_rows(words: str, at: list[float]) -> None:
    assert [row[0] for row in View(words).of(SHEET)] == at


def test_a_column_sorts_up_then_down_then_not_at_all_and_what_is_missing_comes_last() -> None:
    up = View("").sorted_by("amount")
    assert [row[2] for row in up.of(SHEET)] == [-180.0, -45.0, 15.0, None]
    down = up.sorted_by("amount")
    assert [row[2] for row in down.of(SHEET)] == [15.0, -45.0, -180.0, None]
    assert down.sorted_by("amount").of(SHEET) == SHEET.rows
    assert down.sorted_by("key") == View("", "key")


cells = st.one_of(st.none(), st.integers(-9, 9))


@given(rows=st.lists(st.tuples(cells, cells), max_size=30), words=st.sampled_from(["", "1", "a>0", "b=3 a<5", "a!=2"]))
def test_sorting_and_narrowing_only_choose_and_reorder(rows: list[tuple[Any, ...]], words: str) -> None:
    sheet = Sheet(("a", "b"), rows)
    narrowed = View(words).of(sheet)
    assert all(row in rows for row in narrowed)
    for view in (View(words, "b"), View(words, "b", True)):
        assert sorted(map(repr, view.of(sheet))) == sorted(map(repr, narrowed))
