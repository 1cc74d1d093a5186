"""The disk of a process is full (ENOSPC): its scratch space, /tmp, gets no more room. It can still read and remove."""

from typing import Any

from pydantic import Field, model_validator

from scenarios.units import Size
from simulator.faults.base import FaultParams
from simulator.faults.process import Full, ProcessFault


class DiskFull(FaultParams):
    """`disk_full:` alone leaves nothing; `disk_full: 1m` is short for `{leaves: 1m}`."""

    leaves: Size = Field(default=0, ge=0)
    """Bytes that still fit; the space comes in pages of 4 KiB."""

    @model_validator(mode="before")
    @classmethod
    def _plain_size(cls, value: Any) -> Any:
        return {"leaves": value} if isinstance(value, str | int) else value


def _hit(params: DiskFull) -> Full:
    return Full(params.leaves)


DISK_FULL = ProcessFault("disk_full", DiskFull, _hit, needs="disk")
