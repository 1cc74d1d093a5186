"""Turn checks into a score from 0 to 100."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

GATE_CAP = 50.0
"""The highest score when a gate did not pass."""


@dataclass(frozen=True)
class Mark:
    """What scoring needs to know about one check."""

    weight: float
    credit: float
    """From 0 to 1."""
    gate: bool
    passed: bool


def points_available(weight: float, marks: Sequence[Mark]) -> float:
    """Return how many points out of 100 a check of this weight can earn beside the others."""
    total = sum(mark.weight for mark in marks)
    return 100 * weight / total if total else 0.0


def score(marks: Sequence[Mark]) -> float:
    """Return the score from 0 to 100 in tenths, rounded down, so that the number shown is the number that decides.

    A check that earns nothing still counts in the denominator, for whatever reason. When no check has a weight, all
    credit is earned and the gates alone decide.
    """
    total = sum(mark.weight for mark in marks)
    earned = 100 * sum(mark.weight * mark.credit for mark in marks) / total if total else 100.0
    capped = any(mark.gate and not mark.passed for mark in marks)
    return tenth(min(earned, GATE_CAP) if capped else earned)


def tenth(points: float) -> float:
    """Return the points rounded down to a tenth; one that floating point just missed counts as reached."""
    return min(100.0, math.floor(points * 10 + 1e-6) / 10)
