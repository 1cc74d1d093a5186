"""What a deployment may say where something sensible is expected: fragments of JSON, of which many are none."""

import json
from dataclasses import dataclass

from hypothesis import strategies as st

TIMES = (
    "infinity", "-infinity", "290000-01-01T00:00:00", "0044-03-15 BC", "9999-12-31T23:59:59.999999",
    "0001-01-01T00:00:00", "2026-03-02T08:00:00+23:59", "NaN", "24:00:00",
)  # fmt: skip
"""Times that PostgreSQL has and Python has not, at the ends of Python's, and with a zone where none is expected."""
NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e308", "1e-400", "18446744073709551615", "9223372036854775808",
    "-9223372036854775809", "1" * 400, "9" * 5000, "-0", "0.1", "true", "null",
)  # fmt: skip
TEXTS = ("", "\x00", "\ud800", "a\udfff\x00b", "\udc80", "\u2028", "🙂" * 300, "x" * 70_000, "\x1b[2J", "'", '"', "\\")


@dataclass(frozen=True)
class Said:
    """One thing that is said."""

    json: bytes
    """In JSON; or what takes its place."""
    text: str
    """As a text, where no JSON is spoken."""


def _said(text: str) -> Said:
    return Said(text.encode("utf-8", "surrogatepass"), text)


def _deep(mark: str, levels: int, closed: bool) -> Said:
    opened, ends = ("[", "]") if mark == "[" else ('{"a":', "}")
    return _said(opened * levels + "1" + ends * levels * closed)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=()), max_size=30)
    | st.sampled_from(TIMES + TEXTS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip

SAID = st.one_of(
    st.sampled_from(NUMBERS).map(_said),
    st.sampled_from(TIMES).map(lambda text: Said(json.dumps(text).encode(), text)),
    st.sampled_from(TEXTS).map(lambda text: Said(json.dumps(text).encode(), text)),
    st.builds(_deep, st.sampled_from("[{"), st.integers(1, 3000), st.booleans()),
    st.builds(
        lambda one, many: _said(f"[{','.join([one] * many)}]"),
        st.sampled_from(["[]", "{}", "0", '""']),
        st.integers(1, 30_000),
    ),
    st.binary(max_size=20).map(lambda raw: Said(b'"' + raw + b'"', raw.decode("latin-1"))),
    VALUES.map(lambda value: Said(json.dumps(value).encode(), value if isinstance(value, str) else json.dumps(value))),
)
"""Everything of the above, and what Hypothesis thinks of."""
