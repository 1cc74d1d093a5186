"""The numbers in a text, however people write them: `7,200`, `7.2k`, `twenty-five`, `one in four`, `a quarter`.

What can be read in two ways, as `4,480`, is yielded in both.
"""

import re
from collections.abc import Iterator, Sequence

_DIGITS = re.compile(r"(?<![\w.,])(\d[\d.,'  ]{0,20}\d|\d)\s?(k|thousand|m|mn|million)?(?![\w])", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[.,'  ]\d{3})+(?:[.,]\d+)?")
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6}
_ONES = {name: float(value) for value, name in enumerate((
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
))}  # fmt: skip
_TENS = {name: 10.0 * value for value, name in enumerate(
    ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
)}  # fmt: skip
_TIMES = {"dozen": 12.0, "hundred": 100.0, "thousand": 1e3, "million": 1e6}
_PARTS = {"half": 2.0, "third": 3.0, "quarter": 4.0, "fifth": 5.0, "tenth": 10.0}
_WORD = re.compile(r"[a-z]+|(?<![\w.,-])\d+(?:\.\d+)?(?!\w)")
_OF = ("in", "of", "out")


def figures(text: str) -> Iterator[float]:
    """Yield every number that a text may mean; a part of a whole as such, from 0 to 1."""
    for match in _DIGITS.finditer(text):
        scale = _SCALES.get((match[2] or "").lower(), 1.0)
        for number in _readings(match[1]):
            yield number * scale
    yield from _spelled(_WORD.findall(text.lower()))


def _readings(digits: str) -> Iterator[float]:
    """Yield what written digits may stand for: separators are for thousands, or the last one for decimals."""
    plain = digits.replace("'", "").replace(" ", "").replace("\u202f", "").replace(" ", "")
    if _GROUPED.fullmatch(digits):
        whole = re.split(r"[.,](?=\d{1,2}$|\d{4,}$)", plain)
        yield float(re.sub(r"[.,]", "", whole[0]) + (f".{whole[1]}" if len(whole) > 1 else ""))
    if len(found := re.split(r"[.,]", plain)) <= 2:
        yield float(".".join(found))


def _spelled(words: Sequence[str]) -> Iterator[float]:
    """Yield the numbers in words, and what is so many of so many."""
    at = 0
    while at < len(words):
        number, end = _cardinal(words, at)
        found: float | None = number
        if end == at:
            found, end = _number(words[at]), at + 1
        if found is None:
            if words[at] in _PARTS:
                yield 1 / _PARTS[words[at]]
            at = end
            continue
        yield found
        yield from _with_parts(words, end, found)
        at = end


def _with_parts(words: Sequence[str], at: int, number: float) -> Iterator[float]:
    """Yield what a number is with the words behind it: `three quarters`, `four and a half`, `one loan in four`."""
    rest = [*words[at : at + 4], "", "", "", ""]
    part = _PARTS.get(rest[0].removesuffix("s"))
    if part:
        yield number / part
    if rest[0] == "and" and rest[1] == "a" and rest[2] in _PARTS:
        yield number + 1 / _PARTS[rest[2]]
    of = next((index for index in range(3) if rest[index] in _OF), None)
    if of is not None:
        begin = at + of + (2 if rest[of : of + 2] == ["out", "of"] else 1)
        begin += words[begin : begin + 1] == ["every"]
        whole, end = _cardinal(words, begin)
        if end == begin and begin < len(words):
            whole = _number(words[begin]) or 0.0
        if whole:
            yield number / whole


def _number(word: str) -> float | None:
    return float(word) if word[:1].isdigit() and len(word) < 20 else None


def _cardinal(words: Sequence[str], at: int) -> tuple[float, int]:
    """Return the number in words that begins there, and where it ends; that is where it begins when there is none."""
    total = current = 0.0
    end, seen = at, False
    while end < len(words):
        word = words[end]
        following = words[end + 1] if end + 1 < len(words) else ""
        if word in _ONES or word in _TENS:
            current += _ONES.get(word) or _TENS.get(word, 0.0)
        elif word in _TIMES:
            current = (current or 1.0) * _TIMES[word]
            if _TIMES[word] >= 1e3:
                total, current = total + current, 0.0
        elif word == "a" and following in _TIMES and not seen:
            current = 1.0
        elif not (word == "and" and seen and (following in _ONES or following in _TENS)):
            break
        seen, end = True, end + 1
    return total + current, end
