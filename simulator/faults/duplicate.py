"""A request reaches the target twice; the caller sees one answer.

What does it: a proxy that sends a request again to what it takes for a dead upstream while the first try is still
being served (nginx's `proxy_next_upstream` with `non_idempotent`, a mesh's retries), a webhook relay that delivers at
least once.
"""

from random import Random
from typing import Literal

from pydantic import Field

from scenarios.units import Wall
from simulator.faults.base import FaultKind, FaultParams
from simulator.faults.effects import Copy, FaultEffect


class Duplicate(FaultParams):
    """`duplicate:` alone is enough."""

    apart: Wall = Field(default=0.0, ge=0, le=60)
    """How long after the first the second leaves."""
    answer: Literal["first", "second"] = "first"
    """Which of the two answers the caller gets."""


def _effect(params: Duplicate, _rng: Random) -> FaultEffect:
    return FaultEffect("request", (Copy(params.apart, params.answer),), f"delivered twice, {params.answer} answered")


DUPLICATE = FaultKind("duplicate", Duplicate, frozenset({"http"}), _effect)
