from dataclasses import replace

import pytest

from scenarios.brief import form_problems, read, text_of
from scenarios.loader import examine
from scenarios.vocabulary import Mismatch
from tests.unit.scenarios.conftest import SOUND

SPEC = """\
brief:
  to: lena
  claims:
    keys: {requests: key}
    causes:
      asked-again: {says: it asked again and again, rows: amount < 0}
      locked-out: {says: it was locked out, rows: amount > 0}
      short-waits: {says: it did not wait}
      old-machine: {says: the machine is too old}
      line-cut: {says: the line was cut}
      full-moon: {says: the moon was full}
      holidays: {says: nobody was there}
      heat: {says: it was too hot}
    decisions:
      ask-once: {says: ask once, mends: [asked-again, locked-out]}
      new-machine: {says: buy a machine}
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
        ("mends: [asked-again", "mends: [asked-agian", "mends: [", "did you mean 'asked-again'?"),
        ("mends: [asked-again", "mends: [line-cut", "mends: [", "nothing is due to 'line-cut'"),
        ("says: the line was cut", "says: It was Locked out", "line-cut", "says the same as 'locked-out'"),
        ("{says: buy a machine}", "{says: buy a machine, mends: [locked-out]}", "decisions", "only look like a remedy"),
        ("{requests: key}", "{request: key}", "{request:", "did you mean 'requests'?"),
        ("{requests: key}", "{requests: nonsense}", "{requests", "no such column"),
        ("rows: amount < 0", "rows: nonsense < 0", "rows: ", "no such column"),
        ("  claims:\n", "  claims:\n    of: {table: leger}\n", "table: ", "did you mean 'ledger'?"),
        ("  claims:\n", "  claims:\n    of: {amount: nonsense}\n", "amount: ", "no such column"),
        ("  claims:\n", "  claims:\n    of: {where: nonsense}\n", "where: ", "no such column"),
        ("  claims:\n", "  claims:\n    of: {besides: nonsense}\n", "besides: ", "no such column"),
        ("  claims:\n", "  claims:\n    of: {window: [slew]}\n", "window: [", "did you mean 'slow'?"),
        ("      heat: {says: it was too hot}\n", "", "causes:", "needs at least 8"),
        ("sql: select 1", "sql: select nonsense", "sql: ", "no such column"),
        ("unit: orders", 'unit: "?"', "unit: ", "not a unit such as"),
        ("window: [slow]", "window: [slew]", "window: [", "did you mean 'slow'?"),
        ('"*.yaml"]', '"*.json"]', "editable", "brief.yaml is not editable"),
        ("- id: answers", "- id: brief", "- id: ", "the id 'brief' is taken"),
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
claims:
  asked-again: {share: 90 %%}
  locked-in: {share: 20 %%}
impact:
  late: {number: 3, unit: "?"}
  lost: {number: 1, unit: EUR}
decisions: [ask-once, ask-ones]
ask: {of: noor, what: wait}
note: |
  {loose} %s
"""


def told(text, write, vocabulary):
    """The problems of form of a brief, each with place, message and suggestion."""
    scenario = examine(write(text=WITH), vocabulary)[0]
    brief, tree, problems = read(text)
    assert problems == []
    assert brief
    assert tree
    assert scenario
    return {(p.line, p.column, p.message, p.suggestion) for p in form_problems(brief, tree, scenario)}


def test_the_form_is_told_with_places_and_no_truth(write, vocabulary):
    said = told(TOLD % ("word " * 151), write, vocabulary)
    assert {(line, column) for line, column, _, _ in said} == {
        (1, 1), (1, 5), (2, 1), (4, 3), (5, 1), (6, 27), (7, 3), (8, 23), (9, 11), (10, 7),
    } - {(5, 1)}  # fmt: skip
    text = " ".join(f"{message} {suggestion}" for _, _, message, suggestion in said)
    for words in ("'lena'", "'locked-out'", "there are: late", "the shares add up to 110%", "did you mean 'ask-once'?",
                  "unknown person 'noor'", "152 words", "nothing stands for '{loose}'", "names no cause",
                  "'risk' is left out", "'owner'"):  # fmt: skip
        assert words in text, words


def test_a_number_that_is_asked_for_and_left_out_is_missed(write, vocabulary):
    said = told("impact: {x: {number: 1, unit: h}}\n", write, vocabulary)
    assert "'late' is left out: How many were late" in [message for _, _, message, _ in said]


def test_placeholders_count_as_what_they_stand_for(write, vocabulary):
    claims = "claims: {asked-again: {share: 90 %}}\n"
    long = told(f"{claims}note: '{'{cause:asked-again} ' * 31}'\n", write, vocabulary)
    assert "the note has 155 words; nobody reads more than 150" in [message for _, _, message, _ in long]
    assert not [m for _, _, m, _ in told(f"{claims}note: '{'{cause:asked-again} ' * 30}'\n", write, vocabulary)
                if "note" in m and "left out" not in m]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("to: lena\nnode: hello\n", "brief.yaml:2:1: unknown key 'node'"),
        ("impact: {late: {number: 8,100, unit: h}}\n", "unknown key '100'"),
        ("impact: {late: {number: .nan, unit: h}}\n", "number"),
        ("claims: {a: {share: 1 %, evidence: [{table: logs, rows: {}}]}}\n", "needs at least 1"),
        ("claims: {a: {share: 65}}\n", "brief.yaml:1:21: share: 65 is not a share such as 65 %"),
        ("claims: {a: {}}\n", "'share' is missing"),
        ("ask: {by: soon}\n", "brief.yaml:1:11: by: expected a date such as 2026-03-02"),
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
