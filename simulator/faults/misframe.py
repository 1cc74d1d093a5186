"""An answer's chunks are broken: half of the body comes in a good one, then a size that is no number.

What does it: a proxy that writes an error page into a stream that it has begun, or a worker's log line that lands in
it. A client must not take what came for the whole (RFC 9112 §7.1, §8).
"""

from dataclasses import replace
from random import Random

from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Changed, FaultEffect, Rewrite
from simulator.faults.message import Message

_NO_SIZE = b"upstream error\r\n"


class Misframe(FaultParams):
    """Nothing to set: `misframe: {}`."""


def _edit(message: Message) -> Changed | None:
    if not message.body:
        return None
    half = message.body[: (len(message.body) + 1) // 2]
    kept = (*message.unframed(), ("Transfer-Encoding", "chunked"))
    spoilt = b"%x\r\n%b\r\n%b" % (len(half), half, _NO_SIZE)
    effect = f"a broken chunk behind {len(half)} of {len(message.body)} bytes"
    return Changed(replace(message, headers=kept, chunked=True), effect, spoilt)


def _effect(_params: Misframe, _rng: Random) -> FaultEffect:
    return FaultEffect("response", (Rewrite(_edit),))


MISFRAME = FaultKind("misframe", Misframe, frozenset({"http"}), _effect, denies=True)
