"""The wording that all report formats share, of scores, failed checks and rows of evidence."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from grader.repeated import spread
from grader.verdict import Result, Verdict
from scenarios.plain import printable

if TYPE_CHECKING:
    from grader.report import AskedReport, CheckReport, QuestionReport, Report

LAST_LINES = 15
"""How many of the last lines are shown of a deployment that did not start: the end matters most."""


class Outcome(StrEnum):
    """The result of a check, or of the whole exam, in formats that know only tests."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


def of_exam(report: "Report") -> Outcome:
    """Return the exam itself as a test: it fails when only the score was too low, which no check can show."""
    known = {Result.PASSED: Outcome.PASSED, Result.FAILED: Outcome.FAILED, Result.ERROR: Outcome.ERROR}
    return known.get(report.result, Outcome.SKIPPED)


def of_check(report: "Report", check: "CheckReport") -> Outcome:
    """Return a check as a test.

    In an exam that could not be judged no check fails: that would be held against a learner.
    """
    if check.verdict is Verdict.FAIL:
        return Outcome.SKIPPED if report.result is Result.ERROR else Outcome.FAILED
    known = {Verdict.PASS: Outcome.PASSED, Verdict.ERROR: Outcome.ERROR}
    return known.get(check.verdict, Outcome.SKIPPED)


def score(report: "Report") -> str:
    """Return the score and its pass mark."""
    mark = f"pass mark {report.pass_mark:g}"
    return mark if report.score is None else f"{report.score:.1f} of 100 · {mark}"


def sentence(text: str) -> str:
    """Return the text with a full stop, and otherwise unchanged, because it may begin with a name."""
    return text if not text or text.endswith((".", "!", "?")) else text + "."


def summary(check: "CheckReport") -> str:
    """Return one line about a check: what was seen and what was expected, or why nothing was."""
    if check.hidden:
        return check.says
    if check.verdict in (Verdict.PASS, Verdict.FAIL):
        return f"Observed {check.observed}, expected {check.expected}"
    return check.reason


def about(check: "CheckReport") -> list[str]:
    """Return the lines about a check: its numbers, and what it means if it did not pass."""
    if check.hidden:
        return [sentence(check.says)]
    lines = [sentence(summary(check))]
    if check.verdict is Verdict.FAIL:
        lines += [f"Does not hold: {sentence(check.says)}", *([sentence(check.reason)] if check.reason else [])]
    return [printable(line) for line in (*lines, *map(row_line, check.rows)) if line]


def of_all(report: "Report") -> list[str]:
    """Return the lines about the exam beyond its checks."""
    lines = [sentence(report.reason), *([report.advice] if report.advice else []), *trap(report)]
    lines = [*([spread(report.repeated)] if report.repeated else []), *lines]
    lines += [*(f"| {line}" for line in report.last_lines[-LAST_LINES:]), *map(sentence, report.warnings)]
    return [printable(line) for line in lines]


def trap(report: "Report") -> list[str]:
    """Return the sentences about the wrong fix that a deployment behaves as; none when it behaves as none."""
    if report.trap is None:
        return []
    found = report.trap
    return [
        f"This behaves as a known trap, {found.name}: {sentence(found.behaves)}",
        f"It looks right, because {sentence(found.tempts)}",
        f"It is not: {sentence(found.fails_because)}",
    ]


def asked(found: "AskedReport") -> str:
    """Return what was asked before an exam, in one line."""
    many, long = len(found.questions), found.minutes
    return (
        f"{many} question{'s' * (many != 1)}, {long} minute{'s' * (long != 1)} of the customer's time, "
        f"{found.revealed} of the {found.facts} facts that could be asked for"
    )


def wishes(found: "AskedReport") -> list[str]:
    """Return a line on each thing that somebody at the customer asked of the learner."""
    return [f"{name} asked something of you: {ANSWERED.get(word, word)}." for name, word in found.requests.items()]


def revealed(question: "QuestionReport") -> str:
    """Return what a question revealed, or what else came of it."""
    return question.reveals or f"({question.kind})"


ANSWERED = {"accept": "you agreed", "refuse": "you refused", "open": "you have not answered"}


def row_line(row: Mapping[str, Any]) -> str:
    """Return a row of evidence in one line: when it happened, and its other values."""
    cells = row_cells(row)
    when = cells.pop(WHEN, None)
    said = [f"{name}={text}" for name, text in cells.items()]
    return "  ".join([when, *said] if when else said)


def row_cells(row: Mapping[str, Any]) -> dict[str, str]:
    """Return a row of evidence for people: the time in its phase under `WHEN`, if known, and then the rest."""
    known = {name: value for name, value in row.items() if value is not None}
    when = f"{known['phase']} +{known['phase_at']:.1f} s" if "phase" in known and "phase_at" in known else ""
    hidden = {*_PLACES, *(_CLOCKS if when else ())}
    if known.get("detail") == f"HTTP {known.get('status')}":
        hidden.add("detail")
    if "intended_at" in known:
        known.pop("stream", None)
    if "intended_at" in known and "done_at" in known and "seconds" not in known:
        known["took"] = f"{known['done_at'] - known['intended_at']:.3f} s"
    said = {name: _cell(value) for name, value in known.items() if name not in hidden}
    return {WHEN: when, **said} if when else said


WHEN = "when"
_PLACES = ("lap", "id", "phase", "phase_at")
_CLOCKS = ("at", "intended_at", "sent_at", "done_at")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
