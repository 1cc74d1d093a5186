"""Answers of a size that a coding agent can read: what is too long is cut, and the answer says what."""

import json
from collections.abc import Mapping
from typing import Any

MOST = 48_000
"""Characters of JSON that an answer has at most."""
TEXT, ITEMS = 24_000, 1_000
"""Characters of one text, and items of one list, that an answer has at most; fewer where that is too much in sum."""
LEAST = 4
"""What is not cut any further."""


def bounded(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer as JSON has it; where something had to be cut, `cut` says of which place what is left."""
    text = json.dumps(answer, default=str, ensure_ascii=False).encode("utf-8", "replace")
    # JSON has no name for what is no number, though Python writes one.
    whole = json.loads(text, parse_constant=str)
    longest, items = TEXT, ITEMS
    while True:
        said: list[str] = []
        fitting: dict[str, Any] = _fit(whole, "", longest, items, said)
        if said:
            fitting["cut"] = said[:ITEMS]
        if len(json.dumps(fitting, ensure_ascii=False)) <= MOST or items <= LEAST:
            return fitting
        longest, items = max(longest // 2, LEAST * LEAST), max(items // 2, LEAST)


def _fit(value: Any, place: str, text: int, items: int, said: list[str]) -> Any:
    if isinstance(value, str) and len(value) > text:
        said.append(f"{place}: the first {text:,} of {len(value):,} characters")
        return value[:text]
    if isinstance(value, list):
        if len(value) > items:
            said.append(f"{place}: the first {items:,} of {len(value):,}")
        return [_fit(one, f"{place}[{n}]", text, items, said) for n, one in enumerate(value[:items])]
    if isinstance(value, dict):
        return {name: _fit(one, f"{place}.{name}".lstrip("."), text, items, said) for name, one in value.items()}
    return value
