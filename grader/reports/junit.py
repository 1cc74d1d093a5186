"""JUnit XML, which Jenkins, GitLab and most other CI systems read.

There is no official schema; this is what the common readers agree on: `testsuites > testsuite > testcase`, no attribute
that the strictest of them refuses (Jenkins' xUnit plugin, junit-10.xsd: `testsuites` does not count skipped tests), a
failure's text as content (GitLab shows no attribute), unique names (GitLab drops a second one), and no character that
XML 1.0 cannot express (not even escaped, or a reader refuses the whole file). The first case is the exam itself: an
exam may fail by its score although no single check failed, and one that could not be judged is an error there.
"""

from collections.abc import Sequence

from lxml import etree

from grader.report import Report
from grader.reports import phrasing as words
from grader.reports.phrasing import Outcome
from scenarios.plain import printable

EXAM = "exam"
_ELEMENTS = {Outcome.FAILED: "failure", Outcome.ERROR: "error", Outcome.SKIPPED: "skipped"}


def render(report: Report) -> str:
    """Return the whole report as one test suite."""
    lasts = max((phase.ends for phase in report.phases), default=0.0)
    suite = etree.Element("testsuite", name=_text(report.scenario), time=f"{lasts:.3f}")
    outcomes = [_case(suite, report.scenario, EXAM, words.of_exam(report), report.reason, words.of_all(report))]
    names = {EXAM}
    for check in report.checks:
        name = _unused(check.id, names)
        place = f"{report.scenario}.{check.family}"
        outcome = words.of_check(report, check)
        outcomes.append(_case(suite, place, name, outcome, words.summary(check), words.about(check)))
    counts = {"tests": len(outcomes), "failures": outcomes.count(Outcome.FAILED),
              "errors": outcomes.count(Outcome.ERROR)}  # fmt: skip
    root = etree.Element("testsuites", name="fdelab")
    root.append(suite)
    for element in (root, suite):
        for name, count in counts.items():
            element.set(name, str(count))
    suite.set("skipped", str(outcomes.count(Outcome.SKIPPED)))
    body: str = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'


def _case(
    suite: "etree._Element", place: str, name: str, outcome: Outcome, message: str, lines: Sequence[str]
) -> Outcome:
    case = etree.SubElement(suite, "testcase", classname=_text(place), name=_text(name), time="0")
    if outcome in _ELEMENTS:
        told = etree.SubElement(case, _ELEMENTS[outcome], message=_text(message))
        told.text = "\n".join(map(_text, lines))
    return outcome


def _unused(name: str, names: set[str]) -> str:
    """Return the name, with a number appended if it is already used."""
    free, number = name, 1
    while free in names:
        number += 1
        free = f"{name} ({number})"
    names.add(free)
    return free


def _text(text: str) -> str:
    return printable(text, keep="\n\t")
