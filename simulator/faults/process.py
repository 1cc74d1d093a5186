"""The kinds of fault that happen to a process: that of a service, or of a part that has one of its own.

It is data, as a fault of a link is: a pure function says what is to be done (a `Hit`), and the keeper, who alone holds
the runtime, does it. A clock that is off is the field's to show, since the clock is the field's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from scenarios.model import FaultUse
from scenarios.vocabulary import Registry
from simulator.faults.base import FaultParams

Power = Literal["cpu", "memory", "disk"]
"""What a runtime must be able to bound while a process runs; ending, starting and stopping it every runtime can."""


@dataclass(frozen=True)
class Gone:
    """The process is ended, and started again."""

    again: float
    """Seconds after its end; at the latest when the fault is over."""
    grace: float = 0.0
    """Seconds between SIGTERM, at which it may end by itself, and its end; without any, it is ended at once."""


@dataclass(frozen=True)
class Frozen:
    """The process stands still, and goes on where it was."""

    lasts: float | None
    """Seconds; None: as long as the fault is on."""


@dataclass(frozen=True)
class Squeezed:
    """The process has less than its limits say."""

    cpus: float = 1.0
    """Part of its cores."""
    memory: int | None = None
    """Bytes; None: what its limits say."""


@dataclass(frozen=True)
class Full:
    """The disk that it may write to has no more room."""

    leaves: int
    """Bytes that still fit."""


@dataclass(frozen=True)
class Skewed:
    """The clock that it reads is off."""

    ahead: float
    """Simulated seconds; negative: behind."""


Hit = Gone | Frozen | Squeezed | Full | Skewed


@dataclass(frozen=True)
class ProcessFault:
    """A registered kind of fault that strikes a process."""

    name: str
    params: type[FaultParams]
    hit: Callable[[Any], Hit]
    needs: Power | None = None
    """What the runtime must be able to do."""
    denies: bool = False
    """Whether nobody gets an answer while it lasts, whatever the service does."""
    parts: bool = False
    """Whether it can strike a part, too: one that is ended would forget its lap."""


def outage_seconds(hit: Hit, on: float, patience: float) -> float:
    """Return how long nobody who waits `patience` seconds can get an answer, of the `on` wall seconds of a fault.

    One that is asked to end may still answer in its grace, and how long one takes to start is its own affair.
    """
    match hit:
        case Gone(again):
            return min(again, on)
        case Frozen(lasts):
            return max(0.0, min(on if lasts is None else lasts, on) - patience)
        case _:
            return 0.0


def mismatch(use: FaultUse, faults: Registry[ProcessFault], part: bool) -> str | None:
    """Return why `use` cannot strike a process (`part`: that of a part), or None; lint checks the parameters."""
    if len(use.kinds) != 1:
        return f"a fault has one kind, this one has {len(use.kinds)}: {', '.join(use.kinds) or 'none'}"
    name = next(iter(use.kinds))
    if name not in faults:
        return f"{name} strikes links, not processes: write `link: {use.service}`"
    if part and not faults[name].parts:
        return f"{name} strikes services: a part that it struck would lose what it knows of its lap"
    wrong = [word for word in use.picks if word != "first"] + (["where"] if use.where else [])
    if wrong:
        return f"{name} strikes all of {use.service}; {' and '.join(f'`{word}`' for word in wrong)} would pick from it"
    return None
