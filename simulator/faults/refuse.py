"""New connections are torn down as they open; those that are open already go on."""

from random import Random

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Reset


class Refuse(FaultParams):
    """Nothing to set: `refuse: {}`."""


def _effect(_params: Refuse, _rng: Random) -> FaultEffect:
    return FaultEffect("request", (Reset(),))


REFUSE = FaultKind("refuse", Refuse, frozenset({"http", "tcp"}), _effect, reach="opening", denies=True)
