"""Quantities as the ERP writes them: two decimals, groups of three, in the locale of its installation."""

import re
from decimal import Decimal
from typing import Literal

Locale = Literal["de_DE", "en_US"]

LARGEST = Decimal("9999999999.99")
"""The largest quantity that fits the twelve columns of the file format."""

_MARKS = {"de_DE": (".", ","), "en_US": (",", ".")}
_SWAP = str.maketrans(",.", ".,")
_PATTERNS = {
    locale: re.compile(rf"(\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+)(?:{re.escape(point)}(\d{{1,2}}))?", re.ASCII)
    for locale, (group, point) in _MARKS.items()
}


def render(quantity: Decimal | int, locale: Locale) -> str:
    """Return `quantity` as text: `1.234,50` in de_DE, `1,234.50` in en_US."""
    text = f"{quantity:,.2f}"
    return text.translate(_SWAP) if locale == "de_DE" else text


def parse(text: str, locale: Locale) -> Decimal:
    """Return the quantity in `text`, with optional grouping.

    Raises `ValueError` when there is none, or when it does not fit the file.
    """
    found = _PATTERNS[locale].fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no quantity in {locale}")
    whole, decimals = found.groups()
    group, _ = _MARKS[locale]
    quantity = Decimal(f"{whole.replace(group, '')}.{decimals or 0}")
    if quantity > LARGEST:
        raise ValueError(f"{text!r} is too large")
    return quantity
