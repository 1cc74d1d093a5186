import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.brief.figures import figures


@pytest.mark.parametrize(("text", "number"), [
    ("7,200 euros", 7200), ("7.200 Euro", 7200), ("7 200", 7200), ("7'200", 7200), ("€7.2k/h", 7200),
    ("7.2 thousand", 7200),
    ("EUR 4.48", 4.48), ("4,48 €", 4.48), ("1,234,567", 1_234_567), ("1.234,5", 1234.5), ("172,944.", 172_944),
    ("75%", 75),
    ("twenty-five agents", 25), ("a hundred and twenty-one", 121), ("seven thousand two hundred", 7200), ("zero", 0),
    ("one hundred and seventy-three thousand", 173_000), ("two dozen", 24), ("four and a half", 4.5),
    ("half of it", 0.5),
    ("three quarters", 0.75), ("a quarter", 0.25), ("two thirds", 2 / 3), ("one in four", 0.25), ("3 of 4", 0.75),
    ("one loan in four", 0.25), ("26 out of 100", 0.26), ("one out of every five", 0.2), ("26 of every hundred", 0.26),
])  # fmt: skip
def test_a_number_is_found_however_it_is_written(text: str, number: float) -> None:
    assert any(found == pytest.approx(number) for found in figures(f"We say {text} of it."))


@pytest.mark.parametrize("text", ["", "No number.", "HW-000069", "A-1013b", "someone often", "a thousandfold", "v2"])
def test_what_is_none_is_none(text: str) -> None:
    assert [found for found in figures(text) if found > 100] == []


@given(st.integers(0, 999_999_999))
def test_what_python_writes_is_read(number: int) -> None:
    assert number in figures(f"It is {number:,}, I think")
    assert number in figures(f"It is {number}.")


@given(st.text(max_size=200))
def test_any_text_has_numbers_or_none(text: str) -> None:
    assert all(found == found and found >= 0 for found in figures(text))
