"""Check which share of the loss each cause is said to have."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from grader.brief.parts import Part, Reading
from scenarios.shares import distance

if TYPE_CHECKING:
    from grader.brief.truth import Truth

FULL, NOTHING = 0.15, 0.35
"""Up to so much of the loss may stand at a wrong cause for all the points; from so much on there are none.

Measured with the causes of the library's scenarios (tests/unit/grader/test_attributed.py): who knows every cause and
is off by up to half of each at random, keeps 97 of 100 points in the mean. Equal shares for all causes earn nothing,
and of random tables no more than four in a thousand earn anything.
"""
DECOY = 0.05
"""From more than this share on, what only looks like a cause counts as claimed."""
HALVED = 0.5


def judge(reading: Reading, true: "Truth", points: float) -> Part:
    """Return the part that all shares together earn."""
    claimed = {name: claim.share for name, claim in reading.brief.claims.items()}
    if not claimed:
        return Part("shares", points, reading.says("You do not tell me what it came from."), 0.0)
    share = credit(claimed, true.shares, true.decoys)
    wrong = next((name for name in claimed if name in true.decoys and claimed[name] > DECOY), None)
    if share >= 1:
        return Part("shares", points)
    if wrong is not None:
        says = reading.spec.claims.causes[wrong].says
        return Part("shares", points, reading.says(f"I had it put right that {says}, and we lost no less."), share)
    off = "not how you put it" if share > 0 else "another picture altogether"
    return Part("shares", points, reading.says(f"I went through our books, cause by cause: it is {off}."), share)


def credit(claimed: Mapping[str, float], true: Mapping[str, float], decoys: Collection[str]) -> float:
    """Return which share of its points a table of shares earns, from 0 to 1."""
    found = min(1.0, max(0.0, (NOTHING - distance(claimed, true)) / (NOTHING - FULL)))
    return found * (HALVED if any(claimed.get(name, 0.0) > DECOY for name in decoys) else 1.0)
