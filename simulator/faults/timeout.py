"""The connection stands and nothing is answered: the caller's own time-out decides how long it waits."""

from random import Random

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Side, Silence


class Timeout(FaultParams):
    """`timeout:` alone is enough."""

    after: Wall | None = None
    """The connection is closed after so long; left out: it stays as long as the caller does."""
    on: Side = "request"
    """`request`: the target never sees it. `response`: the target does its work and the answer is lost."""


def _effect(params: Timeout, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Silence(params.after),))


TIMEOUT = FaultKind("timeout", Timeout, frozenset({"http", "tcp"}), _effect, denies=True)
