"""Whose fault it is when a deployment is not ready in time: its own, or that of a machine that gave it no time to run.

What can be seen from outside, on every runtime, is what CPU the deployment used and what of the machine's nobody used.
A deployment was kept from running where the machine had nothing left, it got little of what it may have, and it still
took what it could get. One that waits for something takes nothing; one that burns gets its limit, unless others are at
work on the machine: no deployment can make this look as if it was starved.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import psutil

FULL = 0.05
"""Share of a machine's CPU: with less than that left, whoever wants to run has to wait."""
ENOUGH = 0.25
"""Share of its own limit with which a deployment gets ready in time, if it ever does."""
LATELY, WORKING = 10.0, 0.01
"""Seconds, and cores used in them, by which a deployment that still works is told from one that waits."""


@dataclass(frozen=True)
class Look:
    """What was seen since the look before."""

    seconds: float
    used: float
    """Cores that the deployment used, on average."""
    idle: float
    """Share of the machine's CPU that nobody used."""


@dataclass(frozen=True)
class Reading:
    """The machine's CPU seconds so far."""

    idle: float
    all: float
    interrupts: float = 0.0
    """Spent on what devices and networks bring, for whoever that is."""

    def since(self, before: "Reading") -> float:
        """Share of the machine's CPU that nobody used since; 1 where no time has passed."""
        return (self.idle - before.idle) / (self.all - before.all) if self.all > before.all else 1.0


def machine() -> Reading:
    """Return the machine as it is now."""
    times = psutil.cpu_times()
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)  # in user and nice already
    interrupts = getattr(times, "irq", 0.0) + getattr(times, "softirq", 0.0)
    return Reading(times.idle + getattr(times, "iowait", 0.0), sum(times) - guests, interrupts)


def starved(looks: Sequence[Look], limit: float, cores: float) -> str | None:
    """Why a deployment of `limit` cores could not get ready on a machine of `cores`; None: it is its own doing.

    It is said as a person reads it.
    """
    seconds = sum(look.seconds for look in looks)
    if not seconds:
        return None
    used = sum(look.used * look.seconds for look in looks) / seconds
    idle = sum(look.idle * look.seconds for look in looks) / seconds
    lately = _last(looks)
    working = sum(look.used * look.seconds for look in lately) / sum(look.seconds for look in lately)
    if idle >= FULL or used >= ENOUGH * min(limit, cores) or working < WORKING:
        return None
    return (
        f"the machine was too busy to let it start: it got {used:.2f} of its {limit:g} cores, and {idle:.0%} of the "
        "machine was left"
    )


def _last(looks: Sequence[Look]) -> list[Look]:
    found: list[Look] = []
    for look in reversed(looks):
        found.append(look)
        if sum(one.seconds for one in found) >= LATELY:
            break
    return found
