"""Put a report together from judged checks."""

from collections.abc import Sequence
from dataclasses import replace

from grader import brief, lag, scoring, strain
from grader.checks import Judged, clean
from grader.context import EvidenceView, GradingContext
from grader.measures.base import ANSWERED
from grader.money import money
from grader.report import CheckReport, PhaseReport, Report
from grader.verdict import Result, Verdict
from scenarios import expectation
from scenarios.expectation import Expectation
from scenarios.model import Check, Scenario
from simulator.evidence.run import UNPLAYABLE, Run

RUN_AGAIN = (
    "This is no fault of the submission. Run the exam again; `fdelab doctor` says whether the machine is fit for it."
)
"""Advice for a world that failed."""
MACHINE_BUSY = (
    "This machine is too slow at the moment, which is no fault of the submission. Hold the exam on another machine, or "
    "with fewer worlds beside it: `fdelab doctor` names those that run here."
)
"""Advice when the machine was too slow for an exam."""
REPAIR_ENGAGEMENT = (
    "The engagement needs repair, not the submission, and another exam would end the same; `fdelab scenario lint` and "
    "`fdelab scenario verify` tell more."
)
"""Advice for a check that cannot be asked."""


def error(run: Run, reason: str) -> Report:
    """Return the report on a lap that cannot be judged, through no fault of the submission."""
    judged = [Judged(check, Verdict.ERROR, reason) for check in _checks(run.scenario)]
    advice = REPAIR_ENGAGEMENT if (run.failed or "").startswith(UNPLAYABLE) else RUN_AGAIN
    return replace(_blank(run, Result.ERROR, reason), advice=advice, checks=check_reports(judged))


def not_started(run: Run) -> Report:
    """Return the report on a deployment that never became ready: nothing works, so nothing is earned."""
    assert run.deployment is not None
    said = run.deployment
    reason = clean(f"{said.service or 'The deployment'} did not start: {said.reason or 'no reason known'}")
    judged = [Judged(check, Verdict.SKIPPED, reason) for check in _checks(run.scenario)]
    return replace(
        _blank(run, Result.FAILED, reason),
        score=0.0,
        advice="Repair it, and try it with `fdelab redeploy`; what it printed last is below.",
        last_lines=tuple(map(clean, said.last_lines)),
        checks=check_reports(judged),
    )


def _checks(scenario: Scenario) -> list[Check]:
    told = brief.check(scenario)
    return [*scenario.checks, *([told] if told else [])]


def judged(run: Run, context: GradingContext, results: Sequence[Judged]) -> Report:
    """Return the report on judged checks."""
    result, reason, points = outcome(run, results)
    return replace(
        _blank(run, result, reason),
        score=points if result in (Result.PASSED, Result.FAILED) else None,
        advice=REPAIR_ENGAGEMENT if result is Result.ERROR else None,
        checks=check_reports(results, truth=context.truth or (result is Result.PASSED and not context.live)),
        money=money(context),
        phases=_phases(context),
        waiting=context.windows.waiting,
    )


def outcome(run: Run, results: Sequence[Judged]) -> tuple[Result, str, float]:
    """Return the result of judged checks, the reason for it, and the score from 0 to 100."""
    points = scoring.score(_marks(results))
    return (*_result(run.scenario.pass_, results, points), points)


def unsealed(run: Run) -> tuple[str, ...]:
    """Return warnings about restrictions that the exam's machine could not enforce on the deployment."""
    return tuple(f"Not sealed: {clean(what)}" for what in run.unsealed)


def late(seconds: float | None) -> tuple[str, ...]:
    """Return the warning that the traffic generator was late, if it was; `seconds` is the 99th percentile."""
    if seconds is None or seconds < lag.WARN_S:
        return ()
    return (f"Traffic was sent late: {seconds * 1000:.0f} ms at the 99th percentile, so the machine was busy",)


def too_slow(slowdown: float | None) -> tuple[str, ...]:
    """Return the warning that the machine is too slow for an exam, from the slowdown seen in a live world."""
    return tuple(f"{line}. {_EXAMS_HERE}" for line in strained(slowdown))


_EXAMS_HERE = "This machine is too slow for an exam now: hold it elsewhere, or run fewer worlds (`fdelab doctor`)"


def strained(slowdown: float | None) -> tuple[str, ...]:
    """Return the warning that other work kept the machine busy, if it did."""
    return () if slowdown is None or slowdown < strain.WARN else (f"The machine was busy: {strain.told(slowdown)}",)


def restarts(run: Run) -> tuple[str, ...]:
    """Return warnings about services that stopped by themselves."""
    lines = []
    for service in sorted({str(r.get("service")) for r in run.restarts}):
        ends = [r for r in run.restarts if str(r.get("service")) == service]
        memory = sum(bool(r.get("out_of_memory")) for r in ends)
        times = "once" if len(ends) == 1 else f"{len(ends)} times"
        why = f", {'' if memory == len(ends) else f'{memory} of them '}out of memory" if memory else ""
        lines.append(f"{service} ended by itself {times}{why}")
    return tuple(lines)


