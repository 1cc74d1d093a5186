"""What a check expects of a number: `>= 98 %`, `<= 800 ms`, `== 0`, `< 10/s`, `>= -5000 EUR`."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Unit = Literal["share", "seconds", "count", "money", "per-second"]
Op = Literal[">=", "<=", "==", "<", ">"]

_UNITS: dict[str, tuple[Unit, Decimal]] = {
    "": ("count", Decimal(1)),
    "%": ("share", Decimal("0.01")),
    "ms": ("seconds", Decimal("0.001")),
    "s": ("seconds", Decimal(1)),
    "m": ("seconds", Decimal(60)),
    "h": ("seconds", Decimal(3600)),
    "/s": ("per-second", Decimal(1)),
    "/m": ("per-second", Decimal(1) / 60),
}
_QUANTITY = re.compile(r"([-+]?\d{1,15}(?:\.\d{1,15})?)\s*(%|ms|s|m|h|/\s*s|/\s*m|[A-Z]{3}|)", re.ASCII)
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit: shares as 0..1, times in seconds, rates per second, money in `currency`."""

    value: float
    unit: Unit
    currency: str | None = None
    """The ISO 4217 code, for money."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A comparison that a measured number meets or does not meet."""

    op: Op
    value: float
    unit: Unit
    currency: str | None = None

    def met(self, value: float) -> bool:
        """Whether a measured `value`, in the same unit, meets the expectation; NaN never does."""
        if self.op == ">=":
            return value >= self.value
        if self.op == "<=":
            return value <= self.value
        if self.op == "<":
            return value < self.value
        if self.op == ">":
            return value > self.value
        return math.isclose(value, self.value, rel_tol=1e-9, abs_tol=1e-9)

    def loses(self, value: float) -> bool:
        """Whether `value` is clearly on the losing side, so that credit can grow from there."""
        return not self.met(value) and value != self.value


def parse_quantity(text: str) -> Quantity:
    """Return the quantity in a text such as `98 %`. Raises `ValueError` saying what is wrong with it."""
    found = _QUANTITY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text.strip()!r} is not a quantity such as 98 %, 800 ms, 3, 10/s or 5000 EUR")
    number, word = found[1], re.sub(r"\s", "", found[2])
    unit, factor = _UNITS.get(word, ("money", Decimal(1)))
    value = float(Decimal(number) * factor)
    if unit == "share" and abs(value) > 1:
        raise ValueError(f"{text!r} is more than 100 %")
    return Quantity(value, unit, word if unit == "money" else None)


def parse(text: str) -> Expectation:
    """Return the expectation in a text such as `>= 98 %`. Raises `ValueError` saying what is wrong with it."""
    found = re.fullmatch(r"\s*(>=|<=|==|<|>)(.*)", text, re.DOTALL)
    if found is None:
        raise ValueError(f"{text!r} is not an expectation such as '>= 98 %', '<= 800 ms' or '== 0'")
    quantity = parse_quantity(found[2])
    op: Op = found[1]  # type: ignore[assignment]  # one of the words in the pattern
    return Expectation(op, quantity.value, quantity.unit, quantity.currency)


def credit(expectation: Expectation, zero: float | None, value: float) -> float:
    """Return what a measured `value` earns, from 0 to 1: 1 when met, 0 from `zero` on, and linear in between.

    Without `zero` it is all or nothing. For `==`, distance counts on either side.
    """
    if expectation.met(value):
        return 1.0
    if zero is None or math.isnan(value):
        return 0.0
    reach = zero - expectation.value
    gone = value - expectation.value
    if expectation.op == "==":
        reach, gone = abs(reach), abs(gone)
    if reach == 0 or math.isinf(gone):
        return 0.0
    return min(1.0, max(0.0, 1 - gone / reach))


def format(value: float | None, unit: str, currency: str = "EUR") -> str:  # noqa: A001  # read as expectation.format
    """Return a measured value for people: `98.2 %`, `812 ms`, `4.2/s`, `€1,234`; `–` for None.

    `unit` is a unit of this module; any other is written as a plain number.
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "never" if unit == "seconds" and value > 0 else "∞" if value > 0 else "-∞"
    if unit == "share":
        return f"{_honest(value * 100)} %"
    if unit == "seconds":
        return _seconds(value)
    if unit == "money":
        return _money(value, currency)
    number = _number(value)
    return f"{number}/s" if unit == "per-second" else number


def describe(expectation: Expectation) -> str:
    """Return an expectation for people, with signs as in mathematics: `≥ 98 %`."""
    sign = {">=": "≥", "<=": "≤", "==": "="}.get(expectation.op, expectation.op)
    return f"{sign} {format(expectation.value, expectation.unit, expectation.currency or 'EUR')}"


def _honest(value: float) -> str:
    """Return one decimal, or as many as needed not to round 97.97 to 98.0: thresholds are whole numbers."""
    for digits in (1, 2, 3):
        text = f"{value:.{digits}f}"
        if not text.endswith("0" * digits) or math.isclose(value, float(text), abs_tol=1e-9):
            break
    return _trim(text)


def _trim(text: str) -> str:
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _number(value: float) -> str:
    digits = 0 if value == int(value) or abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return _trim(f"{value:,.{digits}f}")


def _seconds(value: float) -> str:
    size = abs(value)
    if size < 0.9995:
        return f"{_trim(f'{value * 1000:.0f}' if size >= 0.01 else f'{value * 1000:.1f}')} ms"
    if size < 119.5:
        return f"{_trim(f'{value:.2f}' if size < 9.995 else f'{value:.1f}')} s"
    minutes, seconds = divmod(round(size), 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{hours} h {minutes:02} min" if hours else f"{minutes} min {seconds:02} s"
    return f"-{text}" if value < 0 else text


def _money(value: float, currency: str) -> str:
    size = abs(value)
    number = f"{size:,.0f}" if size >= 100 or size == int(size) else f"{size:,.2f}"
    sign = "-" if value < 0 and number.strip("0.,") else ""
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"
