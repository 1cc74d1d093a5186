"""Markdown (GitHub's dialect), for pull requests, job summaries and wikis.

Whatever a deployment wrote is put into code spans, and everything else has its punctuation escaped, so that no text of
a submission becomes a link, an image, a mention, HTML or a row of a table.
"""

import re

from grader.repeated import spread
from grader.report import CheckReport, Report
from grader.reports import phrasing as words
from grader.reports.ink import RESULTS, WORDS
from grader.verdict import Verdict
from scenarios import expectation
from scenarios.plain import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&:@])")
_TICKS = re.compile("`+")


def render(report: Report) -> str:
    """Return the whole report."""
    parts = [_head(report), _money(report), _table(report), _failed(report), _phases(report), _asked(report)]
    parts += [_notes(report)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def plain(text: str) -> str:
    """Return text escaped, so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", printable(text, " "))


def code(text: str) -> str:
    """Return a code span of one line, whose content is never read as Markdown."""
    shown = printable(text)
    fence = "`" * (max(map(len, _TICKS.findall(shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def _cell(text: str) -> str:
    """Return a code span for a table, where a bar would end the cell."""
    return code(text).replace("|", "\\|")


def _head(report: Report) -> list[str]:
    lines = [f"## {RESULTS[report.result]}: {plain(report.title)}", ""]
    lines += [f"**{plain(words.score(report))}** · {plain(report.customer)}", ""]
    lines += [plain(spread(report.repeated)), ""] if report.repeated else []
    lines += [plain(words.sentence(report.reason))]
    lines += ["", plain(report.advice)] if report.advice else []
    told = words.trap(report)
    return [*lines, "", *(plain(said) for said in told)] if told else lines


def _money(report: Report) -> list[str]:
    money = report.money
    if money is None:
        return []

    def say(amount: float) -> str:
        return plain(expectation.format(amount, "money", money.currency))

    lead = f"**Money** {say(money.total)}"
    if money.recovered is not None and money.untouched is not None and money.reference is not None:
        lead += f" · {plain(expectation.format(money.recovered, 'share'))} of what the reference saves"
        lead += f" (untouched {say(money.untouched)}, reference {say(money.reference)})"
    return [lead]


def _table(report: Report) -> list[str]:
    if not report.checks:
        return []
    lines = ["| | check | family | observed | expected | points |", "|---|---|---|--:|---|--:|"]
    for check in report.checks:
        name = _cell(check.id) + (" (gate)" if check.gate else " (optional)" if check.optional else "")
        points = f"{check.points:.1f} / {check.worth:.1f}" if check.weight else "–"
        cells = (WORDS[check.verdict], name, check.family, plain(check.observed), plain(check.expected), points)
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _failed(report: Report) -> list[str]:
    return [line for check in report.checks if check.verdict in (Verdict.FAIL, Verdict.ERROR) for line in _one(check)]


def _one(check: CheckReport) -> list[str]:
    says = plain(words.sentence(check.says if check.verdict is Verdict.FAIL else check.reason))
    lines = [f"- **{WORDS[check.verdict]}** {code(check.id)}: {says}"]
    if check.verdict is Verdict.FAIL and check.reason:
        lines.append(f"  {plain(words.sentence(check.reason))}")
    return lines + [f"  - {code(words.row_line(row))}" for row in check.rows]


def _phases(report: Report) -> list[str]:
    if not report.phases:
        return []
    lines = ["| phase | requests | answered | p95 | |", "|---|--:|--:|--:|---|"]
    for phase in report.phases:
        answered = expectation.format(phase.answered / phase.intended if phase.intended else None, "share")
        notes = [] if phase.graded else ["not graded"]
        notes += ["the requirement changed"] if phase.shift else []
        cells = (_cell(phase.name), str(phase.intended), plain(answered),
                 plain(expectation.format(phase.p95, "seconds")), ", ".join(notes))  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _asked(report: Report) -> list[str]:
    found = report.asked
    if found is None or not (found.questions or found.requests):
        return []
    lines = ["**What was asked** " + plain(words.asked(found)), ""]
    lines += ["| of | question | minutes | revealed |", "|---|---|--:|---|"]
    for one in found.questions:
        cells = (plain(one.name), _cell(one.question), str(one.minutes), plain(words.revealed(one)))
        lines.append(f"| {' | '.join(cells)} |")
    return lines + [line for said in words.wishes(found) for line in ("", plain(said))]


def _notes(report: Report) -> list[str]:
    lines = [f"- Note: {plain(words.sentence(warning))}" for warning in report.warnings]
    return lines + [f"- {code(line)}" for line in report.last_lines[-words.LAST_LINES :]]
