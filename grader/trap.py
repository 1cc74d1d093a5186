"""Name the trap: which of the engagement's proven wrong fixes a deployment behaves as.

Every wrong fix has left a pattern when the engagement was proven: which checks it passed, failed and skipped, and
between which figures. A failed exam with the same pattern, and with no other's, gets its name.
"""

import math
from collections.abc import Mapping, Sequence

from grader.report import CheckReport, TrapReport
from grader.verdict import Verdict
from simulator.evidence.run import Seen, Trap

MOST_OFF = 1.1
"""Average surprise (nats) of a check up to which a deployment behaves as a trap."""
LEAST_AHEAD = 0.7
"""Surprise by which the second best has to be further away, in total."""
_UNSEEN = 0.25
"""How many exams count as seen of each verdict that was not."""
_FAR = 3.0
"""The most that one figure says against a trap."""
_NEAR = 0.02
"""Share of a figure that is no difference."""

_VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.SKIPPED)


def named(checks: Sequence[CheckReport], traps: Sequence[Trap]) -> TrapReport | None:
    """Return the trap whose pattern the judged checks have; None when it is none's, or may be another's as well."""
    far = sorted(((surprise(checks, trap.checks), number) for number, trap in enumerate(traps)), key=lambda one: one[0])
    if not far or not checks:
        return None
    nearest, number = far[0]
    found = traps[number]
    others = [surprise for surprise, other in far[1:] if traps[other].fails_because]
    ahead = min(others, default=math.inf) - nearest
    if nearest / len(checks) > MOST_OFF or ahead < LEAST_AHEAD or not found.fails_because:
        return None
    return TrapReport(found.name, found.behaves, found.tempts, found.fails_because)


def surprise(checks: Sequence[CheckReport], pattern: Mapping[str, Seen]) -> float:
    """Return how little the checks look like a pattern, from 0: verdicts by frequency, figures by distance."""
    return sum(_surprise(check, pattern[check.id]) for check in checks if check.id in pattern)


def _surprise(check: CheckReport, seen: Seen) -> float:
    exams = sum(seen.verdicts.values())
    times = seen.verdicts.get(str(check.verdict), 0)
    odds = -math.log((times + _UNSEEN) / (exams + _UNSEEN * len(_VERDICTS)))
    return odds + _distance(check.value, seen)


def _distance(value: float | None, seen: Seen) -> float:
    """Return how far a figure is from those seen, in widths of their range; small differences are none."""
    if value is None or seen.min is None or seen.max is None or not math.isfinite(value):
        return 0.0
    width = seen.max - seen.min + _NEAR * max(abs(seen.max), abs(seen.min), abs(value)) + 1e-9
    off = max(seen.min - value, value - seen.max, 0.0) / width
    return min(off, _FAR)
