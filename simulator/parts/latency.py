"""How long a part takes: lognormal, which has the tail of a real system."""

import math
from random import Random
from typing import Self

from pydantic import Field, model_validator

from scenarios.units import Wall
from scenarios.vocabulary import Params

_Z99 = 2.3263478740408408
"""Standard normal quantile at 99 %."""


class Latency(Params):
    """Lognormal, in wall time: half of the calls take longer than `median`, one in a hundred longer than `p99`."""

    median: Wall = Field(gt=0)
    """Half of the calls take no longer."""
    p99: Wall = Field(gt=0)
    """99 of 100 calls take no longer."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.p99 < self.median:
            raise ValueError("p99 is below the median")
        return self

    def draw(self, rng: Random) -> float:
        """Return the seconds of one call."""
        return rng.lognormvariate(math.log(self.median), math.log(self.p99 / self.median) / _Z99)
