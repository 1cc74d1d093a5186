"""Decide whether trouble with the traffic generator affects a judgement.

If the generator was late, answers look slow; if it could not send, they look missing. The machine is to blame for that,
unless the deployment itself used up the machine (`grader.limits`): then it counts against the deployment.
"""

from collections.abc import Sequence
from dataclasses import replace

from grader.checks import Judged, judge_all
from grader.context import LATE_S, GradingContext

WARN_S = 0.050
"""Seconds that traffic was late (99th percentile) from which a report warns."""
SERIOUS_S = LATE_S
"""Seconds that traffic was late (99th percentile) from which a verdict may not stand."""


def trouble(context: GradingContext, seconds: float) -> str | None:
    """Return what went so wrong with traffic that a verdict may not stand, as the beginning of a sentence, or None.

    `seconds` says how late traffic was sent, as the 99th percentile.
    """
    if seconds >= SERIOUS_S:
        return "Traffic was sent so late"
    ((unsent,),) = context.evidence.ask("select count(*) from requests where outcome = 'unsent'")
    return f"So much traffic could not be sent ({unsent} requests)" if unsent else None


def again(context: GradingContext, judged: Sequence[Judged]) -> list[Judged]:
    """Judge the same checks again, on the requests that were sent alone, with latency counted from when they were."""
    return judge_all(replace(context, as_sent=True), [j.check for j in judged])


def changed(judged: Sequence[Judged], again: Sequence[Judged]) -> tuple[str, ...]:
    """Return the ids of the checks whose verdict differs between the two judgements."""
    return tuple(a.check.id for a, b in zip(judged, again, strict=True) if a.verdict is not b.verdict)
