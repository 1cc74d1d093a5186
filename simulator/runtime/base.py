"""What a runtime is: something that executes plans. It knows nothing of scenarios, links or checks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from simulator.plan import Address, Limits, Plan, Process
from simulator.strain import Turns

Progress = Callable[[str], None]
"""Takes one line that tells a person what is being done: `building image workbench: installing 41 packages`."""

LogSink = Callable[[str, str, str], None]
"""Takes (process name, `stdout` or `stderr`, line without its end)."""


class RuntimeUnavailable(Exception):
    """This runtime cannot work on this machine; the message says why and what to do."""

    def __init__(self, what: str, remedy: str | None = None) -> None:
        super().__init__(f"{what} ({remedy})" if remedy else what)
        self.what = what
        self.remedy = remedy


class RuntimeSilent(RuntimeUnavailable):
    """It is there and gives no answer: what it holds is not known."""


class RuntimeLost(Exception):
    """The runtime died under a running world (an engine that went away): ours, never the learner's."""


@dataclass(frozen=True)
class Exit:
    """How a process ended."""

    code: int
    """Exit status; 128 + signal number when a signal ended it."""
    out_of_memory: bool = False


@dataclass(frozen=True)
class Sample:
    """What a process with all its children used since the last sample."""

    cpu: float
    """Cores."""
    memory: int
    pids: int
    throttled: float = 0.0
    """Seconds held back by the CPU limit."""
    turns: Turns | None = None
    """What its threads had of the machine, running and ready to run; None where the runtime cannot tell."""


class Runtime(Protocol):
    """Executes one plan. All methods are coroutines of one event loop; nothing here blocks it."""

    name: str
    unsealed: tuple[str, ...]
    """What it promises to keep the deployment from and cannot on this machine; known once it is open."""

    async def open(self, plan: Plan, log: LogSink, progress: Progress) -> Mapping[str, Address]:
        """Make images, networks and addresses; start nothing yet. Raises `RuntimeUnavailable`.

        Returns every endpoint's address: as the host reaches it where it can (`edge`), else as the processes do.
        They hold for the whole life of the world, so a port that is published to the host is chosen here.
        """

    async def start(self, process: Process) -> None:
        """Start it; if one of that name ran before, it is gone first. Its output goes to the log sink."""

    async def stop(self, name: str) -> None:
        """End it at once, with all its children; no error when it is not running."""

    async def signal(self, name: str, number: int) -> None:
        """Send a signal to the process that was started; nothing where it has ended."""

    async def freeze(self, name: str) -> None:
        """Make it stand still with all its children, until `thaw`, or until it is ended; nothing where it has ended."""

    async def thaw(self, name: str) -> None:
        """Make it go on; nothing where it does not stand still."""

    async def limit(self, name: str, limits: Limits) -> None:
        """Bound it anew while it runs. Who holds more memory than it may is ended. Raises `RuntimeUnavailable`."""

    async def fill(self, name: str, leaves: int | None) -> None:
        """Leave so many bytes on the disk that it writes to; None: as many as at first. Raises `RuntimeUnavailable`."""

    async def exited(self, name: str) -> Exit | None:
        """How it ended, or None while it runs. Raises `RuntimeLost`."""

    async def sample(self, name: str) -> Sample | None:
        """Return what it uses, or None when it does not run. Raises `RuntimeLost`."""

    async def close(self) -> None:
        """Remove everything that this world left on the machine; may be called at any time, and again."""
