"""The formats that others read: read back by their own readers, and with the worst that a submission can print."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import junitparser
import pytest
from lxml import etree

from grader.report import Report
from grader.reports import github, markdown, schema
from grader.reports.formats import FORMATS
from grader.verdict import Result, Verdict
from scenarios.plain import printable
from tests.unit.grader import examples, hostile
from tests.unit.grader.test_reports import golden

EXAMPLES: tuple[Callable[[Path], Report], ...] = (examples.untouched, examples.reference, examples.not_started)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return examples.untouched(tmp_path_factory.mktemp("untouched"))


@pytest.fixture(params=["hostile", "raw"])
def bad(request: pytest.FixtureRequest, untouched: Report) -> Report:
    return hostile.report(untouched) if request.param == "hostile" else hostile.raw(untouched)


def not_judged(report: Report) -> Report:
    """What a lagging generator makes of it: checks were judged, and the exam was not."""
    return replace(report, result=Result.ERROR, score=None, reason="The machine was too busy")


def cases(text: str) -> dict[str, Any]:
    """JUnit XML as a JUnit library reads it: test cases by name."""
    found = [case for suite in junitparser.JUnitXml.fromstring(text.encode()) for case in suite]
    assert len({(case.classname, case.name) for case in found}) == len(found)
    return {case.name: case for case in found}


def outcome(case: Any) -> str:
    return type(case.result[0]).__name__ if case.result else "Passed"


@pytest.mark.parametrize("kind", list(FORMATS))
def test_hostile_text_looks_as_it_did(untouched: Report, kind: str) -> None:
    golden(f"hostile{FORMATS[kind].suffix}", FORMATS[kind].render(hostile.report(untouched)))


@pytest.mark.parametrize("kind", [name for name in FORMATS if name not in ("json", "text")])
def test_no_format_lets_a_character_through_that_steers_a_terminal(bad: Report, kind: str) -> None:
    body = FORMATS[kind].render(bad)
    body.encode()
    if kind not in ("gradescope", "ctrf"):  # JSON escapes them, and whoever shows a string of it has to look
        assert printable(body, keep="\n") == body


@pytest.mark.parametrize("kind", list(FORMATS))
def test_no_format_is_endless(untouched: Report, kind: str) -> None:
    assert len(FORMATS[kind].render(hostile.report(untouched)).encode()) < 64 * 1024


def test_junit_is_read_by_a_junit_library(untouched: Report) -> None:
    found = cases(FORMATS["junit"].render(untouched))
    assert {name: outcome(case) for name, case in found.items()} == {
        "exam": "Failure", "serves": "Passed", "available": "Failure", "sessions": "Failure",
        "fast-at-night": "Failure", "dates-are-true": "Skipped", "recovered": "Failure",
    }  # fmt: skip
    assert found["available"].classname == "promise-dates.reliability"
    assert "HW-000030" in found["available"].result[0].text
    (suite,) = junitparser.JUnitXml.fromstring(FORMATS["junit"].render(untouched).encode())
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (7, 5, 0, 1)


JUNIT_10: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": ({"name", "tests", "failures", "errors"},
                  {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"}),
    "testcase": ({"name"}, {"time", "classname", "group"}),
    "failure": (set(), {"type", "message"}),
    "error": (set(), {"type", "message"}),
    "skipped": (set(), {"type", "message"}),
}  # fmt: skip
"""Attributes that junit-10.xsd of Jenkins' xUnit plugin wants, and those that it allows, by element: it refuses a file
that has another one."""
SUREFIRE_TIME = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


@pytest.mark.parametrize("example", EXAMPLES)
def test_junit_is_what_the_strictest_reader_takes(tmp_path: Path, example: Callable[[Path], Report]) -> None:
    for report in (example(tmp_path), not_judged(example(tmp_path / "again"))):
        root = etree.fromstring(FORMATS["junit"].render(report).encode())
        for element in root.iter():
            wanted, allowed = JUNIT_10[str(element.tag)]
            assert wanted <= set(element.attrib) <= wanted | allowed
        assert all(SUREFIRE_TIME.fullmatch(str(suite.get("time"))) for suite in root.iter("testsuite"))


def test_junit_forges_no_test_whatever_was_printed(bad: Report) -> None:
    found = cases(FORMATS["junit"].render(bad))
    assert set(found) == {"exam", "holds"}
    assert "]]></failure>" in found["holds"].result[0].text


def test_junit_names_are_unique(untouched: Report) -> None:
    twins = replace(untouched, checks=(*untouched.checks, *untouched.checks, hostile.check(id="exam")))
    assert len(cases(FORMATS["junit"].render(twins))) == 14


def test_an_exam_that_was_not_judged_fails_nobody(untouched: Report) -> None:
    report = not_judged(untouched)
    found = cases(FORMATS["junit"].render(report))
    assert outcome(found["exam"]) == "Error"
    assert "Failure" not in set(map(outcome, found.values()))
    statuses = [test["status"] for test in json.loads(FORMATS["ctrf"].render(report))["results"]["tests"]]
    assert statuses[0] == "other"
    assert "failed" not in statuses
    assert {"score", "tests"}.isdisjoint(json.loads(FORMATS["gradescope"].render(report)))
    lines = github.render(report).splitlines()
    assert [line.split()[0] for line in lines if line.startswith("::")] == ["::error"]


CTRF: dict[str, Any] = {
    "type": "object",
    "required": ["results", "reportFormat", "specVersion"],
    "properties": {
        "reportFormat": {"const": "CTRF"},
        "specVersion": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "generatedBy": {"type": "string"},
        "results": {
            "type": "object",
            "required": ["tool", "summary", "tests"],
            "additionalProperties": False,
            "properties": {
                "tool": {"type": "object", "required": ["name"], "properties": {"name": {"minLength": 1}}},
                "summary": {
                    "type": "object",
                    "required": ["tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"],
                    "properties": {"extra": {"type": "object"}},
                    "additionalProperties": {"type": "integer"},
                },
                "tests": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name", "status", "duration"],
                        "additionalProperties": False,
                        "properties": {
                            "name": {"type": "string", "minLength": 1},
                            "status": {"enum": ["passed", "failed", "skipped", "pending", "other"]},
                            "duration": {"type": "integer"},
                            "suite": {"type": "array", "minItems": 1, "items": {"type": "string"}},
                            "message": {"type": "string"},
                            "rawStatus": {"type": "string"},
                            "extra": {"type": "object"},
                        },
                    },
                },
            },
        },
    },
    "additionalProperties": False,
}
"""What CTRF 1.0.0 says of the parts that we write."""


@pytest.mark.parametrize("example", EXAMPLES)
def test_ctrf_is_what_ctrf_says(tmp_path: Path, example: Callable[[Path], Report]) -> None:
    for report in (example(tmp_path), not_judged(example(tmp_path / "again"))):
        document = json.loads(FORMATS["ctrf"].render(report))
        jsonschema.validate(document, CTRF)
        summary = document["results"]["summary"]
        # Not since 1970, as a report is the same whenever it is made: whoever reads the file is told.
        assert summary["start"] == 0
        assert "since the lap began" in summary["extra"]["times"]
        assert summary["tests"] == len(document["results"]["tests"])
        assert (
            sum(summary[status] for status in ("passed", "failed", "skipped", "pending", "other")) == summary["tests"]
        )


@pytest.mark.parametrize("example", EXAMPLES)
def test_gradescope_gets_a_score_and_two_words(tmp_path: Path, example: Callable[[Path], Report]) -> None:
    report = example(tmp_path)
    results = json.loads(FORMATS["gradescope"].render(report))
    assert results["score"] == report.score
    assert len(results["tests"]) == len(report.checks)
    assert {test["status"] for test in results["tests"]} <= {"passed", "failed"}
    assert all(0 <= test["score"] <= test["max_score"] for test in results["tests"])
    assert results["stdout_visibility"] == "hidden"


def commands(log: str) -> list[str]:
    """What GitHub's runner would take for a command: `::` first in a line, after any space; `##[` anywhere."""
    lines = re.split(r"\r\n|\r|\n", log)
    return [line for line in lines if re.match(r"\s*::", line) or "##[" in line]


