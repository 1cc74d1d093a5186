from dataclasses import replace

import pytest

from scenarios.brief import form_problems, read, text_of
from scenarios.loader import examine
from scenarios.vocabulary import Mismatch
from tests.unit.scenarios.conftest import SOUND

SPEC = """\
brief:
  to: lena
  cause: {is: retry-storm, decoys: [nginx-timeout]}
  words: {retry-storm: [again and again], nginx-timeout: ["504"]}
  evidence: {facts_logins: refused}
  facts:
    late: {asks: How many were late, sql: select 1, unit: orders, window: [slow]}
"""
WITH = SOUND.replace('["app.py"]', '["app.py", "*.yaml"]') + SPEC


def test_a_sound_one_is_silent(write, vocabulary):
    assert examine(write(text=WITH), vocabulary)[1] == ()


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("to: lena", "to: lina", "to: ", "did you mean 'lena'?"),
        ("decoys: [nginx-timeout]", "decoys: [retry-storm]", "[retry-storm]", "is the true cause"),
        ('["504"]', '["Again and again"]', "[nginx-timeout]", "is the true cause in the words"),
        ("{retry-storm: [", "{retry-strom: [", "{retry-strom", "did you mean 'retry-storm'?"),
        ("facts_logins: refused", "facts_login: refused", "{facts_login:", "did you mean 'facts_logins'?"),
        ("facts_logins: refused", "facts_logins: nonsense", "{facts_logins", "no such column"),
        ("sql: select 1", "sql: select nonsense", "sql: ", "no such column"),
        ("unit: orders", 'unit: "?"', "unit: ", "not a unit such as"),
        ("window: [slow]", "window: [slew]", "window: [", "did you mean 'slow'?"),
        ('"*.yaml"]', '"*.json"]', "editable", "brief.yaml is not editable"),
        ("- id: answers", "- id: brief", "- id: ", "the id 'brief' is taken"),
        ("[again and again]", '[again, "-"]', "[again, ", "has no word in it"),
    ],
)
def test_what_leads_nowhere_is_reported_at_its_place(write, vocabulary, old, new, at, says):
    text = WITH.replace(old, new)
    problems = examine(write(text=text), vocabulary)[1]
    assert [p for p in problems if says in f"{p.message} {p.suggestion}"], problems
    lines = [text.splitlines()[(p.line or 1) - 1] for p in problems]
    assert any(at.strip(" [{") in line for line in lines)


def test_what_does_not_hold_of_the_incident_is_reported_too(write, vocabulary):
    asked = replace(
        vocabulary, incident=lambda _s, _f: [Mismatch(("facts", "late", "sql"), "has no answer", "repair it")]
    )
    file = write(text=WITH)
    (problem,) = examine(file, asked)[1]
    assert (problem.message, problem.suggestion) == ("has no answer", "repair it")
    assert problem.line == WITH.splitlines().index(next(x for x in WITH.splitlines() if "late:" in x)) + 1


TOLD = """\
to: lina
cause: it asked again
evidence: [{table: facts_logins, rows: {refused: "true"}}]
impact:
  late: {number: 3, unit: "?", window: slew}
  lost: {number: 1, unit: EUR, window: all}
note: |
  %s
"""


def test_the_form_is_told_with_places_and_no_truth(write, vocabulary):
    scenario = examine(write(text=WITH), vocabulary)[0]
    brief, tree, problems = read(TOLD % ("word " * 151))
    assert problems == []
    assert brief
    assert tree
    assert scenario
    said = {(p.line, p.column, p.message, p.suggestion) for p in form_problems(brief, tree, scenario)}
    assert {(line, column) for line, column, _, _ in said} == {(1, 1), (1, 5), (5, 27), (5, 40), (6, 3), (7, 7)}
    text = " ".join(f"{message} {suggestion}" for _, _, message, suggestion in said)
    for words in (
        "'lena'",
        "'slow'",
        "there are: late",
        "151 words",
        "'decision' is left out",
        "'risk'",
        "'owner'",
        "'by'",
    ):
        assert words in text
    assert "retry" not in text


def test_a_number_that_is_asked_for_and_left_out_is_missed(write, vocabulary):
    scenario = examine(write(text=WITH), vocabulary)[0]
    brief, tree, _ = read("impact: {x: {number: 1, unit: h, window: [slow]}}\n")
    assert brief
    assert tree
    assert scenario
    assert "'late' is left out: How many were late" in [p.message for p in form_problems(brief, tree, scenario)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("to: lena\nnode: hello\n", "brief.yaml:2:1: unknown key 'node'"),
        ("impact: {late: {number: 8,100, unit: h, window: all}}\n", "unknown key '100'"),
        ("impact: {late: {number: .nan, unit: h, window: all}}\n", "number"),
        ("evidence: [{table: logs, rows: {}}]\n", "needs at least 1"),
        ("by: soon\n", "brief.yaml:1:5: by: expected a date such as 2026-03-02"),
        ("a: [\n", "is not YAML"),
    ],
)
def test_a_broken_one_is_told_at_its_place(text, says):
    brief, _, problems = read(text)
    assert brief is None
    assert any(says in str(problem) for problem in problems), problems


@pytest.mark.parametrize(("text", "there"), [("", False), ("# to: lena\n\n  # x\n", False), ("# x\nto: lena\n", True)])
def test_nothing_but_comments_is_no_brief(tmp_path, text, there):
    (tmp_path / "brief.yaml").write_text(text)
    assert (text_of(tmp_path) is not None) == there
    assert text_of(tmp_path / "gone") is None
