"""Show two reports side by side: what a repaired deployment changes for the customer."""

from dataclasses import dataclass
from typing import Any

from grader.report import CheckReport, Report
from grader.reports.ink import RESULTS, WORDS, Ink
from grader.reports.phrasing import score, sentence
from grader.verdict import Result, Verdict
from scenarios import expectation

TOTAL = "money a lap"


@dataclass(frozen=True)
class Side:
    """One of the two reports, and the name of its column."""

    name: str
    report: Report


def compare(left: Side, right: Side, width: int = 88, colour: bool = False) -> str:
    """Return verdicts, money and checks of both reports, and the difference in money, ending in a line break.

    Raises `ValueError` when the two are not of the same scenario.
    """
    if left.report.scenario != right.report.scenario:
        raise ValueError(f"{left.report.scenario} and {right.report.scenario} cannot be compared")
    ink = Ink(max(width, 60), colour)
    rows = _Rows(left, right, ink)
    title = [ink.paint(left.report.title, "bold") + f", {left.report.customer}"]
    parts = [title, rows.results(), rows.checks(), rows.money(), *(_unjudged(side, ink) for side in (left, right))]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def difference(left: Report, right: Report) -> float | None:
    """Return how much money a lap the right report saves over the left one; None when one of them has no ledger."""
    return right.money.total - left.money.total if left.money and right.money else None


def to_json(left: Side, right: Side) -> dict[str, Any]:
    """Return both reports and the difference as plain data."""
    return {
        "format": 1,
        left.name: left.report.to_json(),
        right.name: right.report.to_json(),
        "difference": difference(left.report, right.report),
    }


def _unjudged(side: Side, ink: Ink) -> list[str]:
    """Return why one of them has no verdict, and what to do about it."""
    report = side.report
    if report.result is not Result.ERROR:
        return []
    return ink.wrap(" ".join(filter(None, (sentence(report.reason), report.advice))), 0, f"{side.name}: ")


class _Rows:
    """A label, two columns, and lines to print below."""

    def __init__(self, left: Side, right: Side, ink: Ink) -> None:
        self.left, self.right, self.ink = left, right, ink
        labels = [check.id for check in left.report.checks]
        labels += [name for side in (left, right) if side.report.money for name in side.report.money.accounts]
        self.label = max([len(TOTAL), *map(len, labels)])
        observed = [c.observed for side in (left, right) for c in side.report.checks]
        self.cell = max([len("NOT PASSED"), len(left.name), len(right.name), *(len(o) + 6 for o in observed)])

    def results(self) -> list[str]:
        words = (RESULTS[self.left.report.result], RESULTS[self.right.report.result])
        return [
            self.ink.paint(self._row("", (self.left.name, self.right.name)), "bold"),
            self._row("result", words, painted=True),
            self._row("score", (score(self.left.report).split(" · ")[0], score(self.right.report).split(" · ")[0])),
        ]

    def checks(self) -> list[str]:
        others = {check.id: check for check in self.right.report.checks}
        lines = []
        for check in self.left.report.checks:
            other = others.get(check.id)
            verdicts = (check.verdict, other.verdict if other else None)
            words = tuple(WORDS[v] if v else "" for v in verdicts)
            cells = (_observed(check), _observed(other))
            lines.append(self._row(check.id, words, f"expected {check.expected}", painted=True, after=cells))
        return lines

    def money(self) -> list[str]:
        left, right = self.left.report.money, self.right.report.money
        gained = difference(self.left.report, self.right.report)
        if left is None or right is None or gained is None:
            return []

        def say(amount: float) -> str:
            return expectation.format(amount, "money", left.currency)

        names = dict.fromkeys((*left.accounts, *right.accounts))
        lines = [self._row(n, (say(left.accounts.get(n, 0.0)), say(right.accounts.get(n, 0.0)))) for n in names]
        lines.append(self.ink.paint(self._row(TOTAL, (say(left.total), say(right.total))), "bold"))
        word = "saves" if gained >= 0 else "costs"
        verb = f"{self.right.name} {word} {say(abs(gained))} a lap over {self.left.name}"
        return [*lines, "", self.ink.paint(verb, "bold")]

    def _row(
        self,
        label: str,
        cells: tuple[str, ...],
        note: str = "",
        painted: bool = False,
        after: tuple[str, ...] = ("", ""),
    ) -> str:
        columns = []
        for cell, more in zip(cells, after, strict=True):
            text = f"{cell:<5} {more}" if more else cell
            shown = self.ink.word(cell) + text[len(cell) :] if painted else text
            columns.append(shown + " " * (self.cell - len(text)))
        line = f"  {label:<{self.label}}  {'  '.join(columns)}"
        room = self.ink.width - (2 + self.label + 2 + 2 * self.cell + 2) - 2
        return f"{line}  {note}".rstrip() if note and len(note) <= room else line.rstrip()


def _observed(check: CheckReport | None) -> str:
    if check is None:
        return ""
    return check.observed if check.verdict in (Verdict.PASS, Verdict.FAIL) else ""
