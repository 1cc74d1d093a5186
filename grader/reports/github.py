"""GitHub Actions: the report for a job's log, and annotations for what did not pass.

What a submission printed must not give commands to the runner, so commands in it are broken up in the log
(`scenarios.plain.inert`); our own commands come last. The step summary is the Markdown report, which `for_summary` cuts
to GitHub's limit.

Source: GitHub's reference of workflow commands, and the runner's own parser (`ActionCommand`).
"""

from grader.repeated import spread
from grader.report import CheckReport, Report
from grader.reports import phrasing as words
from grader.reports import text
from grader.reports.ink import RESULTS
from grader.reports.phrasing import Outcome
from scenarios import plain
from scenarios.plain import printable

MOST = 10
"""Annotations of one kind that a step may have."""
SUMMARY_BYTES = 1024 * 1024
"""Limit for all summaries of one step together; with one byte more, GitHub drops them all."""
_CUT = "\n\n*The rest is left out: a step's summary is full.*\n"


def render(report: Report) -> str:
    """Return the report with no workflow commands in it, followed by at most `MOST` annotations."""
    return inert(text.render(report, width=110)) + "\n" + "".join(f"{line}\n" for line in _annotations(report))


def inert(shown: str) -> str:
    """Return the text with no line that is a workflow command."""
    return plain.inert(printable(shown, keep="\n"))


def for_summary(markdown: str, there: int = 0) -> str:
    """Return a Markdown report cut to fit into a step's summary that already has `there` bytes; empty if none fits."""
    room = SUMMARY_BYTES - there
    data = markdown.encode()
    if len(data) <= room:
        return markdown
    room -= len(_CUT.encode())
    if room <= 0:
        return ""
    return data[:room].decode(errors="ignore").rpartition("\n")[0] + _CUT


def _annotations(report: Report) -> list[str]:
    outcome = words.of_exam(report)
    told = f"{words.score(report)} · {report.reason}"
    if report.repeated:
        told += f" · {spread(report.repeated)}"
    if outcome is Outcome.PASSED:
        return [_command("notice", f"{report.title}: {RESULTS[report.result]}", told)]
    lines = [_command("error", f"{report.title}: {RESULTS[report.result]}", told)]
    bad = [c for c in report.checks if words.of_check(report, c) in (Outcome.FAILED, Outcome.ERROR)]
    bad.sort(key=lambda check: (not check.gate, -check.worth))
    room = MOST - len(lines)
    shown = bad if len(bad) <= room else bad[: room - 1]
    lines += [_of(check) for check in shown]
    if len(shown) < len(bad):
        rest = ", ".join(check.id for check in bad[len(shown) :])
        lines.append(_command("error", f"{len(bad) - len(shown)} more checks", rest))
    return lines


def _of(check: CheckReport) -> str:
    gate = " (gate)" if check.gate else ""
    return _command("error", f"{check.id}{gate}", "\n".join(words.about(check)[:3]))


def _command(name: str, title: str, message: str) -> str:
    escaped = _data(title).replace(":", "%3A").replace(",", "%2C")
    return f"::{name} title={escaped}::{_data(message)}"


def _data(value: str) -> str:
    return printable(value, keep="\n").replace("%", "%25").replace("\n", "%0A")
