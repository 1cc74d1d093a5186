"""The connection is torn down with a TCP RST (RFC 9293 §3.5.3), as by a dying peer or a firewall."""

from random import Random

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Reset, Side


class ResetParams(FaultParams):
    """`reset:` alone is enough."""

    on: Side = "request"
    """`request`: the target never sees it. `response`: the target has done its work, and the answer is lost."""
    after: Wall = 0.0
    """The caller waits so long for the end."""


def _effect(params: ResetParams, _rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Reset(params.after),))


RESET = FaultKind("reset", ResetParams, frozenset({"http", "tcp"}), _effect, denies=True)
