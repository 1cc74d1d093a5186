"""Changes to the text of a YAML file, as Hypothesis strategies: to its nodes, or to its bytes.

A node is changed where it stands in the text, so that a changed file still reads like one that somebody wrote.
"""

from collections.abc import Callable
from functools import cache

import yaml
from hypothesis import strategies as st

ODD = (
    *("", "~", "true", "-1", "0", "1e400", ".inf", "-.inf", ".nan", "9" * 40, "0x" + "f" * 5000, "1_000", "0o777"),
    *("2026-02-30", "2026-03-05", "2026-03-05T24:61:00Z", "9999-12-31T23:59:59Z", "12:30", "24h", "8s..", "14s..8s"),
    *("8s..14s", "0s..0s", "100000/s", "101 %", "-5 %", "1e-400s", "{pick: []}", "{pick: [1, a]}", "{pick: 3}"),
    *("{range: [1, 2], not: incident}", "{range: [2, 1]}", "{not: incident}", "{pick: {a: 1}, not: nothing}"),
    *("[]", "{}", "[[[]]]", "{a: {b: {c: d}}}", "[" * 60 + "]" * 60, "- a", "? a", "!!python/object:os.system ls"),
    *("&a [*a, *a]", "*nowhere", "<<: *a", "'unclosed", '"unclosed', "| ", ">-", "#", "%YAML 1.1", "---", "..."),
    *("a" * 40_000, "\u202e\u0627", "\x1b[31mred", "\x85", "\u2028", "\ud7ff", "\ufeff", "\t", "ß\u0301", "\U0001f680"),
    *("select", "select 1, 2", "select * from range(1000000000)", "select sum(1) from nothing", "select '", ";"),
    *("select * from read_csv('/etc/passwd')", "copy (select 1) to '/tmp/x'", "(a+)+$", "{{nobody}}", "{nobody}"),
    *(
        "../../etc/passwd",
        "/etc/passwd",
        "first-day",
        "this + that",
        "1 / 0",
        "a.b.c.d",
        "not (",
        "x if y else",
        "()" * 500,
    ),
)
BYTES = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\r",
    b"\r\n",
    b"\t",
    b":",
    b": ",
    b"- ",
    b"\n",
    b"\n\n  ",
    b"'",
    b'"',
    b"#",
    b"&x ",
    b"*x",
    b"{",
    b"]",
)


@cache
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return where each node of a YAML text begins and ends, in characters."""
    found: list[tuple[int, int]] = []
    left = [yaml.compose(text)]
    while left:
        node = left.pop()
        if node is None:
            continue
        found.append((node.start_mark.index, node.end_mark.index))
        if isinstance(node, yaml.MappingNode):
            left += [one for pair in node.value for one in pair]
        elif isinstance(node, yaml.SequenceNode):
            left += node.value
    return tuple(sorted(found))


@st.composite
def nodes(draw: st.DrawFn, text: str) -> bytes:
    """Up to three nodes of a text replaced: by something odd, by another of its nodes, or by themselves twice."""
    all_of_it = spans(text)
    changed = {draw(st.sampled_from(all_of_it)) for _ in range(draw(st.integers(1, 3)))}
    # From the end, so that the places before it stay where they are; of nodes within each other, the last alone.
    before = len(text)
    for start, end in sorted(changed, reverse=True):
        if end <= before:
            text, before = text[:start] + draw(_instead(text, start, end)) + text[end:], start
    return text.encode("utf-8", "surrogatepass")


def _instead(text: str, start: int, end: int) -> st.SearchStrategy[str]:
    own = text[start:end]
    others = st.sampled_from(spans(text)).map(lambda span: text[slice(*span)]) if _composes(text) else st.just(own)
    return st.one_of(st.sampled_from(ODD), others, st.just(f"{own}\n{own}"), st.just(f"[{own}]"), st.text(max_size=20))


def _composes(text: str) -> bool:
    try:
        return bool(spans(text))
    except yaml.YAMLError:
        return False


@st.composite
def slices(draw: st.DrawFn, text: str) -> bytes:
    """Up to four pieces of a text's bytes left out, told twice, exchanged, or followed by something odd."""
    data = text.encode()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        end = min(len(data), start + draw(st.integers(1, 40)))
        data = draw(st.sampled_from(_CUTS))(data, start, end, draw(st.sampled_from(BYTES)))
    return data


_CUTS: tuple[Callable[[bytes, int, int, bytes], bytes], ...] = (
    lambda data, start, end, odd: data[:start] + data[end:],
    lambda data, start, end, odd: data[:end] + data[start:],
    lambda data, start, end, odd: data[:start],
    lambda data, start, end, odd: data[:start] + odd + data[start:],
    lambda data, start, end, odd: data[:start] + odd + data[end:],
    lambda data, start, end, odd: data[:start] + data[start:end][::-1] + data[end:],
)


def changes(text: str) -> st.SearchStrategy[bytes]:
    """Return what a file with that text may become."""
    return st.one_of(nodes(text), slices(text))
