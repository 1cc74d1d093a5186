"""Faults of processes, as the field asks for them: dealt, lifted when they are over, and on record.

The field says when a fault sets in and when it is over, by its events; what is done is done here, beside the runtime.
Each is a task of its own, since the field's next event must not wait. A lap ends only once all of them are lifted.
"""

import asyncio
import math
import signal
import time
from collections.abc import Callable
from typing import Any

from scenarios.draws import Template
from simulator.faults import PROCESS_FAULTS
from simulator.faults.process import Frozen, Full, Gone, Hit, Skewed, Squeezed
from simulator.keeper.supervisor import ProcessSupervisor
from simulator.plan import Limits
from simulator.planner import real
from simulator.protocol.events import ProcessFaultChanged
from simulator.runtime.base import Exit
from simulator.runtime.capabilities import unsupported

Write = Callable[[dict[str, Any], float], None]
"""Appends a row to the lap's table of strikes, its time in seconds of the monotonic clock; told when it was due."""

_GLANCE = 0.02
_SEEN_LATE = 1.0
"""Seconds after which a service's end has been seen: the crew looks four times a second, and an engine tells late."""


def refusal(template: Template, runtime: str) -> str | None:
    """Why a world of that runtime could not do what the scenario says, however it is drawn, or None."""
    for phase in (phase for scenario in template.covering() for phase in scenario.phases):
        for use in phase.faults:
            name = next(iter(use.kinds), "")
            needs = PROCESS_FAULTS[name].needs if name in PROCESS_FAULTS else None
            why = unsupported(needs).get(runtime) if needs is not None else None
            if why is not None:
                what = f"phase {phase.name} wants {name} on {use.service}"
                return (
                    f"runtime {runtime} cannot do what the engagement asks for: {what}, and {why}; use --runtime docker"
                )
    return None


class ProcessInjection:
    """One fault that is on, or being lifted, on one process."""

    def __init__(self, crew: ProcessSupervisor, service: str, kind: str, hit: Hit, write: Write, due: float) -> None:
        self.service = service
        self.kind = kind
        self.hit = hit
        self._crew = crew
        self._write = write
        self._due = due
        self._process = service if service in {p.name for p in crew.plan.of("deployment")} else real(service)
        self._over = asyncio.Event()
        self._ended = 0
        self._lifted = math.inf
        """When everything was as the plan says again."""
        self.task = asyncio.ensure_future(self._run())

    def lift(self) -> None:
        """End it."""
        self._over.set()

    async def _run(self) -> None:
        match self.hit:
            case Gone():
                await self._end(self.hit)
            case Frozen():
                await self._freeze(self.hit)
            case Squeezed():
                await self._squeeze(self.hit)
            case Full():
                await self._fill(self.hit)

    async def _end(self, hit: Gone) -> None:
        runtime, name = self._crew.runtime, self._process
        self._crew.hold(name)
        began, effect = time.monotonic(), "killed"
        if hit.grace:
            await runtime.signal(name, signal.SIGTERM)
            ended = await self._until_ended(hit.grace)
            # Not the grace itself: that ends sooner where the fault is over.
            waited = time.monotonic() - began
            effect = "ended by SIGTERM" if ended else f"killed, still there {waited:.2f} s after SIGTERM"
        await runtime.stop(name)
        gone = time.monotonic()
        await self._until_over(hit.again)
        await self._crew.release(name)
        away = time.monotonic() - gone
        self._note(began, f"{effect}, and started again after {away:.2f} s")

    async def _until_ended(self, within: float) -> bool:
        deadline = time.monotonic() + within
        while await self._crew.runtime.exited(self._process) is None:
            if time.monotonic() > deadline or self._over.is_set():
                return False
            await asyncio.sleep(_GLANCE)
        return True

    async def _freeze(self, hit: Frozen) -> None:
        began = time.monotonic()
        await self._crew.runtime.freeze(self._process)
        try:
            await self._until_over(hit.lasts)
        finally:
            await self._crew.runtime.thaw(self._process)
        self._note(began, "stood still")

    async def _squeeze(self, hit: Squeezed) -> None:
        began = time.monotonic()
        whole = self._crew.plan.process(self._process).limits
        less = Limits(whole.cpus * hit.cpus, min(whole.memory, hit.memory or whole.memory), whole.pids)
        said = f"{less.cpus:g} of {whole.cpus:g} cores" if hit.cpus < 1 else f"{less.memory} of {whole.memory} bytes"
        self._crew.limits[self._process] = less
        await self._crew.runtime.limit(self._process, less)
        await self._until_over(None)
        self._crew.limits.pop(self._process, None)
        await self._crew.runtime.limit(self._process, whole)
        self._lifted = time.monotonic()
        times = f", and ended for it {self._ended} times" if self._ended else ""
        self._note(began, f"had {said}{times}")

    async def _fill(self, hit: Full) -> None:
        await self._crew.runtime.fill(self._process, hit.leaves)
        began = time.monotonic()
        await self._until_over(None)
        await self._crew.runtime.fill(self._process, None)
        self._note(began, f"{hit.leaves} bytes left")

    def took(self, service: str, end: Exit) -> bool:
        """Whether that end of a service was this strike's doing."""
        mine = isinstance(self.hit, Squeezed) and self.hit.memory is not None and end.out_of_memory
        if service != self.service or not mine or time.monotonic() > self._lifted + _SEEN_LATE:
            return False
        self._ended += 1
        return True

    async def renew(self, service: str) -> None:
        """Fill the fresh disk of a service that was started again."""
        if service == self.service and isinstance(self.hit, Full) and not self._over.is_set():
            await self._crew.runtime.fill(self._process, self.hit.leaves)

    async def _until_over(self, within: float | None) -> None:
        try:
            async with asyncio.timeout(within):
                await self._over.wait()
        except TimeoutError:
            return

    def _note(self, began: float, effect: str) -> None:
        lasted = time.monotonic() - began
        row = {"at": began, "link": self.service, "kind": self.kind, "request": None, "key": None}
        self._write(row | {"lasted": lasted, "detail": f"process of {self.service}", "effect": effect}, self._due)


