"""A service's clock is off: what it reads at its CLOCK_URL is ahead of the customer's time, or behind.

The wall clock of its operating system stays right: Linux can give a process no other one (time_namespaces(7) leave
CLOCK_REALTIME alone), and a library that is put between could be taken out again.
"""

from typing import Any, Self

from pydantic import Field, model_validator

from scenarios.units import Simulated
from simulator.faults.base import FaultParams
from simulator.faults.process import ProcessFault, Skewed


class Skew(FaultParams):
    """Either `ahead` or `behind`; `skew: 10m sim` is short for `{ahead: 10m sim}`."""

    ahead: Simulated | None = Field(default=None, gt=0)
    """How far its clock is ahead."""
    behind: Simulated | None = Field(default=None, gt=0)
    """How far its clock is behind."""

    @model_validator(mode="before")
    @classmethod
    def _plain_duration(cls, value: Any) -> Any:
        return {"ahead": value} if isinstance(value, str | int | float) else value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.ahead is None) == (self.behind is None):
            raise ValueError("skew is either `ahead` or `behind`")
        return self


def _hit(params: Skew) -> Skewed:
    return Skewed(params.ahead if params.ahead is not None else -(params.behind or 0.0))


SKEW = ProcessFault("skew", Skew, _hit)
