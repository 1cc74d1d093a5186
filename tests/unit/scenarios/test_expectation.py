import contextlib
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scenarios import expectation
from scenarios.expectation import Expectation, Quantity, credit, describe, parse, parse_quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">= 98 %", Expectation(">=", 0.98, "share")),
        (">=99.9%", Expectation(">=", 0.999, "share")),
        ("<= 800 ms", Expectation("<=", 0.8, "seconds")),
        ("<= 15m", Expectation("<=", 900, "seconds")),
        ("< 1.5 h", Expectation("<", 5400, "seconds")),
        ("== 0", Expectation("==", 0, "count")),
        ("< 10/s", Expectation("<", 10, "per-second")),
        ("> 90 / m", Expectation(">", 1.5, "per-second")),
        (">= -5000 EUR", Expectation(">=", -5000, "money", "EUR")),
    ],
)
def test_expectations_are_read(text, expected):
    assert parse(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("98 %", "is not an expectation"),
        ("= 0", "is not an expectation"),
        ("!= 0", "is not an expectation"),
        (">= ", "is not a quantity"),
        (">= 98 pct", "is not a quantity"),
        (">= 1,000", "is not a quantity"),
        (">= 980 %", "more than 100 %"),
        (">= 20m sim", "is not a quantity"),
        (">= 1e999", "is not a quantity"),
        ("", "is not an expectation"),
    ],
)
def test_what_cannot_be_read_says_why(text, said):
    with pytest.raises(ValueError, match=said):
        parse(text)


def test_shares_are_exact():
    assert parse(">= 99.9 %").met(999 / 1000)
    assert parse_quantity("0.1 %") == Quantity(0.001, "share")


@pytest.mark.parametrize(
    ("text", "met", "missed"),
    [
        (">= 5", 5, 4.999),
        ("<= 5", 5, 5.001),
        ("== 5", 5 + 1e-12, 5.001),
        ("< 5", 4.999, 5),
        ("> 5", 5.001, 5),
        ("<= 5", -math.inf, math.inf),
        (">= 5", math.inf, math.nan),
        ("== 5", 5, math.inf),
    ],
)
def test_met(text, met, missed):
    assert parse(text).met(met)
    assert not parse(text).met(missed)


def test_credit_grows_evenly_from_zero():
    expected = parse(">= 98 %")
    assert credit(expected, 0.90, 0.94) == pytest.approx(0.5)
    assert credit(expected, 0.90, 0.5) == 0
    assert credit(expected, None, 0.97) == 0
    assert credit(parse("<= 800 ms"), 2.0, 1.4) == pytest.approx(0.5)
    assert credit(parse("<= 800 ms"), 2.0, math.inf) == 0
    assert credit(parse("== 0"), 10, 4) == pytest.approx(0.6)
    assert credit(parse("== 0"), 10, -4) == pytest.approx(0.6)
    assert credit(expected, 0.90, math.nan) == 0


numbers = st.floats(-1e6, 1e6)
ops = st.sampled_from([">=", "<=", "==", "<", ">"])


def losing(op: str, bound: float, distance: float) -> float:
    return bound - distance if op in (">=", ">") else bound + distance


@given(ops, numbers, st.floats(1e-3, 1e6), st.floats(allow_nan=True, allow_infinity=True))
def test_credit_is_bounded_full_when_met_and_nothing_at_zero(op, bound, distance, value):
    expected = Expectation(op, bound, "count")
    zero = losing(op, bound, distance)
    assume(zero != bound)
    assert 0 <= credit(expected, zero, value) <= 1
    assert credit(expected, zero, zero) == 0
    assert expected.loses(zero)
    if expected.met(value):
        assert credit(expected, zero, value) == 1
    if credit(expected, None, value):
        assert expected.met(value)


@given(ops, numbers, st.floats(1e-3, 1e6), numbers, numbers)
def test_credit_is_monotone(op, bound, distance, one, other):
    expected = Expectation(op, bound, "count")
    zero = losing(op, bound, distance)
    if op == "==":
        worse, better = sorted((one, other), key=lambda v: -abs(v - bound))
    else:
        worse, better = sorted((one, other), reverse=op in ("<=", "<"))
    assert credit(expected, zero, worse) <= credit(expected, zero, better) + 1e-9


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.982, "share", "98.2 %"),
        (0.98, "share", "98 %"),
        (0.9797, "share", "97.97 %"),
        (0.99996, "share", "99.996 %"),
        (1 / 3, "share", "33.3 %"),
        (-0.16, "share", "-16 %"),
        (0, "share", "0 %"),
        (0.812, "seconds", "812 ms"),
        (0.0042, "seconds", "4.2 ms"),
        (1.04, "seconds", "1.04 s"),
        (12, "seconds", "12 s"),
        (905, "seconds", "15 min 05 s"),
        (7260, "seconds", "2 h 01 min"),
        (math.inf, "seconds", "never"),
        (1234, "count", "1,234"),
        (2.5, "count", "2.5"),
        (0, "count", "0"),
        (-0.0001, "any", "0"),
        (1234.4, "money", "€1,234"),
        (-5000, "money", "-€5,000"),
        (45.5, "money", "€45.50"),
        (4.2, "per-second", "4.2/s"),
        (194, "per-second", "194/s"),
        (None, "count", "–"),
        (math.nan, "share", "–"),
        (-math.inf, "count", "-∞"),
    ],
)
def test_values_are_written_for_people(value, unit, text):
    assert expectation.format(value, unit) == text


def test_money_in_other_currencies():
    assert expectation.format(-1234, "money", "CHF") == "-1,234 CHF"
    assert expectation.format(99, "money", "USD") == "$99"


def test_expectations_are_written_for_people():
    assert describe(parse(">= 98 %")) == "≥ 98 %"
    assert describe(parse("<= 800 ms")) == "≤ 800 ms"
    assert describe(parse("== 0")) == "= 0"
    assert describe(parse(">= -5000 CHF")) == "≥ -5,000 CHF"


@given(st.text() | st.from_regex(r"(>=|<=|==|<|>) ?-?[0-9.]{1,20} ?(%|ms|s|m|h|/s|EUR)?", fullmatch=True))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(ValueError):
        assert math.isfinite(parse(text).value)


@given(st.floats(), st.sampled_from(["share", "seconds", "count", "money", "per-second", "any"]))
def test_any_number_can_be_written(value, unit):
    assert expectation.format(value, unit)