def unread(run: Run) -> tuple[str, ...]:
    """Return the notice that a live world does not judge the brief, which only exams do, so that nobody guesses."""
    return ("The brief is not read here; `fdelab brief` looks at its form, and the exam at the rest",) * (
        run.scenario.brief is not None
    )


def _result(mark: float, judged: Sequence[Judged], points: float) -> tuple[Result, str]:
    by = {v: [j.check.id for j in judged if j.verdict is v and (j.check.weight or j.check.gate)] for v in Verdict}
    if by[Verdict.ERROR]:
        return Result.ERROR, f"Not to be judged: {', '.join(by[Verdict.ERROR])}"
    if by[Verdict.WAITING]:
        return Result.WAITING, f"{len(by[Verdict.WAITING])} of {len(judged)} checks wait for phases yet to come"
    gates = [j.check.id for j in judged if j.check.gate and j.verdict is not Verdict.PASS]
    if gates:
        return Result.FAILED, f"{'Gates' if len(gates) > 1 else 'Gate'} {', '.join(gates)} did not pass"
    if points < mark:
        return Result.FAILED, f"The score is under the pass mark of {mark:g}"
    return Result.PASSED, f"Every gate passed, and the score reaches the pass mark of {mark:g}"


def _marks(results: Sequence[Judged]) -> list[scoring.Mark]:
    return [scoring.Mark(j.check.weight, j.credit, j.check.gate, j.verdict is Verdict.PASS) for j in results]


def check_reports(results: Sequence[Judged], *, truth: bool = True) -> tuple[CheckReport, ...]:
    """Return what a report says of judged checks; without `truth`, as far as the customer could know it."""
    marks = _marks(results)
    return tuple(
        _check_report(judged, scoring.points_available(judged.check.weight, marks), truth=truth) for judged in results
    )


def _check_report(judged: Judged, available: float, *, truth: bool) -> CheckReport:
    check, expected = judged.check, _expected(judged.check.expect)
    threshold = expected.value if expected else 0.0
    return CheckReport(
        id=check.id,
        family=check.family,
        says=check.says,
        gate=check.gate,
        weight=check.weight,
        verdict=judged.verdict,
        credit=judged.credit,
        points=available * judged.credit,
        worth=available,
        expected=expectation.describe(expected) if expected else check.expect,
        observed=judged.observed,
        value=judged.value,
        unit=judged.unit,
        margin=judged.margin,
        margin_share=judged.margin / abs(threshold) if judged.margin is not None and threshold else None,
        reason=judged.reason,
        hint=check.hint if judged.verdict is Verdict.FAIL else None,
        rows=judged.rows if truth or judged.told is None else judged.told,
        sql=judged.sql if truth else None,
        optional=check.optional,
    )


def _expected(text: str) -> Expectation | None:
    """Return the check's expectation; None when it cannot be parsed, which the check's own reason reports."""
    try:
        return expectation.parse(text)
    except ValueError:
        return None


def _phases(context: GradingContext) -> tuple[PhaseReport, ...]:
    counted = [w for w in context.windows.latest if not w.drain]
    rows = EvidenceView(context.evidence, tuple(counted)).rows(_BY_PHASE, len(counted))
    numbers = {(row["lap"], row["phase"]): row for row in rows}
    shifts = {phase.name for phase in context.scenario.phases if phase.shift}
    reports = []
    for w in counted:
        row = numbers.get((w.lap, w.phase), {"intended": 0, "answered": 0, "wrong": 0, "p95": None})
        counts = (row["intended"], row["answered"], row["wrong"], row["p95"])
        reports.append(PhaseReport(w.phase, w.lap, w.begins, w.ends, w.graded, w.phase in shifts, *counts))
    return tuple(reports)


_BY_PHASE = f"""
    select lap, phase, count(*) as intended, count(*) filter (where {ANSWERED}) as answered,
        count(*) filter (where outcome = 'wrong') as wrong,
        quantile_disc(done_at - intended_at, 0.95) filter (where {ANSWERED}) as p95
    from requests group by lap, phase
"""


def _blank(run: Run, result: Result, reason: str) -> Report:
    return Report(
        scenario=run.scenario.id,
        scenario_hash=run.scenario_hash,
        title=run.scenario.title,
        customer=run.scenario.customer.name,
        runtime=run.runtime,
        seed=run.seed,
        exam=run.exam,
        use=run.use,
        laps=(run.lap,),
        result=result,
        score=None,
        pass_mark=run.scenario.pass_,
        reason=clean(reason),
        slowdown=run.slowdown if run.slowdown is None else round(run.slowdown, 2),
        warnings=unsealed(run),
    )
