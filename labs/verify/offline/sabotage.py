"""Wrong on purpose, as often as the scenario endures: a check with a tolerance must not be an allowance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grader.report import Report
from labs.verify.offline.base import Base, Told
from labs.verify.offline.play import Change, Played, play
from labs.verify.offline.stage import Asked, Stage
from scenarios import expectation
from scenarios.model import Check
from simulator import seeds

AIM = 0.8
"""How much of a check's tolerance is used up."""
_TRIES = 4


@dataclass(frozen=True)
class Sabotage:
    """A deployment that spoils a share of its answers."""

    check: str
    change: str
    share: float
    value: float
    played: Played


def tolerant(check: Check) -> float | None:
    """Return the distance from flawless to the threshold of a share that is bounded; None where it is no such check."""
    found = expectation.parse(check.expect)
    if found.unit != "share":
        return None
    bound = 1 - found.value if found.op in (">=", ">") else found.value
    return bound if found.op != "==" and 0 < bound < 1 else None


def sabotage(stage: Stage, base: Base, honest: Report, check: Check, change: Change, spoilt: Report) -> Sabotage | None:
    """Return the deployment that makes `change` so often that the check has used up 80 % of what it endures.

    `spoilt` is the report on one that always makes it. None where no share does that, or the check does not depend on
    the share.
    """
    if change.answer is None:
        return None
    sound, broken = _value(honest, check.id), _value(spoilt, check.id)
    found = expectation.parse(check.expect)
    if sound is None or broken is None or math.isclose(sound, broken):
        return None
    target = sound + AIM * (found.value - sound)
    low, high = (0.0, sound), (1.0, broken)
    cases = list(dict.fromkeys(case_of(asked) for asked in stage.requests))
    best: Sabotage | None = None
    for _ in range(_TRIES):
        share = low[0] + (target - low[1]) / (high[1] - low[1]) * (high[0] - low[0])
        if not 0 < share < 1:
            return best
        played = play(stage, base, [partly(change, share, cases, stage.seed)])
        value = _value(played.report, check.id)
        if value is None:
            return best
        if found.met(value):
            best, low = Sabotage(check.id, change.name, share, value, played), (share, value)
        else:
            high = (share, value)
        if math.isclose(value, target, rel_tol=0.05, abs_tol=0.002) or math.isclose(low[1], high[1]):
            break
    return best


def _value(report: Report, check: str) -> float | None:
    return next((one.value for one in report.checks if one.id == check), None)


def partly(change: Change, share: float, cases: Sequence[str], seed: int) -> Change:
    """Return the change made to exactly that share of all cases: a case is spoilt as a whole or not at all.

    A greater share spoils the same cases, and more.
    """
    answer = change.answer
    assert answer is not None
    ranked = sorted(cases, key=lambda case: seeds.rng(seed, "sabotage", case).random())
    spoilt = frozenset(ranked[: round(share * len(ranked))])

    def some(asked: Asked, told: Told) -> Told:
        return answer(asked, told) if case_of(asked) in spoilt else told

    return Change(f"{change.name} for {share:.1%}", change.about, some)


def case_of(asked: Asked) -> str:
    """Return what a request is about: its key, or itself."""
    return str(asked.intent.key or asked.intent.id)
