"""One report on several exams of the same deployment with seeds of their own: that of the worst, and their spread.

A deployment that passes once may have had luck. Where reliability counts, all of several exams have to be passed, as
in pass^k of τ-bench (Yao et al. 2024, arXiv:2406.12045).
"""

from collections.abc import Sequence
from dataclasses import replace

from grader.report import Repeated, Report
from grader.verdict import Result

_WORST = (Result.FAILED, Result.ERROR, Result.WAITING, Result.PASSED)


def worst(reports: Sequence[Report]) -> Report:
    """Return the worst of the reports, of which there is at least one, with the results of all of them.

    A failed exam is worse than one that could not be judged, which is worse than a passed one; of two with the same
    result the one with the lower score is worse, and then the earlier one.
    """
    found = min(reports, key=lambda report: (_WORST.index(report.result), report.score or 0.0))
    results = tuple(report.result for report in reports)
    scores = tuple(report.score for report in reports)
    return replace(found, repeated=Repeated(len(reports), results.count(Result.PASSED), results, scores))


def spread(repeated: Repeated) -> str:
    """Return what all exams came to, in a sentence."""
    of = f"The worst of {repeated.exams} exams, each with a seed of its own: {repeated.passed} passed"
    failed, unjudged = (repeated.results.count(result) for result in (Result.FAILED, Result.ERROR))
    more = [f"{failed} did not"] * bool(failed) + [f"{unjudged} could not be judged"] * bool(unjudged)
    scores = sorted(score for score in repeated.scores if score is not None)
    said = ", ".join([of, *more])
    if not scores:
        return f"{said}."
    return f"{said}. Scores from {scores[0]:.1f} to {scores[-1]:.1f}, median {_median(scores):.1f}."


def _median(values: Sequence[float]) -> float:
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
