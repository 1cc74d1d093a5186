"""Expressions: what they compute, that null spreads, that types are known before, and that nothing gets out."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.levels import Levels
from simulator.workloads.cases.expression import Expr, Of, Wrong
from simulator.workloads.cases.functions import cents

T0 = datetime(2026, 3, 2, 8)
SCOPE = {
    "a": Of("real"), "n": Of("integer"), "late": Of("real", True, True), "yes": Of("boolean", True, True),
    "word": Of("text"), "verdict": Of("text", late=True, options=("good", "bad")), "due": Of("time"),
    "day_": Of("date"), "rows": Of("list", items={"q": Of("integer"), "sku": Of("text")}), "zone": Of("text"),
    "price": Of("series", items={"zone": Of("any")}, value="real"), "answer.total": Of("real", True, True),
}  # fmt: skip
PRICES = Levels({("Z",): [(T0, 2.0), (T0 + timedelta(hours=1), 3.0), (T0 + timedelta(hours=2), 1.0)]})
VALUES: dict[str, Any] = {
    "a": 2.0, "n": 7, "late": None, "yes": None, "word": "abc", "verdict": "good", "due": T0, "day_": date(2026, 3, 6),
    "rows": [{"q": 1, "sku": "x"}, {"q": 3, "sku": "y"}], "price": PRICES, "zone": "Z", "answer.total": 12.5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a + n * 2", 16.0), ("n // 2", 3), ("n % 4", 3), ("n / 2", 3.5), ("-a", -2.0), ("n / 0", None),
        ("late + 1", None), ("late > 1", False), ("late != 1", False), ("not late > 1", True), ("not yes", False),
        ("yes and a > 1", None), ("late not in [1, 2]", False), ("n in [7, 8]", True), ("word in []", False),
        ('where(a > 1, "x", "y")', "x"), ("cents(1.005)", 1.01), ("cents(a * 1e300 * 1e300)", None), ("true", True),
        ("sum(rows, q * a)", 8.0), ("count(rows)", 2), ("count(rows, q > 1)", 1), ("any(rows, q > 2)", True),
        ("all(rows, q > 2)", False), ("most_of(rows, q)", 3), ('join(rows, "{q} × {sku}", ", ")', "1 × x, 3 × y"),
        ("due + hours(2) - due", 7200.0), ('due < "2026-03-03T00:00"', True), ("hour(due)", 8), ("weekday(due)", 0),
        ("working_day(day_, 1)", date(2026, 3, 9)), ("day(due)", date(2026, 3, 2)), ('day_ == "2026-03-06"', True),
        ("level(price, due + minutes(90))", 3.0), ("least(price, due, due + hours(2))", 1.0),
        ("most(price, due + minutes(30), due + minutes(59))", 2.0), ("moved(price, due, due + hours(1))", 1.0),
        ("ever(due, due + hours(2), now(price) == 1.0)", True), ("always(due, due + hours(2), now(price) > 1)", False),
        ("ever(due, due + minutes(59), now(price) > 2)", False), ("length(word)", 3), ('has(word, "bc")', True),
        ("sqrt(0 - a)", None), ("answer.total * 2", 25.0), ('verdict == "bad"', False), ("floor(2.7)", 2),
    ],
)  # fmt: skip
def test_what_it_computes(text: str, value: Any) -> None:
    found = Expr(text, SCOPE)(VALUES)
    assert (found or None) == value if value is None else found == value
    assert type(found) is type(value) or value is None


@pytest.mark.parametrize(
    ("text", "by", "said", "hint"),
    [
        ("a + wrod", 4, "there is no 'wrod' here", "did you mean 'word'?"),
        ("a + word", 0, "`a + word` is a number and text", None),
        ("word * 3", 0, "`word * 3` is text and a whole number", None),
        ("n and a > 1", 0, "`n` is a whole number, and true or false is needed", None),
        ('a > 1 and verdict == "goood"', 21, "it is never 'goood'", "did you mean 'good'?"),
        ('verdict in ["good", "best"]', 20, "it is never 'best'", "there are: bad, good"),
        ("word > 1", 0, "`word > 1` compares text with a whole number", None),
        ("sums(rows, q)", 0, "there is no function 'sums'", "did you mean 'sum'?"),
        ("sum(a, 1)", 0, "sum goes over a list, and a is a number", None),
        ("now(price)", 0, "`now` stands in `ever` or `always`", None),
        ("cents(a, 2)", 0, "cents takes 1 value, not 2", None),
        ("1 < a < 3", 0, "`1 < a < 3` is not understood", "write two comparisons with `and`"),
        ('"äöü" == word and wrod', 18, "there is no 'wrod' here", "did you mean 'word'?"),
        ('due > "tomorrow"', 6, "'tomorrow' is no time", "write it as 2026-03-02T08:00"),
        ("a +", 3, "is no expression: invalid syntax", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(text: str, by: int, said: str, hint: str | None) -> None:
    with pytest.raises(Wrong) as wrong:
        Expr(text, SCOPE)
    assert (str(wrong.value), wrong.value.by, wrong.value.suggestion) == (said, by, hint)


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "().__class__", "word.upper()", "(lambda: 1)()", "[x for x in rows]", "a ** n", "f'{a}'",
     "_eq(a, a)", "rows[0]", "a if n else a", "print(a)", "eval('1')", "word.__class__", "_v",
     "a := 1", "*rows", "None", "..."],
)  # fmt: skip
def test_nothing_else_is_understood(text: str) -> None:
    with pytest.raises(Wrong):
        Expr(text, SCOPE)


@given(st.text(max_size=60) | st.from_regex(r"[a-z(){}\[\]<>=+*/%.,'\" 0-9-]{0,60}", fullmatch=True))
def test_any_text_is_an_expression_or_wrong(text: str) -> None:
    with suppress(Wrong):
        Expr(text, SCOPE)(VALUES)


NUMBERS = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = ["cents(late * late)", "floor(late / a)", "exp(late)", "due + late", "due + days(late)",
         "working_day(day_, late)", "late // late", "round(late * 1e300)", "sum(rows, q * late)", "log(late)",
         "least(price, due, due + late)"]  # fmt: skip


@given(NUMBERS, st.sampled_from(TEXTS))
def test_no_number_that_is_answered_raises(number: float | None, text: str) -> None:
    Expr(text, SCOPE)(VALUES | {"late": number})


@given(st.decimals(0, 10**9, places=2), st.sampled_from(["1.1", "0.3", "0.07"]))
def test_cents_are_those_of_an_invoice(amount: Any, share: str) -> None:
    from decimal import ROUND_HALF_UP, Decimal

    exact = (amount * Decimal(share)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert cents(float(amount) * float(share)) == float(exact)


def test_what_depends_on_the_answer_is_late() -> None:
    assert not Expr("a + n", SCOPE).of.late
    assert Expr("a + late", SCOPE).of.late
    assert Expr("sum(rows, q * late)", SCOPE).of.late
    assert Expr("least(price, due, due + late)", SCOPE).of.late
