"""Parameters of the ERP."""

from typing import Literal

from pydantic import Field, model_validator

from scenarios.units import Share, Simulated, Wall
from scenarios.vocabulary import FIXED, Params
from simulator.parts.latency import Latency


class CallLatency(Latency):
    """Base latency of every call."""

    median: Wall = Field(default=0.020, gt=0)
    """Half of the calls take no longer."""
    p99: Wall = Field(default=0.080, gt=0)
    """99 of 100 calls take no longer."""


class Delay(Params):
    """A share of calls that take much longer: evenly distributed between two wall durations."""

    share: Share
    from_: Wall = Field(default=8.0, alias="from")
    """How long at least."""
    to: Wall = 12.0
    """How long at most."""

    @model_validator(mode="after")
    def _ordered(self) -> "Delay":
        if self.to < self.from_:
            raise ValueError("`to` is below `from`")
        return self


class SlowCalls(Delay):
    """Calls that wait before the work is done, except for logging in and out. Drawn by order of arrival."""

    share: Share = 0.005
    """How many of the calls, dealt exactly."""


class HungWrites(Delay):
    """Orders whose first write is answered late, and mostly done at once. Drawn by the order's number."""

    share: Share = 0.08
    """How many of the writes, dealt exactly."""
    undone: Share = 0
    """How many of these are done only at the end, and not at all when the caller has left by then; dealt exactly."""


class Lockout(Params):
    """The user is locked out, and all sessions end, after too many refused logins."""

    after: int = Field(default=20, gt=0)
    """Refused logins…"""
    within: Simulated = Field(default=1200.0, json_schema_extra={"acts_on": True})
    """…in this much simulated time."""
    lasts: Simulated = Field(default=1200.0, json_schema_extra={"acts_on": True})
    """How long nobody can log in."""


class ErpParams(Params):
    """Parameters of `soap-erp`."""

    sessions: int = Field(default=2, gt=0)
    """Most sessions that may be open at the same time."""
    token: Simulated = Field(default=1800.0, json_schema_extra={"acts_on": True})
    """How long a session lasts after its login, used or not."""
    calls: int = Field(default=8, gt=0)
    """Most concurrent calls in one session."""
    locale: Literal["de_DE", "en_US"] = "de_DE"
    """How decimals are written: `1.234,50` or `1,234.50`."""
    articles: int = Field(default=80, gt=0, le=8999, json_schema_extra=FIXED)
    """`A-1001` and up."""
    delisted: int = Field(default=0, ge=0, json_schema_extra=FIXED)
    """How many of them it does not carry any more; the seed decides which, and nobody orders them."""
    counting: int = Field(default=0, ge=0)
    """How many articles are being counted: a dash stands in the place of their quantity. The seed decides which."""
    latency: CallLatency = CallLatency()
    slow: SlowCalls = SlowCalls()
    hung_writes: HungWrites = HungWrites()
    lockout: Lockout = Lockout()
    locked: bool = False
    """Nightly processing: every operation is refused; files can still be delivered."""
    writes: Literal["soap", "nightly-file"] = "soap"
    """Where orders are taken: by operation, or only by file."""
