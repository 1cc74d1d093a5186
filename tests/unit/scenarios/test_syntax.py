"""What is not YAML is told where the mistake is, in words of whoever made it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.positions import parse

QUOTED = "a ' within '…' is written '' and a \" within \"…\" is written \\\""
SPACES = "indent with spaces, not tabs"
TAB = "a tab, where YAML takes spaces"
COLON = "a key is written `key: value`"
BEHIND = "close it where the text ends"
DEEPER = "this line is indented deeper than the one above, which has its value already"


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "suggestion"),
    [
        ("a: 1\n\tb: 2\n", 2, 1, TAB, SPACES),
        ("a:\n\tb: 2\n", 2, 1, TAB, SPACES),
        ("a: 1\n  \tb: 2\n", 2, 3, TAB, SPACES),
        ("a: |\n\tb\nc: 1\n", 2, 1, TAB, SPACES),
        ("a: 'abc\nb: 2\nc: 3\n", 1, 4, "this ' is never closed", QUOTED),
        ('é: {a: "abc}\nb: 2\n', 1, 8, 'this " is never closed', QUOTED),
        ("a: 'x\n\n\nb: it's\nc: 1\n", 1, 4, "this ' is closed in line 4, where text goes on", BEHIND),
        ("é: {a: [b, 'c}\nd: 'x'\n", 1, 12, "this ' is closed in line 2, where text goes on", BEHIND),
        ("a: 'it's'\nb: 1\n", 1, 8, "text goes on behind the closing '", QUOTED),
        ("a: {b: 1\nc: 2\n", 1, 4, "this { is never closed", "close it with }"),
        ("a: [1, 2\n", 1, 4, "this [ is never closed", "close it with ]"),
        ("id: x\ntitle\ncustomer: 3\n", 2, 1, "a key without its colon", COLON),
        ("a:\n  b 2\n  c: 3\n", 2, 3, "a key without its colon", COLON),
        ("a:\n  - b 2\n    c: 3\n", 2, 5, "a key without its colon", COLON),
        ("title: Foo\nlevel:1\nminutes: 2\n", 2, 1, "a key without its colon", "a blank belongs behind the colon"),
        ("a: b: c\n", 1, 5, "a second `: ` in one value", "put the value in quotes"),
        ("a: x\n  b: c\n", 2, 3, DEEPER, "indent it like its neighbours"),
        ("a: @x\n", 1, 4, "nothing can begin with @", "put it in quotes"),
    ],
)
def test_a_mistake_is_told_where_it_is(text, line, column, message, suggestion):
    tree, (problem,) = parse(text, "f.yaml")
    assert tree is None
    assert (problem.line, problem.column, problem.message) == (line, column, f"is not YAML: {message}")
    assert problem.suggestion == suggestion


def test_a_merge_is_said_to_be_unsupported():
    tree, (problem,) = parse("x: &x {a: 1}\ny: {<<: *x, b: 2}\n", "f.yaml")
    assert (problem.line, problem.column, problem.message) == (2, 5, "`<<` is not supported: nothing is merged here")
    assert problem.suggestion == "write the keys out"
    assert tree.plain() == {"x": {"a": 1}, "y": {"b": 2}}
    assert parse('y: {"<<": 1}\n', "f.yaml")[0].plain() == {"y": {"<<": 1}}


@given(st.text(st.sampled_from("ab:'\"{}[]-,\t\n #&*@|>!%é"), max_size=60))
def test_whatever_is_no_yaml_has_a_place_in_the_text(text):
    for problem in parse(text, "f.yaml")[1]:
        lines = [*text.split("\n"), ""]
        assert problem.line is not None
        assert problem.column is not None
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
