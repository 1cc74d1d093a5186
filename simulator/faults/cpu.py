"""A process gets less of the processor: a noisy neighbour, or a quota that somebody lowered."""

from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Share
from simulator.faults.base import FaultParams
from simulator.faults.process import ProcessFault, Squeezed


class Cpu(FaultParams):
    """`cpu: 20%` is short for `{to: 20%}`."""

    to: Share = Field(default=0.1, gt=0, lt=1)
    """Part of the cores that its limits say."""

    @model_validator(mode="before")
    @classmethod
    def _plain_share(cls, value: Any) -> Any:
        return {"to": value} if isinstance(value, str | int | float) else value


def _hit(params: Cpu) -> Squeezed:
    return Squeezed(cpus=params.to)


CPU = ProcessFault("cpu", Cpu, _hit, needs="cpu", parts=True)
