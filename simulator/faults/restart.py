"""A process is asked to end and started again, as by a rolling update: SIGTERM first, and no patience without end."""

from typing import Any

from pydantic import model_validator

from scenarios.units import Wall
from simulator.faults.base import FaultParams
from simulator.faults.process import Gone, ProcessFault


class Restart(FaultParams):
    """`restart: 5s` is short for `{grace: 5s}`."""

    grace: Wall = 3.0
    """After this long it is killed if it has not ended; when the fault is over, at once."""
    again: Wall = 0.0
    """It is started again so long after its end."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"grace": value} if isinstance(value, str | int | float) else value


def _hit(params: Restart) -> Gone:
    return Gone(params.again, params.grace)


RESTART = ProcessFault("restart", Restart, _hit, denies=True)
