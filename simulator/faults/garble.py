"""Bytes are flipped inside a body, at its brackets and quotes where it has them: what was JSON or XML is no more.

What does it: a proxy that rewrites content (transcoders of mobile networks, injectors of banners), a cache with a bad
disk, a load balancer with bad memory behind the TCP checksum. Its length stays, so that only who reads it notices.
"""

from dataclasses import dataclass
from random import Random

from pydantic import Field

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Changed, FaultEffect, Rewrite, Side
from simulator.faults.message import Message

_STRUCTURE = frozenset(b'{}[]:,"<>=/')
_BIT = 0x80
"""Out of ASCII: between ASCII bytes, what results is no UTF-8 either."""


class GarbleParams(FaultParams):
    """`garble:` alone flips one byte."""

    bytes: int = Field(default=1, ge=1, le=1000)
    """How many, at most all that the body has."""
    on: Side = "response"
    """What goes to the target (`request`), or what comes back (`response`)."""


@dataclass(frozen=True)
class Garble:
    """Flips `count` bytes at places that `seed` decides."""

    count: int
    seed: int

    def __call__(self, message: Message) -> Changed | None:
        body = bytearray(message.body)
        places = [i for i, byte in enumerate(body) if byte in _STRUCTURE] or list(range(len(body)))
        if not places:
            return None
        for place in Random(self.seed).sample(places, min(self.count, len(places))):
            body[place] ^= _BIT
        flipped = min(self.count, len(places))
        effect = f"{flipped} of {len(body)} bytes flipped"
        return Changed(message.carrying(bytes(body)), effect)


def _effect(params: GarbleParams, rng: Random) -> FaultEffect:
    return FaultEffect(params.on, (Rewrite(Garble(params.bytes, rng.getrandbits(63))),))


GARBLE = FaultKind("garble", GarbleParams, frozenset({"http"}), _effect)
