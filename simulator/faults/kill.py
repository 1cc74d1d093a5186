"""A process is killed, as when its machine dies, and its platform starts it again."""

from typing import Any

from pydantic import model_validator

from scenarios.units import Wall
from simulator.faults.base import FaultParams
from simulator.faults.process import Gone, ProcessFault


class Kill(FaultParams):
    """`kill: 2s` is short for `{again: 2s}`."""

    again: Wall = 1.0
    """It is started again so long after, or when the fault is over, whichever is first. What it needs to become ready
    comes on top."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"again": value} if isinstance(value, str | int | float) else value


def _hit(params: Kill) -> Gone:
    return Gone(params.again)


KILL = ProcessFault("kill", Kill, _hit, denies=True)
