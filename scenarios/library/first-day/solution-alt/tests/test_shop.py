"""Prices as the customer's books write them."""

import pytest

from shop import euros


@pytest.mark.parametrize(
    ("written", "means"), [("12,50", 12.5), ("12,5", 12.5), ("18", 18.0), ("1.234,50", 1234.5), ("1234,50", 1234.5)]
)
def test_the_prices_of_the_books_are_read(written: str, means: float) -> None:
    assert euros(written) == means
