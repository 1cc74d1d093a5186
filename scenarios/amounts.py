"""Units as people write them in a brief (`EUR/h`, `k€ a day`, `orders`, `%`), and how they convert.

A unit is something counted, a share, a time, or money, alone or per time. Units of the same kind convert. What is
counted is only counted: `121 orders`, `121 customers` and plain `121` are the same number.
"""

import re
from dataclasses import dataclass

from scenarios.problems import shown

MONEY = {"€": "EUR", "euro": "EUR", "$": "USD", "dollar": "USD", "£": "GBP", "pound": "GBP", "¥": "JPY", "yen": "JPY"}
_TIMES = {
    "ms": 0.001, "millisecond": 0.001, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0, "week": 604800.0,
}  # fmt: skip
_SHARES = {"%": 0.01, "percent": 0.01, "pct": 0.01, "share": 1.0}
_COUNT = "count"
"""The kind of everything that is counted."""
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}
_LONGEST = 60
"""Most characters of a unit."""
_PER = re.compile(r"\s*/\s*|\s+(?:per|an?|each|every)\s+", re.IGNORECASE)
_HUNDREDTHS = re.compile(
    r"\bper\s?cent\b|(?:\bout )?\bof (?:a |one |every )?hundred\b|(?:\bout )?\bof 100\b", re.IGNORECASE
)
_EACH = re.compile(r"\s+(?:each|apiece)\s*$", re.IGNORECASE)
_CODES = re.compile(
    """
    AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KRW MAD MXN MYR NOK NZD PEN
    PHP PLN QAR RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR
""".strip()
    .replace("\n", " ")
    .replace("    ", "")
    .replace(" ", "|")
)
"""ISO 4217 codes of the currencies that customers here have; `SKU` is none."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts, and the size of one unit."""

    kind: str
    """Units of the same kind convert: `EUR`, `time`, `share`, `count`, each also with `per time`."""
    size: float
    """The size of one unit in the kind's base unit: one EUR, second, whole or piece, per second."""
    scale: float = 1.0
    """1000 for `k€`: a text may apply this factor to the number instead."""

    def convert(self, number: float, other: "Unit") -> float | None:
        """Return `number` of this unit in the other one; None when the two do not convert."""
        return number * self.size / other.size if self.kind == other.kind else None


def parse(text: str) -> Unit:
    """Return the unit that a text such as `k€ a day` names. Raises `ValueError` saying what is wrong with it."""
    if len(text) > _LONGEST:
        raise ValueError(f"{shown(text)} is not a unit such as EUR/h, orders, % or s")
    text = _EACH.sub("", _HUNDREDTHS.sub("%", text)).strip()
    if not text:
        return Unit(_COUNT, 1.0)
    top, *rest = _PER.split(text)
    if not top or len(rest) > 1:
        raise ValueError(f"{text!r} is not a unit such as EUR/h, orders, % or s")
    kind, size, scale = _plain(top)
    if not rest:
        return Unit(kind, size, scale)
    below, length, _ = _plain(rest[0])
    # What falls on each of something counted is told by the number's question: `4.48 EUR` for a chat is `EUR/chat`.
    return Unit(kind if below == _COUNT else f"{kind} per {below}", size / length, scale)


def _plain(text: str) -> tuple[str, float, float]:
    """Return kind, size and scale of a unit without a `per`. Raises `ValueError`."""
    words = re.findall(r"[€$£¥%]|[^\W\d_]+(?:[-'][^\W\d_]+)*", text)
    if not words:
        raise ValueError(f"{text!r} is not a unit such as EUR/h, orders, % or s")
    scale = _SCALES.get(words[0].lower(), 1.0) if len(words) > 1 else 1.0
    last = words[-1]
    glued = re.fullmatch(r"([kM])([A-Z]{3})", last)
    if glued:
        scale, last = _SCALES[glued[1].lower()], glued[2]
    one = singular(last)
    if _CODES.fullmatch(last) or one in MONEY:
        return MONEY.get(one, last), scale, scale
    if one in _SHARES:
        return "share", _SHARES[one], 1.0
    if last in _TIMES or one in _TIMES:
        return "time", _TIMES.get(last) or _TIMES[one], 1.0
    return _COUNT, scale, scale


def singular(word: str) -> str:
    """Return an English noun in lower case, and in the singular as far as its ending shows it."""
    word = word.lower()
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word
