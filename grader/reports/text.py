"""The report on a terminal: the verdict and the money first, then one line a check, and more where it failed."""

from collections.abc import Sequence

from grader.repeated import spread
from grader.report import CheckReport, Report
from grader.reports import phrasing
from grader.reports.ink import RESULTS, WORDS, Ink
from grader.reports.phrasing import LAST_LINES, row_line, score, sentence
from grader.verdict import Verdict
from scenarios import expectation

NARROWEST = 48
"""The smallest width, in characters, that a report can be written in."""
BAR = 30
"""Width, in characters, of the scale between untouched and reference."""
_INDENT = 8


def render(report: Report, width: int = 88, colour: bool = False, brief: bool = False) -> str:
    """Return the whole report, in lines of `width` characters (at least `NARROWEST`), ending in a line break.

    With `brief`, each check is one line, and of the phases only those to come are listed. Hints are not shown: a
    learner asks for them.
    """
    ink = Ink(max(width, NARROWEST), colour)
    parts = [_head(report, ink), _money(report, ink), _checks(report, ink, brief), _phases(report, ink, brief)]
    parts += [_asked(report, ink), _last_lines(report, ink), _notes(report, ink)]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def _head(report: Report, ink: Ink) -> list[str]:
    word = RESULTS[report.result]
    what = "exam" if report.exam else "live check"
    laps = "" if report.exam else f"lap{'s' * (len(report.laps) > 1)} {', '.join(map(str, report.laps))}"
    where = " · ".join(filter(None, (what, report.use, laps, report.runtime, _seed(report))))
    lines = [f"{ink.word(word)}  {ink.paint(score(report), 'bold')}"]
    lines += ink.wrap(f"{report.title}, {report.customer}", 0)
    lines += [ink.paint(line, "dim") for line in ink.wrap(where, 0)]
    lines += ["", *ink.wrap(spread(report.repeated), 0)] if report.repeated else []
    lines += ["", *ink.wrap(sentence(report.reason), 0)]
    if report.score is not None and sum(check.points for check in report.checks) > report.score + 0.1:
        lines += ink.wrap("A gate that does not pass caps the score at 50.", 0)
    lines += ink.wrap(report.advice, 0) if report.advice else []
    told = [line for said in phrasing.trap(report) for line in ink.wrap(said, 2)]
    return [*lines, "", *told] if told else lines


def _seed(report: Report) -> str:
    return "" if report.seed is None else f"seed {report.seed}"


def _money(report: Report, ink: Ink) -> list[str]:
    money = report.money
    if money is None:
        return []

    def say(amount: float) -> str:
        return expectation.format(amount, "money", money.currency)

    lead = say(money.total) + ("" if report.exam else f" in lap {money.lap}")
    if money.recovered is not None and money.untouched is not None and money.reference is not None:
        lead += f" · {expectation.format(money.recovered, 'share')} of what the reference saves"
        ends = f"untouched {say(money.untouched)}  {scale(money.recovered)}  reference {say(money.reference)}"
        lines = [ink.paint("Money", "bold"), *ink.wrap(lead, 2), *ink.wrap(ends, 2)]
    else:
        lines = [ink.paint("Money", "bold"), *ink.wrap(lead, 2)]
    wide = max(map(len, money.accounts), default=0)
    return lines + [f"  {name:<{wide}}  {say(amount):>12}" for name, amount in money.accounts.items()]


def scale(share: float) -> str:
    """Return a drawing of where a share lies between 0 and 1."""
    full = round(min(1.0, max(0.0, share)) * BAR)
    return "█" * full + "░" * (BAR - full)


def _checks(report: Report, ink: Ink, brief: bool) -> list[str]:
    if not report.checks:
        return []
    table = _Columns(report.checks, ink)
    lines = [ink.paint(table.header(), "dim")]
    for family in dict.fromkeys(check.family for check in report.checks):
        lines += [ink.paint(family.capitalize(), "bold")]
        for check in report.checks:
            if check.family == family:
                lines += table.lines(check)
                lines += [] if brief else _details(check, ink, same_reason=report.reason)
    return lines


