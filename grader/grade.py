"""Turn evidence into a report: `grade` an exam's lap, or `check` a live world's laps. Pure: files in, report out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grader import brief, compose, lag, limits, strain, trap
from grader.asked import asked
from grader.checks import SERVES, Judged, judge_all
from grader.context import GradingContext
from grader.report import Report
from grader.verdict import Result
from simulator.evidence import windows
from simulator.evidence.reader import Evidence
from simulator.evidence.run import UNPLAYABLE, EvidenceMissing, EvidenceTorn, Run


def grade(folder: Path, *, truth: bool = True) -> Report:
    """Return the report on an exam's evidence folder.

    Without `truth`, it shows what the customer could know, unless the exam was passed: of the rows behind a check that
    failed, the customer's columns, and not the check's question.

    Raises `EvidenceMissing` or `EvidenceTorn` when not even its `run.json` can be read; any other trouble is told by
    the report.
    """
    run = Run.read(folder)
    return replace(_grade(folder, run, truth=truth), asked=asked(folder))


def _grade(folder: Path, run: Run, *, truth: bool) -> Report:
    early = _unfit(run)
    if early is not None:
        return early
    try:
        with Evidence(folder) as evidence:
            context = GradingContext(evidence, windows.exam(run), run.scenario, run.calibration, truth=truth)
            silent = _silent(context)
            if silent:
                return compose.error(
                    run, f"Traffic intended no request of {', '.join(silent)}, so there is nothing to judge"
                )
            return _exam(run, context, brief.judge(folder, run.scenario))
    except EvidenceTorn as error:
        return compose.error(run, f"The evidence is broken: {error}")


def check(folders: Iterable[Path], *, truth: bool = True) -> Report:
    """Return the report on the latest complete phases of a live world, from its lap folders; `truth` as in `grade`.

    Raises `EvidenceMissing` when no lap has begun, `EvidenceTorn` when a `run.json` cannot be read.
    """
    laps = _begun(folders)
    newest = max((run for run, _ in laps), key=lambda run: run.lap)
    if newest.deployment is not None and not newest.deployment.started:
        return compose.not_started(newest)
    try:
        with Evidence(*(folder for _, folder in laps)) as evidence:
            found = windows.live(evidence.runs, evidence.reached())
            context = GradingContext(evidence, found, newest.scenario, newest.calibration, live=True, truth=truth)
            used = {w.lap for w in (*found.latest, *found.whole)}
            late = max((run.lag_p99 or 0.0 for run in evidence.runs if run.lap in used), default=0.0)
            slow = max((run.slowdown or 0.0 for run in evidence.runs), default=0.0)
            warnings = (
                *compose.late(late), *compose.too_slow(slow), *compose.restarts(newest), *compose.unread(newest)
            )  # fmt: skip
            return replace(
                compose.judged(newest, context, _judge(context)), laps=tuple(sorted(used)), warnings=warnings
            )
    except EvidenceTorn as error:
        return compose.error(newest, f"The evidence is broken: {error}")


def _begun(folders: Iterable[Path]) -> list[tuple[Run, Path]]:
    laps = []
    for folder in folders:
        try:
            laps.append((Run.read(folder), folder))
        except EvidenceMissing:
            # A lap's folder is there a moment before its `run.json`.
            continue
    if not laps:
        raise EvidenceMissing("no lap has begun yet")
    return laps


def _unfit(run: Run) -> Report | None:
    """Return the report on a lap whose tables cannot be graded; None when they can."""
    if run.failed is not None:
        ours = not run.failed.startswith(UNPLAYABLE)
        return compose.error(
            run, f"The simulated world failed: {run.failed}" if ours else f"{run.failed[0].upper()}{run.failed[1:]}"
        )
    if not run.finished:
        return compose.error(run, "The lap did not finish: whatever ran it ended first")
    if run.deployment is None:
        return compose.error(run, "The evidence does not say whether the deployment started")
    if not run.deployment.started:
        return compose.not_started(run)
    gone = [p.name for p in run.scenario.phases if p.graded and p.name not in {s.name for s in run.spans}]
    return compose.error(run, f"Phase {gone[0]!r} did not take place") if gone else None


def _exam(run: Run, context: GradingContext, told: Judged | None) -> Report:
    judged = _judge(context)
    late = run.lag_p99 or 0.0
    warnings = (*compose.unsealed(run), *compose.late(late), *compose.strained(run.slowdown), *compose.restarts(run))
    results = [*judged, *([told] if told else [])]
    report = replace(compose.judged(run, context, results), warnings=warnings)
    if report.result is Result.ERROR:
        return report
    excuse, lost = _lateness(run, context, judged, told)
    if excuse is None and report.result is Result.FAILED:
        excuse = strain.trouble(run, context)
    if excuse is None:
        return _named(run, replace(report, warnings=(*warnings, *lost)))
    own = limits.own(run, context)
    if own is not None:
        counted = f"{excuse}. That counts as the deployment's: {own}"
        return _named(run, replace(report, warnings=(*report.warnings, counted)))
    checks = compose.check_reports(results, truth=context.truth)
    return replace(report, result=Result.ERROR, score=None, reason=excuse, advice=compose.MACHINE_BUSY, checks=checks)


def _named(run: Run, report: Report) -> Report:
    """Return the report with the trap that a deployment which did not pass behaves as; one that ships has its name."""
    if report.result is not Result.FAILED or run.calibration is None:
        return report
    return replace(report, trap=trap.named(report.checks, run.calibration.traps))


def _lateness(
    run: Run, context: GradingContext, judged: Sequence[Judged], told: Judged | None
) -> tuple[str | None, tuple[str, ...]]:
    """Return why a late generator decided the result, if it did; else a warning if it changed the score."""
    trouble = lag.trouble(context, run.lag_p99 or 0.0)
    if trouble is None:
        return None, ()
    again, brief_too = lag.again(context, judged), [told] if told else []
    was, _, points = compose.outcome(run, [*judged, *brief_too])
    would, _, others = compose.outcome(run, [*again, *brief_too])
    different = lag.changed(judged, again)
    if different:
        return f"{trouble} that it decides {', '.join(different)}: the machine was too busy", ()
    if was is not would:
        scores = f"a score of {points:g}, and {others:g} of what was sent alone"
        return f"{trouble} that it decides the result ({scores}): the machine was too busy", ()
    if points != others:
        return None, (f"{trouble} that the score is {points:g}; of what was sent alone it would be {others:g}",)
    return None, ()


def _judge(context: GradingContext) -> list[Judged]:
    serves, *_ = judge_all(context, [SERVES])
    return [serves, *judge_all(context, context.scenario.checks, {SERVES.id: serves})]


def _silent(context: GradingContext) -> list[str]:
    intended = {stream for (stream,) in context.evidence.ask("select distinct stream from requests")}
    return [stream for stream in context.scenario.traffic if stream not in intended]