class ProcessInjector:
    """The faults of a world's processes."""

    def __init__(self, crew: ProcessSupervisor, write: Write) -> None:
        self._crew = crew
        self._write = write
        self._on: dict[tuple[str, int], ProcessInjection] = {}
        self._lifted: list[ProcessInjection] = []

    def tell(self, event: ProcessFaultChanged) -> None:
        """Take up that the field says a fault is on, or over. Raises what one of them has met."""
        self.check()
        place = event.place
        if not event.on:
            if place in self._on:
                self._lift(place)
            return
        kind = PROCESS_FAULTS[event.fault]
        hit = kind.hit(kind.params.model_validate(event.params))
        if not isinstance(hit, Skewed):
            self._on[place] = ProcessInjection(self._crew, event.service, kind.name, hit, self._write, event.at)

    def check(self) -> None:
        """Check that faults could be dealt. Raises what dealing one has met: it is not the deployment's."""
        for strike in (*self._on.values(), *self._lifted):
            if strike.task.done():
                strike.task.result()

    async def lift(self) -> None:
        """All are over, and everything is as the plan says. Raises what one of them has met."""
        for place in list(self._on):
            self._lift(place)
        lifted, self._lifted = self._lifted, []
        await asyncio.gather(*(strike.task for strike in lifted))

    def drop(self) -> None:
        """Drop all faults, as the world ends: nothing has to be put back."""
        for strike in (*self._on.values(), *self._lifted):
            strike.task.cancel()
        self._on.clear()
        self._lifted.clear()

    def took(self, service: str, end: Exit) -> bool:
        """Whether the end of a service was dealt by a fault."""
        return any(strike.took(service, end) for strike in (*self._on.values(), *self._lifted))

    async def renew(self, service: str) -> None:
        """Let a service that was started again by itself suffer what it suffered."""
        for strike in list(self._on.values()):
            await strike.renew(service)

    def _lift(self, place: tuple[str, int]) -> None:
        strike = self._on.pop(place)
        strike.lift()
        self._lifted.append(strike)
