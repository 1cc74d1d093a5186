"""A process stands still and goes on later, as a virtual machine that is moved, or a very long garbage collection."""

from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Wall
from simulator.faults.base import FaultParams
from simulator.faults.process import Frozen, ProcessFault


class Pause(FaultParams):
    """`pause: 2s` is short for `{lasts: 2s}`; `pause:` alone lasts as long as it is on."""

    lasts: Wall | None = Field(default=None, gt=0)
    """Its connections stay open meanwhile, and the kernel still takes what is sent to it."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"lasts": value} if isinstance(value, str | int | float) else value


def _hit(params: Pause) -> Frozen:
    return Frozen(params.lasts)


PAUSE = ProcessFault("pause", Pause, _hit, parts=True, denies=True)