def test_a_submission_gives_githubs_runner_no_commands(bad: Report) -> None:
    log = github.render(bad)
    assert len(commands(log)) == 2
    assert all(line.startswith("::error title=") for line in commands(log))
    assert log.splitlines()[-2:] == commands(log)


@pytest.mark.parametrize("text", ["::error::x", "  ::error::x", "a\n\t::x::", "a ##[error]b", "##[##[error]", ":::x"])
def test_inert_text_is_no_command(text: str) -> None:
    assert commands(text)
    assert commands(github.inert(text)) == []


def test_github_takes_ten_annotations_and_gets_no_more(untouched: Report) -> None:
    log = github.render(hostile.report(untouched, checks=40))
    assert len(commands(log)) == github.MOST
    assert "32 more checks" in commands(log)[-1]
    passed = replace(untouched, result=Result.PASSED)
    assert [line.split()[0] for line in commands(github.render(passed))] == ["::notice"]


def test_a_step_summary_stays_under_githubs_limit(untouched: Report) -> None:
    body = markdown.render(hostile.report(untouched, checks=2000))
    assert len(body.encode()) > github.SUMMARY_BYTES
    for there in (0, 1000, github.SUMMARY_BYTES - 10, github.SUMMARY_BYTES + 10):
        cut = github.for_summary(body, there)
        assert len(cut.encode()) <= max(0, github.SUMMARY_BYTES - there)
        assert cut == "" or "left out" in cut
    small = markdown.render(untouched)
    assert github.for_summary(small) == small


