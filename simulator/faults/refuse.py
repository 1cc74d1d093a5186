"""New connections are torn down as they open; those that are open already go on."""

from random import Random

from simulator.faults.base import FaultEffect, FaultKind, FaultParams, Reset


class Refuse(FaultParams):
    """Nothing to set: `refuse: {}`."""


def _blow(_params: Refuse, _rng: Random) -> FaultEffect:
    return FaultEffect("request", ending=Reset())


REFUSE = FaultKind("refuse", Refuse, frozenset({"http", "tcp"}), _blow, reach="opening", denies=True)
