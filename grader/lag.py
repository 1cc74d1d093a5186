"""What a traffic generator in trouble means for a judgement.

One that was late makes answers look slow, and one that could not send makes them look missing. That is the machine's
fault, unless the deployment itself used up the machine (`grader.limits`): then it is part of what the deployment did.
"""

from collections.abc import Sequence
from dataclasses import replace

from grader.checks import Judged, judge_all
from grader.context import LATE, GradingContext

WARN = 0.050
"""Seconds late, 99th percentile, from which a report says so."""
SERIOUS = LATE
"""Seconds late from which a verdict may not stand."""


def trouble(case: GradingContext, seconds: float) -> str | None:
    """What of traffic went so wrong that a verdict may not stand, as the begin of a sentence; None when all is well.

    `seconds` is how late traffic was sent, 99th percentile.
    """
    if seconds >= SERIOUS:
        return "Traffic was sent so late"
    ((unsent,),) = case.evidence.ask("select count(*) from requests where outcome = 'unsent'")
    return f"So much traffic could not be sent ({unsent} requests)" if unsent else None


def again(case: GradingContext, judged: Sequence[Judged]) -> list[Judged]:
    """The same checks, judged of what was sent alone, its latency counted from sending."""
    return judge_all(replace(case, as_sent=True), [j.check for j in judged])


def changed(judged: Sequence[Judged], again: Sequence[Judged]) -> tuple[str, ...]:
    """Ids of the checks that have another verdict in the second judgement."""
    return tuple(a.check.id for a, b in zip(judged, again, strict=True) if a.verdict is not b.verdict)
