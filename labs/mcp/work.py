"""The engagement that an agent takes, and how one of its calls is worked on: in a thread, so that others go on beside.

What takes long tells how it goes, and is ended where the agent takes its call back. Once the server ends, what is at
work is let go of instead: a world that comes up does so by itself, as when the app is left.
"""

import asyncio
import contextlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
from anyio.streams.memory import MemoryObjectReceiveStream
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from labs.actions.events import ActionEvent, Judging, Tell, WorldEvent, WorldOf
from labs.base.cancel import CancelToken
from labs.base.errors import LabError, disk_full
from labs.engagement.engagement import Engagement, required
from labs.mcp.size import bounded
from scenarios.model import Scenario
from scenarios.plain import printable


@dataclass(frozen=True)
class Work:
    """What one call has to work with."""

    engagement: Engagement
    tell: Tell
    cancel: CancelToken


Job = Callable[[Work], Mapping[str, Any]]


@dataclass
class Desk:
    """An engagement's folder, and what is at work there for an agent."""

    folder: Path
    left: bool = False
    """Whether the server ends."""
    _at_work: list[CancelToken] = field(default_factory=list)

    def engagement(self) -> Engagement:
        """Return it as it is now: a person may be at work there too. Raises `UsageProblem` where it is gone."""
        return required(self.folder)

    def leave(self) -> None:
        """Let go of all that is at work, and of what begins from now on."""
        self.left = True
        for cancel in self._at_work:
            cancel.let_go()

    async def do(self, context: Context, job: Job) -> dict[str, Any]:
        """Do what a call asks for, and return its answer; events are told as progress.

        Raises `ToolError` with what is wrong and what to do about it.
        """
        cancel, tell, said = CancelToken(), _Teller(asyncio.get_running_loop()), None
        self._at_work.append(cancel)
        try:
            async with anyio.create_task_group() as heed:
                heed.start_soon(self._heed, cancel)
                async with anyio.create_task_group() as reports:
                    reports.start_soon(_report, tell.heard, context)
                    with tell.said:
                        said = await anyio.to_thread.run_sync(partial(self._said, job, tell, cancel))
                heed.cancel_scope.cancel()
        finally:
            self._at_work.remove(cancel)
        assert said is not None
        if isinstance(said, str):
            raise ToolError(said)
        return said

    async def _heed(self, cancel: CancelToken) -> None:
        """End what is at work where its call is taken back; nothing waits for what is over already."""
        if self.left:
            cancel.let_go()
        try:
            await anyio.sleep_forever()
        finally:
            if not self.left:
                cancel.cancel()

    def _said(self, job: Job, tell: Tell, cancel: CancelToken) -> dict[str, Any] | str:
        """Return the answer; a text is what is wrong. Nothing that goes wrong ends in a traceback."""
        try:
            return bounded(job(Work(self.engagement(), tell, cancel)))
        except LabError as error:
            return wrong(error)
        except Exception as error:  # noqa: BLE001 - a traceback belongs into a file, not into an agent's answer
            if full := disk_full(error):
                return wrong(full)
            from labs.base.crash import keep

            what = f"fdelab failed: {type(error).__name__}: {error}"[:300]
            return wrong(LabError(what, f"the details are in {keep(error)}"))


def wrong(error: LabError) -> str:
    """Return what is wrong and what to do about it, without what could steer a terminal."""
    lines = [error.what, *([f"→ {error.remedy}"] if error.remedy else [])]
    return printable("\n".join(lines), keep="\n\t")


class _Teller:
    """Hands what an action tells in its thread to the loop, as lines for people."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.said, self.heard = anyio.create_memory_object_stream[str](math.inf)
        self._loop = loop
        self._scenario: Scenario | None = None

    def __call__(self, event: ActionEvent) -> None:
        if isinstance(event, WorldOf):
            self._scenario = event.scenario
        elif line := self._line(event):
            self._loop.call_soon_threadsafe(self._say, printable(line))

    def _line(self, event: ActionEvent) -> str | None:
        from labs.world.events import describe

        if isinstance(event, WorldEvent) and self._scenario is not None:
            return describe(event.event, self._scenario)
        return "the exam is being judged" if isinstance(event, Judging) else None

    def _say(self, line: str) -> None:
        with contextlib.suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
            self.said.send_nowait(line)


async def _report(heard: MemoryObjectReceiveStream[str], context: Context) -> None:
    count = 0
    with heard:
        async for line in heard:
            count += 1
            # Who asked may have left; what was asked for is done all the same.
            with contextlib.suppress(anyio.ClosedResourceError, anyio.BrokenResourceError):
                await context.report_progress(count, None, line)
