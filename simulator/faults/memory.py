"""A process may hold less memory than before. Whoever holds more is ended for it, and started again."""

from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Size
from simulator.faults.base import FaultParams
from simulator.faults.process import ProcessFault, Squeezed


class Memory(FaultParams):
    """`memory: 96m` is short for `{to: 96m}`."""

    to: Size = Field(default=2**26, ge=2**24)
    """The new limit, for all of it together."""

    @model_validator(mode="before")
    @classmethod
    def _plain_size(cls, value: Any) -> Any:
        return {"to": value} if isinstance(value, str | int) else value


def _hit(params: Memory) -> Squeezed:
    return Squeezed(memory=params.to)


MEMORY = ProcessFault("memory", Memory, _hit, needs="memory")