class _Columns:
    """The table of checks: one line each if the width allows, else the numbers below the name."""

    def __init__(self, checks: Sequence[CheckReport], ink: Ink) -> None:
        self.ink = ink
        self.name = max(len("check"), *(len(_name(check)) for check in checks))
        self.observed = max(len("observed"), *(len(check.observed) for check in checks))
        self.expected = max(len("expected"), *(len(check.expected) for check in checks))
        self.narrow = _INDENT + self.name + self.observed + self.expected + len("      weight  points") > ink.width

    def header(self) -> str:
        numbers = self._numbers("observed", "expected", "weight", "points")
        if self.narrow:
            return " " * _INDENT + numbers
        return " " * _INDENT + f"{'check':<{self.name}}  {numbers}"

    def lines(self, check: CheckReport) -> list[str]:
        points = f"{check.points:.1f}" if check.weight else "–"
        weight = f"{check.weight:g}" if check.weight else "gate" if check.gate else "–"
        numbers = self._numbers(check.observed, check.expected, weight, points)
        lead = "  " + self.ink.word(WORDS[check.verdict], _INDENT - 2)
        if self.narrow:
            return [lead + _name(check), " " * _INDENT + numbers]
        return [lead + f"{_name(check):<{self.name}}  {numbers}"]

    def _numbers(self, observed: str, expected: str, weight: str, points: str) -> str:
        return f"{observed:>{self.observed}}  {expected:<{self.expected}}  {weight:>6}  {points:>6}"


def _name(check: CheckReport) -> str:
    return f"{check.id} (gate)" if check.gate else f"{check.id} (optional)" if check.optional else check.id


def _details(check: CheckReport, ink: Ink, same_reason: str) -> list[str]:
    """Return the lines about a check that did not pass: what that means, and what to look at."""
    if check.verdict is Verdict.PASS or check.hidden:
        return []
    lines = ink.wrap(sentence(check.says), _INDENT, "Does not hold: ") if check.verdict is Verdict.FAIL else []
    if check.reason and check.reason != same_reason:
        lines += ink.wrap(sentence(check.reason), _INDENT)
    return lines + [ink.paint(line, "dim") for row in check.rows for line in ink.hang(row_line(row), _INDENT)]


def _phases(report: Report, ink: Ink, brief: bool) -> list[str]:
    to_come = ink.wrap(", ".join(report.waiting), 2, "still to come: ") if report.waiting else []
    if brief or not report.phases:
        return to_come if brief else []
    wide = max(len(phase.name) for phase in report.phases)
    lines = [ink.paint("Phases", "bold")]
    for phase in report.phases:
        answered = phase.answered / phase.intended if phase.intended else None
        notes = [] if phase.graded else ["not graded"]
        notes += ["the requirement changed"] if phase.shift else []
        notes += [f"lap {phase.lap}"] if len(report.laps) > 1 else []
        line = (
            f"{phase.name:<{wide}}  {phase.intended:>6} requests  "
            f"{expectation.format(answered, 'share'):>7} answered  p95 {expectation.format(phase.p95, 'seconds')}"
        )
        lines.append(ink.cut(f"{line}  {', '.join(notes)}".rstrip(), 2))
    return lines + to_come


def _asked(report: Report, ink: Ink) -> list[str]:
    found = report.asked
    if found is None or not (found.questions or found.requests):
        return []
    lines = [ink.paint("What you asked", "bold"), *ink.wrap(phrasing.asked(found), 2)]
    for one in found.questions:
        lead = f"{one.name} · {one.minutes} min · {phrasing.revealed(one)}"
        lines += [ink.cut(lead, 2), ink.paint(ink.cut(f"› {one.question}", 4), "dim")]
    return lines + [line for said in phrasing.wishes(found) for line in ink.wrap(said, 2)]


def _last_lines(report: Report, ink: Ink) -> list[str]:
    if not report.last_lines:
        return []
    lines = [ink.cut(f"| {line}", 2) for line in report.last_lines[-LAST_LINES:]]
    return [ink.paint("Last lines", "bold"), *lines]


def _notes(report: Report, ink: Ink) -> list[str]:
    return [line for warning in report.warnings for line in ink.wrap(sentence(warning), 0, "Note: ")]
