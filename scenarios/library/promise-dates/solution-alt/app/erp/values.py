"""Numbers as Halden's ERP writes them: German, two decimals, thousands grouped by points."""

import re
from decimal import Decimal

_GERMAN = re.compile(r"(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d+))?")


def parse_quantity(text: str) -> Decimal:
    """The quantity in `1.250,00`; `ValueError` for whatever is not written like that."""
    match = _GERMAN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no German number")
    return Decimal(f"{match[1].replace('.', '')}.{match[2] or 0}")


def format_quantity(quantity: int) -> str:
    """A quantity for the ERP, with a decimal comma."""
    return f"{quantity},00"