def test_markdown_keeps_what_was_printed_in_code_spans(bad: Report) -> None:
    body = markdown.render(bad)
    assert not re.search(r"(?<!\\)!\[", re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", body))
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", body)
    assert not re.search(r"(?<!\\)[<>@]", outside)


@pytest.mark.parametrize("text", ["a", "`", "``a`", "a|b", "", " ", "`a``b```c"])
def test_a_code_span_holds_whatever_it_is_given(text: str) -> None:
    span = markdown.code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inner = span[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall("`+", inner)
    assert inner.strip() == text.strip()


@pytest.mark.parametrize("example", EXAMPLES)
def test_json_is_what_its_schema_says(tmp_path: Path, example: Callable[[Path], Report]) -> None:
    checked = jsonschema.Draft202012Validator(schema.schema())
    for report in (example(tmp_path), not_judged(example(tmp_path / "again")), hostile.report(example(tmp_path / "x"))):
        checked.validate(json.loads(report.dumps()))


def test_the_schema_notices_what_does_not_belong(untouched: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())
    checked = jsonschema.Draft202012Validator(schema.schema())
    data = untouched.to_json()
    for broken in (data | {"format": 99}, data | {"more": 1}, data | {"result": "excellent"}, data | {"checks": [{}]}):
        assert not checked.is_valid(json.loads(json.dumps(broken, default=list)))


def test_the_published_schema_is_the_one_of_this_version() -> None:
    golden(str(schema.FILE), schema.dumps())


def test_every_outcome_has_a_place_in_every_format(untouched: Report) -> None:
    for verdict in Verdict:
        for result in Result:
            report = replace(untouched, result=result, checks=(hostile.check(verdict=verdict),))
            etree.fromstring(FORMATS["junit"].render(report).encode())
            for kind in FORMATS:
                assert FORMATS[kind].render(report).endswith("\n")
