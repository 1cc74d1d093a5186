"""An exam that is over, looked back at: its report, how the lap went, and what the attempt before it came to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from grader.report import CheckReport, Money, Report
from grader.verdict import Result, Verdict
from labs.base.errors import LabError, UsageProblem
from labs.exam.judging import judge
from labs.exam.timeline import LapTimeline, course
from labs.library.catalogue import find
from labs.progress.store import Attempt, CheckRecord, Store


@dataclass(frozen=True)
class Before:
    """The attempt before the one that is looked at, as it is remembered."""

    attempt: Attempt
    checks: tuple[CheckRecord, ...]

    def check(self, name: str) -> CheckRecord | None:
        """One of its checks; None where it had no such check."""
        return next((check for check in self.checks if check.id == name), None)


@dataclass(frozen=True)
class Review:
    """Everything about one exam."""

    report: Report
    evidence: Path
    course: LapTimeline | None
    """None where the evidence does not tell."""
    taken_at: datetime | None
    """None: not an attempt that progress knows."""
    before: Before | None
    trouble: LabError | None = None
    """Why only what is remembered is there: the evidence is gone, broken, or of another version."""
    folder: Path | None = None
    """Of the engagement that was examined, where progress knows it; it may be gone."""


def review(evidence: Path | None) -> Review | None:
    """Return the exam whose evidence that is; left out: the one that was taken last. None: there was none yet.

    Where the evidence cannot be read, what progress remembers is told, and why there is no more. Raises `LabError`
    where nothing is remembered either.
    """
    try:
        attempts = Store().attempts()
    except LabError:
        if evidence is None:
            raise
        attempts = []  # a store that cannot be read is no reason not to show a report
    if evidence is None:
        if not attempts:
            return None
        evidence = Path(attempts[0].evidence)
    own = next((one for one in attempts if Path(one.evidence) == evidence), None)
    before = _before(own, attempts) if own else None
    taken_at = own.taken_at if own else None
    folder = Path(own.folder) if own and own.folder else None
    try:
        report = judge(evidence)
    except LabError as error:
        if own is None:
            raise
        report = remembered(own, Store().checks(own.id), _says(own.scenario))
        return Review(report, evidence, None, taken_at, before, error, folder)
    seen = _course(evidence, truth=report.result is Result.PASSED)
    return Review(report, evidence, seen, taken_at, before, folder=folder)


def _course(evidence: Path, *, truth: bool) -> LapTimeline | None:
    try:
        return course(evidence, truth=truth)
    except LabError:
        # The report says already that the evidence is broken.
        return None


def _before(own: Attempt, attempts: Sequence[Attempt]) -> Before | None:
    """Return the latest judged one of the same scenario that was taken earlier; `attempts` have the latest first."""
    rest = attempts[attempts.index(own) + 1 :]
    found = next((one for one in rest if one.scenario == own.scenario and one.score is not None), None)
    return Before(found, tuple(Store().checks(found.id))) if found else None


def _says(scenario: str) -> Mapping[str, str]:
    """Return what each check of a scenario means, where it is still there: progress keeps their names alone."""
    try:
        return {check.id: check.says for check in find(scenario).scenario.checks if not check.hidden}
    except LabError:
        return {}


def remembered(attempt: Attempt, checks: Sequence[CheckRecord], says: Mapping[str, str]) -> Report:
    """Return what progress keeps of an attempt, as a report without reasons, rows and phases, which evidence has."""
    total = attempt.money
    return Report(
        scenario=attempt.scenario,
        scenario_hash="",
        title=attempt.title,
        customer="",
        runtime=attempt.runtime,
        seed=None,
        exam=True,
        use=None,
        laps=(1,),
        result=Result(attempt.result),
        score=attempt.score,
        pass_mark=attempt.pass_mark,
        reason=attempt.reason,
        checks=tuple(_check(one, says.get(one.id, one.id)) for one in checks),
        money=None if total is None else Money(attempt.currency or "", 1, total, {}, None, None, attempt.recovered),
    )


def _check(kept: CheckRecord, says: str) -> CheckReport:
    return CheckReport(
        id=kept.id,
        family=kept.family,
        says=says,
        gate=kept.gate,
        weight=kept.weight,
        verdict=Verdict(kept.verdict),
        credit=kept.credit,
        points=kept.points,
        worth=kept.worth,
        expected=kept.expected,
        observed=kept.observed,
    )


def export(seen: Review) -> list[Path]:
    """Write the report as Markdown and as JSON beside its evidence.

    Raises `UsageProblem` where there is none any more, and `LabError` where a file cannot be written.
    """
    from labs.exam.reports import write

    if seen.trouble is not None:
        raise UsageProblem("there is no evidence to report from", "`fdelab progress --json` has what is remembered")
    return write(seen.report, ("markdown", "json"), seen.evidence)
