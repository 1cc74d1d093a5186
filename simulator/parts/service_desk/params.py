"""Parameters of the service desk."""

from typing import Self

from pydantic import Field, model_validator

from scenarios.units import Simulated, Wall
from scenarios.vocabulary import Params
from simulator.parts.latency import Latency


class CallLatency(Latency):
    """How long every call takes."""

    median: Wall = Field(default=0.010, gt=0)
    """Half of the calls take no longer."""
    p99: Wall = Field(default=0.040, gt=0)
    """99 of 100 calls take no longer."""


class Handling(Params):
    """How long an agent is busy with one case: lognormal."""

    median: Simulated = Field(default=480.0, gt=0)
    """Half of the cases take no longer."""
    spread: float = Field(default=0.4, ge=0, le=2)
    """Standard deviation of its logarithm: 0.4 makes the mean 8 % longer than the median."""
    asking: Simulated = Field(default=240.0, ge=0)
    """The additional time when the packet lacks something that the agent then has to ask for."""


class Patience(Params):
    """How long a customer waits for an agent before leaving, evenly distributed."""

    from_: Simulated = Field(default=360.0, alias="from", ge=0)
    """How long a customer waits at least."""
    to: Simulated = Field(default=840.0, gt=0)
    """How long a customer waits at most."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.to < self.from_:
            raise ValueError("`to` is below `from`")
        return self


class DeskParams(Params):
    """Parameters of `service-desk`."""

    seats: int = Field(default=40, ge=0)
    """Agents at work. When the number falls, surplus agents finish their cases first."""
    handling: Handling = Handling()
    patience: Patience = Patience()
    needs: tuple[str, ...] = ("chat", "order", "topic", "transcript", "reason")
    """What a packet must have for an agent to begin immediately; empty values do not count."""
    most: int = Field(default=1000, gt=0)
    """Most cases that may wait; further ones are refused with 503."""
    latency: CallLatency = CallLatency()
