"""Nobody is there: connections are refused (ECONNREFUSED), and those that were open are closed."""

from random import Random

from simulator.faults.base import End, FaultEffect, FaultKind, FaultParams


class Down(FaultParams):
    """Nothing to set: `down: {}`."""


def _blow(_params: Down, _rng: Random) -> FaultEffect:
    return FaultEffect("request", ending=End())


DOWN = FaultKind("down", Down, frozenset({"http", "tcp"}), _blow, reach="link")
