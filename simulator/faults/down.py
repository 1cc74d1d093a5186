"""Nobody is there: connections are refused (ECONNREFUSED), and those that were open are closed."""

from random import Random

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import End, FaultEffect


class Down(FaultParams):
    """Nothing to set: `down: {}`."""


def _effect(_params: Down, _rng: Random) -> FaultEffect:
    return FaultEffect("request", (End(),))


DOWN = FaultKind("down", Down, frozenset({"http", "tcp"}), _effect, reach="link")
