from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.parts.soap_erp.numbers import LARGEST, Locale, parse, render

quantities = st.decimals(min_value=0, max_value=LARGEST, places=2)
locales: st.SearchStrategy[Locale] = st.sampled_from(["de_DE", "en_US"])


@given(quantities, locales)
def test_what_is_written_reads_the_same(quantity: Decimal, locale: Locale) -> None:
    assert parse(render(quantity, locale), locale) == quantity


@given(quantities, locales)
def test_grouping_is_optional(quantity: Decimal, locale: Locale) -> None:
    text = render(quantity, locale).replace("." if locale == "de_DE" else ",", "")
    assert parse(text, locale) == quantity


@pytest.mark.parametrize(
    ("text", "locale", "quantity"),
    [
        ("1.234,00", "de_DE", "1234"),
        ("1.234", "de_DE", "1234"),
        ("1,5", "de_DE", "1.5"),
        (" 120 ", "de_DE", "120"),
        ("1,234.00", "en_US", "1234"),
        ("1.234", "en_US", None),
        ("120.00", "de_DE", None),
        ("1.23,00", "de_DE", None),
        ("1234.567,00", "de_DE", None),
        ("1,234", "de_DE", None),
        ("-1", "de_DE", None),
        ("+1", "de_DE", None),
        ("1e3", "de_DE", None),
        ("", "de_DE", None),
        ("١٢", "de_DE", None),
        ("10000000000", "de_DE", None),
    ],
)
def test_examples(text: str, locale: Locale, quantity: str | None) -> None:
    if quantity is None:
        with pytest.raises(ValueError, match="is "):
            parse(text, locale)
    else:
        assert parse(text, locale) == Decimal(quantity)
