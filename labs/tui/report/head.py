"""The verdict, money first: what was lost, between the untouched and the reference deployment; then score and why."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets import Static

from grader.reports.phrasing import sentence
from labs.tui.help import Help
from labs.world.live.phrasing import amount

if TYPE_CHECKING:
    from grader.report import Money, Report
    from labs.overview.review import Review

RESULTS = {
    "passed": ("✔", "success", "PASSED"),
    "failed": ("✖", "error", "NOT PASSED"),
    "error": ("!", "warning", "COULD NOT BE JUDGED"),
    "waiting": ("…", "dim", "NOT OVER"),
}
BAR = {False: 14, True: 40}
"""Columns of the money scale, where there is little room and where there is much."""


class Head(Static):
    """Four lines, one more for a trap that it behaves as, and the report's warnings where there is room."""

    ABOUT: ClassVar = Help(
        "The verdict",
        "What the customer's day was worth, in their currency; losses are negative. The scale goes from the deployment "
        "as you were given it to one that is known to be right, both measured; the dot is you.\n\nThe exam is passed "
        "when every gate (▲) passes and the score reaches the pass mark.",
    )

    _review: "Review | None" = None

    def show(self, review: "Review") -> None:
        """Show whose exam it was, and what it came to."""
        self._review = review
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        if self._review is None:
            return
        roomy = self.screen.has_class("-wide") and self.screen.has_class("-tall")
        report = self._review.report
        lines = [_money(report.money, roomy), _result(report), self._why(self._review), *_trap(report, roomy)]
        lines += [_facts(self._review)]
        if roomy:
            lines += list(_warnings(report))
        self.update(Content("\n").join(lines))

    def _why(self, review: "Review") -> Content:
        trouble = review.trouble
        if trouble is not None:
            what = f"only what progress remembers: {trouble.what}"
            return Content.from_markup("[$warning]! $what[/]", what=what)
        advice = f" {review.report.advice}" if review.report.advice else ""
        return Content(sentence(review.report.reason) + advice)


def _money(money: "Money | None", roomy: bool) -> Content:
    if money is None:
        return Content.from_markup("[$dim]No money was booked that could be counted.[/]")
    glyph, colour = ("▼", "error") if money.total < -0.5 else ("●", "success")
    head = Content.from_markup(f"[b ${colour}]{glyph} $sum $currency[/]", sum=amount(money.total),
                               currency=money.currency)  # fmt: skip
    if money.untouched is None or money.reference is None or money.recovered is None:
        return head
    width = BAR[roomy]
    here = round(min(1.0, max(0.0, money.recovered)) * (width - 1))
    scale = f"[$accent]{'━' * here}●[/][$rule]{'─' * (width - 1 - here)}[/]"
    words = " of what can be saved" if roomy else " saved"
    markup = f"   [$dim]untouched[/] $worst {scale} $best [$dim]reference[/]   [b]$share[/][$dim]{words}[/]"
    share = f"{100 * money.recovered:.0f} %"
    return head + Content.from_markup(markup, worst=amount(money.untouched), best=amount(money.reference), share=share)


def _result(report: "Report") -> Content:
    glyph, colour, word = RESULTS[str(report.result)]
    score = "no score" if report.score is None else f"{report.score:g} of 100"
    passed = sum(check.verdict == "pass" for check in report.checks)
    markup = f"[b ${colour}]{glyph} $word[/]   [b]$score[/] [$dim]· pass mark $mark · $passed of $all checks pass[/]"
    return Content.from_markup(markup, word=word, score=score, mark=f"{report.pass_mark:g}", passed=passed,
                               all=len(report.checks))  # fmt: skip


def _facts(review: "Review") -> Content:
    report = review.report
    when = f"{review.taken_at.astimezone():%d %b %H:%M}" if review.taken_at else ""
    seed = "" if report.seed is None else f"seed {report.seed}"
    facts = " · ".join(filter(None, (report.title, report.customer, when, report.runtime, report.use, seed)))
    return Content.from_markup("[$dim]$facts[/]", facts=facts)


def _trap(report: "Report", roomy: bool) -> Iterator[Content]:
    """Yield the wrong fix that it behaves as: one line, and why it is one where there is room."""
    if report.trap is None:
        return
    found = report.trap
    markup = "[$warning]◆ this behaves as $name:[/] $what"
    yield Content.from_markup(markup, name=found.name, what=sentence(found.behaves))
    if roomy:
        why = f"It looks right, because {sentence(found.tempts)} It is not: {sentence(found.fails_because)}"
        yield Content.from_markup("[$dim]$why[/]", why=why)


def _warnings(report: "Report") -> Iterator[Content]:
    for warning in report.warnings[:3]:
        yield Content.from_markup("[$warning]![/] [$dim]$text[/]", text=sentence(warning))
