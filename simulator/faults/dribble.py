"""A body comes a few bytes at a time, so slowly that it takes for ever, so steadily that no read time-out sees it.

What does it: a proxy with tiny buffers behind a saturated line, a server that starves, a mobile link at its edge.
`bandwidth` is the same as an even flow, `slicer` as writes of a connection.
"""

from random import Random

from pydantic import Field

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import FaultEffect, Slices


class Dribble(FaultParams):
    """`dribble: {bytes: 1, every: 500ms}`."""

    bytes: int = Field(default=1, ge=1)
    """So many at a time."""
    every: Wall = Field(ge=0.001)
    """One portion each."""


def _effect(params: Dribble, _rng: Random) -> FaultEffect:
    slices = Slices(params.bytes, 0, params.every)
    return FaultEffect("response", (slices,), f"{params.bytes} bytes every {params.every:g} s")


DRIBBLE = FaultKind("dribble", Dribble, frozenset({"http"}), _effect)
