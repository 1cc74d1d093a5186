import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.amounts import parse

UNITS = ["EUR/h", "k€ a day", "euros per minute", "%", "ms", "orders", "orders/h", "million EUR", "MEUR per week"]


@pytest.mark.parametrize(
    ("number", "unit", "other", "is_"),
    [
        (7200, "EUR/h", "EUR/min", 120),
        (1, "k€ a day", "EUR per day", 1000),
        (1, "kEUR", "thousand euros", 1),
        (24, "€ per day", "EUR/h", 1),
        (0.12, "share", "%", 12),
        (90, "minutes", "h", 1.5),
        (1500, "ms", "s", 1.5),
        (3, "duplicate orders", "order", 3),
        (3, "entries", "entry", 3),
        (60, "orders an hour", "orders/min", 1),
        (2, "EUR per order", "euro/orders", 2),
        (4.48, "EUR", "EUR/chat", 4.48),
        (31.8, "euros each", "EUR", 31.8),
        (121, "", "orders", 121),
        (121, "customers", "orders", 121),
        (7, "SKU", "SKUs", 7),
        (26, "out of a hundred", "%", 26),
        (75, "per cent", "share", 0.75),
        (75, "of 100", "pct", 75),
    ],
)
def test_units_of_one_kind_convert(number: float, unit: str, other: str, is_: float) -> None:
    assert parse(unit).convert(number, parse(other)) == pytest.approx(is_)


@pytest.mark.parametrize(
    ("unit", "other"),
    [("EUR", "EUR/h"), ("EUR/h", "USD/h"), ("s", "%"), ("orders/h", "orders"), ("h", "EUR/h")],
)
def test_units_of_two_kinds_do_not(unit: str, other: str) -> None:
    assert parse(unit).convert(1.0, parse(other)) is None


@pytest.mark.parametrize("text", ["?", "12", "EUR/h/h", "/h", "EUR/"])
def test_what_is_no_unit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a unit such as"):
        parse(text)


@given(st.floats(-1e9, 1e9), st.sampled_from(UNITS), st.sampled_from(UNITS))
def test_there_and_back_is_where_one_began(number: float, unit: str, other: str) -> None:
    there = parse(unit).convert(number, parse(other))
    assert (there is None) == (parse(unit).kind != parse(other).kind)
    if there is not None:
        assert parse(other).convert(there, parse(unit)) == pytest.approx(number)


@given(st.text(max_size=40))
def test_any_text_is_a_unit_or_no_unit(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse(text).size > 0
