import numpy as np
import pytest

from simulator.dirt.arrays import objects
from simulator.dirt.expression import Expression, holds

COLUMNS = {
    "site": objects(["A", "B", "B"], 3),
    "quantity": np.array([5, 20, 7]),
    "price": np.array([1.5, 2.0, 0.25]),
    "at": np.array(["2026-03-28T23:30", "2026-03-29T02:30", "2026-03-30T12:00"], "datetime64[us]"),
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('site == "B"', [False, True, True]),
        ('site != "B" or quantity > 10', [True, True, False]),
        ('site in ["A", "C"]', [True, False, False]),
        ('not site not in ["A"]', [True, False, False]),
        ('at >= "2026-03-29T02:30"', [False, True, True]),
        ('at in ["2026-03-29T02:30"]', [False, True, False]),
        ("hour(at)", [23, 2, 12]),
        ("weekday(at)", [5, 6, 0]),
        ("quantity * price - 1", [6.5, 39.0, 0.75]),
        ("where(quantity >= 7, 1, -1)", [-1, 1, 1]),
        ("quantity % 5 == 0", [True, True, False]),
        ("maximum(quantity, 6) // 2", [3, 10, 3]),
    ],
)
def test_it_computes_whole_columns(text, value):
    assert Expression(text)(COLUMNS.__getitem__).tolist() == value


def test_it_knows_the_columns_that_it_reads():
    assert Expression('where(site == "B", quantity, price)').names == {"site", "quantity", "price"}


def test_a_condition_without_columns_holds_for_all_rows():
    assert holds("1 < 2", COLUMNS.__getitem__, 3).tolist() == [True] * 3


@pytest.mark.parametrize(
    "text",
    [
        "site ==",
        "__import__('os')",
        "site.upper()",
        "[1, 2]",
        "quantity[0]",
        "1 < quantity < 5",
        "open(site)",
        "a := 1",
    ],
)
def test_what_it_does_not_understand_is_refused(text):
    with pytest.raises(ValueError, match=r"is not understood|is no expression"):
        Expression(text)


def test_types_that_do_not_go_together_are_told():
    with pytest.raises(ValueError, match="cannot be computed"):
        Expression("site + quantity")(COLUMNS.__getitem__)
