"""Answers as authors write them: text with facts in braces, and optional parts in brackets.

`Claim {claim}[, over {amount} EUR][, of {date}].` needs `claim`; a bracket is left out when a fact in it is not known.
`{amount*}` is every value of a fact, `{amount:number}` a plain number. Doubled braces and brackets stand for
themselves.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

Facts = Mapping[str, Sequence[str]]
"""The values of each fact, the first one first; never an empty list."""

_TOKEN = re.compile(r"\{\{|\}\}|\[\[|\]\]|\{([^{}\[\]]*)\}|[{}\[\]]|[^{}\[\]]+")
_NAME = re.compile(r"([A-Za-z_][\w.-]*)(\*)?(?::(number))?")
_NUMBER = re.compile(r"[-+]?\d[\d.,]*")
_LONGEST = 40
"""Most characters of a number that are read: a caller decides how many there are."""


@dataclass(frozen=True)
class Slot:
    """A place for a fact."""

    name: str
    all: bool = False
    number: bool = False

    def text(self, facts: Facts) -> str | None:
        """Return the text for this slot, or None when the fact is not known."""
        values = facts.get(self.name)
        if not values:
            return None
        shown = [str(number(value)) if self.number else value for value in (values if self.all else values[:1])]
        return ", ".join(shown)

    def value(self, facts: Facts) -> Any:
        """Return the same for JSON: a string, a number, a list, or null."""
        values = [number(value) if self.number else value for value in facts.get(self.name, ())]
        return values if self.all else values[0] if values else None


Part = str | Slot
Piece = Part | tuple[Part, ...]
"""Text, a slot, or the content of one pair of brackets."""


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a template. Raises `ValueError` saying what is wrong with it."""
    out: list[Piece] = []
    inner: list[Part] | None = None
    for found in _TOKEN.finditer(text):
        mark = found[0]
        if mark == "[" and inner is None:
            inner = []
        elif mark == "]" and inner is not None:
            out.append(tuple(inner))
            inner = None
        elif mark in ("[", "]", "{", "}"):
            raise ValueError(f"a lone {mark!r} in {text[:60]!r}; doubled, {mark * 2}, it stands for itself")
        else:
            part = _slot(found[1]) if found[1] is not None else mark[0] if mark in _DOUBLED else mark
            (out if inner is None else inner).append(part)
    if inner is not None:
        raise ValueError(f"a '[' that nothing closes in {text[:60]!r}")
    return tuple(out)


_DOUBLED = ("{{", "}}", "[[", "]]")


def _slot(text: str) -> Slot:
    found = _NAME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{{{text}}} is no name of a fact; write {{name}}, {{name*}} or {{name:number}}")
    return Slot(found[1], bool(found[2]), bool(found[3]))


def render(text: str, facts: Facts) -> str | None:
    """Return the text with its facts, or None when a required one is not known."""
    out = []
    for piece in parse(text):
        inside = _join(piece if isinstance(piece, tuple) else (piece,), facts)
        if inside is None and not isinstance(piece, tuple):
            return None
        out.append(inside or "")
    return "".join(out)


def _join(parts: Sequence[Part], facts: Facts) -> str | None:
    texts = [part if isinstance(part, str) else part.text(facts) for part in parts]
    return None if None in texts else "".join(text for text in texts if text is not None)


def fill(value: Any, facts: Facts) -> Any:
    """Return JSON with every text in it rendered; unknown facts are null."""
    if isinstance(value, dict):
        return {key: fill(child, facts) for key, child in value.items()}
    if isinstance(value, list):
        return [fill(child, facts) for child in value]
    if isinstance(value, str):
        pieces = parse(value)
        alone = pieces[0] if len(pieces) == 1 else None
        return alone.value(facts) if isinstance(alone, Slot) else render(value, facts)
    return value


def slots(value: Any) -> Iterator[Slot]:
    """Yield every slot in a text, or in all texts of some JSON."""
    if isinstance(value, str):
        for piece in parse(value):
            yield from (part for part in (piece if isinstance(piece, tuple) else (piece,)) if isinstance(part, Slot))
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from slots(child)


def number(text: str) -> float | int:
    """Return the first number in a text, 0 without one; `1.234,50` and `1,234.50` are equal.

    Of two kinds of separators, the last one is the decimal separator; a single kind is decimal if it occurs once and
    not before exactly three digits.
    """
    found = _NUMBER.search(text)
    if found is None:
        return 0
    plain = found[0][:_LONGEST].rstrip(".,")
    last = max(plain.rfind("."), plain.rfind(","))
    mark = plain[last] if last >= 0 else ""
    mixed = "." in plain and "," in plain
    if not mark or not (mixed or (plain.count(mark) == 1 and len(plain) - last != 4)):
        return int(re.sub(r"[.,]", "", plain))
    return float(f"{re.sub(r'[.,]', '', plain[:last]) or 0}.{plain[last + 1 :]}")
