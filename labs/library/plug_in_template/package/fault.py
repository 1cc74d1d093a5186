"""A system was switched off for good, and whatever stands in its place says so.

What does it: an endpoint that its owner retired, behind a gateway that is still there.
"""

from random import Random

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Reply


class Retired(FaultParams):
    """`retired: {}` answers every request that it strikes."""

    says: str = "This interface was switched off."
    """The text of the answer."""


def _effect(params: Retired, _rng: Random) -> FaultEffect:
    reply = Reply(410, params.says.encode(), "text/plain; charset=utf-8", ())
    return FaultEffect("request", (reply,), "answered 410")


FAULT = FaultKind("retired", Retired, frozenset({"http"}), _effect, denies=True)
