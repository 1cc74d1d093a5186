"""An exam under way in a process of its own: what it says can be waited for, and no test that fails leaves it."""

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

PATIENCE = 60.0
"""Seconds that an interrupted exam may take to bring its world down."""


class Sitting:
    """An exam under way, and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.told = ""

    async def until(self, word: str) -> None:
        """Wait until it has said so. Fails where it ends without."""
        assert self.process.stderr is not None
        while not re.search(word, self.told):
            line = await self.process.stderr.readline()
            assert line, self.told
            self.told += line.decode()

    async def end(self) -> int:
        """Wait for its exit code."""
        assert self.process.stderr is not None
        self.told += (await self.process.stderr.read()).decode()
        return await self.process.wait()


@asynccontextmanager
async def sitting(argv: Sequence[str], env: Mapping[str, str], folder: Path) -> AsyncIterator[Sitting]:
    """Begin an exam, in `folder` and with `env` beside what tests have. A test that fails leaves nothing of it."""
    process = await asyncio.create_subprocess_exec(
        *argv, cwd=folder, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        yield Sitting(process)
    finally:
        if process.returncode is None:
            await _take_down(process)


async def _take_down(process: asyncio.subprocess.Process) -> None:
    process.send_signal(signal.SIGINT)
    try:
        await asyncio.wait_for(process.communicate(), PATIENCE)
    except TimeoutError:
        process.kill()
        await process.communicate()
